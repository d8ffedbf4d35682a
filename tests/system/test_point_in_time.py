"""WAL that is archived: the centre is recovered to a moment between two figures, and what came after it comes again from the schools."""
import datetime
import os
import shutil
import subprocess

import pytest

import spoolfile
from centre import wait_for
from ledger import Ledger
from peer import read_conf

SCHOOLS = ("bogotol", "school-3", "school-4")


class Cluster:
    """The files of a sandbox's cluster, with an archive beside them; whoever owns the cluster does what is done."""

    def __init__(self, centre):
        self.centre, self.data = centre, centre.env["PGDATA"]
        self.room = os.path.dirname(self.data)
        self.archive, self.base = os.path.join(self.room, "archive"), os.path.join(self.room, "base")
        self.run("mkdir", "-m", "700", self.archive)
        self.configure("archive_mode = on", "archive_command = 'test ! -e \"%s/%%f\" && cp \"%%p\" \"%s/%%f\"'" % (self.archive, self.archive))
        centre.sandbox("restart", "postgres")

    def run(self, *command):
        owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*owner, *command], env=self.centre.env, cwd="/", check=True, timeout=120)

    def configure(self, *lines):
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)

    def back_up(self):
        self.run("pg_basebackup", "-U", "postgres", "-D", self.base, "--checkpoint=fast")

    def lose(self):
        """The disk of the cluster is gone; of its WAL there is what was archived."""
        self.centre.sandbox("kill", "vekhad")
        self.centre.sandbox("kill", "postgres")
        shutil.rmtree(self.data)

    def recover(self, moment):
        self.run("cp", "-a", self.base, self.data)
        self.configure("restore_command = 'cp \"%s/%%f\" \"%%p\"'" % self.archive, "recovery_target_time = '%s'" % moment,
                       "recovery_target_action = 'promote'")
        self.run("touch", os.path.join(self.data, "recovery.signal"))
        self.centre.sandbox("start", "postgres")
        wait_for(lambda: self.centre.sql("SELECT pg_is_in_recovery()") == [["f"]], 60, "the end of recovery")
        self.centre.sandbox("start", "vekhad")

    def archived(self):
        """Waits until all that is written by now is in the archive."""
        segment = self.centre.run("psql", "-U", "postgres", "-qXAtc", "SELECT pg_walfile_name(pg_switch_wal())").stdout.strip()
        wait_for(lambda: segment in os.listdir(self.archive), 60, "the archive of " + segment)


@pytest.fixture
def cluster(fresh):
    return Cluster(fresh)


def send(centre, period, value):
    """Each school reports a figure; what all their receipts are by now, by id."""
    for school in SCHOOLS:
        done = centre.submit(school, "consultations", str(value), "--period", period)
        assert done.returncode == 0, done.stdout + done.stderr
    return receipts(centre)


def receipts(centre):
    return {name: spoolfile.read(path)[1] for _, name, path in sent(centre)}


def sent(centre):
    for school in SCHOOLS:
        spool = read_conf(centre.conf(school))["spool"]
        for name in spoolfile.names(spool, "sent"):
            yield school, name, os.path.join(spool, "sent", name)


def stored(centre):
    return {row[0] for row in centre.sql("SELECT id FROM vekha.submission")}


def test_recovered_to_a_moment(fresh, cluster):
    before = send(fresh, "2026-01", 5)
    cluster.back_up()
    since = send(fresh, "2026-02", 6)
    moment = datetime.datetime.now(datetime.timezone.utc)
    send(fresh, "2026-01", 7)
    after = send(fresh, "2026-03", 8)
    assert len(before) < len(since) < len(after) == 4 * len(SCHOOLS)
    cluster.archived()
    cluster.lose()
    cluster.recover(moment.isoformat())
    assert stored(fresh) == set(since)
    fresh.settled()
    fresh.check_invariants()

    # From an hour before: what the centre had received by the moment, it may have committed after it.
    for school in SCHOOLS:
        done = fresh.submit(school, "--resend", (moment - datetime.timedelta(hours=1)).isoformat())
        assert done.returncode == 0 and "queued once more: 4" in done.stdout, done.stdout + done.stderr
    ledger = Ledger()
    ledger.tell(after)
    for school, name, path in sent(fresh):
        ledger.note(school, name, path)
    assert set(ledger.receipts) == set(after)
    assert {name: receipts(fresh)[name] for name in since} == since  # what was not lost was answered as before
    ledger.check(fresh)
    fresh.settled()
    fresh.check_invariants()
