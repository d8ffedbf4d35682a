"""The packages on a bare Debian 12: installed, a centre set up, a first figure receipted; then what systemd makes of the service."""
import glob
import os
import re
import subprocess

import pytest

from centre import wait_for
from debian import INSTALL, PACKAGES, Debian

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root may boot a system")
PROGRAMME = "/usr/share/vekha/examples/bogotol/programme.conf"


@pytest.fixture(scope="module")
def debian():
    made = Debian()
    yield made
    made.close()


def main_pid(debian):
    return int(debian.unit("MainPID"))


def logged(debian, what):
    return what in debian.run("journalctl", "-q", "-o", "cat", "-u", "vekhad").stdout


def test_from_a_bare_system_to_a_first_receipt(debian):
    """What is typed, and no more; the first command brings PostgreSQL too, since the package recommends it."""
    assert not os.path.exists(debian.root + "/usr/sbin/vekhad")
    debian.type(*INSTALL)
    assert debian.unit("ActiveState") == "inactive"  # not before there is a centre
    said = debian.type("vekhactl", "centre", "setup", "--endpoint", "tcp://127.0.0.1:5670")
    assert "+ vekhad.service runs" in said and "All is well." in said and "!!" not in said, said
    debian.type("vekhactl", "apply", PROGRAMME)
    invitation = debian.type("vekhactl", "agent", "enrol", "school-3")
    debian.type("vekha-submit", "--enrol", re.search(r"vekha1_\S+", invitation)[0])
    said = debian.type("vekha-submit", "consultations", "165", "--period", "2020-9M", "--as-of", "2020-09-25")
    assert "165" in said
    print("\n%d commands, %.0f s of waiting, from a bare Debian 12 to a first receipt" % (debian.commands, debian.seconds))
    assert debian.run("vekhactl", "receipts", "--lang", "en").stdout.count("accepted") == 1
    assert debian.run("vekhactl", "doctor", "--lang", "en").stdout.count("!! ") == 1  # the example tells by e-mail, and none is set up


def test_again_changes_nothing(debian):
    pid = main_pid(debian)
    said = debian.run("vekhactl", "centre", "setup").stdout
    assert not re.search(r"^\+", said, re.M) and main_pid(debian) == pid, said


def test_the_service_is_what_its_unit_says(debian):
    assert (debian.unit("ActiveState"), debian.unit("SubState"), debian.unit("NRestarts")) == ("active", "running", "0")
    assert debian.unit("StatusText").startswith("Listening on tcp://0.0.0.0:5670")
    assert debian.run("systemctl", "is-enabled", "vekhad").stdout.strip() == "enabled"
    status = debian.run("cat", "/proc/%d/status" % main_pid(debian)).stdout
    uid = debian.run("id", "-u", "vekhad").stdout.strip()
    assert re.search(r"^Uid:\t%s\t%s\t" % (uid, uid), status, re.M) and uid != "0"
    assert re.search(r"^CapEff:\t0+$", status, re.M) and re.search(r"^NoNewPrivs:\t1$", status, re.M) and re.search(r"^Seccomp:\t2$", status, re.M)
    done = debian.run("systemd-analyze", "security", "--threshold=15", "--no-pager", "vekhad.service")
    assert done.returncode == 0, done.stdout.splitlines()[-1:]
    assert debian.run("systemd-analyze", "verify", "--man=no", "vekhad.service").stderr.strip() == ""
    key = debian.run("stat", "-c", "%a %U", "/etc/vekha/curve.secret").stdout.strip()
    assert key == "600 root"


def test_reload(debian):
    pid = main_pid(debian)
    assert debian.run("sed", "-i", 's/log_level = "info"/log_level = "debug"/', "/etc/vekha/vekhad.conf").returncode == 0
    assert debian.run("systemctl", "reload", "vekhad").returncode == 0
    wait_for(lambda: logged(debian, "the configuration was read anew"), what="the reload")
    assert main_pid(debian) == pid


