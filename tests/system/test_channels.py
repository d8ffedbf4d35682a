"""How messages reach their receivers: a mail server that wants TLS and a login, webhooks of every temper, a real Alertmanager.
All data are synthetic."""
import email
import email.policy
import email.utils
import os
import re
import time

import pytest

import vekha_pb2 as pb
from centre import wait_for
from peer import peer_of
from receivers import Alertmanager, Authority, HttpServer, Journal, MailServer
from test_routes import Town, report, route, subjects

MAIL = """mail {
    server = "smtp://localhost:%d"
    from = "vekha@t.example"
    user = "vekha"
    password_file = "%s"
    ca = "%s"
}
"""


@pytest.fixture
def closing():
    things = []
    yield lambda thing: things.append(thing) or thing
    for thing in reversed(things):
        thing.close()


def configure(centre, *sections, mail=None):
    """Adds sections to the daemon's configuration, perhaps with another mail section, and starts it anew."""
    path = os.path.join(centre.dir, "vekhad.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if mail:
        text = text[:text.index("mail {")] + mail + text[text.index("}\n", text.index("mail {")) + 2:]
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "".join(sections))
    centre.sandbox("restart", "vekhad")


def webhook(name, port, path="", **says):
    return 'webhook %s {\n    url = "http://127.0.0.1:%d%s"\n%s}\n' % (
        name, port, path, "".join("    %s = %s\n" % (key, value if key == "headers" else "'%s'" % value) for key, value in says.items()))


def outbox(centre, channel):
    return centre.sql("SELECT CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN dead_at IS NOT NULL THEN 'dead' ELSE 'waiting' END, last_error"
                      " FROM vekha.outbox WHERE channel = '%s' ORDER BY id" % channel)


def test_a_mail_server_that_wants_tls_and_a_login(tmp_path, closing):
    authority = Authority(str(tmp_path))
    server = closing(MailServer(authority))
    password = tmp_path / "password"
    password.write_text("s3cret\n")
    password.chmod(0o600)
    centre = closing(Town(tmp_path).up(route("head", to="head@t.example")))
    configure(centre, mail=MAIL % (server.port, password, authority.ca))
    report(centre, "s1", 100)
    sender, recipients, content = wait_for(lambda: server.taken, seconds=30, what="a letter")[0]
    assert (sender, recipients) == ("vekha@t.example", ["head@t.example"]) and server.logins == [(b"vekha", True)]
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert letter["Subject"] == "ОТСТАЁТ: Школа 1 — Консультации"
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert all(len(line) <= 72 for line in letter.get_body(("plain",)).get_content().splitlines())
    page = letter.get_body(("html",)).get_content()
    picture = [part for part in letter.walk() if part.get_content_type() == "image/png"][0]
    assert "cid:" + picture["Content-ID"].strip("<>") in page and "сделано 100, по плану 150" in page
    assert picture.get_content().startswith(b"\x89PNG") and len(picture.get_content()) < 12 * 1024
    assert "s3cret" not in centre.log()
    with open("/proc/%d/cmdline" % centre.daemon_pid(), "rb") as file:
        assert b"s3cret" not in file.read()


def test_a_mail_server_without_tls_gets_nothing(tmp_path, closing):
    centre = closing(Town(tmp_path).up(route("head", to="head@t.example")))
    configure(centre, mail='mail {\n    server = "smtp://127.0.0.1:%s"\n    from = "vekha@t.example"\n}\n' % centre.state()["smtp_port"])
    report(centre, "s1", 100)
    wait_for(lambda: outbox(centre, "email") and outbox(centre, "email")[0][1], seconds=30, what="a failure")
    assert outbox(centre, "email")[0][0] == "waiting" and subjects(centre, "head@t.example") == []


