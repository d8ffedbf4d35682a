"""What a program does to a folder, call by call: strace told to write down the main thread's calls with all their data."""
import glob
import os
import re
import subprocess
from typing import NamedTuple

CALLS = "openat,open,creat,mkdir,mkdirat,write,pwrite64,writev,rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync,ftruncate,link,linkat"
LINE = re.compile(r"^(\w+)\((.*)\)\s+= (\d+)")
UNKNOWN = ("open", "creat", "pwrite64", "writev", "ftruncate", "link", "linkat")  # the replay does not know them: say so


class Call(NamedTuple):
    kind: str  # mkdir, create, write, rename, unlink, sync; say: to whoever called the program
    path: str
    more: object = None


def text_of(argument):
    """Of "\\x2f\\x74" or 3</\\x2f>: what strace -xx -y shows of bytes, and of the path of a descriptor."""
    return bytes.fromhex(re.search(r'["<]((?:\\x[0-9a-f]{2})*)[">]', argument)[1].replace("\\x", ""))


def path_of(folder, name):
    return os.path.normpath(os.path.join(text_of(folder).decode() if folder else "/", text_of(name).decode()))


def calls_of(name, args, done):
    """One line of strace as calls of the replay; done is what it returned."""
    assert name not in UNKNOWN, name
    if name == "openat":
        return [Call("create", path_of(*args[:2]))] if "O_CREAT" in args[2] else []
    if name in ("mkdir", "unlink"):
        return [Call(name, path_of(None, args[0]))]
    if name in ("mkdirat", "unlinkat"):
        return [Call(name[:-2], path_of(*args[:2]))]
    if name == "rename":
        return [Call("rename", path_of(None, args[0]), path_of(None, args[1]))]
    if name in ("renameat", "renameat2"):
        return [Call("rename", path_of(*args[:2]), path_of(*args[2:4]))]
    if name in ("fsync", "fdatasync"):
        return [Call("sync", text_of(args[0]).decode())]
    return [Call("say" if args[0].startswith("1<") else "write", text_of(args[0]).decode(), text_of(args[1])[:done])]


def record(command, folder, trace, env):
    """Runs a command; its exit code, and its calls on what is in the folder."""
    process = subprocess.run(["strace", "-ff", "-y", "-xx", "-s", "100000", "-e", "signal=none", "-e", "trace=" + CALLS, "-o", trace, *command],
                             env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    main = min(glob.glob(trace + ".*"), key=lambda path: int(path.rsplit(".", 1)[1]))
    with open(main, encoding="ascii") as file:
        found = [LINE.match(line) for line in file]
    lines = [(m[1], m[2].split(", "), int(m[3])) for m in found if m]
    calls = [call for line in lines if concerns(line, folder) for call in calls_of(*line)]
    return process.returncode, [call for call in calls if call.kind == "say" or (call.path + "/").startswith(folder + "/")]


def concerns(line, folder):
    """Whether a call may be about the folder or the program's output; libraries do others that the replay need not know."""
    name, args, _ = line
    return args[0].startswith("1<") or any(text_of(a).startswith(folder.encode()) for a in args if '"' in a or "<" in a)
