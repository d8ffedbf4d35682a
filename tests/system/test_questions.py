"""Questions back: asked at the centre, shown to the school, answered by a corrected figure or a note, or closed."""
import json
import uuid

import vekha_pb2 as pb
from peer import peer_of, reply
from test_narratives import OldCentre

FIGURE = ("consultations", "165", "--period", "2020-9M", "--as-of", "2020-09-25")


def ask(centre, text="Меньше, чем в августе. Так ли это?", organisation="school-3", *options):
    done = centre.ctl("query", organisation, "consultations", "--period", "2020-9M", "--text", text, *options)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[1])


def question(centre, number):
    found, = [row for row in centre.ctl_json("queries", "--all")["rows"] if row["id"] == number]
    return found


def drop(centre):
    """No test sees the questions of another."""
    for row in centre.ctl_json("queries")["rows"]:
        assert centre.ctl("query", "close", str(row["id"])).returncode == 0


# --- at the centre ---

def test_a_question_is_asked_listed_and_closed(autumn):
    number = ask(autumn, "Точно?", "school-3", "--author", "Отдел мониторинга")
    row = question(autumn, number)
    assert (row["org"], row["indicator"], row["period"], row["state"]) == ("school-3", "consultations", "2020-9M", "open")
    assert row["author"] == "Отдел мониторинга" and row["by_whom"] == autumn.sql("SELECT current_user")[0][0]
    assert [r["id"] for r in autumn.ctl_json("queries", "--org", "bogotol")["rows"]] == [number]
    assert autumn.ctl_json("queries", "--org", "school-4")["rows"] == []
    told = autumn.ctl("queries", lang="ru").stdout
    assert "Отдел мониторинга: Точно?" in told and "ждёт ответа" in told
    done = autumn.ctl("query", "close", str(number))
    assert done.returncode == 0 and question(autumn, number)["state"] == "closed"
    assert autumn.ctl("query", "close", str(number)).returncode == 1
    assert "No question is open" in autumn.ctl("queries").stdout


def test_what_is_no_question_is_refused(autumn):
    for arguments, code, said in (
            (("school-3", "consultations", "--period", "2020-9M"), 2, "usage"),
            (("school-3", "consultations", "--period", "soon", "--text", "x"), 2, "soon"),
            (("school-3", "consultations", "--period", "2020-9M", "--text", "\x1b[2J"), 2, "--text"),
            (("school-3", "consultations", "--period", "2020-9M", "--text", " \n "), 2, "--text"),
            (("school-3", "consultations", "--period", "2020-9M", "--text", "ы" * 501), 2, "--text"),
            (("school-3", "nosuch", "--period", "2020-9M", "--text", "x"), 1, "nosuch"),
            (("nobody", "consultations", "--period", "2020-9M", "--text", "x"), 1, "nobody")):
        done = autumn.ctl("query", *arguments)
        assert done.returncode == code and said in done.stderr, (arguments, done.stderr)
    assert autumn.ctl("query", "close", "x").returncode == 2
    assert autumn.ctl_json("queries")["rows"] == []


def test_a_corrected_figure_answers(autumn):
    assert autumn.submit("school-3", *FIGURE).returncode == 0
    number = ask(autumn)
    assert "unchanged" in autumn.submit("school-3", *FIGURE).stdout
    assert question(autumn, number)["state"] == "open"  # the same again says nothing new
    assert "replaced" in autumn.submit("school-3", "consultations", "170", *FIGURE[2:], "--note", "по журналу").stdout
    row = question(autumn, number)
    assert (row["state"], row["settled_how"], row["answer_value"], row["answer"]) == ("answered", "correction", "170", "по журналу")
    assert "170; по журналу" in autumn.ctl("queries", "--all").stdout
    autumn.check_invariants()


# --- over the wire ---