def test_webhooks_of_every_format(tmp_path, closing):
    server = closing(HttpServer())
    centre = closing(Town(tmp_path).up(
        route("ours", to="", channel="ours", language="en") + route("bot", to="-1001", channel="bot")))
    configure(centre, webhook("ours", server.port, "/ours", headers='{"Authorization: Bearer x"}'),
              webhook("bot", server.port, "/bot", format="template", template='{"chat_id": "{recipient}", "text": "{subject}\\n{text}"}'))
    report(centre, "s1", 100)
    wait_for(lambda: len(server.taken) == 2, seconds=30, what="both")
    taken = {path: (headers, body) for path, headers, body in server.taken}
    headers, ours = taken["/ours"]
    assert headers["Authorization"] == "Bearer x" and headers["Idempotency-Key"] == ours["message_id"]
    assert ours["subject"] == "LAGGING: School 1 — Consultations" and ours["language"] == "en" and ours["more"] == 0
    step = ours["steps"][0]
    assert (step["event"], step["org"], step["indicator"], step["project"], step["status"]) == (
        "opens", "s1", "consultations", "families", "lagging")
    assert (step["fact"], step["plan_at"], step["alert"]["level"]) == ("100", "150", "lagging")
    assert taken["/bot"][1] == {"chat_id": "-1001", "text": taken["/bot"][1]["text"]}
    assert taken["/bot"][1]["text"].startswith("ОТСТАЁТ: Школа 1 — Консультации\nШкола 1, консультации")


def test_a_secret_stands_in_a_file_of_its_own(tmp_path, closing):
    server = closing(HttpServer())
    secret = tmp_path / "secret"
    secret.write_text("123:AB_c\n")
    secret.chmod(0o640)
    centre = closing(Town(tmp_path).up(route("bot", to="-1001", channel="bot")))
    configure(centre, webhook("bot", server.port, "/bot{secret}/send", secret_file=secret, headers='{"Authorization: Bearer {secret}"}'))
    report(centre, "s1", 100)
    path, headers, _ = wait_for(lambda: server.taken, seconds=30, what="the message")[0]
    assert path == "/bot123:AB_c/send" and headers["Authorization"] == "Bearer 123:AB_c"
    server.temper = 400
    report(centre, "s2", 100)
    wait_for(lambda: [row[0] for row in outbox(centre, "bot")] == ["sent", "dead"], seconds=30, what="a refusal")
    assert "AB_c" not in centre.log() and "AB_c" not in str(outbox(centre, "bot"))
    secret.chmod(0o644)
    centre.sandbox("stop", "vekhad")
    for options in ([], ["--check"]):
        done = centre.run("vekhad", "-c", os.path.join(centre.dir, "vekhad.conf"), *options, *centre.at_now())
        assert done.returncode != 0 and "others may read it" in done.stderr and str(secret) in done.stderr and "AB_c" not in done.stderr


def test_a_receiver_that_wishes_to_be_left_alone_is(tmp_path, closing):
    """By seconds or a date, within an hour; what is no wish, or less than its own turn, changes nothing."""
    date = email.utils.formatdate(time.time() + 300, usegmt=True)
    wishes = {"seconds": ("100", 95, 101), "date": (date, 200, 300), "day": ("86400", 3595, 3601), "less": ("1", 13, 17), "past": ("-5", 13, 17),
              "word": ("soon", 13, 17)}
    servers = {name: closing(HttpServer(429, says=[("Retry-After", wish)])) for name, (wish, _, _) in wishes.items()}
    centre = closing(Town(tmp_path).up("".join(route(name, to="", channel=name) for name in wishes)))
    configure(centre, *[webhook(name, server.port) for name, server in servers.items()])
    report(centre, "s1", 100)
    wait_for(lambda: all(outbox(centre, name) and outbox(centre, name)[0][1] for name in wishes), seconds=30, what="failures")
    at = dict(centre.sql("SELECT channel, extract(epoch FROM next_attempt_at - created_at) FROM vekha.outbox"))
    for name, (_, least, most) in wishes.items():
        assert least <= float(at[name]) <= most + 8, (name, at)  # from the creation, which is a little before the attempt
    report(centre, "s2", 100)
    wait_for(lambda: all(servers[name].calls >= 2 for name in ("less", "past", "word")), seconds=30, what="the others")
    assert [servers[name].calls for name in ("seconds", "date", "day")] == [1, 1, 1]
    assert [len(outbox(centre, name)) for name in ("seconds", "date", "day")] == [2, 2, 2]


def test_a_real_alertmanager_takes_and_resolves(tmp_path, closing):
    manager = closing(Alertmanager(str(tmp_path)))
    centre = closing(Town(tmp_path).up(route("am", to="", channel="am", level="at_risk", language="en")))
    configure(centre, webhook("am", manager.port, format="alertmanager"))
    report(centre, "s1", 100)
    alert = wait_for(manager.alerts, seconds=30, what="the alert")[0]
    assert alert["labels"] == {"alertname": "Vekha", "kind": "lag", "org": "s1", "indicator": "consultations", "project": "families"}
    assert alert["annotations"]["level"] == "lagging" and "100 done, 150 planned" in alert["annotations"]["description"]
    report(centre, "s1", 200)
    wait_for(lambda: manager.alerts() == [], seconds=30, what="the end")
    wait_for(lambda: [row[0] for row in outbox(centre, "am")] == ["sent", "sent"], what="what it answered")


