"""Questions back: asked at the centre, shown to the school, answered by a corrected figure or a note, or closed."""
import json

FIGURE = ("consultations", "165", "--period", "2020-9M", "--as-of", "2020-09-25")


def ask(centre, text="Меньше, чем в августе. Так ли это?", organisation="school-3", *options):
    done = centre.ctl("query", organisation, "consultations", "--period", "2020-9M", "--text", text, *options)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[1])


def question(centre, number):
    found, = [row for row in centre.ctl_json("queries", "--all")["rows"] if row["id"] == number]
    return found


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
