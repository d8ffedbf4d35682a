"""vekhactl rehearse: the same history under other rules, and not one byte written."""
import pytest

from centre import Centre

SPAN = ["--from", "2020-01-01", "--to", "2020-12-31"]
YEAR = [  # when it was sent, the period, its last day, the value
    ("2020-04-01T05:00:00Z", "2020-Q1", "2020-03-31", "48"),
    ("2020-10-01T05:00:00Z", "2020-9M", "2020-09-30", "130"),
    ("2020-10-05T05:00:00Z", "2020-9M", "2020-09-30", "165"),
]


@pytest.fixture(scope="module")
def year():
    """A centre that lived through 2020; school-3 corrected its nine months after four days."""
    made = Centre("--now", "2020-01-10T06:00:00Z")
    for moment, period, as_of, value in YEAR:
        made.sandbox("now", moment)
        done = made.submit("school-3", "consultations", value, "--period", period, "--as-of", as_of)
        assert done.returncode == 0, done.stderr
        made.settled()
    made.sandbox("now", "2021-01-11T05:00:00Z")
    made.settled()
    made.sandbox("stop", "vekhad")
    yield made
    made.close()


def trial(tmp_path, text):
    path = tmp_path / "trial.conf"
    path.write_text(text, encoding="utf-8")
    return str(path)


def rehearse(centre, tmp_path, text, *options):
    answer = centre.ctl_json("rehearse", trial(tmp_path, text), *SPAN, *options)
    assert (answer["schema"], answer["from"], answer["to"]) == (1, "2020-01-01", "2020-12-31")
    return {(row["org"], row["indicator"]): row for row in answer["rows"]}, answer["totals"]


def steps(course):
    return [(step["on"], step["level"]) for step in course["steps"]]


def dump(centre):
    done = centre.run("pg_dump", "--no-comments")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
    return lines


def test_an_alert_that_would_have_come_earlier(year, tmp_path):
    rows, totals = rehearse(year, tmp_path, 'progress_on_track = "0.99"\ngap_of_target = "200"\n', "--indicator", "consultations")
    row = rows["school-3", "consultations"]
    assert steps(row["present"]) == [("2020-10-01", "lagging"), ("2020-10-05", None)]
    assert steps(row["rehearsed"])[:2] == [("2020-04-01", "at_risk"), ("2020-10-01", "lagging")]
    assert (row["shift_days"], row["lagging_shift_days"]) == (-183, 0)
    assert totals["raised"] == {"present": 1, "rehearsed": 1, "both": 1, "earlier": 1, "later": 0}
    assert totals["lagging"] == {"present": 1, "rehearsed": 1, "both": 1, "earlier": 0, "later": 0}


def test_the_present_side_is_what_the_daemon_raised(year, tmp_path):
    rows, _ = rehearse(year, tmp_path, 'progress_on_track = "0.95"\n')
    raised = year.sql("""SELECT (t.at AT TIME ZONE 'UTC')::date, t.to_level FROM vekha.alert_transition t
        JOIN vekha.alert a ON a.id = t.alert JOIN vekha.organisation o ON o.id = a.organisation
        JOIN vekha.indicator i ON i.id = a.indicator
        WHERE o.code = 'school-3' AND i.code = 'consultations' AND t.at < '2021-01-01Z' ORDER BY t.id""")
    course = rows["school-3", "consultations"]["present"]
    assert [on for on, _ in steps(course)] == [day for day, _ in raised]
    for row in rows.values():
        assert row["present"] == row["rehearsed"]


def test_time_alone_is_replayed_too(year, tmp_path):
    rows, _ = rehearse(year, tmp_path, "milestone_late_days = 7\n", "--project", "digital", "--org", "school-4")
    row = rows["school-4", "delivery-panels"]
    assert steps(row["present"]) == [("2020-12-01", "at_risk"), ("2020-12-14", "lagging")]
    assert steps(row["rehearsed"]) == [("2020-12-01", "at_risk"), ("2020-12-07", "lagging")]
    assert (row["shift_days"], row["lagging_shift_days"]) == (0, -7)
    assert {org for org, _ in rows} == {"school-4"}


def test_an_alert_that_would_not_have_come(year, tmp_path):
    mild = "\n".join('%s = "0"' % name for name in ("progress_on_track", "progress_at_risk", "probability_on_track",
                                                    "probability_at_risk"))
    rows, totals = rehearse(year, tmp_path, mild, "--indicator", "consultations", "--org", "school-3")
    row = rows["school-3", "consultations"]
    assert steps(row["rehearsed"]) == [] and row["shift_days"] is None
    assert (totals["series"], totals["raised"]["present"], totals["raised"]["rehearsed"]) == (1, 1, 0)


