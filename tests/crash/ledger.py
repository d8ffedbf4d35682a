"""What schools were told and what lies in their spools, held against the tables figure for figure."""
import hashlib
import threading
from collections import Counter
from decimal import Decimal

import spoolfile
import vekha_pb2 as pb

STORED = (pb.ACCEPTED, pb.WARNING, pb.REPLACED, pb.OUTDATED)


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.told, self.submissions, self.receipts, self.organisations = set(), {}, {}, {}
        self.faults, self.counts = [], Counter()

    def tell(self, ids):
        """The word «queued» was said of these."""
        with self.lock:
            self.told |= set(ids)

    def count(self, **numbers):
        with self.lock:
            self.counts.update(numbers)

    def fault(self, *words):
        with self.lock:
            self.faults.append(" ".join(map(str, words)))

    def note(self, organisation, name, path):
        """A file of new/ or sent/: the same id has the same bytes and the same receipt, wherever it lies."""
        body, answer = spoolfile.read(path)
        with self.lock:
            if self.submissions.setdefault(name, body) != body:
                self.faults.append(name + " has two contents")
            self.organisations[name] = organisation
            if answer is not None and self.receipts.setdefault(name, answer) != answer:
                self.faults.append(name + " has two receipts")

    # --- against the tables ---

    def check(self, centre):
        assert not self.faults, self.faults[:5]
        assert self.told <= set(self.submissions), "queued, and in no spool"
        rows = {row[0]: row[1:] for row in centre.sql("SELECT id, number, encode(sha256, 'hex'), verdicts, narrative_verdicts"
                                                      " FROM vekha.submission")}
        assert set(rows) == set(self.submissions), "stored is not what was sent"
        for name, body in self.submissions.items():
            assert rows[name][1] == hashlib.sha256(body).hexdigest(), name + " was stored with other bytes"
        for name, answer in self.receipts.items():
            self.check_receipt(pb.Envelope.FromString(answer).receipt, rows[name])
        versions = [version for name in rows for version in self.versions(name, rows[name])]
        assert len(versions) == len(set(versions)) and set(versions) == stored_versions(centre)
        assert in_force(centre) == self.latest()
        return len(versions)

    @staticmethod
    def check_receipt(receipt, row):
        assert str(receipt.number) == row[0]
        for answers, stored in ((receipt.figures, row[2]), (receipt.narratives, row[3])):
            assert [answer.verdict for answer in answers] == verdicts(stored)

    def lines(self, name):
        """What a submission says: kind, key, content."""
        body, own = pb.Envelope.FromString(self.submissions[name]).submission, self.organisations[name]
        return ([("figure", f.organisation or own, f.indicator, f.period, value_of(f))
                 for f in body.figures],
                [("narrative", n.organisation or own, n.project, n.period, n.text) for n in body.narratives])

    def versions(self, name, row):
        for lines, stored in zip(self.lines(name), (row[2], row[3])):
            for line, verdict in zip(lines, verdicts(stored)):
                if verdict in STORED:
                    yield (name, *line)

    def latest(self):
        """In force is the latest composed of all that was sent, for each key."""
        found = {}
        for name, bytes in self.submissions.items():
            rank = (pb.Envelope.FromString(bytes).submission.composed_us, name)
            for *key, content in [line for lines in self.lines(name) for line in lines]:
                if tuple(key) not in found or rank > found[tuple(key)][0]:
                    found[tuple(key)] = rank, content
        return {key: content for key, (_, content) in found.items()}


def value_of(figure):
    """Digit for digit, as PostgreSQL prints it."""
    return format(Decimal(figure.value.mantissa).scaleb(-figure.value.scale), "f")


def verdicts(array):
    """From PostgreSQL's {101,400}; verdict * 100 + reason."""
    return [int(v) // 100 for v in array.strip("{}").split(",") if v]


KINDS = {"figure": ("indicator", "value"), "narrative": ("project", "text")}


def select(centre, kind, tables):
    thing, column = KINDS[kind]
    for table in tables:
        for row in centre.sql("SELECT v.submission, o.code, t.code, vekha.period_text(v.period), v.%s FROM vekha.%s v"
                              " JOIN vekha.organisation o ON o.id = v.organisation JOIN vekha.%s t ON t.id = v.%s"
                              % (column, table, thing, thing)):
            yield (row[0], kind, *row[1:])


def stored_versions(centre):
    found = [v for kind in KINDS for v in select(centre, kind, (kind, kind + "_history"))]
    assert len(found) == len(set(found)), "a version is there twice"
    return set(found)


def in_force(centre):
    return {v[1:5]: v[5] for kind in KINDS for v in select(centre, kind, (kind,))}
