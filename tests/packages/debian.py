"""A bare Debian 12 that boots: its files from Debian's packages, its own systemd, no network but the loopback."""
import glob
import os
import shutil
import subprocess
import tempfile
import time

from centre import TOP, wait_for

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
PACKAGES = sorted(path for path in glob.glob(os.path.join(BUILD, "deb", "*.deb")) if "-dbgsym" not in path)
BARE = os.path.join(BUILD, "debian-12.tar")  # kept: what is in it is Debian's
INSTALL = ["apt-get", "-q", "-y", "install"] + ["/root/" + os.path.basename(path) for path in PACKAGES if "-dev_" not in path]
PLAIN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
         "DEBIAN_FRONTEND": "noninteractive"}


def is_first_process(pid):
    """The first of a namespace of its own."""
    try:
        with open("/proc/%s/status" % pid, encoding="utf-8") as file:
            return any(line.split()[2:] == ["1"] for line in file if line.startswith("NSpid:"))
    except OSError:
        return False


class Debian:
    """Packages are brought while there is a network; whatever is installed, is installed without one."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="vekha-debian-")
        self.root = os.path.join(self.dir, "root")
        self.commands, self.seconds = 0, 0.0
        self.machine = self.init = None
        try:
            self.make_root()
            self.boot()
        except BaseException:
            self.close()
            raise

    def make_root(self):
        if not os.path.exists(BARE):
            subprocess.run(["mmdebstrap", "--quiet", "--format=tar", "--variant=minbase", "--include=systemd,systemd-sysv,iproute2", "bookworm", BARE + ".new"],
                           check=True)
            os.rename(BARE + ".new", BARE)
        os.mkdir(self.root)
        subprocess.run(["tar", "-x", "--numeric-owner", "-f", BARE, "-C", self.root, "--exclude=./dev/*"], check=True)
        for path in PACKAGES:
            shutil.copy(path, os.path.join(self.root, "root"))
        self.in_a_file_tree("apt-get", "-q", "update")
        self.in_a_file_tree(*INSTALL, "--download-only")

    def nspawn(self, *arguments):
        return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--machine=vekha-test", "-D", self.root, *arguments]

    def in_a_file_tree(self, *command):
        subprocess.run(self.nspawn("--pipe", *command), check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def boot(self):
        self.console = open(os.path.join(self.dir, "console"), "wb")
        self.machine = subprocess.Popen(self.nspawn("--boot", "--private-network", "--console=read-only"), stdin=subprocess.DEVNULL,
                                        stdout=self.console, stderr=self.console, start_new_session=True)
        self.init = wait_for(self.find_init, what="the first process of the system")
        wait_for(lambda: self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"), what="a booted system")

    def find_init(self):
        """Among the descendants of systemd-nspawn."""
        assert self.machine.poll() is None, open(self.console.name, encoding="utf-8", errors="replace").read()
        found, wanted = [], {str(self.machine.pid)}
        while wanted:
            pid = wanted.pop()
            if is_first_process(pid):
                found.append(int(pid))
            for path in glob.glob("/proc/%s/task/*/children" % pid):
                with open(path, encoding="utf-8") as file:
                    wanted.update(file.read().split())
        return found[0] if found else None

    def run(self, *command, timeout=300, **env):
        """A command in there, as root at a console."""
        inside = ["nsenter", "--target", str(self.init), "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd", "--"]
        return subprocess.run(inside + list(command), env={**PLAIN, **env}, text=True, errors="replace", stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)

    def type(self, *command, code=0):
        """The same as one of the commands that a person types: counted, timed, and it has to go well."""
        began = time.monotonic()
        done = self.run(*command)
        self.commands, self.seconds = self.commands + 1, self.seconds + time.monotonic() - began
        assert done.returncode == code, "%s\n%s%s" % (" ".join(command), done.stdout, done.stderr)
        return done.stdout

    def unit(self, name, unit="vekhad"):
        return self.run("systemctl", "show", "--value", "--property=" + name, unit).stdout.strip()

    def close(self):
        if self.machine is not None:
            if self.init is not None and self.machine.poll() is None:
                os.kill(self.init, 9)
            self.machine.terminate()
            self.machine.wait(timeout=60)
            self.console.close()
        subprocess.run(["chattr", "-f", "-i", os.path.join(self.root, "var", "empty")], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)
