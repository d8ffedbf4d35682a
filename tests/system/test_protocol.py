"""Honest and hostile peers on the wire, spoken to by an independent client."""
import hashlib
import os
import sys
import time
import uuid

import pytest
import zmq

import vekha_pb2 as pb
from centre import wait_for
from peer import Peer, decimal, figure, peer_of, printed_program, read_conf, receipts_of_both, submission, uuid7


def verdicts(answer):
    assert answer is not None and answer.WhichOneof("body") == "receipt", answer
    return [verdict.verdict for verdict in answer.receipt.figures]


def reasons(answer):
    return [verdict.reason for verdict in answer.receipt.figures]


def stored(centre):
    return centre.number("SELECT count(*) FROM vekha.submission")


def test_hello_says_who_we_are_and_the_limits(centre):
    with peer_of(centre, "school-3") as peer:
        answer = peer.ask(pb.Envelope(version=1, hello=pb.Hello(software="test", language=pb.RUSSIAN)))
        welcome = answer.welcome
        assert welcome.organisation == "school-3" and "3" in welcome.organisation_name
        assert welcome.max_message_bytes == 65536 and welcome.max_figures == 500 and welcome.credits >= 1
        assert abs(welcome.time_us / 1e6 - time.time()) < 60


def test_ping_is_answered(centre):
    with peer_of(centre, "school-3") as peer:
        assert peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=7))).pong.token == 7


def test_a_figure_is_stored_and_receipted(centre):
    with peer_of(centre, "school-3") as peer:
        message = submission(figure("consultations", "2026-01", 12), author="завуч")
        answer = peer.ask(message)
        assert verdicts(answer) == [pb.ACCEPTED]
        assert answer.receipt.id == message.submission.id and answer.receipt.number > 0
    sha = hashlib.sha256(message.SerializeToString()).hexdigest()
    row = centre.sql("SELECT encode(sha256, 'hex'), author FROM vekha.submission WHERE number = %d" % answer.receipt.number)
    assert row == [[sha, "завуч"]]


def test_a_repeat_gets_the_same_receipt_byte_for_byte(centre):
    message = submission(figure("consultations", "2026-02", 5), figure("no-such", "2026-02", 1))
    with peer_of(centre, "school-3") as peer:
        first = peer.ask(message)
    count = stored(centre)
    with peer_of(centre, "school-3") as peer:
        again = peer.ask(message)
    assert first.SerializeToString() == again.SerializeToString()
    assert verdicts(first) == [pb.ACCEPTED, pb.REJECTED] and reasons(first)[1] == pb.UNKNOWN_INDICATOR
    assert stored(centre) == count


def test_the_same_id_with_other_bytes_is_refused(centre):
    message = submission(figure("consultations", "2026-03", 5))
    with peer_of(centre, "school-3") as peer:
        assert verdicts(peer.ask(message)) == [pb.ACCEPTED]
        message.submission.figures[0].value.mantissa = 6
        answer = peer.ask(message)
        assert answer.refusal.reason == pb.ALTERED and answer.refusal.id == message.submission.id
    assert centre.sql("SELECT value FROM vekha.figure WHERE period = 2026003") == [["5"]]
    assert str(uuid.UUID(bytes=message.submission.id)) in centre.log()


def test_an_unknown_key_never_gets_in(centre):
    conf = read_conf(centre.conf("school-3"))
    public, secret = (key.decode() for key in zmq.curve_keypair())
    count = stored(centre)
    handshake = zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_SUCCEEDED
    with Peer(conf["endpoint"], conf["server_key"], public, secret, watch=handshake) as peer:
        try:
            peer.socket.send(submission(figure("consultations", "2026-01", 1)).SerializeToString(), zmq.NOBLOCK)
        except zmq.Again:  # the centre has refused it already: there is nobody to send to
            pass
        assert peer.monitor.poll(10000)
        event = int.from_bytes(peer.monitor.recv_multipart()[0][:2], "little")
        assert event == zmq.EVENT_HANDSHAKE_FAILED_AUTH
    assert stored(centre) == count


def test_without_curve_nobody_is_heard(centre):
    count = stored(centre)
    with zmq.Context.instance().socket(zmq.DEALER) as plain:
        plain.linger = 0
        plain.sndtimeo = 300
        plain.connect(centre.env["VEKHA_ENDPOINT"])
        try:
            plain.send(submission(figure("consultations", "2026-01", 1)).SerializeToString())
        except zmq.Again:  # the centre ended the connection before there was anyone to send to
            pass
        with peer_of(centre, "school-4") as honest:  # whoever knocked first, the honest one is served
            assert verdicts(honest.ask(submission(figure("consultations", "2026-01", 1)))) == [pb.ACCEPTED]
        assert plain.poll(300) == 0
    assert stored(centre) == count + 1


