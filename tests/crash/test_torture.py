"""Under load daemons, PostgreSQL and agents are killed -9, lines cut, disks filled; agents repeat, alter and come back as clones.
What is drawn, and in which order, is the seed's; when a kill hits is the machine's."""
import os
import random
import signal
import threading
import time
from collections import Counter

import pytest

import disk
from centre import Centre, SecondDaemon, wait_for
from ledger import Ledger
from line import Line
from school import School

SEED = int(os.environ.get("SEED", "1"))
BLOWS = int(os.environ.get("N", "14"))
ORGANISATIONS = ("bogotol", "school-3", "school-4", "guardianship")
COMPUTERS = 3  # of each, with a spool of its own
CLUSTER_MIB, SPOOLS_MIB = 512, 256
FULL_SECONDS = 4  # a disk that nobody finds full in this time is emptied again


def port_of(endpoint):
    return int(endpoint.rsplit(":", 1)[1])


class Scene:
    """A centre of two daemons, and schools on a line to them."""

    def __init__(self, folder, seed):
        self.random, self.counts, self.ledger = random.Random(seed), Counter(), Ledger()
        self.mounts = disk.can_mount(folder)
        self.centre = Centre(*(["--disk", str(CLUSTER_MIB)] if self.mounts else []))
        self.spools = disk.Disk(os.path.join(folder, "disk"), SPOOLS_MIB) if self.mounts else None
        self.second = SecondDaemon(self.centre)
        self.line = Line([port_of(self.centre.env["VEKHA_ENDPOINT"]), port_of(self.second.endpoint)], self.random.random())
        place = self.spools.folder if self.mounts else os.path.join(folder, "spools")
        self.schools = [School(self.centre, organisation, os.path.join(folder, "%s-%d" % (organisation, computer)), place, self.line.port,
                               self.ledger, self.random.random()) for organisation in ORGANISATIONS for computer in range(COMPUTERS)]

    def close(self):
        for school in self.schools:
            school.ended.set()
        for school in self.schools:
            if school.ident:
                school.join()
        self.line.close()
        self.second.end(signal.SIGKILL)
        self.centre.close()
        if self.spools:
            self.spools.close()

    # --- what may befall it ---

    def kill_vekhad(self):
        self.centre.sandbox("kill", "vekhad")
        self.centre.sandbox("start", "vekhad")

    def kill_second(self):
        self.second.end(signal.SIGKILL)
        self.second.start(self.centre)

    def stop_postgres(self):
        """Immediately, which is PostgreSQL's own word for a crash."""
        self.centre.sandbox("kill", "postgres")
        self.centre.sandbox("start", "postgres")

    def kill_postgres(self):
        kill_with_children(self.postmaster())
        self.centre.sandbox("start", "postgres")

    def kill_all(self):
        self.second.end(signal.SIGKILL)
        self.centre.sandbox("kill", "vekhad")
        self.stop_postgres()
        self.centre.sandbox("start", "vekhad")
        self.second.start(self.centre)

    def cut(self):
        self.line.cut()

    def fill_cluster(self):
        log = os.path.join(self.centre.dir, "postgres.log")
        before = complaints(log)
        self.fill(self.centre.env["PGDATA"], lambda: complaints(log) > before, "postgres")
        if not postgres_up(self.centre):
            wait_for(lambda: postgres_up(self.centre) or not os.path.exists("/proc/%d" % self.postmaster()), 60, "PostgreSQL")
        if not postgres_up(self.centre):
            self.centre.sandbox("start", "postgres")

    def fill_spools(self):
        before = self.ledger.counts["disk_full_agent"]
        self.fill(self.spools.folder, lambda: self.ledger.counts["disk_full_agent"] > before, "agents")

    def fill(self, folder, noticed, who):
        disk.fill(folder)
        end = time.monotonic() + FULL_SECONDS
        while not noticed() and time.monotonic() < end:
            threading.Event().wait(0.02)
        self.counts["disk-full noticed by " + who] += noticed()
        disk.free(folder)

    def postmaster(self):
        try:
            with open(os.path.join(self.centre.env["PGDATA"], "postmaster.pid"), encoding="ascii") as file:
                return int(file.readline())
        except FileNotFoundError:
            return 0

    # what is killed by it: victims
    BLOWS = {
        kill_vekhad: ("vekhad",), kill_second: ("second vekhad",), stop_postgres: ("postgres immediate",), kill_postgres: ("postgres -9",),
        kill_all: ("vekhad", "second vekhad", "postgres immediate"), cut: (), fill_cluster: (), fill_spools: (),
    }
    OF_DISKS = (fill_cluster, fill_spools)

    def strike(self, blow):
        blow(self)
        self.counts.update("killed " + victim for victim in self.BLOWS[blow])
        self.counts[blow.__name__] += not self.BLOWS[blow]


def kill_with_children(pid):
    """At one moment, and none is born in between: PostgreSQL refuses to start where a child of the last one lives on."""
    os.kill(pid, signal.SIGSTOP)
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
        victims = [pid, *map(int, file.read().split())]
    for victim in victims:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_for(lambda: not any(os.path.exists("/proc/%d" % victim) for victim in victims), 30, "the end of PostgreSQL")


def complaints(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        return file.read().count("No space left on device")


def postgres_up(centre):
    return centre.run("pg_isready", "-q").returncode == 0


def plan(rng, count, blows):
    """Every kind at least once if there is room, in an order of the seed's."""
    found = (blows + rng.choices(blows, k=max(0, count - len(blows))))[:count] if count >= len(blows) else rng.sample(blows, count)
    rng.shuffle(found)
    return found


@pytest.mark.timeout(400 + 15 * BLOWS)
def test_nothing_is_lost_twice_or_altered(tmp_path):
    scene = Scene(str(tmp_path), SEED)
    try:
        for school in scene.schools:
            school.start()
        blows = [blow for blow in scene.BLOWS if scene.mounts or blow not in scene.OF_DISKS]
        for number, blow in enumerate(plan(scene.random, BLOWS, blows), 1):
            threading.Event().wait(scene.random.uniform(0.05, 0.6))
            scene.strike(blow)
            if number % 25 == 0:
                print("%d blows, %d submissions" % (number, len(scene.ledger.submissions)), flush=True)
        for school in scene.schools:
            school.ended.set()
        for school in scene.schools:
            school.join()
            school.settle()
        scene.centre.settled(120)
        figures = scene.ledger.check(scene.centre)
        scene.centre.check_invariants()
        tell(scene, figures)
    finally:
        scene.close()


def tell(scene, figures):
    done = scene.counts + scene.ledger.counts
    victims = {key.replace("killed ", ""): n for key, n in sorted(done.items()) if key.startswith("killed ")}
    victims["agent"] = done["kills_agent"]
    print("seed %d: %d kills (%s), submissions %d, lines stored %d, receipts %d, repeats %d, altered %d, clones %d, cuts %d of %d connections,"
          " disks filled %d (noticed by PostgreSQL %d, by agents %d)%s"
          % (SEED, sum(victims.values()), ", ".join("%s %d" % victim for victim in victims.items()), len(scene.ledger.submissions), figures,
             len(scene.ledger.receipts), done["repeats"], done["altered"], done["clones"], done["cut"], scene.line.cuts,
             done["fill_cluster"] + done["fill_spools"], done["disk-full noticed by postgres"], done["disk-full noticed by agents"],
             "" if scene.mounts else "; disks are filled only where root may mount"))
