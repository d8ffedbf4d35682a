"""A figure for an organisation that telephones: by the same rules, with who brought it in and by which way; kept while no daemon runs."""
import json
import signal
import uuid

from centre import SecondDaemon, wait_for
from peer import figure, submission

FIGURE = ("consultations", "165", "--period", "2020-9M", "--as-of", "2020-09-25")


def one(done):
    receipt, = json.loads(done.stdout)["rows"]
    return receipt


def test_the_same_rules_and_who_did_it(autumn):
    done = autumn.ctl("submit", "school-3", *FIGURE, "--author", "Завуч", "--json")
    receipt = one(done)
    assert done.returncode == 0 and receipt["door"] == "control" and receipt["author"] == "Завуч"
    assert receipt["by_whom"] == autumn.sql("SELECT current_user")[0][0]
    assert receipt["figures"][0]["verdict"] == "accepted"
    row = autumn.ctl_json("history", "school-3", "consultations")["rows"][-1]
    assert row["value"] == "165" and row["door"] == "control" and row["author"] == "Завуч"
    # The school's own figure, composed later, replaces it, and the other way round.
    assert "replaced" in autumn.submit("school-3", "consultations", "166", *FIGURE[2:]).stdout
    assert one(autumn.ctl("submit", "school-3", "consultations", "167", *FIGURE[2:], "--json"))["figures"][0]["verdict"] == "replaced"
    assert one(autumn.ctl("submit", "school-3", "consultations", "167", *FIGURE[2:], "--json"))["figures"][0]["verdict"] == "unchanged"
    assert one(autumn.ctl("submit", "school-3", "consultations", "--period", "2020-9M", "--withdraw", "--json"))["figures"][0]["verdict"] == "replaced"
    autumn.check_invariants()


def test_what_is_wrong_is_said(autumn):
    done = autumn.ctl("submit", "school-3", "nosuch", "1", "--period", "2020-9M")
    assert done.returncode == 1 and "nosuch" in done.stdout
    for arguments, said in ((("school-3", "consultations", "1,234", "--period", "2020-9M"), "1,234"),
                            (("school-3", "consultations", "5"), "period"),
                            (("school-3", "consultations", "5", "--period", "soon"), "soon"),
                            (("school-3", "consultations", "--period", "2020-9M"), "--withdraw"),
                            (("school-3", "consultations", "5", "--period", "2020-9M", "--withdraw"), "--withdraw"),
                            (("school-3", "consultations", "5", "--period", "2020-9M", "--author", "x" * 201), "--author")):
        done = autumn.ctl("submit", *arguments)
        assert done.returncode == 2 and said in done.stderr, done.stderr
    done = autumn.ctl("submit", "nobody", *FIGURE)
    assert done.returncode == 1 and "nobody" in done.stderr


def test_kept_until_a_daemon_takes_it_and_stored_once(fresh):
    fresh.sandbox("stop", "vekhad")
    done = fresh.ctl("submit", "bogotol", *FIGURE)
    assert done.returncode == 75 and "Kept in the database" in done.stdout
    assert fresh.number("SELECT count(*) FROM vekha.inbox WHERE answered_at IS NULL") == 1
    # Two daemons find it at the same moment.
    second = SecondDaemon(fresh)
    fresh.sandbox("start", "vekhad")
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.inbox WHERE answered_at IS NULL") == 0, what="the inbox is empty")
    second.end(signal.SIGTERM)
    assert fresh.number("SELECT count(*) FROM vekha.submission") == 1
    assert fresh.number("SELECT count(*) FROM vekha.figure") == 1
    fresh.check_invariants()


def test_a_daemon_that_is_killed_loses_nothing(fresh):
    """kill -9 before, while and after it takes what waits; what is taken twice is stored once."""
    for n in range(12):
        fresh.sql("SELECT vekha.bring_in(o.code, %s, %s, now()) FROM vekha.organisation o WHERE o.code = 'bogotol'" % parcel(n))
        if n % 3 == 2:
            fresh.sandbox("kill", "vekhad")
            fresh.sandbox("start", "vekhad")
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.inbox WHERE answered_at IS NULL") == 0, what="the inbox is empty")
    assert fresh.number("SELECT count(*) FROM vekha.submission WHERE door = 'control'") == 12
    assert fresh.number("SELECT count(*) FROM vekha.inbox WHERE refusal IS NOT NULL") == 0
    fresh.check_invariants()


def test_rubbish_is_marked_and_holds_up_nothing(fresh):
    fresh.sql("SELECT vekha.bring_in('bogotol', gen_random_uuid(), '\\x00ff', now())")
    done = fresh.ctl("submit", "bogotol", *FIGURE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fresh.sql("SELECT refusal FROM vekha.inbox WHERE refusal IS NOT NULL") == [["malformed"]]


def parcel(n):
    message = submission(figure("consultations", "2020-%02d" % (n % 9 + 1), 10 + n))
    return "'%s'" % uuid.UUID(bytes=message.submission.id), "'\\x%s'" % message.SerializeToString().hex()
