"""How messages reach their receivers: a mail server that wants TLS and a login, webhooks of every temper, a real Alertmanager.
All data are synthetic."""
import email
import email.policy
import os

import pytest

from centre import wait_for
from receivers import Alertmanager, Authority, HttpServer, MailServer
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
    centre = closing(Town(tmp_path).up(route("head", to="head@t.example")))
    configure(centre, mail=MAIL % (server.port, password, authority.ca))
    report(centre, "s1", 100)
    sender, recipients, content = wait_for(lambda: server.taken, seconds=30, what="a letter")[0]
    assert (sender, recipients) == ("vekha@t.example", ["head@t.example"]) and server.logins == [(b"vekha", True)]
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert letter["Subject"] == "ОТСТАЁТ: Школа 1 — Консультации"
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert all(len(line) <= 76 for line in letter.get_body(("plain",)).get_content().splitlines())
    page = letter.get_body(("html",)).get_content()
    picture = [part for part in letter.walk() if part.get_content_type() == "image/png"][0]
    assert "cid:" + picture["Content-ID"].strip("<>") in page and "сделано 100, по плану 150" in page
    assert picture.get_content().startswith(b"\x89PNG")
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
    assert [row[0] for row in outbox(centre, "am")] == ["sent", "sent"]


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


def test_names_can_do_no_harm(tmp_path, closing):
    town = Town(tmp_path)
    names = "code;name;name_en;kind;parent;time_zone;email\ntown;Управление;;department;;Asia/Krasnoyarsk;\n"
    evil = 'Школа "1" <img src=x onerror=alert(1)> & =?UTF-8?B?QQ==?= ' + "очень " * 20
    town.write("organisations.csv", names + '"s1";"%s";;school;town;Asia/Krasnoyarsk;\n' % evil.replace('"', '""'))
    town.write("plans.csv", "organisation;indicator;basis;starts;ends;target\ns1;consultations;Приказ;2020-01-01;2020-12-31;200\n")
    server = closing(HttpServer())
    centre = closing(town.up(route("head", to="head@t.example") + route("ours", to="", channel="ours") + route("bot", to="", channel="bot")))
    configure(centre, webhook("ours", server.port, "/ours"), webhook("bot", server.port, "/bot", format="template", template='{"text": "{text}"}'))
    report(centre, "s1", 100)
    wait_for(lambda: len(server.taken) == 2 and centre.letters(), seconds=30, what="all three")
    letter = centre.letters()[0]
    assert letter["Subject"].startswith('ОТСТАЁТ: Школа "1" <img') and "<img src=x" not in letter.get_body(("html",)).get_content()
    assert letter["Bcc"] is None and len(letter.get_all("To")) == 1
    for path, _, body in server.taken:
        assert evil.strip()[:40] in body["text"]
    # Names with line breaks, control and bidirectional characters do not even get in.
    for wrong in ("Школа\u202e 1", "Школа\x07 1", "Школа\nBcc: a@b"):
        town.write("organisations.csv", names + '"s1";"%s";;school;town;Asia/Krasnoyarsk;\n' % wrong)
        assert centre.ctl("apply", town.path).returncode != 0
