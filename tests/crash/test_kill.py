"""kill -9 of the daemon, PostgreSQL and both under load, seeded: nothing lost, nothing twice, the rebuild equals what stands."""
import os
import random
import threading

import pytest

import vekha_pb2 as pb
from peer import figure, peer_of, submission

SEED = int(os.environ.get("SEED", "1"))
KILLS = int(os.environ.get("N", "6"))


class Sender(threading.Thread):
    """Delivers a list of submissions patiently and keeps every receipt; some are sent again after their receipt."""

    def __init__(self, centre, organisation, messages, seed):
        super().__init__()
        self.centre, self.organisation, self.messages = centre, organisation, messages
        self.random = random.Random(seed)
        self.receipts, self.differing, self.failed = {}, [], []

    def run(self):
        with peer_of(self.centre, self.organisation) as peer:
            for message in self.messages:
                for _ in range(1 + (self.random.random() < 0.2)):
                    self.deliver(peer, message)

    def deliver(self, peer, message):
        answer = peer.deliver(message, seconds=120)
        if answer is None or answer.WhichOneof("body") != "receipt":
            self.failed.append(answer)
            return
        known = self.receipts.setdefault(message.submission.id, answer.SerializeToString())
        if known != answer.SerializeToString():
            self.differing.append(message.submission.id)


def composed_messages(rng, count):
    """Figures and narratives of a few keys, reported again and again with changing values and texts."""
    messages = []
    for _ in range(count):
        months = rng.sample(range(1, 13), rng.randint(1, 4))
        message = submission(*[figure("consultations", "2025-%02d" % m, rng.randint(0, 300)) for m in months])
        for month in rng.sample(range(1, 5), rng.randint(0, 2)):
            message.submission.narratives.add(project="families", period="2025-%02d" % month, text="текст %d" % rng.randint(0, 9))
        messages.append(message)
    return messages


def kill_at_random(centre, rng, senders):
    kills = 0
    while kills < KILLS and any(sender.is_alive() for sender in senders):
        threading.Event().wait(rng.uniform(0.05, 0.6))
        victim = rng.choice(("vekhad", "postgres", "both"))
        if victim in ("postgres", "both"):
            centre.sandbox("kill", "postgres")
        if victim in ("vekhad", "both"):
            centre.sandbox("kill", "vekhad")
        if victim in ("postgres", "both"):
            centre.sandbox("start", "postgres")
        if victim in ("vekhad", "both"):
            centre.sandbox("start", "vekhad")
        kills += 1
    return kills


@pytest.mark.timeout(150 + 20 * KILLS)
def test_kill_minus_nine_under_load(fresh):
    rng = random.Random(SEED)
    senders = [Sender(fresh, organisation, composed_messages(rng, 60 * KILLS), rng.random())
               for organisation in ("bogotol", "school-3", "school-4", "guardianship")]
    for sender in senders:
        sender.start()
    kills = kill_at_random(fresh, rng, senders)
    for sender in senders:
        sender.join(120 + 10 * KILLS)
        assert not sender.is_alive() and not sender.failed and not sender.differing

    receipts = {id: text for sender in senders for id, text in sender.receipts.items()}
    stored = {row[0].replace("-", "") for row in fresh.sql("SELECT id FROM vekha.submission")}
    assert {id.hex() for id in receipts} == stored
    numbers = {pb.Envelope.FromString(text).receipt.number for text in receipts.values()}
    assert len(numbers) == len(receipts)

    fresh.settled(60)
    check_versions(fresh, senders)
    fresh.check_invariants()
    print("seed %d: %d kills, %d receipts" % (SEED, kills, len(receipts)))
    assert kills == KILLS


def check_versions(centre, senders):
    """In force is the latest composed of all that was receipted, for each key; recomputed here from the messages."""
    latest = {"figure": {}, "narrative": {}}
    for sender in senders:
        for message in sender.messages:
            body = message.submission
            for kind, period, content in ([("figure", f.period, str(f.value.mantissa)) for f in body.figures]
                                          + [("narrative", n.period, n.text) for n in body.narratives]):
                key, rank = (sender.organisation, period), (body.composed_us, body.id)
                if key not in latest[kind] or rank > latest[kind][key][0]:
                    latest[kind][key] = rank, content
    for kind, content in (("figure", "value"), ("narrative", "text")):
        rows = centre.sql("SELECT o.code, vekha.period_text(f.period), f.%s FROM vekha.%s f"
                          " JOIN vekha.organisation o ON o.id = f.organisation" % (content, kind))
        assert {(code, period): shown for code, period, shown in rows} == {k: v for k, (_, v) in latest[kind].items()}
