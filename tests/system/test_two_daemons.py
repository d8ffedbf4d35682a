"""Two daemons on one database: both take figures, either may die, and nothing is lost, stored twice or told twice."""
import os
import random
import signal
import threading
from collections import Counter

import pytest

import vekha_pb2 as pb
from centre import SecondDaemon, wait_for
from peer import Peer, figure, read_conf, submission

ORGANISATIONS = ("bogotol", "school-3", "school-4", "guardianship")
SEED = int(os.environ.get("SEED", "1"))


class Two:
    def __init__(self, centre):
        self.centre, self.second = centre, SecondDaemon(centre)
        self.endpoints = [centre.env["VEKHA_ENDPOINT"], self.second.endpoint]

    def peer(self, organisation, which):
        conf = read_conf(self.centre.conf(organisation))
        return Peer(self.endpoints[which], conf["server_key"], conf["public_key"], conf["secret_key"])


@pytest.fixture
def two(fresh):
    made = Two(fresh)
    yield made
    made.second.end(signal.SIGKILL)


class Sender(threading.Thread):
    """Delivers each submission to one daemon, some to the other as well, and keeps the receipts; stays with the first
    daemon once the second is dead."""

    def __init__(self, two, organisation, messages, seed):
        super().__init__()
        self.two, self.organisation, self.messages = two, organisation, messages
        self.random = random.Random(seed)
        self.receipts, self.wrong = {}, []
        self.through = Counter()

    def run(self):
        with self.two.peer(self.organisation, 0) as first, self.two.peer(self.organisation, 1) as second:
            peers = (first, second)
            for message in self.messages:
                ways = [0, 1] if self.random.random() < 0.3 else [self.random.randrange(2)]
                for way in ways:
                    self.deliver(peers, way, message)

    def alive(self, way):
        return way == 0 or self.two.second.process.poll() is None

    def deliver(self, peers, way, message):
        answer = None
        while answer is None and self.alive(way):
            answer = peers[way].deliver(message, seconds=2)
        if answer is None:
            way = 0
            answer = peers[way].deliver(message, seconds=60)
        if answer is None or answer.WhichOneof("body") != "receipt":
            self.wrong.append(answer)
            return
        self.through[way] += 1
        text = answer.SerializeToString()
        if self.receipts.setdefault(message.submission.id, text) != text:
            self.wrong.append(answer)


def composed_messages(rng, count):
    """Figures of few keys, so that the daemons meet; those of 2020 move a target to and fro between lagging and not."""
    messages = []
    for _ in range(count):
        figures = [figure("consultations", "2020-9M", rng.choice((20, 60, 149, 150, 200)), as_of="2020-09-30")]
        figures += [figure("consultations", "2025-%02d" % m, rng.randint(0, 300)) for m in rng.sample(range(1, 13), 2)]
        messages.append(submission(*figures))
    return messages


def start_senders(two, count):
    rng = random.Random(SEED)
    senders = [Sender(two, organisation, composed_messages(rng, count), rng.random()) for organisation in ORGANISATIONS]
    for sender in senders:
        sender.start()
    return senders


def join(senders):
    for sender in senders:
        sender.join(120)
        assert not sender.is_alive() and not sender.wrong, sender.wrong


def check_stored(centre, senders):
    receipts = {id.hex(): text for sender in senders for id, text in sender.receipts.items()}
    stored = {row[0].replace("-", ""): row[1] for row in centre.sql("SELECT id, number FROM vekha.submission")}
    assert stored == {id: str(pb.Envelope.FromString(text).receipt.number) for id, text in receipts.items()}
    latest = {}
    for sender in senders:
        for message in sender.messages:
            for f in message.submission.figures:
                rank = message.submission.composed_us, message.submission.id
                key = sender.organisation, f.period
                latest[key] = max(latest.get(key, (rank, f.value.mantissa)), (rank, f.value.mantissa))
    rows = centre.sql("SELECT o.code, vekha.period_text(f.period), f.value FROM vekha.figure f"
                      " JOIN vekha.organisation o ON o.id = f.organisation")
    assert {(code, period): int(value) for code, period, value in rows} == {key: v for key, (_, v) in latest.items()}


def check_alerts(centre):
    """Each alert's steps are a chain: one opens it, none is repeated, each begins where the one before ended."""
    assert centre.number("""
        SELECT count(*) FROM (
            SELECT t.from_level, lag(t.to_level) OVER w AS before, t.to_level, row_number() OVER w AS n
            FROM vekha.alert_transition t WINDOW w AS (PARTITION BY t.alert ORDER BY t.id)) s
        WHERE from_level IS DISTINCT FROM before OR from_level IS NOT DISTINCT FROM to_level OR (n = 1) <> (from_level IS NULL)
        """) == 0
    assert centre.number("SELECT count(*) FROM vekha.alert_transition") > 0


def letters_by_id(centre):
    wait_for(lambda: centre.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL") == 0, 60, "sending of all letters")
    sent = Counter(letter["Message-ID"] for letter in centre.letters())
    assert set(sent) == {row[0] for row in centre.sql("SELECT message_id FROM vekha.outbox")}
    return sent


def test_both_take_figures_and_everything_happens_once(two):
    senders = start_senders(two, 60)
    join(senders)
    through = sum((sender.through for sender in senders), Counter())
    assert min(through[0], through[1]) > 20
    two.centre.settled(30)
    check_stored(two.centre, senders)
    check_alerts(two.centre)
    assert set(letters_by_id(two.centre).values()) == {1}
    assert two.second.end(signal.SIGTERM) == 0
    two.centre.check_invariants()


def test_one_is_killed_and_the_other_goes_on(two):
    senders = start_senders(two, 60)
    wait_for(lambda: sum(sender.through[1] for sender in senders) > 20, 60, "load on the second daemon")
    two.second.end(signal.SIGKILL)
    join(senders)
    two.centre.settled(90)
    check_stored(two.centre, senders)
    check_alerts(two.centre)
    two.centre.sql("UPDATE vekha.outbox SET leased_until = next_attempt_at WHERE sent_at IS NULL")  # as if the lease were over
    letters_by_id(two.centre)  # one may have come twice: sent, and not yet marked so when its sender died
    two.centre.check_invariants()


def test_both_hear_of_a_revoked_key(two):
    with two.peer("school-4", 0) as first, two.peer("school-4", 1) as second:
        for month, peer in enumerate((first, second), 1):
            assert peer.ask(submission(figure("consultations", "2026-%02d" % month, 1))).WhichOneof("body") == "receipt"
        agent = [row for row in two.centre.ctl_json("agent", "list")["rows"] if row["org"] == "school-4"][0]
        assert two.centre.ctl("agent", "revoke", str(agent["id"])).returncode == 0
        for peer in (first, second):
            wait_for(lambda: peer.ask(submission(figure("consultations", "2026-03", 1))).refusal.reason == pb.REVOKED, 1, "a refusal")
    assert two.centre.number("SELECT count(*) FROM vekha.figure WHERE period = 2026003") == 0