def test_what_is_told_of_one_alert_arrives_in_order(tmp_path, closing):
    """The first message is refused for now, and the next ones come while it waits; another alert is not held up."""
    server = closing(HttpServer(temper=500))
    centre = closing(Town(tmp_path).up(route("hook", to="", channel="hook", level="at_risk")))
    configure(centre, webhook("hook", server.port))
    report(centre, "s1", 100)
    wait_for(lambda: server.calls == 1, seconds=30, what="the first attempt")
    report(centre, "s1", 145)
    report(centre, "s1", 200)
    centre.settled()
    wait_for(lambda: len(outbox(centre, "hook")) == 3, seconds=30, what="all three messages")
    server.temper = 200
    report(centre, "s2", 100)
    wait_for(lambda: server.taken, seconds=30, what="another alert")
    assert [body["steps"][0]["org"] for _, _, body in server.taken] == ["s2"] and server.calls == 2
    centre.sandbox("now", "2020-10-05T03:10:00Z")  # the first is due again
    wait_for(lambda: len(server.taken) == 4, seconds=30, what="all")
    assert [(body["steps"][0]["org"], body["steps"][0]["event"]) for _, _, body in server.taken[1:]] == [
        ("s1", "opens"), ("s1", "falls"), ("s1", "closes")]


TEMPERS = ("hang", "cut", "endless", 500, 429, 400)


def test_receivers_of_every_temper_leave_the_others_unaffected(tmp_path, closing):
    bad = {str(temper): closing(HttpServer(temper)) for temper in TEMPERS}
    good = closing(HttpServer())
    centre = closing(Town(tmp_path, schools=6).up(
        "".join(route("r-" + name, to="x", channel="c-" + name) for name in bad) + route("good", to="", channel="good") +
        route("gone", to="", channel="gone") + route("nobody", to="", channel="nobody")))
    configure(centre, webhook("gone", 1), webhook("good", good.port), *[webhook("c-" + name, server.port) for name, server in bad.items()])
    for school in ("s1", "s2", "s3"):
        report(centre, school, 100)
    wait_for(lambda: len(good.taken) == 3, seconds=30, what="the good one")
    wait_for(lambda: all(server.calls for server in bad.values()), seconds=30, what="all others")
    wait_for(lambda: [row[0] for row in outbox(centre, "c-400")] == ["dead"] * 3, seconds=30, what="what is refused for good")
    for name in ("cut", "endless", "500", "429"):
        wait_for(lambda: all(row[1] for row in outbox(centre, "c-" + name)), seconds=30, what=name)
        assert {row[0] for row in outbox(centre, "c-" + name)} == {"waiting"}
    assert outbox(centre, "c-500")[0][1] == "the receiver answered 500: not  today"
    assert all(row[1] for row in outbox(centre, "gone")) and outbox(centre, "nobody") == [["waiting", ""]] * 3
    report(centre, "s4", 100)  # receipts, and the good one, go on
    wait_for(lambda: len(good.taken) == 4, seconds=30, what="the good one again")
    assert centre.ctl("outbox").returncode == 0
    found = centre.ctl("doctor").stdout
    assert "!! channels: no daemon has served these in the last ten minutes (and their routes): nobody (nobody);" in found
    assert "!! messages given up: 4;" in found


