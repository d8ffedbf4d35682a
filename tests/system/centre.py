"""A sandbox for tests: starts it, runs the programs in it as people do, looks into its database and mailbox."""
import email
import email.policy
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SANDBOX = os.path.join(TOP, "tests", "sandbox")


def wait_for(condition, seconds=60, what="the condition"):
    """Polls until the condition gives something true, and gives that back.

    Asks less often the longer it lasts, for whoever asks takes the processor from what is waited for: a twentieth later than it could
    be known, and half a second at most.
    """
    began = time.monotonic()
    while True:
        found = condition()
        if found:
            return found
        waited = time.monotonic() - began
        assert waited < seconds, what + " did not come true within %s s" % seconds
        time.sleep(min(max(0.01, waited / 20), 0.5))


def text_of(letter):
    """What a letter says in its plain part."""
    return letter.get_body(("plain",)).get_content()


def words_of(letter):
    """The same on one line and with plain spaces."""
    return " ".join(text_of(letter).split())


class Centre:
    patience = 180  # seconds that a sandbox may take to come up; a country takes longer
    program, environment = SANDBOX, None  # of the sandbox; another version has its own

    def __init__(self, *options):
        self.dir = tempfile.mkdtemp(prefix="vekha-test-")
        self.sandbox("up", *options)

    def sandbox(self, command, *arguments):
        subprocess.run([self.program, command, self.dir, *arguments], check=True, timeout=self.patience, env=self.environment)
        self.read_env()

    def read_env(self):
        path = os.path.join(self.dir, "env")
        if not os.path.exists(path):
            return
        script = 'set -a; . "$1"; env -0'
        raw = subprocess.run(["bash", "-c", script, "bash", path], check=True, stdout=subprocess.PIPE).stdout
        self.env = dict(pair.split("=", 1) for pair in raw.decode().split("\0") if "=" in pair)
        self.env["LC_ALL"] = "C.UTF-8"

    def close(self):
        self.sandbox("down")
        shutil.rmtree(self.dir, ignore_errors=True)

    def state(self):
        """The sandbox's own notes: ports, process ids."""
        with open(os.path.join(self.dir, "state"), encoding="utf-8") as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file)

    def log(self):
        with open(os.path.join(self.dir, "vekhad.log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    # --- the programs ---

    def clock(self):
        return subprocess.run([self.program, "clock", self.dir], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def at_now(self):
        return ["--now", self.clock()] if self.env.get("VEKHA_NOW") else []

    def run(self, *command, **options):
        options.setdefault("timeout", 60)
        return subprocess.run(command, env=self.env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, **options)

    def conf(self, organisation):
        return os.path.join(self.env["VEKHA_AGENTS"], organisation + ".conf")

    def submit(self, organisation, *arguments, lang="en", **options):
        return self.run("vekha-submit", "-c", self.conf(organisation), "--lang", lang, *arguments, *self.at_now(), **options)

    def ctl(self, *arguments, lang="en", **options):
        """vekhactl COMMAND …, with options for all behind."""
        return self.run("vekhactl", *arguments, "--lang", lang, *self.at_now(), **options)

    def ctl_json(self, *arguments):
        done = self.ctl(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def ctl_json_of_any(self, *arguments):
        """The same of a command that has found something, which is told by its exit code too."""
        return json.loads(self.ctl(*arguments).stdout)

    def sql(self, query):
        """Rows as lists of text, read as the owner."""
        done = self.run("psql", "-qXAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", query)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def number(self, query):
        return int(self.sql(query)[0][0])

    # --- what people see ---

    def status(self, organisation, indicator, *options):
        rows = self.ctl_json("status", "--org", organisation, "--indicator", indicator, *options)["rows"]
        return [row for row in rows if row["org"] == organisation][0]

    def open_alerts(self, organisation, indicator):
        rows = self.ctl_json("alerts")["rows"]
        return [row for row in rows if row["org"] == organisation and row["indicator"] == indicator]

    def letters(self):
        """The mails in the mailbox, oldest first."""
        folder = os.path.join(self.env["VEKHA_MAILBOX"], "new")
        paths = [os.path.join(folder, name) for name in os.listdir(folder)] if os.path.isdir(folder) else []
        found = []
        for path in sorted(paths, key=os.path.getmtime):
            with open(path, "rb") as file:
                found.append(email.message_from_binary_file(file, policy=email.policy.default))
        return found

    def settled(self, seconds=60):
        """Waits until nothing waits for assessment."""
        wait_for(lambda: self.number("SELECT count(*) FROM vekha.submission WHERE pending") == 0
                 and self.number("SELECT (SELECT count(*) FROM vekha.reassessment) + (SELECT count(*) FROM vekha.follower)"
                                 " + (SELECT count(*) FROM vekha.reporting_queue)") == 0, seconds, "assessment")

    def composed(self, seconds=60):
        """Waits until all is assessed, and nothing that is due waits to be told."""
        self.settled(seconds)
        wait_for(lambda: not self.number("SELECT count(*) FROM vekha.mention WHERE outbox IS NULL AND dropped_at IS NULL AND due_at <= '%s'"
                                         % self.clock())
                 and not self.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL AND dead_at IS NULL AND attempts = 0"),
                 seconds, "all messages")

    def daemon_pid(self):
        return int(self.env["VEKHAD_PID"])

    def freeze_daemon(self):
        os.kill(self.daemon_pid(), signal.SIGSTOP)

    def thaw_daemon(self):
        os.kill(self.daemon_pid(), signal.SIGCONT)

    # --- the oracle ---

    def check_invariants(self):
        """What must always hold, whatever happened."""
        assert self.number("SELECT count(*) - count(DISTINCT id) FROM vekha.submission") == 0
        # A version stands in one place only: in force or in the history.
        assert self.number("""
            SELECT count(*) - count(DISTINCT (organisation, period, indicator, submission))
            FROM (SELECT organisation, period, indicator, submission FROM vekha.figure
                  UNION ALL SELECT organisation, period, indicator, submission FROM vekha.figure_history) v""") == 0
        # Every version belongs to a submission, and no submission that stored something lost it.
        assert self.number("""
            SELECT count(*) FROM vekha.figure f
            WHERE NOT EXISTS (SELECT FROM vekha.submission s WHERE s.id = f.submission)""") == 0
        # The same for narratives, told from both sides: by the versions and by what the receipts said.
        assert self.number("""
            SELECT count(*) - count(DISTINCT (organisation, project, period, submission))
            FROM (SELECT organisation, project, period, submission FROM vekha.narrative
                  UNION ALL SELECT organisation, project, period, submission FROM vekha.narrative_history) v""") == 0
        assert self.number("""
            WITH kept AS (SELECT submission FROM vekha.narrative UNION ALL SELECT submission FROM vekha.narrative_history)
            SELECT count(*)
            FROM (SELECT submission, count(*) AS n FROM kept GROUP BY submission) k
            FULL JOIN (SELECT id, count(*) AS n FROM vekha.submission, unnest(narrative_verdicts) v
                       WHERE v / 100 IN (1, 2, 4, 5) GROUP BY id) s ON s.id = k.submission
            WHERE k.n IS DISTINCT FROM s.n""") == 0
        # The feed has no gap, and every step of an alert is in it once, or waits for its place.
        assert self.number("SELECT count(*) - coalesce(max(position), 0) FROM vekha.feed") == 0
        assert self.number("""
            SELECT count(*)
            FROM vekha.alert_transition t
            FULL JOIN (SELECT transition FROM vekha.feed UNION ALL SELECT transition FROM vekha.feed_waiting) f
                ON f.transition = t.id
            WHERE t.id IS NULL OR f.transition IS NULL""") == 0
        done = self.ctl("doctor", "--rebuild")
        assert done.returncode == 0, done.stdout + done.stderr


class SecondDaemon:
    """Another vekhad with the same configuration but a port of its own and no metrics."""

    def __init__(self, centre):
        self.conf = os.path.join(centre.dir, "second.conf")
        self.log_path = os.path.join(centre.dir, "second.log")
        self.write_conf(centre, "tcp://127.0.0.1:*")
        self.start(centre)
        self.endpoint = wait_for(self.find_endpoint, 30, "the second daemon")
        self.write_conf(centre, self.endpoint)  # whoever starts it again finds it where it was

    def write_conf(self, centre, endpoint):
        with open(os.path.join(centre.dir, "vekhad.conf"), encoding="utf-8") as first, open(self.conf, "w", encoding="utf-8") as own:
            conf = first.read().replace(centre.env["VEKHA_ENDPOINT"], endpoint)
            own.writelines(line for line in conf.splitlines(keepends=True) if not line.startswith("metrics"))

    def start(self, centre):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(["vekhad", "-c", self.conf, *centre.at_now()], env=centre.env, stdin=subprocess.DEVNULL, stderr=log)

    def find_endpoint(self):
        assert self.process.poll() is None, self.log()
        lines = [line for line in self.log().splitlines() if "listening on " in line]
        return lines[0].rsplit(" ", 1)[1] if lines else None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(30)
