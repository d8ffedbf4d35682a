"""A centre with a synthetic world, and the measuring programs in it."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
sys.path.insert(0, os.path.join(TOP, "tests", "system"))

import world as worlds  # noqa: E402
from centre import Centre, SecondDaemon, wait_for  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
FIGURES = 100  # in a submission
GROUPS = (5, 10, 20)  # submissions in a transaction of the bare loop, the best of which is the floor
UNDER_WAY = 500  # submissions that are stored once all agents play
Results = dict[str, tuple[float, str]]


def processor_seconds(pid: int) -> float:
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """The memory that a process has, in MiB."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024


class Failed(Exception):
    """A measuring program ended: what was asked could not be done, or what is stored is not what was receipted."""


class Country(Centre):
    patience = 3600


class Bench:
    def __init__(self, world: worlds.World, seed: int = 1):
        self.world = world
        self.seed = seed
        self.folder = tempfile.mkdtemp(prefix="vekha-bench-")
        self.centre = Country("--programme", worlds.write_programme(world, self.folder), "--without-agents")
        worlds.plan(self.centre, world)

    def close(self):
        self.centre.close()
        shutil.rmtree(self.folder)

    def start(self, program: str, *arguments) -> subprocess.Popen:
        command = [os.path.join(BUILD, "tests", "bench", program), *map(str, arguments)]
        return subprocess.Popen(command, env=self.centre.env, stdout=subprocess.PIPE, text=True)

    def finish(self, process: subprocess.Popen) -> Results:
        told, _ = process.communicate(timeout=7200)
        if process.returncode != 0:
            raise Failed("%s failed" % " ".join(process.args))
        return {name: (float(value), unit) for name, value, unit in map(str.split, told.splitlines())}

    def tool(self, program: str, *arguments) -> Results:
        """A measuring program's NAME VALUE UNIT lines; its progress goes to stderr."""
        return self.finish(self.start(program, *arguments))

    @contextlib.contextmanager
    def playing(self, name: str, agents: str, days: int, *options):
        """Plays days for every school while something else is done; gives what was found when that is over."""
        process = self.start("load", "-a", agents, "-n", name, "-r", days, "-f", FIGURES, "-s", self.seed, *options)
        found: Results = {}
        wait_for(lambda: self.centre.number("SELECT count(*) FROM vekha.submission") > UNDER_WAY, 60, name)
        yield found
        found["%s_outlasts" % name] = (process.poll() is None, "yes=1")
        found.update(self.finish(process))

    def crowd_and_one(self, agents: str) -> tuple[str, str]:
        """The agents but the last, and the last."""
        with open(agents, encoding="ascii") as file:
            lines = file.readlines()
        paths = agents + "-crowd", agents + "-one"
        for path, part in zip(paths, (lines[:-1], lines[-1:])):
            with open(path, "w", encoding="ascii") as file:
                os.chmod(path, 0o600)
                file.writelines(part)
        return paths

    def agents(self, number: int) -> str:
        path = os.path.join(self.folder, "agents-%d" % number)
        worlds.enrol(self.centre, self.world, number, path)
        self.centre.sandbox("restart", "vekhad")
        return path

    def conf(self, name: str) -> str:
        """The configuration of an agent of its own for the whole country, for vekha-submit."""
        path = os.path.join(self.folder, name + ".conf")
        with open(self.agents(1), encoding="ascii") as file:
            public, secret, *_ = file.readline().split()
        with open(path, "w", encoding="ascii") as file:
            os.chmod(path, 0o600)
            file.write("endpoint = '%s'\nserver_key = '%s'\npublic_key = '%s'\nsecret_key = '%s'\nspool = '%s.spool'\n" % (
                self.centre.env["VEKHA_ENDPOINT"], self.centre.env["VEKHA_SERVER_KEY"], public, secret, name))
        return path

    def rules(self, constants: str):
        """Applies other constants of the rule set that all indicators share."""
        path = worlds.write_programme(self.world, self.folder, constants)
        self.centre.run("vekhactl", "apply", path, check=True, timeout=600)

    def second(self) -> SecondDaemon:
        return SecondDaemon(self.centre)

    def peak(self, pid: int) -> float:
        """The most memory that a process had, in MiB."""
        with open("/proc/%d/status" % pid, encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024

    def reading(self) -> float:
        """Seconds that PostgreSQL needs to read what a series is assessed from and what was found: figures, plans, assessments."""
        began = time.monotonic()
        for table in ("figure", "plan", "assessment"):
            subprocess.run(["psql", "-qX", "-c", "COPY (SELECT * FROM vekha.%s) TO STDOUT" % table], env=self.centre.env, check=True,
                           stdout=subprocess.DEVNULL)
        return time.monotonic() - began

    def daemon(self) -> tuple[float, float]:
        """Processor seconds used so far, and memory in MiB."""
        return processor_seconds(self.centre.daemon_pid()), resident(self.centre.daemon_pid())

    def backends(self) -> tuple[float, float]:
        """Processor seconds that PostgreSQL used for storing, and for all else, since the daemon connected."""
        query = "SELECT pid, query LIKE '%vekha.ingest(%' FROM pg_stat_activity WHERE usename = 'vekhad'"
        done = self.centre.run("psql", "-qXAt", "-F", " ", "-U", "postgres", "-c", query, check=True)
        rows = [line.split() for line in done.stdout.splitlines()]
        storing, other = (sum(processor_seconds(int(pid)) for pid, ingests in rows if ingests == flag) for flag in "tf")
        return storing, other

    def load(self, name: str, agents: str, days: int, *options, versions: int = 1) -> Results:
        """Plays days for every school, then compares figure for figure."""
        before, _ = self.daemon()
        found = self.tool("load", "-a", agents, "-n", name, "-r", days * versions, "-v", versions, "-f", FIGURES,
                          "-s", self.seed, *options)
        after, memory = self.daemon()
        storing, other = self.backends()
        found[name + "_daemon_cpu"] = (after - before, "s")
        found[name + "_daemon_memory"] = (memory, "MiB")
        found[name + "_storing_cpu"] = (storing, "s")
        found[name + "_assessing_cpu"] = (other, "s")
        self.verify(days, versions)
        return found

    def beside(self, name: str, agents: str, rate: int) -> Results:
        """Receipts of single figures, so many a second, of a day that was already reported: whatever else goes on."""
        return self.tool("load", "-a", agents, "-n", name, "-r", 1, "-f", 1, "-d", 1, "-s", self.seed, "-R", rate)

    def verify(self, days: int, versions: int = 1):
        self.tool("verify", self.world.schools, days, FIGURES, versions, self.seed)

    def forget(self):
        """As if nothing had ever come in."""
        self.centre.sandbox("stop", "vekhad")
        self.centre.sql("TRUNCATE vekha.submission, vekha.figure, vekha.figure_history, vekha.assessment, vekha.reassessment,"
                        " vekha.follower")
        self.centre.sql("CHECKPOINT")
        self.centre.sandbox("start", "vekhad")

    def floor(self, name: str, days: int, group: int = 50) -> Results:
        return self.tool("floor", name, self.world.schools, days, FIGURES, group)

    def floors(self, days: int) -> Results:
        """With the daemon away: COPY, the best of the loops, one commit, one round trip."""
        self.centre.sandbox("stop", "vekhad")
        found = {}
        for name in ("copy", "commit", "curve"):
            found.update(self.floor(name, days))
        loops = {}
        for group in GROUPS:
            loops[group] = self.floor("loop", days, group)["loop_rate"]
            self.centre.sql("TRUNCATE vekha.submission, vekha.figure")
            self.centre.sql("CHECKPOINT")
        best = max(loops, key=lambda group: loops[group][0])
        found.update(loop_rate=loops[best], loop_group=(best, "submissions"))
        self.centre.sandbox("start", "vekhad")
        return found


@contextlib.contextmanager
def bench_of(schools: int, seed: int = 1, **world):
    bench = Bench(worlds.World(schools, **world), seed)
    try:
        yield bench
    finally:
        bench.close()