def test_nothing_is_written(year, tmp_path):
    before = dump(year)
    rehearse(year, tmp_path, 'progress_on_track = "0.99"\n')
    assert dump(year) == before
    # Not by good will: PostgreSQL would refuse to write.
    path = trial(tmp_path, 'progress_on_track = "0.99"\n')
    done = year.run("env", "PGOPTIONS=-c default_transaction_read_only=on", "vekhactl", "rehearse", path, *SPAN, *year.at_now())
    assert done.returncode == 0, done.stderr


def test_people_read_a_table(year, tmp_path):
    path = trial(tmp_path, 'progress_on_track = "0.99"\ngap_of_target = "200"\n')
    done = year.ctl("rehearse", path, *SPAN, "--indicator", "consultations", lang="ru")
    assert done.returncode == 0, done.stderr
    assert "-183" in done.stdout and "01.04.2020 ВНИМАНИЕ" in done.stdout and "05.10.2020 закрыта" in done.stdout
    assert "Ничего не записано" in done.stdout
    assert not done.stderr


@pytest.mark.parametrize("text, options, code, said", [
    ("progress_on_track = \"0.99\"\nfrob = 1\n", SPAN, 1, "trial.conf:2: "),
    ("progress_on_track = \"much\"\n", SPAN, 1, "trial.conf:1: progress_on_track: "),
    ("\n", SPAN, 1, "trial.conf:1: "),
    ("early_share = 0\n", [*SPAN, "--org", "nobody"], 1, "nobody"),
    ("early_share = 0\n", [*SPAN, "--indicator", "nothing"], 1, "nothing"),
    ("early_share = 0\n", [], 2, "--from"),
    ("early_share = 0\n", ["--from", "2020-01-01"], 2, "--to"),
    ("early_share = 0\n", ["--from", "2020-02-01", "--to", "2020-01-01"], 2, "--from"),
    ("early_share = 0\n", ["--from", "2020-02-01", "--to", "2031-01-01"], 2, "--to"),
    ("early_share = 0\n", ["--from", "soon", "--to", "2020-01-01"], 2, "soon"),
])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_what_is_wrong_is_named(year, tmp_path, text, options, code, said, lang):
    done = year.ctl("rehearse", trial(tmp_path, text), *options, lang=lang)
    assert done.returncode == code and said in done.stderr, done.stdout + done.stderr


def test_exit_codes_without_file_and_database(year, tmp_path):
    assert year.ctl("rehearse", str(tmp_path / "missing.conf"), *SPAN).returncode == 1
    assert year.run("vekhactl", "rehearse").returncode == 2
    done = year.run("env", "PGHOST=" + str(tmp_path), "vekhactl", "rehearse", trial(tmp_path, "early_share = 0\n"), *SPAN)
    assert done.returncode == 69


def test_other_plans_are_tried_too(year, tmp_path):
    """A plan of 300 by points would have raised the alarm in spring; of the real one nothing changes."""
    before = dump(year)
    plans, points = tmp_path / "plans.csv", tmp_path / "points.csv"
    plans.write_text("organisation;indicator;basis;starts;ends;shape;target\n"
                     "school-3;consultations;на пробу;2020-01-01;2020-12-31;points;300\n", encoding="utf-8")
    points.write_text("organisation;indicator;starts;at;value\n"
                      "school-3;consultations;2020-01-01;2020-03-31;150\n", encoding="utf-8")
    answer = year.ctl_json("rehearse", str(plans), str(points), *SPAN, "--org", "school-3", "--indicator", "consultations")
    row = answer["rows"][0]
    assert steps(row["present"]) == [("2020-10-01", "lagging"), ("2020-10-05", None)]
    assert steps(row["rehearsed"])[0] == ("2020-04-01", "lagging")
    assert row["lagging_shift_days"] == -183
    assert dump(year) == before


def test_a_table_of_plans_with_a_mistake(year, tmp_path):
    plans = tmp_path / "plans.csv"
    plans.write_text("organisation;indicator;basis;starts;ends;target\n"
                     "school-9;consultations;на пробу;2020-01-01;2020-12-31;300\n", encoding="utf-8")
    done = year.ctl("rehearse", str(plans), *SPAN)
    assert done.returncode == 1 and "plans.csv:2:1: organisation: «school-9»" in done.stderr, done.stderr