def test_a_database_that_is_away_does_not_restart_it(debian):
    """Longer than the watchdog waits, which is made short for that."""
    drop_in = debian.root + "/etc/systemd/system/vekhad.service.d"
    os.makedirs(drop_in)
    with open(drop_in + "/short.conf", "w", encoding="utf-8") as file:
        file.write("[Service]\nWatchdogSec=3\nRestartSec=1\n")
    debian.run("systemctl", "daemon-reload")
    debian.run("systemctl", "restart", "vekhad")
    pid, beats = main_pid(debian), set()
    debian.run("systemctl", "stop", "postgresql@15-main")
    # Fed again and again while there is no database.
    wait_for(lambda: beats.add(debian.unit("WatchdogTimestampMonotonic")) or len(beats) > 6, what="the watchdog fed")
    assert main_pid(debian) == pid and debian.unit("NRestarts") == "0"
    debian.run("systemctl", "start", "postgresql@15-main")
    wait_for(lambda: debian.unit("StatusText").startswith("Listening"), what="the database back")
    assert main_pid(debian) == pid
    wait_for(lambda: debian.run("vekha-submit", "consultations", "170", "--period", "2020-9M", "--as-of", "2020-09-26").returncode == 0,
             what="a receipt")


def test_one_that_hangs_is_started_anew(debian):
    pid = main_pid(debian)
    assert debian.run("kill", "-STOP", str(pid)).returncode == 0
    wait_for(lambda: debian.unit("NRestarts") == "1" and debian.unit("ActiveState") == "active" and main_pid(debian) not in (0, pid),
             what="the watchdog")
    assert debian.run("vekha-submit", "consultations", "171", "--period", "2020-9M", "--as-of", "2020-09-27").returncode == 0


def test_the_agent_sends_what_is_put_into_its_folder(debian):
    """The key and the configuration are the system's; the folder is its group's."""
    assert debian.unit("ActiveState", "vekha-agent") == "inactive"
    assert debian.run("stat", "-c", "%a %U %G", "/srv/vekha").stdout.strip() == "2770 vekha-agent vekha-agent"
    invitation = re.search(r"vekha1_\S+", debian.run("vekhactl", "agent", "enrol", "school-4").stdout)[0]
    done = debian.run("vekha-submit", "-c", "/etc/vekha/submit.conf", "--enrol", invitation)
    assert done.returncode == 0, done.stderr
    conf = debian.root + "/etc/vekha/submit.conf"
    with open(conf, encoding="utf-8") as file:
        text = re.sub(r"(?m)^spool .*\n", "", file.read())
    with open(conf, "w", encoding="utf-8") as file:
        file.write(text + 'spool = "/var/spool/vekha"\nfolder = "/srv/vekha"\n')
    debian.run("chgrp", "vekha-agent", "/etc/vekha/submit.conf")
    debian.run("chmod", "640", "/etc/vekha/submit.conf")
    done = debian.run("systemctl", "start", "vekha-agent")
    assert done.returncode == 0, debian.run("journalctl", "-q", "-o", "cat", "-u", "vekha-agent").stdout
    figures = debian.root + "/srv/vekha/figures.csv"
    with open(figures + ".part", "w", encoding="utf-8") as file:
        file.write("indicator;period;value\nconsultations;2020-09;21\n")
    os.rename(figures + ".part", figures)
    wait_for(lambda: "school-4" in debian.run("vekhactl", "receipts", "--org", "school-4", "--lang", "en").stdout, what="a receipt")
    assert debian.unit("NRestarts", "vekha-agent") == "0"


def test_upgrade(debian):
    """The old daemon goes on until setup has migrated."""
    pid = main_pid(debian)
    packages = [word for word in INSTALL if word.endswith(".deb")]
    done = debian.run("apt-get", "-q", "-y", "install", "--reinstall", *packages)
    assert done.returncode == 0, done.stdout + done.stderr
    assert main_pid(debian) == pid
    said = debian.run("vekhactl", "centre", "setup").stdout
    assert re.findall(r"^\+.*", said, re.M) == ["+ vekhad.service runs, and starts with the system"], said
    assert main_pid(debian) not in (0, pid) and debian.unit("ActiveState") == "active"


