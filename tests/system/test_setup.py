"""From an installed package beside a PostgreSQL to a centre that runs: `vekhactl centre setup`, on a cluster of its own that lets in
by the name of the system's user (peer), as Debian's does."""
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile

import pytest

from centre import TOP, wait_for

EXAMPLE = os.path.join(TOP, "examples", "bogotol")
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
PGBIN = "/usr/lib/postgresql/15/bin"
DAEMON = "nobody"  # a user that every system has; as vekhad.conf names the role, so the system's user is called
pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root may go as another user")


def as_user(user, *command):
    return ["runuser", "-u", user, "--", *command]


class Machine:
    """A cluster, an installed configuration, no centre yet."""

    def __init__(self, authentication="peer", locale="C"):
        self.dir = tempfile.mkdtemp(prefix="vekha-setup-", dir="/tmp")
        os.chmod(self.dir, 0o755)
        self.data, self.conf = os.path.join(self.dir, "data"), os.path.join(self.dir, "vekhad.conf")
        self.log = os.path.join(self.dir, "vekhad.log")
        for folder in (self.data, os.path.join(self.dir, "socket")):
            os.mkdir(folder, 0o755)
            shutil.chown(folder, "postgres")
        subprocess.run(as_user("postgres", PGBIN + "/initdb", "-D", self.data, "-A", authentication, "--locale", locale, "-N"),
                       check=True, cwd="/", stdout=subprocess.DEVNULL)
        self.postgres("start")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.write_conf()
        self.daemon = None
        self.env = {"PATH": BUILD + ":" + os.environ["PATH"], "PGHOST": self.dir + "/socket", "LC_ALL": "C.UTF-8", "HOME": self.dir}

    def write_conf(self, database="dbname=vekha user=" + DAEMON):
        with open(self.conf, "w", encoding="utf-8") as file:
            file.write('endpoint = "tcp://127.0.0.1:%d"\nserver_key = "%s/curve.secret"\ndatabase = "%s"\n'
                       % (self.port, self.dir, "host=%s/socket %s" % (self.dir, database)))

    def postgres(self, verb):
        subprocess.run(as_user("postgres", PGBIN + "/pg_ctl", "-D", self.data, "-l", self.data + "/log", "-w", "-s", "-m", "immediate",
                               *(["-o", "-c unix_socket_directories=%s/socket -c listen_addresses=" % self.dir] if verb == "start" else []),
                               verb), check=True, cwd="/")

    def run(self, *command, **env):
        return subprocess.run(command, env={**self.env, **env}, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)

    def setup(self, *options, lang="en", **env):
        return self.run("vekhactl", "-c", self.conf, "--lang", lang, "centre", "setup", *options, **env)

    def sql(self, query, database="vekha"):
        done = subprocess.run(as_user("postgres", "psql", "-qXAt", "-h", self.env["PGHOST"], "-v", "ON_ERROR_STOP=1", "-c", query, database),
                              cwd="/", text=True, stdout=subprocess.PIPE, check=True)
        return done.stdout.split()

    def start_daemon(self):
        """As systemd does: another user than root, who gets a copy of the key that root alone can read."""
        credentials = os.path.join(self.dir, "credentials")
        os.makedirs(credentials, exist_ok=True)
        shutil.copy(self.dir + "/curve.secret", credentials)
        shutil.chown(credentials + "/curve.secret", DAEMON)
        with open(self.conf, encoding="utf-8") as file:
            text = "".join(line for line in file if not line.startswith("server_key"))
        with open(self.dir + "/running.conf", "w", encoding="utf-8") as file:
            file.write(text)
        shutil.copy(BUILD + "/vekhad", self.dir)  # where every user may go
        with open(self.log, "w", encoding="utf-8") as log:
            self.daemon = subprocess.Popen(["setpriv", "--reuid", DAEMON, "--clear-groups", self.dir + "/vekhad", "-c", self.dir + "/running.conf"],
                                           env={**self.env, "CREDENTIALS_DIRECTORY": credentials}, stdin=subprocess.DEVNULL, stderr=log)
        wait_for(lambda: "listening on" in open(self.log, encoding="utf-8").read(), what="the daemon")

    def close(self):
        if self.daemon is not None:
            self.daemon.send_signal(signal.SIGKILL)
            self.daemon.wait()
        self.postgres("stop")
        shutil.rmtree(self.dir)