def test_a_revoked_key_is_dead_on_an_open_connection(fresh):
    with peer_of(fresh, "school-4") as peer:
        assert verdicts(peer.ask(submission(figure("consultations", "2026-01", 1)))) == [pb.ACCEPTED]
        agent = [row for row in fresh.ctl_json("agent", "list")["rows"] if row["org"] == "school-4"][0]
        assert fresh.ctl("agent", "revoke", str(agent["id"])).returncode == 0

        def refused():
            answer = peer.ask(submission(figure("consultations", "2026-02", 1)))
            return answer.WhichOneof("body") == "refusal" and answer.refusal.reason == pb.REVOKED
        wait_for(refused, seconds=10, what="a refusal on the open connection")
        count = stored(fresh)
        peer.ask(submission(figure("consultations", "2026-03", 1)))
        assert stored(fresh) == count


@pytest.mark.parametrize("sender, subject, reason", [
    ("school-3", "school-4", pb.NOT_YOURS),
    ("school-3", "bogotol", pb.NOT_YOURS),
    ("school-3", "no-such-school", pb.UNKNOWN_ORGANISATION),
])
def test_nobody_reports_for_others(centre, sender, subject, reason):
    with peer_of(centre, sender) as peer:
        answer = peer.ask(submission(figure("consultations", "2026-01", 1, organisation=subject)))
        assert verdicts(answer) == [pb.REJECTED] and reasons(answer) == [reason]
        assert answer.receipt.figures[0].text


def test_the_department_reports_for_a_school_below_it(centre):
    with peer_of(centre, "bogotol") as peer:
        assert verdicts(peer.ask(submission(figure("consultations", "2025-12", 3, organisation="school-4")))) == [pb.ACCEPTED]


BAD_FIGURES = [
    (dict(period="2026-13"), pb.BAD_PERIOD),
    (dict(period="soon"), pb.BAD_PERIOD),
    (dict(period="1999-01"), pb.PERIOD_OUT_OF_RANGE),
    (dict(period="2027-01"), pb.PERIOD_NOT_BEGUN),
    (dict(as_of="2026-02-30"), pb.BAD_AS_OF),
    (dict(as_of="2031-01-01"), pb.AS_OF_IN_FUTURE),
    (dict(as_of="2026-03-01"), pb.AS_OF_OUTSIDE_PERIOD),
    (dict(value="-1"), pb.NEGATIVE),
    (dict(value="1.5"), pb.NOT_WHOLE),
    (dict(value=None), pb.VALUE_MISSING),
    (dict(of="10"), pb.OF_UNEXPECTED),
    (dict(state=pb.DONE), pb.BAD_STATE),
    (dict(state=pb.NO_DATA), pb.VALUE_UNEXPECTED),
    (dict(note="две\x00части"), pb.BAD_TEXT),
    (dict(note="х" * 2000), pb.BAD_TEXT),
    (dict(note="\u202eобратно"), pb.BAD_TEXT),
    (dict(indicator="nothing"), pb.UNKNOWN_INDICATOR),
]


@pytest.mark.parametrize("change, reason", BAD_FIGURES, ids=[str(change)[:40] for change, _ in BAD_FIGURES])
def test_a_bad_figure_is_rejected_with_a_reason_and_its_neighbour_counts(centre, change, reason):
    fields = dict(dict(indicator="consultations", period="2026-01", value="1"), **change)
    bad = figure(**fields)
    good = figure("consultations", "2026-05", 7)
    with peer_of(centre, "guardianship") as peer:
        answer = peer.ask(submission(bad, good))
        assert verdicts(answer)[0] == pb.REJECTED and reasons(answer)[0] == reason, answer
        assert len(answer.receipt.figures[0].text) > 10
        assert verdicts(answer)[1] in (pb.ACCEPTED, pb.UNCHANGED, pb.OUTDATED)


def test_shares(centre):
    cases = [(("41.7", None), None), (("12", "30"), None), (("31", "30"), pb.MORE_THAN_ALL), (("100.1", None), pb.MORE_THAN_ALL)]
    with peer_of(centre, "bogotol") as peer:
        for (value, of), reason in cases:
            answer = peer.ask(submission(figure("coverage", "2026-01", value, of)))
            assert (verdicts(answer)[0] == pb.REJECTED) == (reason is not None), answer
            if reason:
                assert reasons(answer) == [reason]


