"""Retention: old years leave the database for files and come back, whatever is killed in between."""
import csv
import glob
import hashlib
import json
import os
import random
import shutil
import threading

import pytest

import vekha_pb2 as pb
from centre import Centre, wait_for
from peer import figure, peer_of, submission

REPORT = ("school-3", "consultations", "165", "--period", "2020-9M", "--as-of", "2020-09-25")
FIGURES = "SELECT * FROM vekha.figure ORDER BY organisation, period, indicator"
VERSIONS = "SELECT * FROM vekha.figure_history ORDER BY submission"
RECEIPTS = "SELECT id, number, agent, received_at, sha256, verdicts, texts FROM vekha.submission ORDER BY id"


def said(done, code=0):
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def plan(centre, tmp_path, *rows):
    path = tmp_path / "plans.csv"
    path.write_text("organisation;indicator;basis;starts;ends;target\n" + "".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
    said(centre.ctl("plan", "import", str(path)))


@pytest.fixture
def grown(tmp_path):
    """A centre that was used in 2018 and 2020: a missed plan of 2018, a figure of it with two versions, and a plan of 2020 on track."""
    centre = Centre("--now", "2018-10-10T06:00:00Z")
    plan(centre, tmp_path, ("school-3", "consultations", "синтетика", "2018-01-01", "2018-12-31", "100"),
         ("school-4", "consultations", "синтетика", "2018-01-01", "2018-12-31", "100"))
    for value in ("20", "21"):
        said(centre.submit("school-3", "consultations", value, "--period", "2018-09", "--note", "по журналу"))
    said(centre.submit("school-4", "consultations", "9", "--period", "2018-09"))
    centre.sandbox("now", "2020-09-25T06:00:00Z")
    said(centre.submit(*REPORT))
    centre.composed()
    yield centre
    centre.close()


@pytest.fixture
def shelf(tmp_path):
    return str(tmp_path / "shelf")


def archive(centre, shelf, *options, before="2019"):
    return centre.ctl("archive", "--before", before, "--out", shelf, *options)


def restore(centre, shelf, *options):
    return centre.ctl("archive", "--restore", os.path.join(shelf, "before-2019"), *options)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(centre):
    return [centre.sql(query) for query in (FIGURES, VERSIONS, "SELECT * FROM vekha.submission ORDER BY id")]


def test_years_leave_and_come_back(grown, shelf):
    before, receipts = everything(grown), grown.sql(RECEIPTS)
    told = said(archive(grown, shelf, "--dry-run"))
    assert "figure_2018: 2" in told and "figure_history_2018: 1" in told and "submission_2018: 3" in told
    assert everything(grown) == before and not os.path.exists(shelf), "a rehearsal changes nothing"

    said(archive(grown, shelf))
    grown.settled()
    assert [row[1] for row in grown.sql(FIGURES)] == ["2020039"] and grown.sql(VERSIONS) == []
    assert grown.sql(RECEIPTS) == receipts, "every receipt stands"
    grown.check_invariants()
    row, = grown.ctl_json("archive", "--list")["rows"]
    assert (row["years"], row["rows"], row["by"], row["dropped"]) == ("2018", 6, grown.sql("SELECT session_user")[0][0], False)
    assert row["folder"] == os.path.join(os.path.realpath(shelf), "before-2019")
    assert "archived already" in said(archive(grown, shelf)), "again, it does nothing"
    assert "can be dropped" in said(grown.ctl("archive", "--drop", "--dry-run"))
    assert "can be dropped" in said(archive(grown, shelf, "--drop", "--dry-run"))
    assert grown.number("SELECT count(*) FROM vekha.figure_2018_archived") == 2, "a rehearsal drops nothing"
    assert "are dropped" in said(grown.ctl("archive", "--drop"))
    assert grown.number("SELECT count(*) FROM pg_class WHERE relname ~ '_archived$' AND relkind = 'r'") == 0

    assert everything(grown)[0] != before[0]
    assert "can be brought back: 6 rows" in said(restore(grown, shelf, "--dry-run"))
    said(restore(grown, shelf))
    grown.settled()
    assert everything(grown) == before, "digit for digit"
    grown.check_invariants()
    assert "brought back" in said(grown.ctl("archive", "--list"))
    assert "no archive of this centre" in said(restore(grown, shelf), 1)
    shutil.rmtree(shelf)
    said(archive(grown, shelf, "--drop"))
    grown.settled()
    grown.check_invariants()


def test_the_files_are_read_without_vekha(grown, shelf):
    versions = grown.sql("SELECT value FROM vekha.figure WHERE period / 1000 = 2018 ORDER BY value")
    said(archive(grown, shelf))
    folder, = glob.glob(shelf + "/*")
    with open(folder + "/manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
    assert manifest["before"] == 2019 and manifest["schema"] == grown.number("SELECT max(number) FROM public.vekha_migration")
    named = {f["file"]: f for f in manifest["files"] + manifest["code_books"]}
    assert set(named) | {"manifest.json"} == set(os.listdir(folder))
    for name, f in named.items():
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        assert (f["bytes"], f["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert len(rows_of(os.path.join(folder, name))) == f["rows"]
    figures = rows_of(folder + "/figure_2018.csv")
    assert sorted([f["value"]] for f in figures) == sorted(versions) and figures[0]["note"] == "по журналу"
    codes = {row["id"]: row["code"] for row in rows_of(folder + "/organisations.csv")}
    assert {codes[f["organisation"]] for f in figures} == {"school-3", "school-4"}


def test_what_is_said_of_an_archived_year(grown, shelf):
    said(archive(grown, shelf))
    grown.settled()
    for command in (("status", "--as-of", "2018-10-01"), ("status", "--known-at", "2018-10-11"),
                    ("explain", "school-3", "consultations", "--as-of", "2018-12-31"),
                    ("history", "school-3", "consultations", "--known-at", "2018-12-01")):
        assert "the years to 2018 are archived" in said(grown.ctl(*command), 1)
        assert "вынесены из базы" in said(grown.ctl(*command, lang="ru"), 1)
    assert "The years to 2018 are archived" in said(grown.ctl("history", "school-3", "consultations"))
    assert "The years to 2018 are archived" in said(grown.ctl("status"))
    assert grown.ctl_json("status")["archived_before"] == 2019
    assert grown.status("school-3", "consultations")["status"] == "on_track", "what stays is judged as before"
    assert grown.status("school-4", "consultations")["status"] == "no_plan", "and by no plan of a year that is gone"


def test_who_was_told_of_a_plan_that_is_gone_is_told_its_end(grown, shelf):
    alert, = grown.open_alerts("school-4", "consultations")
    assert "closed: 1" in said(archive(grown, shelf)).replace("these years: 1; they will be closed", "closed: 1")
    grown.composed()
    assert grown.open_alerts("school-4", "consultations") == []
    closed, = [row for row in grown.ctl_json("alerts", "--all")["rows"] if row["id"] == alert["id"]]
    assert closed["closed_at"] is not None


def test_schools_are_answered_as_ever(grown, shelf):
    stored = grown.sql(RECEIPTS)
    said(archive(grown, shelf, "--drop"))
    grown.settled()
    done = grown.submit("school-3", "consultations", "22", "--period", "2018-09")
    assert done.returncode == 1 and "the centre keeps data of 2019" in done.stdout, "a late figure is rejected, and why"
    late = grown.sql("SELECT id, number, agent, received_at, sha256, verdicts, texts FROM vekha.submission ORDER BY number DESC LIMIT 1")
    assert late[0][5] not in ("{100}", "{400}")
    again = grown.submit("school-3", "--resend", "2018-01-01")
    assert "receipt 1 for" in again.stdout and "2018-09  21  replaced" in again.stdout and again.returncode == 1, again.stderr
    assert [row for row in grown.sql(RECEIPTS) if row not in late] == stored, "a repeat is stored once, and gets its receipt"
    said(grown.submit("school-3", "consultations", "170", "--period", "2020-9M", "--as-of", "2020-09-25"))
    grown.settled()
    grown.check_invariants()


def late_and_new(n):
    """A correction of a month of 2018, and a figure of 2020."""
    return submission(figure("consultations", "2018-%02d" % (n % 12 + 1), n, note="поздно"), figure("consultations", "2020-08", n, note="опять"))


class Flood(threading.Thread):
    """A school that corrects years that are about to leave, again and again."""

    def __init__(self, centre):
        super().__init__()
        self.centre, self.enough, self.answers = centre, threading.Event(), []
        self.start()

    def run(self):
        with peer_of(self.centre, "school-3") as peer:
            while not self.enough.is_set():
                message = late_and_new(len(self.answers) + 1)
                self.answers.append((message.submission.id, peer.deliver(message)))
                self.enough.wait(random.expovariate(4))

    def verdicts(self):
        return [answer.receipt.figures[0].verdict for _, answer in self.answers]


def test_archived_while_schools_report(grown, shelf):
    """Each figure was in force when its year left, and is in the files, or is rejected; what is beside it is stored."""
    flood = Flood(grown)
    try:
        wait_for(lambda: len(flood.answers) > 5, what="some answers")
        said(archive(grown, shelf, "--yes"))
        wait_for(lambda: flood.verdicts()[-1] == pb.REJECTED, what="a figure too late")
    finally:
        flood.enough.set()
        flood.join()
    assert {answer.WhichOneof("body") for _, answer in flood.answers} == {"receipt"}
    late, new = flood.verdicts(), [answer.receipt.figures[1].verdict for _, answer in flood.answers]
    assert pb.REJECTED not in new and pb.REJECTED not in late[:5]
    assert late == sorted(late, key=lambda verdict: verdict == pb.REJECTED), "no year comes back by itself"
    assert {answer.receipt.figures[0].reason for _, answer in flood.answers if answer.receipt.figures[0].verdict == pb.REJECTED} == {pb.PERIOD_OUT_OF_RANGE}
    kept = {bytes.fromhex(row["submission"].replace("-", "")) for path in glob.glob(shelf + "/*/figure*_2018.csv") for row in rows_of(path)}
    assert {id for (id, _), verdict in zip(flood.answers, late) if verdict != pb.REJECTED} <= kept
    assert not kept & {id for (id, _), verdict in zip(flood.answers, late) if verdict == pb.REJECTED}
    grown.settled()
    grown.check_invariants()
    said(restore(grown, shelf))
    grown.settled()
    grown.check_invariants()


def test_a_year_that_left_a_moment_ago_is_no_fault_of_the_school(grown):
    """A daemon that has not heard of it yet puts the school off, and refuses nothing for ever."""
    grown.sql("ALTER TABLE vekha.figure DETACH PARTITION vekha.figure_2018")
    message = late_and_new(8)
    with peer_of(grown, "school-3") as peer:
        assert peer.ask(message, kinds=("receipt", "later", "refusal")).WhichOneof("body") == "later"
        grown.sql("ALTER TABLE vekha.figure ATTACH PARTITION vekha.figure_2018 FOR VALUES FROM (2018000) TO (2019000)")
        answer = peer.deliver(message)
    assert len(answer.receipt.figures) == 2 and pb.REJECTED not in [f.verdict for f in answer.receipt.figures]


def test_what_stands_in_the_way(grown, shelf, tmp_path):
    assert "--before 2019 is possible" in said(archive(grown, shelf, before="2020"), 1)
    said(grown.ctl("query", "school-3", "consultations", "--period", "2018-09", "--text", "Так ли это?"))
    assert "questions" in said(archive(grown, shelf), 1)
    said(grown.ctl("query", "close", str(grown.ctl_json("queries")["rows"][0]["id"])))
    for arguments in (("--before", "2019"), ("--before", "19", "--out", shelf), (), ("--list", "--restore", shelf), ("--list", "--drop"),
                      ("--restore", shelf, "--drop"), ("--drop", "--out", shelf)):
        assert "usage" in said(grown.ctl("archive", *arguments), 2)
    # A plan that runs on looks at figures of these years.
    plan(grown, tmp_path, ("school-4", "consultations", "синтетика", "2018-01-01", "2021-12-31", "100"))
    grown.settled()
    refused = archive(grown, shelf)
    assert "school-4 consultations" in refused.stdout and "would change" in said(refused, 1)
    assert len(grown.sql(FIGURES)) == 3
    said(archive(grown, shelf, "--yes"))
    grown.settled()
    grown.check_invariants()


def test_only_who_may_act_as_the_owner(grown, shelf):
    grown.run("psql", "-qX", "-U", "postgres", "-c", "CREATE ROLE head LOGIN IN ROLE vekha_admin")
    for options in (("--before", "2019", "--out", shelf), ("--restore", shelf), ("--drop",)):
        done = grown.run("env", "PGUSER=head", "vekhactl", "archive", *options, "--lang", "en", *grown.at_now())
        assert done.returncode == 1 and "archive and erase as one who may act as the owner" in done.stderr, done.stdout + done.stderr
    done = grown.run("env", "PGUSER=head", "vekhactl", "archive", "--list", "--lang", "en", *grown.at_now())
    assert done.returncode == 0, done.stderr


def test_files_that_are_not_what_they_should_be(grown, shelf):
    said(archive(grown, shelf))
    folder = os.path.join(shelf, "before-2019")
    path = os.path.join(folder, "figure_2018.csv")
    with open(path, encoding="utf-8") as file:
        whole = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(whole.replace(",21,", ",22,"))
    assert "damaged" in said(restore(grown, shelf), 1)
    assert "damaged" in said(grown.ctl("archive", "--drop"), 1), "nothing is dropped that is nowhere else"
    assert grown.number("SELECT count(*) FROM vekha.figure_2018_archived") == 2
    with open(path, "w", encoding="utf-8") as file:
        file.write(whole)
    said(restore(grown, shelf))
    grown.settled()
    # The folder now holds an older state of the tables, and is not written over.
    said(grown.submit("school-3", "consultations", "23", "--period", "2018-10"))
    grown.settled()
    assert "something else" in said(archive(grown, shelf), 1)
    with open(path, encoding="utf-8") as file:
        assert file.read() == whole
    grown.settled()
    grown.check_invariants()


# --- sums and duties ---

PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
workdays own { file = "workdays.csv" }
project family { name = "Поддержка семей" }
indicator talks { name = "Консультации" project = "family" kind = "flow" unit = "консультаций" rolled = {"department"} }
indicator lessons { name = "Занятия" project = "family" kind = "flow" counting = "per_period" unit = "занятий" rolled = {"department"} }
indicator panels { name = "Панели поставлены" project = "family" kind = "milestone" unit = "поставка" }
duty monthly { indicators = {"talks", "lessons"} kinds = {"school"} every = "1" due_workday = "6" starts = "2018-08-01" workdays = "own" }
duty over { indicators = {"talks"} kinds = {"school"} every = "1" due_workday = "6" starts = "2018-01-01" ends = "2018-09-30" workdays = "own" }
%s
"""
MILESTONE = """duty panels { indicators = {"panels"} kinds = {"school"} every = "1" due_workday = "6" starts = "2018-08-01" workdays = "own" }"""
ORGANISATIONS = """code;name;kind;parent;time_zone
town;Город;department;;Asia/Krasnoyarsk
school-3;Школа № 3;school;town;Asia/Krasnoyarsk
school-4;Школа № 4;school;town;Asia/Krasnoyarsk
"""
PLANS = """organisation;indicator;basis;starts;ends;target
school-3;talks;синтетика;2018-01-01;2018-12-31;200
school-4;talks;синтетика;2018-01-01;2018-12-31;100
school-3;talks;синтетика;2020-01-01;2020-12-31;100
school-4;talks;синтетика;2020-01-01;2020-12-31;100
"""


@pytest.fixture
def town(tmp_path):
    """A town that added up its schools in 2018 and in 2020, and has reports owed since 2018.  Synthetic."""
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")

    write("programme.conf", PROGRAMME % "")
    write("organisations.csv", ORGANISATIONS)
    write("plans.csv", PLANS)
    write("workdays.csv", "day;working\n" + "".join("%d-01-01;no\n" % year for year in range(2018, 2022)))
    centre = Centre("--now", "2018-10-10T05:00:00Z", "--programme", str(tmp_path / "programme.conf"))
    centre.write, centre.programme = write, str(tmp_path / "programme.conf")
    for year in (2018, 2020):
        centre.sandbox("now", "%d-10-10T05:00:00Z" % year)
        for school, talks in (("school-3", "40"), ("school-4", "90")):
            said(centre.submit(school, "talks", talks, "--period", "%d-09" % year))
            said(centre.submit(school, "lessons", "5", "--period", "%d-09" % year))
        if year == 2018:
            said(centre.submit("school-3", "panels", "done", "--period", "2018-09"))
    centre.composed()
    yield centre
    centre.close()


def verdicts(centre):
    """What is seen of series that have a plan; and who is silent or late with what."""
    rows = centre.ctl_json("status")["rows"]
    return ([(r["org"], r["indicator"], r["status"], r["fact"], r["target"], r["explanation"]["ru"]) for r in rows if r["status"] != "no_plan"],
            centre.sql("SELECT organisation, state, overdue, silent FROM vekha.reporting ORDER BY 1"))


def test_sums_and_duties_stay_as_they_are(town, shelf):
    before = verdicts(town)
    assert len(before[0]) == 3 and [row[1] for row in before[1]] == ["silent", "silent"]
    said(archive(town, shelf))
    town.settled()
    assert verdicts(town) == before, "sums and who is silent"
    town.check_invariants()
    due = town.sql("SELECT min(due_on) FROM vekha.reporting")[0][0]
    assert due >= "2019-02-01", "no report of 2018 is owed any more"
    said(restore(town, shelf))
    town.settled()
    assert verdicts(town) == before and town.sql("SELECT min(due_on) FROM vekha.reporting")[0][0] < "2019-01-01"
    town.check_invariants()


def test_what_is_reported_for_good_keeps_its_year(town, shelf):
    town.write("programme.conf", PROGRAMME % MILESTONE)
    said(town.ctl("apply", town.programme))
    town.settled()
    refused = archive(town, shelf)
    assert "school-3 reporting" in refused.stdout and "would change" in said(refused, 1)
    assert town.number("SELECT vekha.archived_before()") == 0
    said(town.submit("school-3", "panels", "done", "--period", "2020-09", "--as-of", "2020-09-30"))
    town.settled()
    said(archive(town, shelf))
    town.settled()
    town.check_invariants()


# --- kill -9 at every step ---

CALLS = "sendto,fsync,rename,unlinkat"


def killed_at(centre, step, *arguments):
    """The command, killed at its step-th word to the database or touch of a file; None: it came to its end before."""
    done = centre.run("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + CALLS, "-e", "inject=%s:signal=SIGKILL:when=%d" % (CALLS, step),
                      "vekhactl", *arguments, "--lang", "en", *centre.at_now())
    return None if done.returncode >= 0 and "Killed" not in done.stderr and done.returncode != 137 else done


STATE = """SELECT vekha.archived_before(), md5(string_agg(v.row, ' ' ORDER BY v.row)) FROM (
    SELECT f::text AS row FROM vekha.figure f UNION ALL SELECT h::text FROM vekha.figure_history h UNION ALL SELECT s::text FROM vekha.submission s) v
    WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'vekhactl')"""


def state(centre):
    """The boundary and a digest of all rows, once the server has seen that a dead client is dead."""
    def look():
        found, = centre.sql(STATE)
        return found if found[1] else None
    return wait_for(look, 30, "the end of its session")


STRIDE = 1 if os.environ.get("KILLS") == "all" else 4


def kill_at_each_step(centre, undo, *arguments):
    """Kills the command STRIDE steps later each time, until it comes to its end: all is done or nothing.  What is done is undone."""
    before, done, kills = state(centre), None, 0
    while killed_at(centre, kills * STRIDE + 1, *arguments) is not None:
        kills += 1
        now = state(centre)
        if now[0] == before[0]:
            assert now == before, "nothing is done"
            continue
        done = done or now
        assert now == done, "or all"
        undo()
        centre.settled()
        assert state(centre) == before
    assert kills * STRIDE > 20 and state(centre) == (done or state(centre))
    centre.settled()
    centre.check_invariants()


@pytest.mark.timeout(600)
def test_archiving_is_killed_at_each_step(grown, shelf):
    def back():
        said(restore(grown, shelf))
        shutil.rmtree(shelf)

    kill_at_each_step(grown, back, "archive", "--before", "2019", "--out", shelf, "--drop")
    assert grown.number("SELECT vekha.archived_before()") == 2019
    assert "2018 are back: 6 rows" in said(restore(grown, shelf))


@pytest.mark.timeout(600)
def test_bringing_back_is_killed_at_each_step(grown, shelf):
    before = everything(grown)
    said(archive(grown, shelf, "--drop"))
    grown.settled()
    kill_at_each_step(grown, lambda: said(archive(grown, shelf, "--drop")), "archive", "--restore", os.path.join(shelf, "before-2019"))
    assert everything(grown) == before


# --- erasing a name ---

FORMS = ("Марфина Ж. З.", "Ж.З. Марфина", "Марфина", "marfina")  # synthetic


def dump(centre):
    """All that the database holds, as a dump has it; bytes are in it as digits."""
    return said(centre.run("pg_dump", "-U", "postgres", "--inserts", "vekha", timeout=120))


def stands(centre):
    """The forms of the name that a dump, or a statistic, still has."""
    text = dump(centre)
    found = [form for form in FORMS if form.casefold() in text.casefold()]
    found += [form for form in FORMS for spelt in (form, form.lower(), form.upper()) if spelt.encode().hex() in text]
    statistics = centre.run("psql", "-qXAt", "-U", "postgres", "-c", "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'vekha'").stdout
    return found + [form for form in FORMS if form.casefold() in statistics.casefold()]


@pytest.fixture
def named(tmp_path):
    """A centre that knows somebody everywhere: who typed, notes, prose, a question, its answer, a measure, letters, what was brought in."""
    centre = Centre("--now", "2020-09-25T06:00:00Z")
    name = FORMS[0]
    said(centre.submit("school-3", "consultations", "50", "--period", "2020-9M", "--as-of", "2020-09-25", "--note", "считала " + name, "--author", name))
    said(centre.submit("school-3", "consultations", "51", "--period", "2020-9M", "--as-of", "2020-09-25", "--note", "МАРФИНА уточнила", "--author", "Секретарь"))
    said(centre.submit("school-3", "--narrative", "digital", "--period", "2020-09", "--text", "Договор у: Ж.З. Марфина", "--answerable", "Марфина"))
    said(centre.ctl("submit", "school-4", "consultations", "7", "--period", "2020-9M", "--as-of", "2020-09-25", "--note", "звонила Марфина", "--author", name))
    said(centre.ctl("query", "school-3", "consultations", "--period", "2020-9M", "--text", "Где Марфина?", "--author", "Ж.З. Марфина"))
    number = str(centre.ctl_json("queries")["rows"][0]["id"])
    said(centre.submit("school-3", "--answer", number, "--text", "Марфина в отпуске", "--author", name))
    centre.composed()
    alert = centre.open_alerts("school-3", "consultations")[0]
    said(centre.ctl("ack", str(alert["id"]), "--measure", "Марфина проведёт встречи", "--until", "2020-11-30"))
    said(centre.ctl("silence", "school-4", "--until", "2020-12-01", "--reason", "Марфина болеет"))
    rejected = centre.submit("school-3", "consultations", "x" * 3, "--period", "2020-9M", "--author", name)
    assert rejected.returncode != 0
    centre.composed()
    centre.sql("ANALYZE")
    yield centre
    centre.close()


def test_a_name_is_erased_everywhere_and_nothing_else_is(named):
    assert set(stands(named)) >= {"Марфина", "Ж.З. Марфина", "Марфина Ж. З."}
    receipts = named.sql(RECEIPTS)
    figures = "SELECT organisation, period, value, composed_at, recorded_at, submission FROM %s ORDER BY 1, 2, 6"
    before = [named.sql(figures % table) for table in ("vekha.figure", "vekha.figure_history")]

    shown = said(named.ctl("erase", *FORMS, "--dry-run"))
    for place in ("submission.author", "figure.note", "figure_history.note", "narrative.text", "narrative.answerable", "question.text", "question.author",
                  "reply.text", "reply.author", "action.text"):
        assert place in shown, shown
    assert named.sql(RECEIPTS) == receipts and stands(named)
    assert "repeat with --yes" in said(named.ctl("erase", *FORMS), 1).lower(), "nobody is asked who is not there"
    assert "[удалено 1]" in said(named.ctl("erase", *FORMS, "--yes"))

    assert stands(named) == []
    assert named.sql(RECEIPTS) == receipts
    assert [named.sql(figures % table) for table in ("vekha.figure", "vekha.figure_history")] == before
    told = named.ctl_json("history", "school-3", "consultations")["rows"]
    assert [(row["author"], row["note"]) for row in told] == [("[удалено 1]", "считала [удалено 1]"), ("Секретарь", "[удалено 1] уточнила")]
    assert named.sql("SELECT text FROM vekha.action ORDER BY id") == [["[удалено 1] проведёт встречи"], ["[удалено 1] болеет"]]
    row, = named.ctl_json("erase", "--list")["rows"]
    assert (row["mark"], row["by"]) == (1, named.sql("SELECT session_user")[0][0]) and "figure.note" in row["places"]
    assert "stands nowhere" in said(named.ctl("erase", *FORMS, "--yes"))
    named.settled()
    named.check_invariants()
    # What the school sends again under the same ids is a repeat: its receipt comes, its texts do not.
    again = named.submit("school-3", "--resend", "2020-01-01")
    assert "receipt 1 for" in again.stdout, again.stderr
    assert named.sql(RECEIPTS) == receipts and stands(named) == []


def test_another_form_gets_the_same_mark(named):
    said(named.submit("school-3", "consultations", "52", "--period", "2020-9M", "--as-of", "2020-09-25", "--note", "со слов Марфиной"))
    named.composed()
    shown = said(named.ctl("erase", "Марфина", "--dry-run"))
    assert "Марфиной: 1 (figure.note)" in shown and "Марфина" not in shown.split("Words like it", 1)[1]
    said(named.ctl("erase", "Марфина", "--yes"))
    assert "there is no mark 7" in said(named.ctl("erase", "Марфиной", "--as", "7", "--yes"), 1)
    said(named.ctl("erase", "Марфиной", "--as", "1", "--yes"))
    assert named.sql("SELECT note FROM vekha.figure WHERE value = 52") == [["со слов [удалено 1]"]]


def test_whoever_is_asked_can_say_no(named):
    command = "vekhactl erase Марфина --lang en " + " ".join(named.at_now())
    for answer, erased in (("no", False), ("yes", True)):
        done = named.run("bash", "-c", "echo %s | script -qec '%s' /dev/null" % (answer, command))
        assert ("stands in its place" in done.stdout) == erased and ("Nothing was erased" in done.stdout) != erased, done.stdout
        assert bool(named.number("SELECT count(*) FROM vekha.erasure")) == erased


def test_what_keeps_a_name_from_being_erased(named):
    recipient = named.sql("SELECT recipient FROM vekha.route_version WHERE recipient LIKE '%@%' LIMIT 1")[0][0]
    assert "route" in said(named.ctl("erase", recipient, "--yes"), 1)
    for wrong in ("ab", "...", "a\nbc", 'a"bc', "x" * 101):
        assert named.ctl("erase", wrong, "--yes").returncode == 2, wrong
    user = named.sql("SELECT session_user")[0][0]
    assert "connect as another user" in said(named.ctl("erase", user, "--yes"), 1)
    assert named.ctl_json("erase", "--list")["rows"] == []
    assert "usage" in said(named.ctl("erase"), 2) and "usage" in said(named.ctl("erase", "Марфина", "--list"), 2)
    named.run("psql", "-qX", "-U", "postgres", "-c", "CREATE ROLE head LOGIN IN ROLE vekha_admin")
    done = named.run("env", "PGUSER=head", "vekhactl", "erase", "Марфина", "--yes", *named.at_now())
    assert done.returncode == 1 and stands(named)
    assert named.run("env", "PGUSER=head", "vekhactl", "erase", "--list", *named.at_now()).returncode == 0
