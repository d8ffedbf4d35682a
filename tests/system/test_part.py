"""The part of the catalogue that a school is given: by the wire, cached, and as good as intake itself."""
import os
import subprocess

import pytest

import vekha_pb2 as pb
from centre import Centre, wait_for
from peer import figure, peer_of, submission


@pytest.fixture(scope="module")
def centre():
    c = Centre("--now", "2020-10-07T09:00:00+07:00")
    yield c
    c.close()


def consult(peer, after=None, tag=None):
    c = pb.Consult()
    if after is not None:
        c.after = after
    if tag is not None:
        c.tag = tag
    answer = peer.ask(pb.Envelope(version=1, consult=c), kinds=("part", "later", "refusal"))
    assert answer is not None and answer.WhichOneof("body") == "part", answer
    return answer.part


def pages(peer):
    page = consult(peer)
    while True:
        yield page
        if not page.HasField("next"):
            return
        page = consult(peer, after=page.next)


def lines(peer):
    return [line.split("\t") for page in pages(peer) for line in page.lines]


def of_kind(all_lines, kind):
    return [line[1:] for line in all_lines if line[0] == kind]


def test_a_school_is_told_its_own_part_and_nobody_elses(centre):
    with peer_of(centre, "school-3") as peer:
        welcome = peer.ask(pb.Envelope(version=1, hello=pb.Hello(software="test"))).welcome
        assert welcome.max_part_lines >= 100
        found = lines(peer)
    assert [line[1] for line in of_kind(found, "organisation")] == ["school-3"]
    known = {line[1] for line in of_kind(found, "indicator")}
    assert known == {row[0] for row in centre.sql("SELECT code FROM vekha.indicator")}
    own = centre.number("SELECT id FROM vekha.organisation WHERE code = 'school-3'")
    assert {line[0] for line in of_kind(found, "series")} == {str(own)}
    planned = {row[0] for row in centre.sql("SELECT DISTINCT indicator FROM vekha.plan WHERE organisation = %d" % own)}
    assert planned <= {line[1] for line in of_kind(found, "series")}
    assert len(of_kind(found, "plan")) == len(planned)


def test_a_page_that_the_client_has_is_not_sent_again(centre):
    with peer_of(centre, "school-3") as peer:
        first = consult(peer)
        again = consult(peer, tag=first.tag)
        assert again.unchanged and not again.lines and again.tag == first.tag
        assert again.next == first.next
        answer = peer.deliver(submission(figure("consultations", "2020-9M", 150), composed=epoch(centre)))
        assert answer.receipt.figures[0].verdict in (pb.ACCEPTED, pb.REPLACED, pb.UNCHANGED), answer
        changed = consult(peer, tag=first.tag)
        assert not changed.unchanged and changed.tag != first.tag
        assert ["figure", "2020039", "2020-10-07"][:2] in [line.split("\t")[:2] for line in changed.lines]


def epoch(centre):
    return float(centre.sql("SELECT extract(epoch FROM timestamptz '%s')" % centre.clock())[0][0])


def test_a_place_that_is_none_is_refused(centre):
    with peer_of(centre, "school-3") as peer:
        for after in ("x", "1", "1.2.3", "-1.0", "1.0 "):
            answer = peer.ask(pb.Envelope(version=1, consult=pb.Consult(after=after)), kinds=("part", "later", "refusal"))
            assert answer.WhichOneof("body") == "refusal", (after, answer)
