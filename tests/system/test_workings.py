"""The arithmetic under an explanation, recomputed by a calculator of the tests' own."""
import os

import pytest

from centre import TOP, Centre
from formula import comes_out, evaluate

PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
points = "points.csv"
calendar school { terms = {"2020-01-13..2020-03-22", "2020-04-01..2020-05-29", "2020-09-01..2020-10-25", "2020-11-02..2020-12-30"} }
season usual { knots = {"0", "0.08", "0.18", "0.30", "0.42", "0.52", "0.55", "0.55", "0.55", "0.65", "0.78", "0.9", "1"} }
project p { name = "Проект" name_en = "Project" starts = "2019-01-01" ends = "2024-12-31" }
indicator even { project = "p" kind = "flow" name = "Равномерно" unit = "шт." }
indicator terms { project = "p" kind = "flow" name = "По четвертям" unit = "шт." }
indicator season { project = "p" kind = "flow" name = "По сезону" unit = "шт." }
indicator points { project = "p" kind = "flow" name = "По точкам" unit = "шт." }
indicator cap { project = "p" kind = "flow" direction = "down" name = "Предел" unit = "шт." }
indicator share { project = "p" kind = "share" name = "Доля" unit = "%" step_months = "4" }
indicator stock { project = "p" kind = "level" name = "Запас" unit = "шт." }
indicator money { project = "p" kind = "level" whole = "no" name = "Деньги" unit = "руб." }
"""
PLANS = """organisation;indicator;basis;starts;ends;target;base;base_on;shape;shape_from;of
s;even;П;2020-01-01;2020-12-31;200;;;linear;;
s;terms;П;2020-01-01;2020-12-31;200;;;terms;school;
s;season;П;2020-01-01;2020-12-31;200;;;season;usual;
s;points;П;2020-01-01;2020-12-31;200;;;points;;
s;cap;П;2020-01-01;2020-12-31;60;;;linear;;
s;share;П;2020-01-01;2024-12-31;75;41.7;2019-12-31;linear;;3600
s;stock;П;2020-01-01;2020-12-31;90;40;2019-12-31;linear;;
s;money;П;2020-01-01;2020-12-31;3580418.00;1000000.50;2019-12-31;linear;;
"""
FIGURES = [("even", "130"), ("terms", "107"), ("season", "90"), ("points", "101"), ("cap", "47"), ("share", "1548/3600"), ("stock", "61"),
           ("money", "2000000,25")]


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programme")
    for name, text in (("programme.conf", PROGRAMME), ("plans.csv", PLANS),
                       ("points.csv", "organisation;indicator;starts;at;value\ns;points;2020-01-01;2020-06-30;60\ns;points;2020-01-01;2020-10-31;140\n"),
                       ("organisations.csv", "code;name;name_en;kind;parent;time_zone\ns;Школа;School;school;;UTC\n")):
        (folder / name).write_text(text, encoding="utf-8")
    made = Centre("--now", "2020-10-05T03:00:00Z", "--programme", str(folder / "programme.conf"))
    yield made
    made.close()


def check(text):
    """How many results were recomputed."""
    recomputed = 0
    for line in text.splitlines():
        if " = " not in line or ":" not in line.split(" = ")[0]:
            continue
        good, n = comes_out(line.split(": ", 1)[1] if " = " in line.split(": ", 1)[1] else line)
        assert good, line
        recomputed += n
    return recomputed


def workings(text):
    """The part below the empty line."""
    return text.split("\n\n", 1)[1] if "\n\n" in text else ""


def test_the_calculator_itself():
    assert evaluate("2·(3 − 1)/4") == 1 and evaluate("max(1; 2·3)") == 6 and evaluate("(2)² + √(9)") == 7
    assert comes_out("R = 130/150 = 0,8667") == (True, 1)
    assert comes_out("R = 130/150 = 0,8666") == (False, 0)
    assert comes_out("P = Φ(-1,446) = 0,0741")[0] and not comes_out("P = Φ(-1,446) = 0,0760")[0]


@pytest.mark.parametrize("lang", ("ru", "en"))
def test_every_shape_comes_out(school, lang):
    for indicator, value in FIGURES:
        done = school.submit("s", indicator, value, "--period", "2020-9M")
        assert done.returncode == 0, done.stdout + done.stderr
        for month, part in (("2020-Q1", 0.3), ("2020-H1", 0.6)):
            n, _, of = value.partition("/")
            part = str(int(float(n.replace(",", ".")) * part)) + ("/" + of if of else "")
            assert school.submit("s", indicator, part, "--period", month).returncode == 0
    for indicator, _ in FIGURES:
        done = school.ctl("explain", "s", indicator, lang=lang)
        assert done.returncode == 0 and check(workings(done.stdout)) >= 9, done.stdout


def test_the_worked_case_is_printed(school):
    text = workings(school.ctl("explain", "s", "even").stdout)
    for line in ("Share of the plan: w = 9/12 = 0.75", "By the plan: E = 0 + (200 − 0)·0.75 = 150", "Short of the plan: G = 150 − 130 = 20",
                 "Progress: R = (130 − 0)/(150 − 0) = 0.8667", "Weight of the plan: k = 0.2·200 = 40"):
        assert line in text, text
    assert "= 0.074\n" in text


def test_the_whole_example_comes_out(autumn):
    done = autumn.submit("bogotol", os.path.join(TOP, "examples", "bogotol", "figures.csv"), "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    report = autumn.submit("school-3", "consultations", "130", "--period", "2020-08", "--as-of", "2020-08-31")
    assert report.returncode == 0, report.stdout + report.stderr
    autumn.settled()
    recomputed = 0
    for row in autumn.ctl_json("status")["rows"]:
        recomputed += check(workings(autumn.ctl("explain", row["org"], row["indicator"], lang="ru").stdout))
    assert recomputed > 10