def hear(peer, after=None):
    h = pb.Hear() if after is None else pb.Hear(after=after)
    answer = peer.ask(pb.Envelope(version=1, hear=h), kinds=("questions", "later", "refusal"))
    assert answer is not None and answer.WhichOneof("body") == "questions", answer
    return answer.questions


def answer_to_reply(peer, message):
    """The receipt or refusal, as a patient client gets it."""
    while True:
        answer = peer.ask(message, kinds=("receipt", "later", "refusal"))
        assert answer is not None
        if answer.WhichOneof("body") != "later":
            return answer


def test_an_agent_hears_what_is_asked_of_it_and_those_below(autumn):
    autumn.submit("school-3", *FIGURE)
    first, second = ask(autumn, "Первый", "school-3", "--author", "Отдел"), ask(autumn, "Второй", "bogotol")
    with peer_of(autumn, "school-3") as school, peer_of(autumn, "bogotol") as department, peer_of(autumn, "school-4") as other:
        assert school.ask(pb.Envelope(version=1, hello=pb.Hello(software="test"))).welcome.max_questions == 20
        found, = hear(school).questions
        assert (found.number, found.organisation, found.indicator, found.period) == (first, "school-3", "consultations", "2020-9M")
        assert (found.text, found.author, found.state) == ("Первый", "Отдел", pb.VALUE) and found.indicator_name
        assert (found.value.mantissa, found.value.scale) == (int(autumn.sql(
            "SELECT value FROM report.figures WHERE org = 'school-3' AND indicator = 'consultations' AND period = '2020-9M'")[0][0]), 0)
        assert [q.number for q in hear(department).questions] == [first, second]
        assert [q.number for q in hear(department, after=first).questions] == [second]
        assert not hear(department, after=second).questions and not hear(other).questions
        assert not hear(department).questions[1].HasField("state")  # the department has reported nothing
    drop(autumn)


def test_many_questions_come_in_pages(autumn):
    numbers = [ask(autumn, "Вопрос %d" % n) for n in range(21)]
    with peer_of(autumn, "school-3") as school:
        page = hear(school)
        assert [q.number for q in page.questions] == numbers[:20] and page.more
        page = hear(school, after=numbers[19])
        assert [q.number for q in page.questions] == numbers[20:] and not page.more
    drop(autumn)


def test_a_reply_is_kept_once_and_its_receipt_is_the_same_for_ever(autumn):
    number = ask(autumn)
    message = reply(number, "Педагог болел.\nНаверстаем.", author="Завуч")
    with peer_of(autumn, "school-3") as school, peer_of(autumn, "school-4") as other:
        refused = answer_to_reply(other, reply(number, "Мы не при чём"))
        assert refused.receipt.reply.reason == pb.UNKNOWN_QUESTION and refused.receipt.reply.text
        assert question(autumn, number)["state"] == "open"
        receipt = answer_to_reply(school, message)
        assert receipt.receipt.reply.verdict == pb.ACCEPTED and receipt.receipt.id == message.reply.id
        assert answer_to_reply(school, message) == receipt
        altered = reply(number, "Другое", id=uuid.UUID(bytes=message.reply.id))
        assert answer_to_reply(school, altered).refusal.reason == pb.ALTERED
        assert autumn.sql("SELECT name FROM vekha.incident WHERE about = '%s'" % uuid.UUID(bytes=message.reply.id)) == [["altered"]]
        assert not hear(school).questions
    autumn.sandbox("restart", "vekhad")
    with peer_of(autumn, "school-3") as school:
        assert answer_to_reply(school, message) == receipt
    row = question(autumn, number)
    assert (row["settled_how"], row["settled_by"], row["answer"]) == ("note", "Завуч", "Педагог болел.\nНаверстаем.")
    assert autumn.number("SELECT count(*) FROM vekha.reply WHERE question = %d" % number) == 1