def test_the_same_key_twice_rejects_both(centre):
    with peer_of(centre, "school-3") as peer:
        answer = peer.ask(submission(figure("consultations", "2026-06", 1), figure("consultations", "2026-07", 1),
                                     figure("consultations", "2026-06", 2)))
        assert verdicts(answer) == [pb.REJECTED, pb.ACCEPTED, pb.REJECTED]
        assert reasons(answer)[0] == reasons(answer)[2] == pb.TWICE_IN_SUBMISSION
        assert "3" in answer.receipt.figures[0].text and "1" in answer.receipt.figures[2].text


MALFORMED = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "no version": pb.Envelope(ping=pb.Ping(token=1)).SerializeToString(),
    "other version": pb.Envelope(version=99, ping=pb.Ping(token=1)).SerializeToString(),
    "no body": pb.Envelope(version=1).SerializeToString(),
    "no id": pb.Envelope(version=1, submission=pb.Submission(figures=[pb.Figure()])).SerializeToString(),
    "short id": pb.Envelope(version=1, submission=pb.Submission(id=b"12", figures=[pb.Figure()])).SerializeToString(),
    "no figures": pb.Envelope(version=1, submission=pb.Submission(id=uuid7().bytes, composed_us=1)).SerializeToString(),
    "empty submessages": pb.Envelope(version=1, submission=pb.Submission(id=uuid7().bytes)).SerializeToString()
    + b"\x22\xd0\x0f" + b"\x2a\x00" * 1000,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_messages_are_refused_and_the_daemon_lives(centre, name):
    with peer_of(centre, "school-3") as peer:
        answer = peer.ask(MALFORMED[name])
        assert answer is not None and answer.WhichOneof("body") == "refusal", answer
        assert peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=3))).pong.token == 3


def test_too_many_figures_are_refused(centre):
    figures = [figure("consultations", "2026-01", 1) for _ in range(501)]
    with peer_of(centre, "school-3") as peer:
        assert peer.ask(submission(*figures)).refusal.reason == pb.TOO_MANY_FIGURES


def test_an_oversized_message_ends_only_its_own_connection(centre):
    with peer_of(centre, "school-3") as peer, peer_of(centre, "school-4") as other:
        peer.send(b"\x08\x01" + b"x" * 200000)
        assert other.ask(pb.Envelope(version=1, ping=pb.Ping(token=5))).pong.token == 5
    with peer_of(centre, "school-3") as peer:
        assert peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=6))).pong.token == 6


def test_several_frames_are_ignored(centre):
    with peer_of(centre, "school-3") as peer:
        peer.socket.send_multipart([b"one", b"two"])
        assert peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=8))).pong.token == 8


def in_force(centre, period):
    return centre.sql("SELECT value, state FROM vekha.figure f JOIN vekha.organisation o ON o.id = f.organisation"
                      " WHERE period = %d AND o.code = 'school-4'" % period)


def test_a_late_spool_does_not_undo_a_newer_correction(centre):
    now = time.time()
    old = submission(figure("consultations", "2026-08", 10), composed=now - 3600)
    new = submission(figure("consultations", "2026-08", 12), composed=now - 60)
    with peer_of(centre, "school-4") as peer:
        assert verdicts(peer.ask(new)) == [pb.ACCEPTED]
        assert verdicts(peer.ask(old)) == [pb.OUTDATED]
    assert in_force(centre, 2026008) == [["12", "value"]]
    assert centre.number("SELECT count(*) FROM vekha.figure_history WHERE period = 2026008") == 1


def test_a_confirmed_value_outlives_an_older_change(centre):
    """10 at 1 o'clock, 10 again at 3 o'clock, and then 12 of 2 o'clock arrives: 10 stands, whatever the order."""
    now = time.time()
    versions = [(10, now - 300), (10, now - 100), (12, now - 200)]
    for period, order in (("2026-09", (0, 1, 2)), ("2026-10", (2, 1, 0)), ("2026-Q1", (1, 2, 0)), ("2026-Q2", (0, 2, 1))):
        with peer_of(centre, "school-4") as peer:
            for i in order:
                value, composed = versions[i]
                verdicts(peer.ask(submission(figure("consultations", period, value), composed=composed)))
    rows = centre.sql("SELECT DISTINCT value FROM vekha.figure f JOIN vekha.organisation o ON o.id = f.organisation"
                      " WHERE period IN (2026009, 2026010, 2026021, 2026022) AND o.code = 'school-4'")
    assert rows == [["10"]]


def test_withdrawn_not_applicable_and_no_data_are_three_things(centre):
    with peer_of(centre, "school-4") as peer:
        assert verdicts(peer.ask(submission(figure("consultations", "2026-04", 4)))) == [pb.ACCEPTED]
        for state in (pb.WITHDRAWN, pb.NOT_APPLICABLE, pb.NO_DATA):
            assert verdicts(peer.ask(submission(figure("consultations", "2026-04", state=state)))) == [pb.REPLACED]
        assert verdicts(peer.ask(submission(figure("consultations", "2026-04", 0)))) == [pb.REPLACED]
    assert in_force(centre, 2026004) == [["0", "value"]]