@pytest.fixture
def machine():
    made = Machine()
    yield made
    made.close()


def signs(done):
    return "".join(line[0] for line in done.stdout.splitlines() if line[:2] in ("+ ", "= "))


def test_from_nothing_to_a_first_receipt(machine):
    done = machine.setup()
    assert done.returncode == 1 and "!! vekhad: none is connected" in done.stdout, done.stdout + done.stderr  # nobody starts it here
    assert [line for line in done.stdout.splitlines() if line.startswith("!!")] == [line for line in done.stdout.splitlines()
                                                                                    if line.startswith("!! vekhad")]
    assert "? start the daemon: vekhad -c " + machine.conf in done.stdout
    mode = os.stat(machine.dir + "/curve.secret")
    assert stat.S_IMODE(mode.st_mode) == 0o600 and mode.st_uid == 0
    machine.start_daemon()
    done = machine.setup()
    assert done.returncode == 0 and "All is well." in done.stdout, done.stdout + done.stderr
    assert set(signs(done)) == {"="} and len(signs(done)) > 10

    # The name that schools use is this machine's, which need not lead to the loopback that the test listens at.
    done = machine.setup("--endpoint", "tcp://127.0.0.1:%d" % machine.port)
    assert "+ schools connect to tcp://127.0.0.1:%d" % machine.port in done.stdout and done.returncode == 0, done.stdout + done.stderr
    # The rest is what an administrator does, as root beside PostgreSQL, without another word of where the centre is.
    assert machine.run("vekhactl", "apply", os.path.join(EXAMPLE, "programme.conf")).returncode == 0
    line = [word for word in machine.run("vekhactl", "agent", "enrol", "school-3").stdout.split() if word.startswith("vekha1_")][0]
    school = {"HOME": machine.dir + "/school", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""}
    os.mkdir(school["HOME"])
    conf = school["HOME"] + "/vekha.conf"
    assert machine.run("vekha-submit", "-c", conf, "--enrol", line, **school).returncode == 0
    done = machine.run("vekha-submit", "-c", conf, "--lang", "en", "consultations", "12", "--period", "2020-09", **school)
    assert done.returncode == 0 and "accepted" in done.stdout, done.stdout + done.stderr
    assert machine.sql("SELECT count(*) FROM vekha.figure") == ["1"]
    assert machine.sql("SELECT DISTINCT enrolled_by FROM vekha.agent") == ["root"]
    # With an administrator's rights doctor sees what it needs; of the programme's routes, this daemon serves none.
    done = machine.run("vekhactl", "doctor", "--lang", "en")
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("!!")] == ["!! channels"], done.stdout + done.stderr
    # What is the owner's alone, a superuser does in its place: with the owner's rights.
    shutil.copy(BUILD + "/vekhactl", machine.dir)
    as_postgres = as_user("postgres", machine.dir + "/vekhactl")
    assert machine.run("vekhactl", "migrate").returncode == 1
    assert machine.run(*as_postgres, "migrate").returncode == 0
    assert machine.run(*as_postgres, "doctor", "--rebuild", "--write").returncode == 0


def test_who_owns_what_and_who_may_come_in(machine):
    machine.setup()
    assert machine.sql("SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname IN ('vekha', '%s', 'root') ORDER BY 1" % DAEMON,
                       ) == ["%s|t|f" % DAEMON, "root|t|f", "vekha|f|f"]
    assert machine.sql("SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'vekha'") == ["vekha|UTF8"]
    assert machine.sql("SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'vekha'::regnamespace") == ["vekha"]
    assert machine.sql("SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'vekha'::regnamespace") == ["vekha"]
    assert machine.sql("SELECT pg_get_userbyid(m.member) || '>' || m.roleid::regrole FROM pg_auth_members m WHERE m.roleid::regrole::text LIKE 'vekha%' "
                       "ORDER BY 1") == [DAEMON + ">vekha_daemon", "root>vekha_admin"]
    machine.sql("CREATE ROLE stranger LOGIN", "postgres")
    assert machine.sql("SELECT has_database_privilege(r, 'vekha', 'CONNECT') FROM unnest('{stranger,root,%s}'::text[]) r" % DAEMON) == ["f", "t", "t"]


