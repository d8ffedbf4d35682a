"""The part of the catalogue that a school is given: by the wire, cached, and as good as intake itself."""
import json
import os
import pty
import random
import re

import pytest

import vekha_pb2 as pb
from centre import Centre
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


def test_a_department_is_given_all_below_it_in_pages(centre):
    bodies = "".join("('synthetic-%d')," % i for i in range(400)).rstrip(",")
    centre.sql("""
        WITH body AS (INSERT INTO vekha.organisation (code) VALUES %s RETURNING id)
        INSERT INTO vekha.organisation_version (organisation, name, kind, parent, time_zone, recorded_at)
        SELECT b.id, repeat('школа ', 30), 'school', (SELECT id FROM vekha.organisation WHERE code = 'bogotol'),
               'Asia/Krasnoyarsk', now() FROM body b""" % bodies)
    with peer_of(centre, "bogotol") as peer:
        found = list(pages(peer))
        assert len(found) > 1
        assert all(len(page.SerializeToString()) < 65536 and 0 < len(page.lines) <= 1000 for page in found)
        told = [line.split("\t")[2] for page in found for line in page.lines if line.startswith("organisation\t")]
        assert len(told) == len(set(told)) and len(told) > 400
        assert [consult(peer, after=p.after if p.HasField("after") else None, tag=p.tag).unchanged for p in found] == [True] * len(found)
    done = centre.submit("bogotol", "--due", "--json")
    assert done.returncode == 0 and {row["org"] for row in json.loads(done.stdout)["rows"]} >= {"school-3", "synthetic-399"}


# --- what the school sees ---

def part_file(centre, organisation):
    return os.path.join(centre.env["VEKHA_AGENTS"], "spool-" + organisation, "part")