def test_decimals_come_back_digit_for_digit(centre):
    with peer_of(centre, "school-4") as peer:
        for period, value in (("2026-01", "784500000000.00"), ("2026-02", "0.001"), ("2026-03", "3580418.00")):
            assert verdicts(peer.ask(submission(figure("contract-money", period, value)))) == [pb.ACCEPTED]
    rows = centre.sql("SELECT value FROM vekha.figure f JOIN vekha.indicator i ON i.id = f.indicator"
                      " WHERE i.code = 'contract-money' AND period BETWEEN 2026001 AND 2026003 ORDER BY period")
    assert rows == [["784500000000.00"], ["0.001"], ["3580418.00"]]


def test_two_senders_at_once_store_one(centre):
    """The same spool on two machines: both send the same submissions at the same moment."""
    messages = [submission(figure("consultations", "2025-%02d" % month, month)) for month in range(1, 12)]
    count = stored(centre)
    with peer_of(centre, "school-3") as one, peer_of(centre, "school-3") as two:
        receipts = receipts_of_both(one, two, messages)
    assert receipts[0] == receipts[1]
    assert stored(centre) == count + len(messages)


def test_a_flood_is_put_off_and_delays_nobody(centre):
    with peer_of(centre, "school-3") as flood, peer_of(centre, "school-4") as other:
        other.ask(pb.Envelope(version=1, ping=pb.Ping(token=1)))
        flood.ask(pb.Envelope(version=1, ping=pb.Ping(token=1)))
        centre.freeze_daemon()
        for _ in range(60):
            flood.send(submission(figure("consultations", "2024-01", 1)))
        centre.thaw_daemon()
        assert verdicts(other.ask(submission(figure("consultations", "2024-01", 1))))
        kinds = [flood.receive(kinds=("receipt", "later")).WhichOneof("body") for _ in range(60)]
        assert "receipt" in kinds and kinds.count("receipt") + kinds.count("later") == 60


def test_a_poisoned_submission_fails_alone(fresh):
    fresh.sql("ALTER TABLE vekha.figure ADD CONSTRAINT poison CHECK (note <> 'poison')")
    peers = [peer_of(fresh, code) for code in ("school-3", "school-4", "guardianship")]
    for peer in peers:
        peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=1)))
    fresh.freeze_daemon()
    for month in range(1, 6):
        for i, peer in enumerate(peers):
            note = "poison" if (i, month) == (1, 3) else "good"
            peer.send(submission(figure("consultations", "2026-%02d" % month, month, note=note)))
    fresh.thaw_daemon()
    answers = [[peer.receive(kinds=("receipt", "refusal")) for _ in range(5)] for peer in peers]
    refused = [a for some in answers for a in some if a.WhichOneof("body") == "refusal"]
    assert len(refused) == 1 and refused[0].refusal.reason == pb.POISONED
    assert fresh.number("SELECT count(*) FROM vekha.figure") == 14
    for peer in peers:
        peer.socket.close()


def test_texts_come_in_the_language_asked_for(centre):
    with peer_of(centre, "school-3") as peer:
        texts = [peer.ask(submission(figure("nothing", "2026-01", 1), language=language)).receipt.figures[0].text
                 for language in (pb.RUSSIAN, pb.ENGLISH)]
    cyrillic = [any("а" <= c <= "я" for c in text.lower()) for text in texts]
    assert cyrillic == [True, False]


def test_standing_follows_the_receipt(centre):
    with peer_of(centre, "school-3") as peer:
        assert verdicts(peer.ask(submission(figure("consultations", "2026-11", 9))))
        standing = peer.receive(kinds=("standing",)).standing
        assert standing.indicator == "consultations" and standing.status and standing.text


def test_everything_that_stands_is_rebuilt_identically(centre):
    centre.settled()
    centre.check_invariants()


def test_the_client_in_the_protocol_description_works(centre, tmp_path):
    """The program printed in proto/README.md, as it stands there."""
    path = tmp_path / "client.py"
    path.write_text(printed_program(11), encoding="utf-8")
    conf = read_conf(centre.conf("guardianship"))
    keys = [conf[name] for name in ("endpoint", "server_key", "public_key", "secret_key")]
    centre.env["PYTHONPATH"] = os.path.dirname(pb.__file__)
    done = centre.run(sys.executable, str(path), *keys, "consultations", "2025-11", "19")
    assert done.returncode == 0 and done.stdout.startswith("receipt"), done.stdout + done.stderr
    assert centre.sql("SELECT value FROM vekha.figure WHERE period = 2025011 AND value = 19") == [["19"]]
