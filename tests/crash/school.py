"""A school that reports through the real vekha-submit and its spool, and dies, repeats, alters and restores itself at random."""
import os
import random
import re
import shutil
import subprocess
import threading
import time

import spoolfile
import vekha_pb2 as pb

KILLED = -9
PATIENCE = 240  # seconds for a spool to empty, with a centre that is killed all the time
TWINS = {"clones": None, "repeats": lambda body: body, "altered": spoolfile.altered}


class Agent:
    """vekha-submit with one spool."""

    def __init__(self, centre, organisation, folder, disk, port, ledger):
        self.centre, self.organisation, self.ledger = centre, organisation, ledger
        self.spool = os.path.join(disk, os.path.basename(folder))
        self.conf, self.seen = os.path.join(folder, "submit.conf"), set()
        os.makedirs(folder)
        with open(centre.conf(organisation), encoding="utf-8") as source, open(self.conf, "w", encoding="utf-8") as own:
            os.fchmod(own.fileno(), 0o600)
            own.writelines(line for line in source if not line.startswith(("spool", "endpoint")))
            own.write('endpoint = "tcp://127.0.0.1:%d"\nspool = "%s"\n' % (port, self.spool))

    def run(self, *arguments, dies_after=None):
        """Exit code; with dies_after it is killed then, unless it has done already."""
        process = subprocess.Popen(["vekha-submit", "-c", self.conf, "--lang", "en", "--wait", "2", *arguments], env=self.centre.env,
                                   text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            said, complained = process.communicate(timeout=dies_after or 60)
        except subprocess.TimeoutExpired:
            process.kill()
            said, complained = process.communicate()
            if not dies_after:
                self.ledger.fault(self.organisation, "vekha-submit does not end:", said, complained)
        self.ledger.tell(re.findall(r"^queued ([0-9a-f-]{36}),", said, re.M))
        self.ledger.count(kills_agent=process.returncode == KILLED, disk_full_agent="the disk is full" in complained)
        if process.returncode not in (0, 1, 75, KILLED):
            self.ledger.fault(self.organisation, process.returncode, said, complained)
        self.scan()
        return process.returncode

    def scan(self):
        for folder in ("new", "sent"):
            for name in spoolfile.names(self.spool, folder):
                if (folder, name) not in self.seen:
                    self.ledger.note(self.organisation, name, os.path.join(self.spool, folder, name))
                    self.seen.add((folder, name))

    def names(self, folder):
        return spoolfile.names(self.spool, folder)

    def empty(self):
        """Sends until nothing waits any more."""
        end = time.monotonic() + PATIENCE
        while self.names("new") and time.monotonic() < end and not self.ledger.faults:
            self.run("--send")
        if self.names("new"):
            self.ledger.fault(self.organisation, "still queued:", *self.names("new"))


class School(threading.Thread):
    """Does one thing after the other, drawn from its seed, until told to end."""

    def __init__(self, centre, organisation, folder, disk, port, ledger, seed):
        super().__init__()
        self.place = centre, organisation, folder, disk, port, ledger
        self.agent, self.ledger, self.random = Agent(*self.place), ledger, random.Random(seed)
        self.sheet, self.twins, self.ended = folder + ".csv", 0, threading.Event()

    def run(self):
        try:
            while not self.ended.is_set():
                deed, = self.random.choices((self.report_figures, self.report_in_words, self.be_twinned), (8, 2, 1))
                deed()
        except Exception as fault:  # a thread that ended early would look like one that found nothing
            self.ledger.fault(self.agent.organisation, repr(fault))

    def report_figures(self):
        rows = self.random.sample([(i, m) for i in ("consultations", "contract-money") for m in range(1, 13)], self.random.randint(1, 6))
        with open(self.sheet, "w", encoding="utf-8") as file:
            file.write("indicator;period;value\n")
            file.writelines("%s;2025-%02d;%d%s\n" % (i, m, self.random.randint(0, 30), ",50" if i == "contract-money" else "")
                            for i, m in rows)
        self.report(self.sheet, "--yes")

    def report_in_words(self):
        self.report("--narrative", "families", "--period", "2025-%02d" % self.random.randint(1, 4),
                    "--text", "текст %d" % self.random.randint(0, 9))

    def report(self, *arguments):
        self.agent.run(*arguments, dies_after=self.random.uniform(0.001, 0.06) if self.random.random() < 0.3 else None)
        self.ledger.count(reports=1)

    def be_twinned(self):
        """Another computer wakes up with a copy of this spool, or one that was restored, or one that somebody tampered with."""
        kind, change = self.random.choice(list(TWINS.items()))
        self.twins += 1
        centre, organisation, folder, *rest = self.place
        twin = Agent(centre, organisation, "%s-twin-%d" % (folder, self.twins), *rest)
        names = [name for name in self.agent.names("sent") if spoolfile.read(os.path.join(self.agent.spool, "sent", name))[1]]
        names = self.random.sample(names, min(3, len(names)))
        try:
            self.fill(twin, names if change else [], change)
        except OSError:  # a full disk has no room for a copy either
            return
        if change:
            twin.seen |= {("new", name) for name in names}
        twin.empty()
        self.judge(twin, names if kind == "altered" else [])
        self.ledger.count(**{kind: len(names) if change else 1})
        shutil.rmtree(twin.spool)

    def fill(self, twin, names, change):
        shutil.copytree(os.path.join(self.agent.spool, "new"), os.path.join(twin.spool, "new"))
        for name in names:
            body, _ = spoolfile.read(os.path.join(self.agent.spool, "sent", name))
            with open(os.path.join(twin.spool, "new", name), "wb") as file:
                file.write(spoolfile.record(b"S", change(body)))

    def judge(self, twin, altered):
        """What was altered under its old id is refused as such; nothing else is refused or damaged."""
        for name in twin.names("refused"):
            _, answer = spoolfile.read(os.path.join(twin.spool, "refused", name))
            if answer is not None and pb.Envelope.FromString(answer).refusal.reason != pb.ALTERED:
                self.ledger.fault(name, "was refused for another reason")
        if twin.names("refused") != sorted(altered) or twin.names("bad"):
            self.ledger.fault("twin of", twin.organisation, "refused", *twin.names("refused"), "altered", *altered, "bad", *twin.names("bad"))

    def settle(self):
        """After its end: everything is sent, nothing was damaged or refused."""
        self.agent.empty()
        if self.agent.names("refused") or self.agent.names("bad"):
            self.ledger.fault(self.agent.organisation, "refused", *self.agent.names("refused"), "bad", *self.agent.names("bad"))
