"""libvekha, as it is installed: found by pkg-config, linked both ways, and what it queues arrives once."""
import ctypes
import datetime
import json
import os
import re
import subprocess

import pytest
from centre import wait_for

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
KIND = os.path.relpath(BUILD, TOP)
# Who links instrumented code needs what instrumented it.
COMPILER = {"build/asan": ["clang", "-fsanitize=address,undefined"], "build/coverage": ["gcc", "--coverage"]}.get(KIND, ["gcc"])


class Installed:
    def __init__(self, root):
        self.root, self.lib = root, os.path.join(root, "usr/local/lib")
        # "-o all": what is installed is what was built.
        subprocess.run(["make", "-s", "-C", TOP, "install", "DESTDIR=" + root, "BUILD=" + BUILD, "-o", "all"], check=True, timeout=300,
                       stdout=subprocess.DEVNULL)


    def flags(self, *options):
        env = dict(os.environ, PKG_CONFIG_PATH=os.path.join(self.lib, "pkgconfig"), PKG_CONFIG_SYSROOT_DIR=self.root)
        return subprocess.run(["pkg-config", *options, "vekha"], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.split()

    def build(self, target, static):
        flags = self.flags("--cflags", "--libs", *["--static"] * static)
        if static:
            flags = [os.path.join(self.lib, "libvekha.a") if flag == "-lvekha" else flag for flag in flags]
        source = os.path.join(self.root, "usr/local/share/vekha/examples/submit.c")
        subprocess.run([*COMPILER, "-Wall", "-Wextra", "-Werror", source, *flags, "-o", target], check=True, timeout=120)
        return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return Installed(str(tmp_path_factory.mktemp("installed")))


@pytest.fixture
def conf(centre, tmp_path):
    path = tmp_path / "submit.conf"
    with open(centre.conf("school-3"), encoding="utf-8") as source:
        path.write_text("".join(line for line in source if not line.startswith(("spool", "language"))) + "spool = 'spool'\nlanguage = 'en'\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("static", [False, True])
def test_the_example(centre, installed, conf, tmp_path, static):
    program = installed.build(str(tmp_path / "submit"), static)
    needed = subprocess.run(["readelf", "-d", program], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert ("libvekha.so.1" in needed) != static

    def run(*arguments):
        return centre.run("env", "LD_LIBRARY_PATH=" + installed.lib, program, str(conf), *arguments)

    done = run("consultations", "2026-0%d" % (1 + static), "165")
    assert (done.returncode, done.stdout) == (0, "consultations 2026-0%d: accepted\n" % (1 + static)), done.stderr
    done = run("consultations", "2026-01", "1,234")
    assert done.returncode == 2 and "value: «1,234» may be a fraction or thousands" in done.stderr
    done = run("no-such-thing", "2026-01", "5")
    assert done.returncode == 1 and done.stdout.startswith("no-such-thing 2026-01: rejected: ")
    assert centre.run("vekha-submit", "-c", str(conf), "--list").stdout.count("\n") == 3  # the heading, and two of them
    assert run().returncode == 2


def test_nothing_to_see_but_the_header(installed):
    symbols = subprocess.run(["nm", "-D", "--defined-only", os.path.join(installed.lib, "libvekha.so.1")], check=True, stdout=subprocess.PIPE,
                             text=True).stdout.split("\n")
    names = {line.split()[2] for line in symbols if line and not re.match("_|mangle_path$", line.split()[2])}  # nor of the instruments
    assert names == {"vekha_" + name for name in ("add", "close", "error", "open", "queue", "queued", "send", "version")}


class Figure(ctypes.Structure):
    FIELDS = ("organisation", "indicator", "period", "value", "of", "state", "as_of", "expected", "method", "note")
    _fields_ = [("size", ctypes.c_size_t)] + [(name, ctypes.c_char_p) for name in FIELDS]

    def __init__(self, **fields):
        super().__init__(size=ctypes.sizeof(Figure), **{name: text.encode() for name, text in fields.items()})


class Answer(ctypes.Structure):
    TEXTS = ("organisation", "indicator", "period", "verdict", "reason", "text")
    _fields_ = [("size", ctypes.c_size_t), ("id", ctypes.c_char_p), ("number", ctypes.c_ulonglong), ("index", ctypes.c_size_t)] + \
               [(name, ctypes.c_char_p) for name in TEXTS]


ANSWERED = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Answer))

# Another language needs no more than the header says; it runs in a process of its own, as its caller would.
SCRIPT = """
import ctypes, json, sys
sys.path.insert(0, sys.argv[1])
from test_library import ANSWERED, Answer, Figure
lib = ctypes.CDLL(sys.argv[2])
lib.vekha_open.restype, lib.vekha_error.restype, lib.vekha_queued.restype = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
error = ctypes.create_string_buffer(512)
v = ctypes.c_void_p(lib.vekha_open(sys.argv[3].encode(), b"script 1", error, 512))
out = {"error": error.value.decode(), "added": [], "answers": []}
if v.value:
    for fields in json.loads(sys.argv[4]):
        out["added"].append(lib.vekha_add(v, ctypes.byref(Figure(**fields))))
    out["queue"], out["queued"] = lib.vekha_queue(v), lib.vekha_queued(v)
    seen = ANSWERED(lambda _, a: out["answers"].append([a[0].index, a[0].indicator.decode(), a[0].period.decode(), a[0].verdict.decode()]))
    out["send"] = lib.vekha_send(v, int(sys.argv[5]), seen, None)
    out["said"] = lib.vekha_error(v).decode()
    lib.vekha_close(v)
print(json.dumps(out))
"""


def call(centre, installed, conf, figures, wait_ms=10000):
    done = centre.run("/usr/bin/python3", "-c", SCRIPT, os.path.dirname(os.path.abspath(__file__)), os.path.join(installed.lib, "libvekha.so.1"), str(conf),
                      json.dumps(figures), str(wait_ms))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(KIND == "build/asan", reason="an interpreter without the sanitizer cannot load what needs it")
def test_many_figures_and_their_answers(centre, installed, conf):
    figures = [{"indicator": "consultations", "period": str(datetime.date(2026, 10, 31) - datetime.timedelta(i)),
                "value": str(i)} for i in range(120)]
    figures[7] = {"indicator": "no-such-thing", "period": "2026-09", "value": "1"}
    told = call(centre, installed, conf, figures + [{"indicator": "consultations", "period": "nonsense", "value": "1"}])
    assert told["added"] == [0] * 120 + [2] and (told["queue"], told["queued"], told["send"]) == (0, 120, 1)
    assert [answer[0] for answer in told["answers"]] == list(range(120))
    assert [answer[3] for answer in told["answers"]].count("rejected") == 1 and told["answers"][7][3] == "rejected"
    assert told["answers"][119] == [119, "consultations", "2026-07-04", "accepted"]


@pytest.mark.skipif(KIND == "build/asan", reason="an interpreter without the sanitizer cannot load what needs it")
def test_the_centre_is_away(fresh, installed, tmp_path):
    conf = tmp_path / "submit.conf"
    with open(fresh.conf("school-3"), encoding="utf-8") as source:
        conf.write_text("".join(line for line in source if not line.startswith(("spool", "language"))) + "spool = 'spool'\nlanguage = 'en'\n")
    conf.chmod(0o600)
    fresh.sandbox("stop", "vekhad")
    told = call(fresh, installed, conf, [{"indicator": "consultations", "period": "2026-01", "value": "5"}], 1500)
    assert (told["queue"], told["queued"], told["send"]) == (0, 1, 75) and "cannot be reached" in told["said"]
    fresh.sandbox("start", "vekhad")
    told = call(fresh, installed, conf, [], 10000)
    assert told["send"] == 0 and told["answers"] == [[2**64 - 1, "consultations", "2026-01", "accepted"]]
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.submission") == 1, what="it is stored once")
    conf.write_text("endpoint = 'x'\n")
    assert "endpoint" in call(fresh, installed, conf, [])["error"]