def due(centre, organisation, *options):
    done = centre.submit(organisation, "--due", "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_due_tells_what_is_owed_and_what_comes(centre):
    found = due(centre, "school-3")
    assert found["known_at"] and os.path.exists(part_file(centre, "school-3"))
    rows = [row for row in found["rows"] if row["indicator"] == "consultations"]
    assert [(row["period"], row["state"]) for row in rows] == [("2020-10", "to_come")]
    told = centre.submit("school-3", "--due", lang="ru")
    assert told.returncode == 0 and "Консультации родителям" in told.stdout and "октябрь 2020" in told.stdout


def test_due_without_a_centre_goes_by_today_and_tells_its_age(centre):
    due(centre, "school-3")
    centre.freeze_daemon()
    try:
        conf = centre.conf("school-3")
        done = centre.run("vekha-submit", "-c", conf, "--due", "--json", "--wait", "1", "--now", "2020-11-20T09:00:00+07:00")
    finally:
        centre.thaw_daemon()
    found = json.loads(done.stdout)
    states = {(row["period"], row["state"]) for row in found["rows"] if row["indicator"] == "consultations"}
    assert ("2020-10", "overdue") in states and ("2020-11", "to_come") in states
    assert found["known_at"] < "2020-11"


def test_due_that_nobody_can_tell_is_kept_for_later(centre, tmp_path):
    conf = open(centre.conf("school-4"), encoding="utf-8").read()
    conf = re.sub(r"(?m)^endpoint.*$", "endpoint = 'tcp://127.0.0.1:1'", conf)
    path = tmp_path / "nowhere.conf"
    path.write_text(re.sub(r"(?m)^spool.*$", "spool = '%s'" % (tmp_path / "spool"), conf))
    path.chmod(0o600)
    done = centre.run("vekha-submit", "-c", str(path), "--due", "--wait", "1", "--lang", "en", *centre.at_now())
    assert done.returncode == 75 and "did not answer" in done.stderr


def test_a_damaged_part_is_fetched_anew(centre):
    due(centre, "school-3")
    path = part_file(centre, "school-3")
    with open(path, "r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"?")
    assert due(centre, "school-3")["rows"]
    assert b"?" not in open(path, "rb").read()[-3:]


def test_a_look_shows_plan_and_last_figure_and_warns_of_jumps(centre):
    centre.submit("school-3", "consultations", "150", "--period", "2020-9M")
    due(centre, "school-3")
    look = centre.submit("school-3", "consultations", "1700", "--period", "2020-9M", "--dry-run")
    assert look.returncode == 0, look.stderr
    heads, row = look.stdout.splitlines()[1:3]
    assert "plan" in heads and "before" in heads
    assert "Consultations" in row or "Консультации" in row
    assert row.split()[-2:] == ["150", "150"], row  # by the plan 200 by the end of the year; and what stands
    assert "ten times" in look.stderr
    less = centre.submit("school-3", "consultations", "20", "--period", "2020-10", "--dry-run")
    assert "less than before" in less.stderr
    fine = centre.submit("school-3", "consultations", "163", "--period", "2020-10", "--dry-run")
    assert fine.stderr == "" and fine.returncode == 0


def test_what_the_centre_would_not_take_is_told_but_not_held_back(centre):
    due(centre, "school-3")
    look = centre.submit("school-3", "consultations", "12.5", "--period", "2020-9M", "--dry-run")
    assert look.returncode == 1 and "will not take this" in look.stderr
    sent = centre.submit("school-3", "no-such", "3", "--period", "2020-9M")
    assert sent.returncode == 1 and "will not take this" in sent.stderr and "rejected" in sent.stdout


def at_terminal(centre, answer, *arguments):
    """vekha-submit at a pseudo-terminal, where somebody answers what it asks; exit code and what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe("vekha-submit", ["vekha-submit", "-c", centre.conf("school-3"), "--lang", "en", *arguments, *centre.at_now()],
                   dict(centre.env, NO_COLOR="1"))
    shown = b""
    try:
        while True:
            shown += os.read(terminal, 4096)
            if answer and shown.rstrip().endswith(b"[y/N]"):
                os.write(terminal, answer.encode() + b"\n")
                answer = None
    except OSError:  # the other side is closed
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def test_one_figure_is_asked_about_at_a_terminal(centre):
    os.unlink(part_file(centre, "school-3"))
    before = centre.number("SELECT count(*) FROM vekha.submission")
    code, shown = at_terminal(centre, "n", "consultations", "1700", "--period", "2020-9M")
    assert code == 1 and "nothing was sent" in shown and "ten times" in shown, shown  # the part was fetched for the look
    assert centre.number("SELECT count(*) FROM vekha.submission") == before
    code, shown = at_terminal(centre, "y", "consultations", "151", "--period", "2020-9M")
    assert code == 0 and "replaced" in shown, shown
    code, shown = at_terminal(centre, None, "consultations", "150", "--period", "2020-9M", "--yes")
    assert code == 0 and "[y/N]" not in shown, shown


# --- as good as intake ---

PERIODS = ["%d-%02d" % (year, month) for year in range(2018, 2022) for month in range(1, 13)] + [
    "2020-9M", "2020-Q3", "2020-Q4", "2020-H1", "2020", "2021", "2020-10-07", "2020-09-25", "2050-01", "2011-02"]
VALUES = ("5", "12.5", "0", "-4", "187", "999999999999", "101")
STATES = ("no data", "not applicable", "withdraw", "done", "in progress")


def seeded_rows(indicators, seed, n):
    """Rows that the reader understands, most of them; what it does not is not sent."""
    chance = random.Random(seed)

    def seldom(share, *values):
        return chance.choice(values) if chance.random() < share else ""

    # each key once: the reader itself tells of those that come again
    for indicator, period in chance.sample([(i, p) for i in indicators for p in PERIODS], n):
        state = seldom(0.25, *STATES)
        yield [seldom(0.3, "school-3"), indicator, period, "" if state else chance.choice(VALUES),
               "" if state else seldom(0.2, "60", "450"), state, seldom(0.2, "2020-09-25", "2020-10-30", "2018-01-01"),
               seldom(0.1, "2020-12-01"), seldom(0.3, "перепроверено")]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_told_before_sending_is_what_the_receipt_says(centre, tmp_path, seed):
    due(centre, "school-3")
    path = tmp_path / "figures.csv"
    indicators = [row[0] for row in centre.sql("SELECT code FROM vekha.indicator ORDER BY code")] + ["no-such"]
    rows = [";".join(row) for row in seeded_rows(indicators, seed, 300)]
    path.write_text("\n".join(["org;indicator;period;value;of;state;as_of;expected;note", *rows, ""]), encoding="utf-8")
    look = centre.submit("school-3", str(path), "--dry-run")
    told = {int(line): text for line, text in re.findall(r"(?m)^  line (\d+): (.*)$", look.stderr) if text not in JUMPS}
    sent = centre.submit("school-3", str(path), "--yes", "--json")
    unread = {int(line) for line in re.findall(re.escape(str(path)) + r":(\d+):", sent.stderr)}
    figures = [f for row in json.loads(sent.stdout)["rows"] for f in row["figures"]]
    lines = [line for line in range(2, len(rows) + 2) if line not in unread]
    assert len(figures) == len(lines) > 50
    refused = {line: f["text"] for line, f in zip(lines, figures) if f["verdict"] == "rejected"}
    assert len(refused) > 20 and len(refused) < len(lines)
    assert told == refused


def test_of_others_a_school_knows_only_that_they_are_not_its_own(centre):
    """Whether there is such an organisation is not in its part; the centre, which knows, says the same of one that there is."""
    due(centre, "school-3")
    for organisation in ("school-4", "no-such"):
        done = centre.submit("school-3", "consultations", "165", "--period", "2020-9M", "--org", organisation, "--dry-run", lang="en")
        assert "reports for “school-3”" in done.stdout + done.stderr and organisation in done.stdout + done.stderr, done.stdout + done.stderr
    with peer_of(centre, "school-3") as peer:
        receipt = peer.ask(submission(figure("consultations", "2020-9M", 165, organisation="school-4"), language=pb.ENGLISH)).receipt
    assert "reports for “school-3”" in receipt.figures[0].text


JUMPS = {
    "counted since the beginning of the year, it is less than before",
    "ten times more or less than before; is a digit missing or too many?",
    "twice the plan or more",
    "exactly as in the period before",
}
