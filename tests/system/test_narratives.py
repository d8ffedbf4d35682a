"""Narratives: how projects stand in prose, from the school's command line or sheet to what the administrator reads."""
import json
import os
import threading
import time

import pytest
import zmq

import vekha_pb2 as pb
from centre import TOP, wait_for
from peer import figure, peer_of, receipts_of_both, submission
from test_client import School, write


class Teller(School):
    def tell(self, period, *arguments, **options):
        return self.run("--narrative", "digital", "--period", period, *arguments, **options)

    def listed(self):
        return json.loads(self.run("--list", "--json").stdout)["rows"]


@pytest.fixture
def school(centre, tmp_path):
    return Teller(centre, tmp_path)


def in_force(centre, period, column="text"):
    return [row[0] for row in centre.sql("SELECT %s FROM report.narratives WHERE org = 'school-4' AND project = 'digital'"
                                         " AND period = '%s'" % (column, period))]


def history(centre, period):
    rows = centre.ctl_json("narratives", "history", "school-4", "digital")["rows"]
    return [(row["text"], row["verdict"]) for row in rows if row["period"] == period]


def narrative(period="2026-01", project="digital", **fields):
    return pb.Narrative(project=project, period=period, **fields)


def tell(*narratives, figures=(), **options):
    message = submission(*figures, **options)
    message.submission.narratives.extend(narratives)
    return message


def verdicts(answer):
    assert answer is not None and answer.WhichOneof("body") == "receipt", answer
    return [verdict.verdict for verdict in answer.receipt.narratives]


# --- as a school uses it ---

@pytest.mark.quick
def test_one_from_the_command_line(centre, school):
    done = school.tell("2026-01", "--text", "Контракты заключены.\nЖдём поставку.", "--cause", "торги затянулись", "--measure",
                       "письмо поставщику", "--next-step", "приёмка", "--answerable", "директор", lang="ru")
    assert done.returncode == 0, done.stderr
    for said in ("Понято справок: 1", "    Контракты заключены.\n    Ждём поставку.\n", "Причина: торги затянулись",
                 "Мера: письмо поставщику", "Далее: приёмка", "Ответственный: директор", "справок: 1", "принято"):
        assert said in done.stdout
    rows = centre.sql("SELECT replace(text, E'\\n', '|'), cause, measure, next_step, answerable FROM report.narratives"
                      " WHERE org = 'school-4' AND period = '2026-01'")
    assert rows == [["Контракты заключены.|Ждём поставку.", "торги затянулись", "письмо поставщику", "приёмка", "директор"]]


def test_correction_repeat_and_withdrawal(centre, school):
    for arguments, verdict in ((["--text", "Начато"], "accepted"), (["--text", "Начато"], "unchanged"),
                               (["--text", "Начато", "--cause", "нет ставок"], "replaced"), (["--withdraw"], "replaced"),
                               (["--withdraw"], "unchanged"), (["--text", "Начато"], "replaced")):
        done = school.tell("2026-02", *arguments)
        assert done.returncode == 0 and verdict in done.stdout, done.stdout + done.stderr
    assert in_force(centre, "2026-02") == ["Начато"]
    assert history(centre, "2026-02") == [("Начато", "replaced"), ("Начато", "replaced"), (None, "replaced"), ("Начато", "in_force")]


def test_a_sheet_from_excel(centre, school, tmp_path):
    text = ("Проект;Период;Состояние дел;Причина;Мера;Следующий шаг;Ответственный;Комментарий\r\n"
            "digital;1 полугодие 2026;\"первая строка\nвторая; строка\";;обучение;;завуч;x\r\n"
            ";;;;;;;\r\n"
            "families;3 квартал 2026;Идут консультации;;;;;\r\n"
            "nothing;2026-09;x;;;;;\r\n"
            "digital;2026-13;x;;;;;\r\n"
            "digital;2026-H1;;нет;;;;\r\n"
            "every-child;2026-08;a;;;;;\r\n"
            "every-child;2026-08;b;;;;;\r\n")
    done = school.run(write(tmp_path / "справки.csv", text, "cp1251"), "--yes", lang="ru")
    assert done.returncode == 1
    for said in ("справки.csv:7:2 Период: «2026-13»", "справки.csv:8:3 Состояние дел: не указан", "справки.csv:9:1 Проект: те же",
                 "справки.csv:10:1 Проект: те же", "столбец «Комментарий» неизвестен"):
        assert said in done.stderr, done.stderr
    assert "Проекта «nothing» нет в программе" in done.stdout and "строка 2" in done.stdout and "принято: 2" in done.stdout
    assert centre.sql("SELECT project, period, replace(text, E'\\n', '|'), measure, answerable FROM report.narratives"
                      " WHERE org = 'school-4' AND period IN ('2026-H1', '2026-Q3') ORDER BY 1") == [
        ["digital", "2026-H1", "первая строка|вторая; строка", "обучение", "завуч"], ["families", "2026-Q3", "Идут консультации", "", ""]]
    again = school.run(write(tmp_path / "справки.csv", text, "cp1251"), "--yes", lang="en")
    assert "unchanged: 2" in again.stdout