def test_a_closed_question_takes_no_reply(autumn):
    number = ask(autumn)
    drop(autumn)
    with peer_of(autumn, "school-3") as school:
        receipt = answer_to_reply(school, reply(number, "Поздно"))
        assert (receipt.receipt.reply.verdict, receipt.receipt.reply.reason) == (pb.REJECTED, pb.QUESTION_SETTLED)
    assert question(autumn, number)["settled_how"] == "closed"


def test_what_is_no_reply_is_refused_and_costs_nothing(autumn):
    number = ask(autumn)
    with peer_of(autumn, "school-3") as school:
        for broken in (reply(number, ""), reply(number, "ы" * 501), reply(number, "\x1b[2J"), reply(0, "x"), reply(2 ** 63, "x"),
                       reply(number, "x", author="a\nb")):
            answer = school.ask(broken, kinds=("receipt", "later", "refusal"))
            assert answer.refusal.reason == pb.MALFORMED and answer.refusal.id == broken.reply.id, answer
        no_id = reply(number, "x", id=uuid.uuid4())
        assert school.ask(no_id, kinds=("receipt", "later", "refusal")).refusal.reason == pb.BAD_ID
        # One question of an agent at a time; all others get `later`, and every one gets an answer.
        for _ in range(100):
            school.send(pb.Envelope(version=1, hear=pb.Hear()))
        answers = [school.receive(kinds=("questions", "later")) for _ in range(100)]
        assert None not in answers
        assert {a.later.reason for a in answers if a.WhichOneof("body") == "later"} <= {pb.CREDITS}
        assert [q.number for q in hear(school).questions] == [number]
    assert question(autumn, number)["state"] == "open"
    drop(autumn)


# --- at the school ---

def test_the_school_is_shown_the_question_at_its_next_contact_and_corrects_the_figure(autumn):
    autumn.submit("school-3", *FIGURE)
    number = ask(autumn, "Меньше, чем в августе.\nТак ли это?", "school-3", "--author", "Отдел мониторинга")
    shown = autumn.submit("school-3", "consultations", "12", "--period", "2020-08", lang="ru")
    assert shown.returncode == 0, shown.stderr
    for words in ("Управление образования просит уточнить", "Вопрос %d (Отдел мониторинга)" % number, "Меньше, чем в августе.", "Так ли это?",
                  "Консультации родителям (consultations)", "9 месяцев 2020", "сообщено: ",
                  "vekha-submit consultations ЗНАЧЕНИЕ --period 2020-9M", 'vekha-submit --answer %d --text "…"' % number):
        assert words in shown.stdout, shown.stdout
    listed = autumn.submit("school-3", "--questions", "--json")
    row, = json.loads(listed.stdout)["rows"]
    assert (row["question"], row["org"], row["period"], row["author"]) == (number, "school-3", "2020-9M", "Отдел мониторинга")
    assert row["state"] == "value" and row["value"]
    done = autumn.submit("school-3", "consultations", "171", *FIGURE[2:], lang="ru")  # the command that was shown, with a value
    assert done.returncode == 0 and "уточнить" not in done.stdout, done.stdout
    assert question(autumn, number)["settled_how"] == "correction"
    assert "The department asks nothing" in autumn.submit("school-3", "--questions").stdout


def test_the_department_is_shown_how_to_answer_for_a_school(autumn):
    number = ask(autumn)
    assert "--org school-3" in autumn.submit("bogotol", "--questions").stdout
    done = autumn.submit("bogotol", "--answer", str(number), "--text", "Школа права")
    assert done.returncode == 0, done.stderr
    assert question(autumn, number)["answer"] == "Школа права"


