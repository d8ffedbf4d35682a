"""What ails the centre reaches whoever runs it by the routes of the kind "operator", without anybody asking.  All data are synthetic."""
import datetime
import email
import email.policy
import json
import os
import signal
import subprocess

import pytest

import vekha_pb2 as pb
from centre import SecondDaemon, wait_for, words_of
from peer import figure, peer_of, submission
from receivers import Authority, HttpServer, MailServer
from test_channels import MAIL, configure, webhook
from test_enrol import ask, invite
from test_routes import Town, route, subjects

START = datetime.datetime(2020, 10, 5, 3, 0, tzinfo=datetime.timezone.utc)  # of Town.up()


@pytest.fixture
def closing():
    things = []
    yield lambda thing: things.append(thing) or thing
    for thing in reversed(things):
        thing.close()


def operator(to="ops@t.example", **says):
    return route("operator", **{"to": to, "kinds": '{"operator"}', "level": "at_risk", "language": "en", **says})


def look(centre, **later):
    """Moves the clock to so long after the start, and waits until somebody has looked."""
    moment = (START + datetime.timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if later:
        centre.sandbox("now", moment)
    wait_for(lambda: centre.number("SELECT count(*) FROM vekha.look WHERE often_at >= '%s'" % moment), 60, "a look")


def findings(centre, *options):
    return {row["finding"]: row for row in centre.ctl_json("alerts", *options)["rows"] if row["kind"] == "operator"}


def levels(centre):
    """What was seen and is not well."""
    return dict(centre.sql("SELECT finding, level FROM vekha.finding WHERE level IS NOT NULL ORDER BY 1"))


def test_the_operator_hears_of_it_and_that_it_is_over(tmp_path, closing):
    authority = Authority(str(tmp_path))
    mail, duty = closing(MailServer(authority)), closing(HttpServer())
    password = tmp_path / "password"
    password.write_text("s3cret\n")
    password.chmod(0o600)
    centre = closing(Town(tmp_path).up(operator() + operator(to="").replace("route operator", "route duty").replace(
        "language", 'channel = "duty"\n    language') + route("pager", to="1", channel="pager")))
    configure(centre, webhook("duty", duty.port), mail=MAIL % (mail.port, password, authority.ca))
    look(centre)
    assert levels(centre) == {"channels": "at_risk"} and findings(centre) == {}  # it may yet be served
    look(centre, minutes=5)
    assert findings(centre) == {}
    look(centre, minutes=11)
    alert = wait_for(lambda: findings(centre), 30, "the alert")["channels"]
    assert (alert["org"], alert["indicator"], alert["level"], alert["closed_at"]) == ("town", None, "at_risk", None)
    sender, recipients, content = wait_for(lambda: mail.taken, 60, "a letter")[0]
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert recipients == ["ops@t.example"]
    assert letter["Subject"] == "CENTRE: channels: no daemon has served these in the last ten minutes (and their routes): pager (pager)"
    words = words_of(letter)
    assert "What to do: is vekhad running, and does its vekhad.conf have the section" in words
    assert "vekhactl doctor" in words and "vekhactl ack %d --measure" % alert["id"] in words
    posted = wait_for(lambda: duty.taken, 60, "the webhook")[0][2]["steps"][0]
    assert (posted["event"], posted["alert"]["kind"], posted["finding"], posted["org"], posted["indicator"]) == (
        "opens", "operator", "channels", "town", None)

    # One sentence for all: the alert, doctor, the view, the feed.
    said = alert["explanation"]["en"].split("\n")[0]
    assert "!! " + said + "; is vekhad" in centre.ctl("doctor").stdout
    assert centre.sql("SELECT finding, split_part(explanation_en, E'\\n', 1), event FROM report.alerts WHERE kind = 'operator'") == [
        ["channels", said, "opens"]]
    step = json.loads(centre.ctl("watch", "--after", "0", "--count", "1", "--json").stdout)
    assert (step["alert"]["kind"], step["explanation"]["en"]) == ("operator", alert["explanation"]["en"])
    shown = centre.ctl("alerts").stdout
    assert "to mend" in shown and "channels" in shown and "pager (pager)" in shown
    assert "исправить" in centre.ctl("alerts", lang="ru").stdout

    # It is taken in hand, and then mended.
    assert centre.ctl("ack", str(alert["id"]), "--measure", "the pager is being ordered", "--until", "2020-10-20").returncode == 0
    assert "the pager is being ordered" in centre.ctl("alerts").stdout
    assert centre.ctl("route", "drop", "pager").returncode == 0
    look(centre, minutes=13)
    assert levels(centre) == {} and findings(centre)["channels"]["closed_at"] is None  # not before it has stayed so
    look(centre, minutes=16)
    wait_for(lambda: len(mail.taken) == 2, 60, "the letter that it is over")
    over = email.message_from_bytes(mail.taken[1][2], policy=email.policy.default)
    assert over["Subject"] == "Centre, over: channels: a daemon serves each that a route names"
    assert over["In-Reply-To"] == letter["Message-ID"] and "ack" not in words_of(over)
    assert findings(centre) == {} and findings(centre, "--all")["channels"]["closed_at"]
    assert len(mail.taken) == 2 and centre.number("SELECT count(*) FROM vekha.alert WHERE kind = 'operator'") == 1


def test_what_comes_and_goes_is_no_alert(tmp_path, closing):
    centre = closing(Town(tmp_path).up(operator() + route("pager", to="1", channel="pager")))
    look(centre)
    for minute in (6, 12, 18, 24):
        served = "'%s'" % (START + datetime.timedelta(minutes=minute, hours=1 if minute % 12 else -1)).isoformat()
        centre.sql("INSERT INTO vekha.channel VALUES ('pager', %s) ON CONFLICT (name) DO UPDATE SET served_at = %s" % (served, served))
        look(centre, minutes=minute)
        assert levels(centre) == ({} if minute % 12 else {"channels": "at_risk"})
    assert centre.number("SELECT count(*) FROM vekha.alert") == 0


def test_a_cloned_queue_is_told_whatever_is_killed(tmp_path, closing):
    centre = closing(Town(tmp_path).up(operator()))
    look(centre)
    message = submission(figure("consultations", "2020-09", 10), composed=START.timestamp())
    with peer_of(centre, "s1") as peer:
        assert peer.ask(message).HasField("receipt")
        message.submission.figures[0].value.mantissa = 11
        assert peer.ask(message).refusal.reason == pb.ALTERED
    centre.sandbox("kill", "vekhad")  # what is answered is kept
    agent = centre.sql("SELECT agent FROM vekha.incident WHERE name = 'altered' AND times = 1")[0][0]
    look(centre, minutes=5)
    alert = wait_for(lambda: findings(centre), 30, "the alert")["altered:" + agent]
    assert alert["org"] == "s1" and "agent %s (s1), 1: " % agent in alert["explanation"]["en"]
    wait_for(lambda: subjects(centre, "ops@t.example"), 60, "the letter")
    assert "came again with other contents" in subjects(centre, "ops@t.example")[0]
    assert "!! agent %s (s1)" % agent in centre.ctl("doctor").stdout
    # Another time within the week is the same alert; a week without, and it is over.
    centre.sandbox("now", (START + datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    with peer_of(centre, "s1") as peer:
        assert peer.ask(message).refusal.reason == pb.ALTERED
    look(centre, days=8)
    assert set(findings(centre)) == {"altered:" + agent}
    look(centre, days=11)
    wait_for(lambda: not findings(centre), 30, "the end")
    assert [row[0] for row in centre.sql(
        "SELECT t.event FROM vekha.alert_transition t JOIN vekha.alert a ON a.id = t.alert WHERE a.kind = 'operator' ORDER BY t.id")] == ["opens", "closes"]


def test_a_second_use_of_an_invitation_is_urgent(tmp_path, closing):
    centre = closing(Town(tmp_path).up(operator()))
    with invite(centre, "s2").peer() as peer:
        assert ask(peer, b"\x01" * 32).enrolled.organisation == "s2"
        assert ask(peer, b"\x02" * 32).refusal.reason == pb.INVITATION_USED
    centre.sandbox("kill", "vekhad")
    look(centre, minutes=5)
    (key, alert), = wait_for(lambda: findings(centre), 30, "the alert").items()
    assert key.startswith("invitation used:") and (alert["org"], alert["level"]) == ("s2", "lagging")
    assert "AT ONCE" in centre.ctl("alerts").stdout
    # The agent is shut out: there is nothing left to do.
    assert centre.ctl("agent", "revoke", key.split(":")[1]).returncode == 0
    look(centre, minutes=10)
    wait_for(lambda: not findings(centre), 30, "the end")


def test_of_two_daemons_one_looks(tmp_path, closing):
    centre = closing(Town(tmp_path).up(operator() + route("pager", to="1", channel="pager")))
    look(centre)
    later = (START + datetime.timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ")
    centre.sandbox("now", later)
    second = SecondDaemon(centre)
    try:
        wait_for(lambda: centre.number("SELECT count(*) FROM vekha.finding WHERE name = 'loop' AND level IS NULL") == 2, 60, "both")
        wait_for(lambda: subjects(centre, "ops@t.example"), 60, "a letter")
        centre.composed()
        assert len(subjects(centre, "ops@t.example")) == 1 and centre.number("SELECT count(*) FROM vekha.alert_transition") == 1
        observers = {row[0].split(":", 1)[1] for row in centre.sql("SELECT finding FROM vekha.finding WHERE name = 'loop'")}
        assert {name.rsplit(":", 1)[1] for name in observers} == {
            second.endpoint.rsplit(":", 1)[1], centre.env["VEKHA_ENDPOINT"].rsplit(":", 1)[1]}
    finally:
        second.end(signal.SIGTERM)


def test_what_a_daemon_sees_of_itself(tmp_path, closing):
    centre = closing(Town(tmp_path).up(operator()))
    look(centre)
    key, detail = wait_for(lambda: centre.sql("SELECT finding, detail FROM vekha.finding WHERE name = 'descriptors' AND level IS NULL"), 60, "a look")[0]
    limit = int(detail.rsplit(": ", 1)[1].split(" / ")[0]) + 2
    subprocess.run(["prlimit", "--pid", str(centre.daemon_pid()), "--nofile=%d:" % limit], check=True)
    seen = wait_for(lambda: [row for row in centre.sql("SELECT finding, detail FROM vekha.finding WHERE name = 'descriptors'"
                                                       " AND level = 'lagging'")], 90, "the finding")
    assert seen[0][1].endswith(" / %d" % limit) and seen[0][0] == key and key.split(":", 1)[1] in seen[0][1]
    centre.sql("UPDATE public.vekha_migration SET number = 999 WHERE number = (SELECT max(number) FROM public.vekha_migration)")
    look(centre, minutes=6)  # a daemon that was started anew may open more again
    assert set(levels(centre)) == {"old daemon:" + seen[0][0].split(":", 1)[1]}


def test_nothing_waits_for_a_look(tmp_path, closing):
    centre = closing(Town(tmp_path).up(operator()))
    look(centre)
    centre.sql("ALTER FUNCTION vekha.examine_often RENAME TO gone")
    centre.sandbox("now", (START + datetime.timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    wait_for(lambda: "lookout: " in centre.log(), 60, "a look that fails")
    done = centre.submit("s1", "consultations", "100", "--period", "2020-9M", "--as-of", "2020-09-30")
    assert done.returncode == 0, done.stdout + done.stderr
    centre.sql("ALTER FUNCTION vekha.gone RENAME TO examine_often")
    look(centre, minutes=4)


SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t which, struct timespec *ret)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(which, ret);
    if (which == CLOCK_REALTIME)
        ret->tv_sec -= 90;
    return code;
}
"""


def test_clocks_that_are_apart(fresh, tmp_path):
    """A machine whose clock is a minute and a half behind the database's: doctor's, then the daemon's."""
    fresh.sql("UPDATE vekha.centre SET replay = false")
    source, shim = tmp_path / "behind.c", str(tmp_path / "behind.so")
    source.write_text(SHIM)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, str(source), "-ldl"], check=True)
    assert "   clocks: the database's is as this machine's (difference, s: 0)" in fresh.ctl("doctor").stdout
    fresh.env["LD_PRELOAD"] = shim
    done = fresh.ctl("doctor")
    assert done.returncode == 1 and "!! clocks: the database's is apart from this machine's (s: 90); of two versions" in done.stdout
    second = SecondDaemon(fresh)
    try:
        wait_for(lambda: any(key.startswith("clock:") for key in levels(fresh)), 60, "the finding")
    finally:
        second.end(signal.SIGTERM)
    rows = fresh.sql("SELECT finding, detail FROM vekha.finding WHERE name = 'clock' AND level = 'at_risk'")
    assert [row[1].rsplit(": ", 1)[1] for row in rows] == ["90"] and rows[0][0].endswith(":" + second.endpoint.rsplit(":", 1)[1])
    assert fresh.number("SELECT count(*) FROM vekha.alert WHERE kind = 'operator'") == 0  # it may be set right within minutes
