"""The shapes of a plan, from the programme file to the verdict: a year with an empty summer, and curves that stay as approved."""
import os

import pytest

from centre import Centre

PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
%s
project families { name = "Поддержка семей" starts = "2019-01-01" ends = "2024-12-31" }
indicator even { project = "families" kind = "flow" name = "Беседы" unit = "бесед" }
indicator school { project = "families" kind = "flow" name = "Консультации" unit = "консультаций" }
indicator seasonal { project = "families" kind = "flow" name = "Занятия" unit = "занятий" }
"""
TABLES = """
calendar usual {
    terms = {"2020-01-13..2020-03-22", "2020-04-01..2020-05-29", "2020-09-01..2020-10-25", "2020-11-02..2020-12-30"}
}
season usual { years = {%s} }
"""
PAST = '"0 8 18 30 42 52 52 52 52 62 75 88 100"'
PLANS = """organisation;indicator;basis;starts;ends;target;shape;shape_from
school-3;even;%(basis)s;2020-01-01;2020-12-31;200;linear;
school-3;school;%(basis)s;2020-01-01;2020-12-31;200;;
school-3;seasonal;%(basis)s;2020-01-01;2020-12-31;200;season;usual
"""
ORGANISATIONS = """code;name;kind;time_zone
school-3;Школа № 3;school;Asia/Krasnoyarsk
"""


class Programme:
    """The files of a programme; all data are synthetic."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.path = os.path.join(self.folder, "programme.conf")
        self.write("organisations.csv", ORGANISATIONS)
        self.say(TABLES % PAST)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def say(self, tables, basis="Приказ 1"):
        self.write("programme.conf", PROGRAMME % tables)
        self.write("plans.csv", PLANS % {"basis": basis})


@pytest.fixture
def programme(tmp_path):
    return Programme(tmp_path)


@pytest.fixture
def summer(programme):
    made = Centre("--now", "2020-08-31T12:00:00Z", "--programme", programme.path)
    yield made
    made.close()


def curves(centre):
    """What the plans in force are judged by, as kept in the database."""
    return centre.sql("""
        SELECT i.code, p.version, p.shape, coalesce(
            (SELECT string_agg(k.share::text, ' ' ORDER BY k.month) FROM vekha.plan_knot k WHERE k.plan = p.id),
            (SELECT string_agg(t.first || '..' || t.last, ' ' ORDER BY t.first) FROM vekha.plan_term t WHERE t.plan = p.id))
        FROM vekha.plan p JOIN vekha.indicator i ON i.id = p.indicator
        WHERE p.superseded_at = 'infinity' ORDER BY i.code, p.version""")


def test_an_empty_summer_is_no_lag(summer, programme):
    setup = summer.ctl("apply", programme.path)
    assert setup.returncode == 0, setup.stderr
    assert "By the school terms of the calendar usual, because they name no shape: plans: 1." in setup.stdout

    for indicator in ("even", "school", "seasonal"):
        done = summer.submit("school-3", indicator, "107", "--period", "2020", "--as-of", "2020-08-31")
        assert done.returncode == 0, done.stdout + done.stderr
    summer.settled()

    even, school, seasonal = (summer.status("school-3", indicator) for indicator in ("even", "school", "seasonal"))
    assert (even["shape"], even["plan_at"], even["status"]) == ("linear", "133.33", "lagging")
    assert (school["shape"], school["plan_at"], school["status"]) == ("terms", "106.17", "on_track")
    assert (seasonal["shape"], seasonal["plan_at"], seasonal["status"]) == ("season", "104.00", "on_track")
    assert [row["indicator"] for row in summer.ctl_json("alerts")["rows"]] == ["even"]

    told = summer.ctl("explain", "school-3", "school", lang="ru").stdout
    assert "по учебным дням: 129 из 243 учебных дней" in told and "129/243·200 = 106,17" in told
    told = summer.ctl("explain", "school-3", "seasonal", lang="ru").stdout
    assert "по сезонной кривой прошлых лет: 0,52·200 = 104" in told
    summer.check_invariants()


def test_an_approved_plan_keeps_its_curve(summer, programme):
    approved = curves(summer)
    assert [row[:3] for row in approved] == [["even", "1", "linear"], ["school", "1", "terms"], ["seasonal", "1", "season"]]
    assert approved[2][3] == "0 0.08 0.18 0.3 0.42 0.52 0.52 0.52 0.52 0.62 0.75 0.88 1"

    programme.say(TABLES.replace("2020-12-30", "2020-12-28") % (PAST + ', "0 0 0 0 0 0 0 0 0 50 60 80 100"'))
    done = summer.ctl("apply", programme.path)
    assert done.returncode == 0, done.stderr
    assert "approved plans keep theirs: 2." in done.stdout
    assert curves(summer) == approved

    programme.say(TABLES.replace("2020-12-30", "2020-12-28") % (PAST + ', "0 0 0 0 0 0 0 0 0 50 60 80 100"'), "Приказ 2")
    done = summer.ctl("apply", programme.path)
    assert done.returncode == 0 and "approved plans" not in done.stdout, done.stdout + done.stderr
    revised = curves(summer)
    assert [row for row in revised if row[1] == "1"] == approved
    assert revised[3][3].endswith("2020-11-02..2020-12-28")
    assert revised[5][3] == "0 0.04 0.09 0.15 0.21 0.26 0.26 0.26 0.26 0.56 0.675 0.84 1"


def test_a_calendar_with_a_hole_is_refused(summer, programme):
    before = curves(summer)
    programme.say((TABLES % PAST).replace('"2020-09-01..2020-10-25", ', "").replace('"2020-11-02', '"2020-12-02'), "Приказ 2")
    done = summer.ctl("apply", programme.path, lang="ru")
    assert done.returncode == 1
    assert "в календаре нет четвертей с 2020-05-30 по 2020-12-01" in done.stderr
    assert curves(summer) == before