def test_an_answer_goes_by_the_spool_and_survives_a_cut_line(autumn):
    number = ask(autumn)
    autumn.freeze_daemon()
    try:
        cut = autumn.submit("school-3", "--answer", str(number), "--text", "Педагог болел", "--author", "Завуч", "--wait", "1")
        assert cut.returncode == 75 and "queued" in cut.stdout, cut.stdout + cut.stderr
        later = autumn.submit("school-3", "--answer", str(number), "--text", "Наверстаем", "--wait", "0")
        assert later.returncode == 75
        assert "question %d: Педагог болел" % number in autumn.submit("school-3", "--list").stdout
    finally:
        autumn.thaw_daemon()
    assert autumn.submit("school-3", "--send").returncode == 0
    row = question(autumn, number)
    assert (row["settled_how"], row["settled_by"], row["answer"]) == ("note", "Завуч", "Педагог болел")
    assert autumn.sql("SELECT text FROM vekha.reply WHERE question = %d ORDER BY number" % number) == [["Педагог болел"], ["Наверстаем"]]
    rows = json.loads(autumn.submit("school-3", "--list", "--json").stdout)["rows"]
    reply_row, = [r for r in rows if r.get("reply", {}).get("text") == "Наверстаем"]
    assert reply_row["state"] == "accepted" and reply_row["reply"]["verdict"] == "accepted" and reply_row["reply"]["question"] == number
    shown = autumn.submit("school-3", "--receipt", str(reply_row["number"]))
    assert shown.returncode == 0 and "Наверстаем" in shown.stdout and "accepted" in shown.stdout


def test_an_answer_that_nobody_waits_for_is_told_so(autumn):
    done = autumn.submit("school-3", "--answer", "999999", "--text", "x", lang="ru")
    assert done.returncode == 1 and "Такого вопроса" in done.stdout
    number = ask(autumn)
    drop(autumn)
    done = autumn.submit("school-3", "--answer", str(number), "--text", "x", "--json")
    row, = json.loads(done.stdout)["rows"]
    assert done.returncode == 1 and row["state"] == "rejected" and row["reply"]["reason"] == "question_settled" and row["reply"]["answer"]


def test_what_is_no_answer_is_not_queued(autumn):
    for arguments in (["--answer", "x", "--text", "y"], ["--answer", "0", "--text", "y"], ["--answer", "1"],
                      ["--answer", "1", "--text", "ы" * 501], ["--answer", "1", "--text", "y", "--note", "z"],
                      ["--answer", "1", "--text", "y", "consultations"], ["--answer", "1", "--questions"]):
        done = autumn.submit("school-3", *arguments)
        assert done.returncode == 2 and done.stderr, arguments
    assert autumn.number("SELECT count(*) FROM vekha.reply WHERE question = 1 AND text = 'y'") == 0


def test_a_school_that_cannot_ask_is_told(autumn):
    autumn.freeze_daemon()
    try:
        done = autumn.submit("school-3", "--questions", "--wait", "1")
    finally:
        autumn.thaw_daemon()
    assert done.returncode == 75 and "does not answer" in done.stderr


def test_a_centre_that_knows_no_questions_never_gets_an_answer_and_none_is_lost(autumn, tmp_path):
    number = ask(autumn)
    old = OldCentre()
    try:
        with open(autumn.conf("school-3"), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith(("endpoint", "server_key"))]
        conf = tmp_path / "old.conf"
        conf.write_text("".join(lines) + "endpoint = '%s'\nserver_key = '%s'\n" % (old.endpoint, old.key), encoding="utf-8")
        conf.chmod(0o600)
        to_old = ["vekha-submit", "-c", str(conf), "--lang", "en", *autumn.at_now()]
        told = autumn.run(*to_old, "--answer", str(number), "--text", "Не потеряйте")
        assert told.returncode == 75 and "does not take narratives or answers yet" in told.stderr and not old.seen
        asked = autumn.run(*to_old, "--questions")
        assert asked.returncode == 75 and "asks no questions yet" in asked.stderr
    finally:
        old.close()
    assert autumn.submit("school-3", "--send").returncode == 0  # the centre was updated
    assert question(autumn, number)["answer"] == "Не потеряйте"