def test_goes_on_after_an_interruption(machine):
    """Whatever of it was done by hand, or before it was cut short, is found and left as it is."""
    machine.sql("CREATE ROLE vekha LOGIN CREATEROLE", "postgres")
    machine.sql("CREATE DATABASE vekha OWNER vekha TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'", "postgres")
    with open(machine.conf, "a", encoding="utf-8") as file:
        file.write('server_key = "/nonexistent/curve.secret"\n')
    done = machine.setup()
    assert done.returncode == 1 and "/nonexistent/curve.secret" in done.stderr and "run the command again" in done.stderr
    assert signs(done).startswith("===+++"), done.stdout
    machine.write_conf()
    done = machine.setup()
    assert "+ key %s/curve.secret" % machine.dir in done.stdout and signs(done).count("+") == 2, done.stdout
    key = open(machine.dir + "/curve.secret", encoding="utf-8").read()
    assert set(signs(machine.setup())) == {"="} and open(machine.dir + "/curve.secret", encoding="utf-8").read() == key
    os.remove(machine.dir + "/curve.secret")  # the schools trust the one that is gone: no other is put in its place silently
    done = machine.setup()
    assert done.returncode == 1 and "another public key" in done.stderr


def test_two_at_once_make_one_centre(machine):
    command = ["vekhactl", "-c", machine.conf, "--lang", "en", "centre", "setup"]
    both = [subprocess.Popen(command, env=machine.env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [out.count("\n!!") for out, _ in said] == [1, 1], said
    assert sum("+ key" in out for out, _ in said) == 1
    assert set(signs(machine.setup())) == {"="}


def test_who_may_not_is_told_what_to_do(machine):
    done = machine.setup(PGUSER="root")
    assert done.returncode == 69 and "as root beside PostgreSQL, or give PGUSER" in done.stderr
    assert "от имени root там, где работает PostgreSQL" in machine.setup(lang="ru", PGUSER="root").stderr
    assert machine.setup("--endpoint", "tcp://*:5670").returncode == 2
    assert machine.run("vekhactl", "-c", machine.dir + "/none.conf", "centre", "setup").returncode == 2
    machine.write_conf("dbname='vekha user=vekhad")
    done = machine.setup()
    assert done.returncode == 2 and machine.conf in done.stderr
    machine.write_conf("dbname=old user=" + DAEMON)
    machine.sql("CREATE DATABASE old TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'", "postgres")
    assert "LATIN1" in machine.setup().stderr
    machine.write_conf("dbname=own user=" + DAEMON)
    machine.sql("CREATE DATABASE own TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", "postgres")
    done = machine.setup()
    assert done.returncode == 1 and "superuser postgres" in done.stderr and machine.sql("SELECT to_regclass('vekha.centre')", "own") == []


def test_a_daemon_that_pg_hba_keeps_out(machine):
    with open(machine.data + "/pg_hba.conf", "w", encoding="utf-8") as file:
        file.write("local all postgres,root peer\n")
    machine.postgres("restart")
    done = machine.setup()
    assert done.returncode == 1 and "local  vekha  %s  peer" % DAEMON in done.stderr.replace(DAEMON + "  ", DAEMON + "  "), done.stderr
    with open(machine.data + "/pg_hba.conf", "a", encoding="utf-8") as file:
        file.write("local vekha %s peer\n" % DAEMON)
    machine.sql("SELECT pg_reload_conf()", "postgres")
    wait_for(lambda: "= %s can connect to the database" % DAEMON in machine.setup().stdout, what="pg_hba.conf read anew")


def test_by_another_user_of_postgresql():
    """Beside no PostgreSQL: one who may make roles and databases, and is no superuser."""
    machine = Machine(authentication="trust")
    try:
        machine.sql("CREATE ROLE builder LOGIN CREATEROLE CREATEDB", "postgres")
        done = machine.setup(PGUSER="builder")
        assert "+ the right to act as vekha" in done.stdout and "+ key" in done.stdout, done.stdout + done.stderr
        assert machine.sql("SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'vekha'::regnamespace") == ["vekha"]
        assert set(signs(machine.setup(PGUSER="builder"))) == {"="}
    finally:
        machine.close()
