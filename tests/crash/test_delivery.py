"""kill -9 of two daemons and of the receiver while alerts open and close, seeded: every step that somebody is to hear of reaches them
at least once, in its order, under an id that never changes."""
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import defaultdict

import pytest

from centre import SecondDaemon, wait_for
from peer import Peer, figure, read_conf, submission
from receivers import free_port
from test_channels import configure, webhook
from test_routes import Town, route

SEED = int(os.environ.get("SEED", "1"))
KILLS = int(os.environ.get("N", "8"))
SCHOOLS = max(12, KILLS)  # each has a hearer of its own, who is written six letters an hour at most


class Receiver:
    """Port and file stay; the process comes and goes."""

    def __init__(self, folder):
        self.port, self.path = free_port(), os.path.join(folder, "received")
        open(self.path, "wb").close()
        self.start()

    def start(self):
        self.process = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "receiver.py"), str(self.port), self.path])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def messages(self):
        """All that it wrote down; a line cut by a kill was never acknowledged."""
        with open(self.path, "rb") as file:
            return [json.loads(line) for line in file if line.endswith(b"}\n")]


class Changes(threading.Thread):
    """One figure after the other, which open and close alerts, through either daemon, until told to end."""

    def __init__(self, centre, endpoints, seed):
        super().__init__()
        self.conf, self.endpoints, self.random = read_conf(centre.conf("town")), endpoints, random.Random(seed)
        self.ended, self.sent = threading.Event(), 0

    def run(self):
        lags = defaultdict(bool)
        while not self.ended.is_set():
            school = "s%d" % self.random.randint(1, SCHOOLS)
            lags[school] = not lags[school]
            message = submission(figure("consultations", "2020-9M", 100 if lags[school] else 160, organisation=school))
            self.deliver(message)
            self.sent += 1

    def deliver(self, message):
        while True:
            conf = self.conf
            with Peer(self.random.choice(self.endpoints), conf["server_key"], conf["public_key"], conf["secret_key"]) as peer:
                answer = peer.deliver(message, seconds=3)
            if answer is not None:
                assert answer.WhichOneof("body") == "receipt"
                return


class Blows:
    """What may be killed, and how it comes back."""

    def __init__(self, centre, second, receiver):
        self.centre, self.second, self.receiver = centre, second, receiver
        self.counts = defaultdict(int)

    def first(self):
        self.centre.sandbox("kill", "vekhad")
        self.centre.sandbox("start", "vekhad")

    def other(self):
        self.second.end(signal.SIGKILL)
        self.second.start(self.centre)

    def hearer(self):
        self.receiver.kill()
        self.receiver.start()

    def strike(self, rng):
        blow = rng.choice((self.first, self.other, self.hearer))
        blow()
        self.counts[blow.__name__] += 1


@pytest.mark.timeout(180 + 8 * KILLS)
def test_every_step_is_told_at_least_once(tmp_path):
    rng = random.Random(SEED)
    town = Town(tmp_path, schools=SCHOOLS, indicators=("consultations",))
    receiver = Receiver(str(tmp_path))
    centre = town.up("".join(route("r-" + s, organisation=s, to=s, channel="hook") for s in town.schools))
    try:
        configure(centre, webhook("hook", receiver.port))
        second = SecondDaemon(centre)
        changes = Changes(centre, [centre.env["VEKHA_ENDPOINT"], second.endpoint], rng.random())
        changes.start()
        blows = Blows(centre, second, receiver)
        for _ in range(KILLS):
            threading.Event().wait(rng.uniform(0.05, 0.5))
            blows.strike(rng)
        changes.ended.set()
        changes.join(60)
        assert not changes.is_alive()
        second.end(signal.SIGKILL)
        centre.settled(60)
        centre.sandbox("now", "2020-10-06T03:00:00Z")  # what was leased, postponed or failed is due
        wait_for(lambda: centre.number("SELECT count(*) FROM vekha.mention WHERE outbox IS NULL AND dropped_at IS NULL") == 0
                 and centre.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL") == 0, 90, "the last message")
        check(centre, receiver.messages(), changes.sent, blows.counts)
        centre.check_invariants()
    finally:
        receiver.kill()
        centre.close()


def check_order(messages):
    """What came again aside, the steps of each alert came in their order; each alert here has one hearer."""
    seen, last = set(), defaultdict(int)
    for message in messages:
        if message["message_id"] in seen:
            continue
        seen.add(message["message_id"])
        for step in message["steps"]:
            alert = step["alert"]["id"]
            assert step["step"] > last[alert], "step %d of alert %d after %d" % (step["step"], alert, last[alert])
            last[alert] = step["step"]


def check(centre, messages, sent, kills):
    received = defaultdict(list)
    for message in messages:
        received[message["message_id"]].append({key: value for key, value in message.items() if key != "steps"})
    posted = {row[0] for row in centre.sql("SELECT message_id FROM vekha.outbox")}
    assert set(received) == posted and posted
    assert all(copy == copies[0] for copies in received.values() for copy in copies)
    check_order(messages)
    told = {step["step"] for message in messages for step in message["steps"]}
    to_tell = {int(row[0]) for row in centre.sql("SELECT transition FROM vekha.mention WHERE dropped_at IS NULL")}
    assert told == to_tell
    print("seed %d: %s; figures %d, steps %d, told %d in %d messages, received again %d" % (
        SEED, ", ".join("%s %d" % kill for kill in sorted(kills.items())), sent,
        centre.number("SELECT count(*) FROM vekha.alert_transition"), len(told), len(posted), len(messages) - len(posted)))