def test_a_sheet_is_not_sent_unasked(school, tmp_path):
    path = write(tmp_path / "n.csv", "project;period;text\ndigital;2026-03;words\n")
    assert school.run(path).returncode == 2
    done = school.run(path, "--dry-run")
    assert done.returncode == 0 and "words" in done.stdout and "narratives: 1" in done.stdout and school.waiting() == 0


def test_the_list_and_the_receipts_say_it_in_words(school):
    assert school.tell("2026-03", "--text", "Поставлены все панели и ноутбуки, идёт настройка", "--cause", "a").returncode == 0
    assert school.tell("2026-03", "--withdraw").returncode == 0
    first, second = school.listed()
    listed = school.run("--list", lang="ru").stdout
    assert "digital 2026-03 Поставлены все…" in listed and "digital 2026-03 отозвано" in listed
    shown = school.run("--receipt", first["id"], lang="ru")
    assert shown.returncode == 0 and "принято" in shown.stdout
    assert "Поставлены все панели и ноутбуки, идёт настройка" in shown.stdout and "Причина: a." in shown.stdout
    told = json.loads(school.run("--receipt", second["id"], "--json").stdout)["rows"][0]
    assert told["figures"] == [] and told["narratives"] == [dict(
        org=None if told["narratives"][0]["org"] is None else "school-4", project="digital", period="2026-03", withdrawn=True, text=None,
        cause=None, measure=None, next_step=None, answerable=None, verdict="replaced", reason=None, answer=None)]


@pytest.mark.parametrize("arguments", [
    ["--text", "x"], ["--period", "2026-01"], ["--period", "2026-99", "--text", "x"], ["--period", "2026-01", "--text", "x", "--note", "y"],
    ["--period", "2026-01", "--text", "x", "--as-of", "2026-01-05"], ["--period", "2026-01", "--withdraw", "--cause", "x"],
    ["--period", "2026-01", "--text", "x", "consultations"], ["--period", "2026-01", "--text", "x", "--list"],
    ["--period", "2026-01", "--text", "a\tb"], ["--period", "2026-01", "--text", "а" * 4001], ["--period", "2026-01", "--text", "\u202eобратно"],
    ["--period", "2026-01", "--text", "x", "--cause", "а" * 2001], ["--period", "2026-01", "--text", "x", "--answerable", "a\nb"],
])
def test_bad_usage_says_so_and_sends_nothing(school, arguments):
    done = school.run("--narrative", "digital", *arguments)
    assert done.returncode == 2 and done.stderr.strip() and school.waiting() == 0, done.stdout


@pytest.mark.parametrize("arguments", [["consultations", "1", "--text", "x"], ["n.csv", "--text", "x"], ["n.csv", "--cause", "x"]])
def test_texts_belong_to_narratives(school, arguments):
    done = school.run(*arguments, "--period", "2026-01")
    assert done.returncode == 2 and done.stderr.strip() and school.waiting() == 0