def test_dead_letters_are_told_of_and_tried_again(tmp_path, closing):
    server = closing(HttpServer(400))
    centre = closing(Town(tmp_path).up(route("hook", to="", channel="hook")))
    assert "!! channels: no daemon has served these in the last ten minutes (and their routes): hook (hook);" in centre.ctl("doctor").stdout
    configure(centre, webhook("hook", server.port))
    wait_for(lambda: "   channels: a daemon serves each" in centre.ctl("doctor").stdout, seconds=30, what="the channel served")
    report(centre, "s1", 100)
    wait_for(lambda: [row[0] for row in outbox(centre, "hook")] == ["dead"], seconds=30, what="a refusal")
    found = centre.ctl("doctor")
    assert found.returncode == 1 and "!! messages given up: 1; «vekhactl outbox» says why" in found.stdout
    row = centre.ctl_json("outbox")["rows"][0]
    assert (row["state"], row["channel"], row["attempts"]) == ("dead", "hook", 1) and "answered 400" in row["last_error"]
    assert "answered 400" in centre.ctl("outbox").stdout
    server.temper = 200
    for wrong in ([], [str(row["id"]), "--all"], [str(row["id"]), "--channel", "hook"]):
        assert centre.ctl("outbox", "retry", *wrong).returncode == 2
    gone = centre.ctl("outbox", "retry", "--all", "--channel", "hok")
    assert gone.returncode == 1 and "no message of the channel «hok» is unsent" in gone.stderr
    assert centre.ctl("outbox", "retry", str(row["id"])).returncode == 0
    wait_for(lambda: server.taken, seconds=30, what="another attempt")
    wait_for(lambda: "   messages given up: 0" in centre.ctl("doctor").stdout, seconds=30, what="nothing dead")
    page = centre.run("curl", "-sf", centre.env["VEKHA_METRICS"]).stdout
    assert 'vekha_messages_sent_total{channel="hook",outcome="dead"} 1\n' in page
    assert 'vekha_messages_sent_total{channel="hook",outcome="sent"} 1\n' in page and 'vekha_delivery_seconds_count{channel="hook"} 1\n' in page
    assert "Nothing is waiting" in centre.ctl("outbox", "retry", "--all").stdout
    server.temper = 400
    report(centre, "s2", 100)
    report(centre, "s3", 100)
    wait_for(lambda: [row[0] for row in outbox(centre, "hook")] == ["sent", "dead", "dead"], seconds=30, what="two refusals")
    server.temper = 200
    assert "Messages due again: 2." in centre.ctl("outbox", "retry", "--all", "--channel", "hook").stdout
    wait_for(lambda: [row[0] for row in outbox(centre, "hook")] == ["sent"] * 3, seconds=30, what="all")


def test_the_journal_has_a_field_for_everything(tmp_path, closing, monkeypatch):
    journal = Journal(str(tmp_path), monkeypatch)
    centre = closing(Town(tmp_path).up(route("log", to="", channel="journal", level="at_risk", language="en")))
    configure(centre, "journal = true\n")
    report(centre, "s1", 100)
    report(centre, "s2", 145)
    entry = wait_for(lambda: journal.entries("VEKHA_ORG=s1"), seconds=30, what="an entry")[0]
    assert entry["MESSAGE"].startswith("School 1, consultations, as of 2020-09-30: 100 done, 150 planned.")
    assert {name: entry[name] for name in ("VEKHA_EVENT", "VEKHA_KIND", "VEKHA_LEVEL", "VEKHA_INDICATOR", "VEKHA_STATUS", "VEKHA_AS_OF", "PRIORITY",
                                           "SYSLOG_IDENTIFIER")} == {
        "VEKHA_EVENT": "opens", "VEKHA_KIND": "lag", "VEKHA_LEVEL": "lagging", "VEKHA_INDICATOR": "consultations", "VEKHA_STATUS": "lagging",
        "VEKHA_AS_OF": "2020-09-30", "PRIORITY": "4", "SYSLOG_IDENTIFIER": "vekhad"}
    assert int(entry["VEKHA_ALERT"]) == centre.open_alerts("s1", "consultations")[0]["id"] and int(entry["_PID"]) == centre.daemon_pid()
    assert wait_for(lambda: journal.entries("VEKHA_ORG=s2"), seconds=30, what="the other")[0]["PRIORITY"] == "5"
    report(centre, "s1", 200)
    wait_for(lambda: journal.entries("VEKHA_ORG=s1", "VEKHA_EVENT=closes", "PRIORITY=6"), seconds=30, what="the end")
    assert [entry["VEKHA_EVENT"] for entry in journal.entries("MESSAGE_ID=5c1f6d0e7a3b4c2f9d8e6b7a01c4e2f3", "VEKHA_ORG=s1")] == ["opens", "closes"]


# C0 but newline and tab, DEL, C1; marks, embeddings, overrides and isolates of direction; separators; what is no character.
HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffd]")
DISGUISE = "\u202e\u2066\u2069\u200e\u200f\u061c\u2028\u2029"
EVIL = 'Школа "1" <img src=x onerror=alert(1)> & =?UTF-8?B?QQ==?= ' + DISGUISE + "очень длинная " * 6


def strings_in(value):
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in strings_in(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings_in(part)]
    return [value] if isinstance(value, str) else []


