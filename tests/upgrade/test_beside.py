"""An upgrade under load: schools of both versions report while the centre of an earlier commit is migrated, another daemon of
today starts beside the old one, and the old one stops.  Whatever a school was told is in the tables, once."""
import os
import random
import signal
import time

import pytest

from centre import SecondDaemon, wait_for
from earlier import NARRATIVES, ROUTES, EarlierCentre
from ledger import Ledger
from line import Line
from school import School

SEED = int(os.environ.get("SEED", "1"))
RECEIPTS = int(os.environ.get("N", "60"))  # at least so many in each stage
ORGANISATIONS = ("bogotol", "school-3", "school-4", "guardianship")


def port_of(endpoint):
    return int(endpoint.rsplit(":", 1)[1])


class SchoolWithoutWords(School):
    """Its program knows no narratives yet."""

    report_in_words = School.report_figures


class Upgrade:
    def __init__(self, earlier, folder):
        self.earlier, self.ledger, self.stages = earlier, Ledger(), []
        self.centre = EarlierCentre(earlier)
        self.newer = self.centre.newer()
        self.line = Line([port_of(self.centre.env["VEKHA_ENDPOINT"])], SEED)
        rng = random.Random(SEED)
        kinds = ("old", School if earlier.level >= NARRATIVES else SchoolWithoutWords, self.centre), ("new", School, self.newer)
        self.schools = [kind(centre, organisation, os.path.join(folder, "%s-%s" % (organisation, age)), os.path.join(folder, "spools"),
                               self.line.port, self.ledger, rng.random())
                        for organisation in ORGANISATIONS for age, kind, centre in kinds]
        self.second = None

    def close(self):
        for school in self.schools:
            school.ended.set()
        for school in self.schools:
            if school.ident:
                school.join()
        self.line.close()
        if self.second:
            self.second.end(signal.SIGKILL)
        self.centre.close()

    def stage(self, name):
        """Goes on until schools were told of enough more."""
        before, began = len(self.ledger.receipts), time.monotonic()
        wait_for(lambda: len(self.ledger.receipts) >= before + RECEIPTS or self.ledger.faults, 300, "%d receipts, %s" % (RECEIPTS, name))
        self.stages.append("%s: %d receipts in %.0f s" % (name, len(self.ledger.receipts) - before, time.monotonic() - began))

    def migrate(self):
        """Whoever must stop before, stops: docs/operator.md, Upgrade."""
        before, began = len(self.ledger.receipts), time.monotonic()
        if self.earlier.level < ROUTES:
            self.centre.sandbox("stop", "vekhad")
            self.drop_recipients()
        done = self.newer.run("vekhactl", "migrate", timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        self.stages.append("migrated in %.1f s, %d receipts meanwhile" % (time.monotonic() - began, len(self.ledger.receipts) - before))

    def drop_recipients(self):
        """Who is told of what is the routes' business since, and no option any more."""
        path = os.path.join(self.centre.dir, "vekhad.conf")
        with open(path, encoding="utf-8") as file:
            kept = [line for line in file if not line.lstrip().startswith(("to =", "language ="))]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(kept)

    def play(self):
        for school in self.schools:
            school.start()
        self.stage("old daemon, old schema")
        self.migrate()
        if self.earlier.level >= ROUTES:
            self.stage("old daemon, new schema")
        self.second = SecondDaemon(self.newer)
        self.line.ports = [*self.line.ports, port_of(self.second.endpoint)]
        if self.earlier.level >= ROUTES:
            self.stage("both daemons")
            self.centre.sandbox("stop", "vekhad")
        self.line.ports = self.line.ports[1:]
        self.stage("new daemon")

    def finish(self):
        """What was lost, and what was stored twice, is for the ledger to say."""
        for school in self.schools:
            school.ended.set()
        for school in self.schools:
            school.join()
            school.settle()
        self.newer.settled(120)
        return self.ledger.check(self.newer)


@pytest.mark.timeout(1800)
def test_no_figure_is_lost_or_stored_twice(earlier, tmp_path):
    upgrade = Upgrade(earlier, str(tmp_path))
    try:
        upgrade.play()
        figures = upgrade.finish()
        upgrade.newer.check_invariants()
        counts = upgrade.ledger.counts
        print("\nfrom %s (migration %03d): %s; in all %d submissions, %d receipts, %d versions stored, repeats %d, clones %d, altered %d; "
              "receipted and lost 0, stored twice 0"
              % (earlier.commit, earlier.level, "; ".join(upgrade.stages), len(upgrade.ledger.submissions), len(upgrade.ledger.receipts),
                 figures, counts["repeats"], counts["clones"], counts["altered"]))
    finally:
        upgrade.close()