def test_completion_knows_what_the_programs_know(debian):
    script = ('. /usr/share/bash-completion/completions/$1; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              '_vekha "$1" "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[*]}"')
    for words, found in ((("vekhactl", "centre", ""), "init setup"), (("vekhactl", "centre", "setup", "--e"), "--endpoint"),
                         (("vekhactl", "-c", "x", "rehea"), "rehearse"), (("vekhad", "--ch"), "--check"), (("vekhactl", "--lang", ""), "ru en"),
                         (("vekha-submit", "--dr"), "--dry-run"), (("vekhactl", "apply", "-c", ""), "")):
        assert debian.run("bash", "-c", script, "bash", *words).stdout.strip() == found, words


def test_each_package_has_its_manual_pages(debian):
    for path in PACKAGES:
        name = os.path.basename(path).split("_")[0]
        files = debian.run("dpkg", "-L", name).stdout.split()
        programs = [file.rsplit("/", 1)[1] for file in files if re.match(r"/usr/s?bin/.", file)]
        pages = [file.rsplit("/", 1)[1].split(".")[0] for file in files if "/man/man" in file and file.endswith(".gz")]
        assert set(programs) <= set(pages), name


def test_removed_and_purged_the_key_and_the_figures_stay(debian):
    assert debian.run("apt-get", "-q", "-y", "remove", "vekhad").returncode == 0
    assert debian.unit("ActiveState") in ("inactive", "failed") and not os.path.exists(debian.root + "/usr/sbin/vekhad")
    assert os.path.exists(debian.root + "/etc/vekha/vekhad.conf")
    assert debian.run("apt-get", "-q", "-y", "purge", "vekhad").returncode == 0
    assert not os.path.exists(debian.root + "/etc/vekha/vekhad.conf") and os.path.exists(debian.root + "/etc/vekha/curve.secret")
    done = debian.run("runuser", "-u", "postgres", "--", "psql", "-qXAt", "-c", "SELECT count(*) FROM vekha.figure", "vekha")
    assert done.stdout.strip() == "2", done.stderr


def test_a_program_is_built_with_the_library(tmp_path):
    for path in PACKAGES:
        if "libvekha" in path:
            subprocess.run(["dpkg-deb", "-x", path, str(tmp_path)], check=True)
    library = glob.glob(str(tmp_path / "usr/lib/*/libvekha.so.1"))[0]
    env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(library) + "/pkgconfig", "PKG_CONFIG_SYSROOT_DIR": str(tmp_path),
           "LD_LIBRARY_PATH": os.path.dirname(library)}
    example = glob.glob(str(tmp_path / "usr/share/doc/libvekha-dev/examples/submit.c"))[0]
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "vekha"], env=env, check=True, text=True, stdout=subprocess.PIPE).stdout.split()
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", str(tmp_path / "submit"), example, *flags], check=True)
    needed = subprocess.run(["ldd", str(tmp_path / "submit")], env=env, check=True, text=True, stdout=subprocess.PIPE).stdout
    assert library in needed
    assert subprocess.run([str(tmp_path / "submit")], env=env, check=False, stderr=subprocess.DEVNULL).returncode > 0


def test_what_was_built_is_hardened(tmp_path):
    """Bound at the start, at addresses that nobody knows before, with checked copies and guarded stacks."""
    for path in PACKAGES:
        subprocess.run(["dpkg-deb", "-x", path, str(tmp_path)], check=True)
    programs = [os.path.join(folder, name) for folder, _, names in os.walk(tmp_path / "usr") for name in names
                if os.path.basename(folder) in ("bin", "sbin")]
    assert len(programs) == 4
    for program in programs:
        told = subprocess.run(["readelf", "-W", "-d", "-s", program], check=True, text=True, stdout=subprocess.PIPE).stdout
        assert re.search(r"FLAGS_1.*NOW.*PIE", told) and "__stack_chk_fail" in told and re.search(r"__\w+_chk@", told), program