def assert_harmless(value):
    for text in strings_in(value):
        assert not HARM.search(text), ascii(text)


def assert_letter_harmless(letter):
    assert_harmless([text for header in letter.items() for text in header])
    assert letter["Bcc"] is None and len(letter.get_all("To")) == 1 and "X-Evil" not in letter
    plain, page = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert_harmless([plain.replace("\r\n", "\n"), page])
    assert "<img src=x" not in page and "<script" not in page
    return plain


def disguise(centre):
    """What no door lets in, put past them."""
    centre.sql("UPDATE vekha.organisation_version SET name = '%s', name_en = '%s'"
               " WHERE organisation = (SELECT id FROM vekha.organisation WHERE code = 's1')" % (EVIL, EVIL))
    centre.sql("SELECT vekha.catalogue_changed()")


def test_names_and_notes_do_no_harm_in_any_channel(tmp_path, closing, monkeypatch):
    journal, server, manager = Journal(str(tmp_path), monkeypatch), closing(HttpServer()), closing(Alertmanager(str(tmp_path)))
    centre = closing(Town(tmp_path).up("".join(route(name, to=to, channel=channel) for name, to, channel in (
        ("head", "head@t.example", "email"), ("ours", "", "ours"), ("bot", "", "bot"), ("am", "", "am"), ("log", "", "journal")))))
    disguise(centre)
    configure(centre, webhook("ours", server.port, "/ours"), webhook("am", manager.port, format="alertmanager"), "journal = true\n",
              webhook("bot", server.port, "/bot", format="template", template='{"text": "{subject} {text}"}'))
    report(centre, "s1", 100)
    wait_for(lambda: len(server.taken) == 2 and centre.letters() and manager.alerts() and journal.entries("VEKHA_ORG=s1"), seconds=30, what="all")
    assert centre.letters()[0]["Subject"].startswith('ОТСТАЁТ: Школа "1" <img')
    assert_letter_harmless(centre.letters()[0])
    assert_harmless([[body for _, _, body in server.taken], manager.alerts()])
    assert all("очень длинная" in body["text"] for _, _, body in server.taken)
    assert_harmless({name: value for name, value in journal.entries("VEKHA_ORG=s1")[0].items() if name.startswith(("MESSAGE", "VEKHA"))})

    note = "приём\x1b[2J\x9b31m\u202e по субботам</p><script>\x07" + DISGUISE
    alert = centre.open_alerts("s1", "consultations")[0]["id"]
    centre.sql("SELECT vekha.acknowledge(%d, '%s', '2020-10-20', '2020-10-05T04:00:00Z')" % (alert, note))
    for command in (("alerts", "--all"), ("status",), ("explain", "s1", "consultations"), ("watch", "--after", "0", "--count", "1"), ("outbox", "--all"),
                    ("watch", "--after", "0", "--count", "1", "--agent", centre.conf("town"))):
        done = centre.run("vekhactl", *command, "--lang", "ru", *([] if "--agent" in command else centre.at_now()))
        assert done.returncode == 0 and "Школа" in done.stdout, done.stderr
        assert_harmless([done.stdout, done.stderr])
    with peer_of(centre, "town") as peer:
        assert_harmless(str(peer.ask(pb.Envelope(version=1, watch=pb.Watch(after=0)), kinds=("steps",))))

    centre.sandbox("now", "2020-10-20T17:00:01Z")
    letter = wait_for(lambda: [one for one in centre.letters() if one["Subject"].startswith("Срок меры истёк")], seconds=30, what="the measure")[0]
    assert "по субботам" in assert_letter_harmless(letter)
    wait_for(lambda: len(server.taken) == 4 and journal.entries("VEKHA_EVENT=returns"), seconds=30, what="all again")
    assert_harmless([body for _, _, body in server.taken])


def test_disguised_names_do_not_even_get_in(tmp_path, closing):
    town = Town(tmp_path)
    names = "code;name;name_en;kind;parent;time_zone;email\ntown;Управление;;department;;Asia/Krasnoyarsk;\n"
    centre = closing(town.up(route("head", to="head@t.example")))
    for wrong in ("Школа\u202e 1", "Школа\u2028 1", "Школа\u200f 1", "Школа\x07 1", "Школа\nBcc: a@b"):
        town.write("organisations.csv", names + '"s1";"%s";;school;town;Asia/Krasnoyarsk;\n' % wrong)
        assert centre.ctl("apply", town.path).returncode != 0