def test_the_longest_narratives_are_divided_among_messages(centre, school, tmp_path):
    rows = ["digital;2024-%02d;%s;%s;%s;%s;%s" % (month, "т" * 4000, "п" * 2000, "м" * 2000, "ш" * 2000, "о" * 100) for month in range(1, 13)]
    done = school.run(write(tmp_path / "n.csv", "project;period;text;cause;measure;next_step;answerable\n" + "\n".join(rows)), "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("queued") >= 4
    sizes = centre.sql("SELECT DISTINCT length(text), length(cause), length(answerable) FROM report.narratives"
                       " WHERE org = 'school-4' AND period LIKE '2024-%'")
    assert sizes == [["4000", "2000", "100"]]


# --- a centre that does not know narratives ---

class OldCentre:
    """A centre of the version before: welcomes without max_narratives, passes over what it does not know, stores nothing but
    what it was sent."""

    def __init__(self):
        public, secret = zmq.curve_keypair()
        self.key, self.seen, self.ended = public.decode(), [], False
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.curve_server, self.socket.curve_secretkey = True, secret
        self.endpoint = "tcp://127.0.0.1:%d" % self.socket.bind_to_random_port("tcp://127.0.0.1")
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while not self.ended:
            if not self.socket.poll(50):
                continue
            peer, packed = self.socket.recv_multipart()
            self.answer(peer, pb.Envelope.FromString(packed))

    def answer(self, peer, message):
        answer = pb.Envelope(version=1)
        if message.WhichOneof("body") == "hello":
            answer.welcome.organisation = "school-4"
            answer.welcome.max_message_bytes, answer.welcome.max_figures, answer.welcome.credits = 65536, 500, 16
            answer.welcome.time_us, answer.welcome.replay = int(time.time() * 1e6), True
        else:
            self.seen.append(message.submission)
            answer.receipt.id, answer.receipt.number, answer.receipt.received_us = message.submission.id, 1, int(time.time() * 1e6)
            for _ in message.submission.figures:
                answer.receipt.figures.add(verdict=pb.ACCEPTED)
        self.socket.send_multipart([peer, answer.SerializeToString()])

    def close(self):
        self.ended = True
        self.thread.join()
        self.socket.close()


def test_an_old_centre_never_sees_a_narrative_and_nothing_is_lost(centre, school, tmp_path):
    old = OldCentre()
    try:
        with open(school.conf, encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith(("endpoint", "server_key"))]
        conf = tmp_path / "old.conf"
        conf.write_text("".join(lines) + "endpoint = '%s'\nserver_key = '%s'\n" % (old.endpoint, old.key), encoding="utf-8")
        conf.chmod(0o600)
        to_old = ["vekha-submit", "-c", str(conf), "--lang", "ru"]
        told = centre.run(*to_old, "--narrative", "digital", "--period", "2026-04", "--text", "Не потеряйте")
        assert told.returncode == 75 and "пока не принимает справки" in told.stderr and school.waiting() == 1, told.stdout + told.stderr
        figures = centre.run(*to_old, "consultations", "4", "--period", "2026-04")
        assert figures.returncode == 0 and "принято" in figures.stdout and school.waiting() == 1
        assert [(len(s.figures), len(s.narratives)) for s in old.seen] == [(1, 0)]
        assert centre.run(*to_old, "--send").returncode == 75
    finally:
        old.close()
    done = school.run("--send")  # the centre was updated
    assert done.returncode == 0 and school.waiting() == 0, done.stdout + done.stderr
    assert in_force(centre, "2026-04") == ["Не потеряйте"]


# --- on the wire, by an independent peer ---

def test_welcome_says_that_narratives_are_taken(centre):
    with peer_of(centre, "school-4") as peer:
        assert peer.ask(pb.Envelope(version=1, hello=pb.Hello())).welcome.max_narratives == 50


def test_figures_and_narratives_in_one_submission_and_a_repeat_byte_for_byte(centre):
    message = tell(narrative("2026-05", text="Идёт"), narrative("2026-05", "nothing", text="x"), narrative("2026-05", "families", text="y"),
                   figures=[figure("consultations", "2026-05", 5), figure("nothing", "2026-05", 5)], author="завуч")
    with peer_of(centre, "school-4") as peer:
        first = peer.ask(message)
        again = peer.ask(message)
    assert first.SerializeToString() == again.SerializeToString()
    assert [v.verdict for v in first.receipt.figures] == [pb.ACCEPTED, pb.REJECTED]
    assert verdicts(first) == [pb.ACCEPTED, pb.REJECTED, pb.ACCEPTED]
    assert first.receipt.narratives[1].reason == pb.UNKNOWN_PROJECT and first.receipt.narratives[1].text
    message.submission.narratives[0].text = "Другое"
    with peer_of(centre, "school-4") as peer:
        assert peer.ask(message).refusal.reason == pb.ALTERED
    assert in_force(centre, "2026-05") == ["Идёт"]
    receipt = [row for row in centre.ctl_json("receipts")["rows"] if row["number"] == first.receipt.number][0]
    assert [line["verdict"] for line in receipt["figures"]] == ["accepted", "rejected"]
    assert [(line["project"], line["verdict"]) for line in receipt["narratives"]] == [
        ("digital", "accepted"), (None, "rejected"), ("families", "accepted")]


BAD = [
    (dict(text="x", project=""), pb.UNKNOWN_PROJECT),
    (dict(text="x", organisation="no-such"), pb.UNKNOWN_ORGANISATION),
    (dict(text="x", organisation="school-3"), pb.NOT_YOURS),
    (dict(text="x", period="2026-13"), pb.BAD_PERIOD),
    (dict(text="x", period="1999-01"), pb.PERIOD_OUT_OF_RANGE),
    (dict(text="x", period="2027-01"), pb.PERIOD_NOT_BEGUN),
    (dict(), pb.TEXT_MISSING),
    (dict(text=" \n "), pb.TEXT_MISSING),
    (dict(cause="x"), pb.TEXT_MISSING),
    (dict(withdrawn=True, measure="x"), pb.TEXT_UNEXPECTED),
    (dict(text="две\x00части"), pb.BAD_TEXT),
    (dict(text="x", cause="\u202eобратно"), pb.BAD_TEXT),
    (dict(text="x", measure="a\x1b[31mb"), pb.BAD_TEXT),
    (dict(text="x", next_step="a\tb"), pb.BAD_TEXT),
    (dict(text="x", answerable="a\nb"), pb.BAD_TEXT),
    (dict(text="я" * 4001), pb.BAD_TEXT),
    (dict(text="x", cause="я" * 2001), pb.BAD_TEXT),
    (dict(text="x", answerable="я" * 101), pb.BAD_TEXT),
]


@pytest.mark.parametrize("fields, reason", BAD, ids=[str(fields)[:40] for fields, _ in BAD])
def test_a_bad_narrative_is_rejected_with_a_reason_and_its_neighbours_count(centre, fields, reason):
    fields = dict(dict(project="digital", period="2026-06"), **fields)
    with peer_of(centre, "school-4") as peer:
        answer = peer.ask(tell(pb.Narrative(**fields), narrative("2026-07", text="Хорошо"), figures=[figure("consultations", "2026-07", 7)]))
    assert verdicts(answer)[0] == pb.REJECTED and answer.receipt.narratives[0].reason == reason, answer
    assert len(answer.receipt.narratives[0].text) > 10
    assert verdicts(answer)[1] in (pb.ACCEPTED, pb.UNCHANGED)
    assert answer.receipt.figures[0].verdict in (pb.ACCEPTED, pb.UNCHANGED)


def test_the_same_key_twice_rejects_both(centre):
    with peer_of(centre, "school-4") as peer:
        answer = peer.ask(tell(narrative("2026-08", text="a"), narrative("2026-09", text="a"), narrative("2026-08", text="b")))
    assert verdicts(answer) == [pb.REJECTED, pb.ACCEPTED, pb.REJECTED]
    assert answer.receipt.narratives[0].reason == pb.TWICE_IN_SUBMISSION and "1, 3" in answer.receipt.narratives[0].text


def test_neither_and_too_many_are_refused(centre):
    with peer_of(centre, "school-4") as peer:
        assert peer.ask(tell()).refusal.reason == pb.EMPTY
        assert peer.ask(tell(*[narrative(text="x")] * 51)).refusal.reason == pb.TOO_MANY_FIGURES


def test_a_late_spool_does_not_undo_a_newer_correction(centre):
    now = time.time()
    with peer_of(centre, "school-4") as peer:
        assert verdicts(peer.ask(tell(narrative("2026-10", text="новое"), composed=now - 60))) == [pb.ACCEPTED]
        assert verdicts(peer.ask(tell(narrative("2026-10", text="старое"), composed=now - 3600))) == [pb.OUTDATED]
        assert verdicts(peer.ask(tell(narrative("2026-10", text="новое"), composed=now - 10))) == [pb.UNCHANGED]
        assert verdicts(peer.ask(tell(narrative("2026-10", text="среднее"), composed=now - 30))) == [pb.OUTDATED]
    assert in_force(centre, "2026-10") == ["новое"]
    assert sorted(history(centre, "2026-10")) == [("новое", "in_force"), ("среднее", "outdated"), ("старое", "outdated")]


def test_two_senders_at_once_store_one(centre):
    messages = [tell(narrative("2025-%02d" % month, "families", text="месяц %d" % month)) for month in range(1, 9)]
    with peer_of(centre, "school-4") as one, peer_of(centre, "school-4") as two:
        receipts = receipts_of_both(one, two, messages)
    assert receipts[0] == receipts[1]


def test_what_always_holds(centre):
    centre.settled()
    centre.check_invariants()


# --- as the administrator reads it ---

def test_the_example_as_it_is_shown(autumn):
    for file in ("figures.csv", "narratives.csv"):
        done = autumn.submit("bogotol", os.path.join(TOP, "examples", "bogotol", file), "--yes", lang="ru")
        assert done.returncode == 0, done.stdout + done.stderr
    autumn.settled()
    shown = autumn.ctl("narratives", "--project", "digital", lang="ru").stdout
    assert shown.startswith("Цифровая образовательная среда\n  Управление образования г. Боготола, на 25.09.2020\n")
    assert "    Далее: На базе школ № 3 и № 4" in shown
    status = autumn.ctl("status", lang="ru").stdout.splitlines()
    at = status.index("Поддержка семей, имеющих детей")
    assert status[at + 1].startswith("  Управление образования г. Боготола, на 25.09.2020: Услуги консультативной помощи")
    assert "Услуги" not in autumn.ctl("status", "--brief", lang="ru").stdout
    assert "Услуги" not in autumn.ctl("status", "--indicator", "consultations", lang="ru").stdout
    lagging = autumn.ctl("status", "--status", "on_track", lang="ru").stdout
    assert "Услуги" in lagging and "Реализация проекта начнется" not in lagging
    answer = autumn.ctl_json("status", "--org", "bogotol", "--project", "digital")
    assert [(n["org"], n["project"], n["as_of"], n["withdrawn"]) for n in answer["narratives"]] == [
        ("bogotol", "digital", "2020-09-25", False)]
    assert autumn.ctl_json("status", "--brief")["narratives"] == []
    assert autumn.ctl_json("status", "--indicator", "consultations")["narratives"] == []


def test_as_of_and_known_at(autumn):
    def newest(*options):
        return [(n["org"], n["period"], n["text"]) for n in autumn.ctl_json("narratives", "--project", "families", "--org", "school-3",
                                                                            *options)["rows"]]

    def send(*arguments):
        done = autumn.submit("school-3", "--narrative", "families", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    send("--period", "2020-08", "--text", "Август")
    send("--period", "2020-9M", "--text", "До сентября")
    moment = autumn.sql("SELECT to_char(max(recorded_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM vekha.narrative")[0][0]
    send("--period", "2020-9M", "--text", "Исправлено")
    assert newest() == [("school-3", "2020-9M", "Исправлено")]
    wait_for(lambda: newest("--known-at", moment) == [("school-3", "2020-9M", "До сентября")], what="a moment that is settled")
    assert newest("--as-of", "2020-09-24") == [("school-3", "2020-08", "Август")]
    assert newest("--as-of", "2020-08-30") == []
    assert newest("--known-at", "2020-09-24") == []
    assert [n[1] for n in newest("--all")] == ["2020-9M", "2020-08"]
    assert autumn.ctl_json("status", "--org", "school-3", "--project", "families", "--as-of", "2020-09-24")["narratives"][0]["text"] == "Август"
    send("--period", "2020-9M", "--withdraw")
    assert newest() == [("school-3", "2020-08", "Август")]
    assert [(n["period"], n["withdrawn"]) for n in autumn.ctl_json("narratives", "--org", "school-3", "--all")["rows"]] == [
        ("2020-9M", True), ("2020-08", False)]
    shown = autumn.ctl("narratives", "history", "school-3", "families", lang="ru").stdout
    assert "отозвано" in shown and "    Исправлено" in shown and shown.count("заменено") == 2
    known = autumn.ctl_json("narratives", "history", "school-3", "families", "--known-at", moment)["rows"]
    assert [row["text"] for row in known] == ["Август", "До сентября"]
    autumn.check_invariants()


def test_a_project_without_series_is_told_of_too(autumn):
    autumn.sql("SELECT vekha.put_project('boards', 'Управляющие советы', NULL, NULL, NULL, NULL, '2020-09-01Z')")
    message = tell(narrative("2020-09", "boards", text="Советы избраны"), composed=time.mktime((2020, 9, 20, 0, 0, 0, 0, 0, 0)))
    with peer_of(autumn, "school-4") as peer:
        wait_for(lambda: verdicts(peer.ask(tell(narrative("2020-09", "boards", text="x"), composed=1600000000))) != [pb.REJECTED],
                 what="the project in the catalogue")
        assert verdicts(peer.ask(message)) == [pb.REPLACED]
    status = autumn.ctl("status", lang="ru").stdout.splitlines()
    at = status.index("Управляющие советы")
    assert status[at + 1] == "  МБОУ СОШ № 4, 2020-09, на 20.09.2020: Советы избраны"
    assert autumn.ctl("status", "--project", "boards", lang="ru").stdout.count("Советы избраны") == 1


def test_what_there_is_not_exits_1(autumn):
    for command in (["narratives", "--org", "nobody"], ["narratives", "--project", "nothing"],
                    ["narratives", "history", "nobody", "digital"], ["narratives", "history", "school-3", "consultations"]):
        done = autumn.ctl(*command)
        assert done.returncode == 1 and done.stderr.startswith("vekhactl: "), command
