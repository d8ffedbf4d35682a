"""The arithmetic under an explanation, recomputed by a calculator of the tests' own."""
import os

import pytest

from centre import TOP, Centre
from formula import comes_out, evaluate, holds, number, theil_sen

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


def signs(text):
    """How many comparisons hold in the lines that say what decided."""
    found = 0
    for line in text.splitlines():
        good, n = holds(line)
        assert good, line
        found += n
    return found


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
        assert signs(workings(done.stdout).splitlines()[-1]) >= 2, done.stdout


def line_of(text, name):
    found = [line for line in text.splitlines() if line.startswith(name)]
    assert len(found) == 1, (name, text)
    return found[0][len(name):].strip(" =:;")


def test_the_slopes_come_out_of_the_points(school):
    text = workings(school.ctl("explain", "s", "stock").stdout)
    points = [tuple(map(number, part.split(": "))) for part in line_of(text, "Points, months: value").split("; ")]
    assert len(points) == 4
    for name, value in (("Median slope a month", theil_sen(points)[0]), ("Median slope before the last figure", theil_sen(points[:-1])[0]),
                        ("Median deviation from it", theil_sen(points[:-1])[1])):
        shown = line_of(text, name).replace("-", "")
        assert abs(number(shown) - abs(value)) < 1e-6, (name, text)


def test_the_worked_case_is_printed(school):
    text = workings(school.ctl("explain", "s", "even").stdout)
    for line in ("Share of the plan: w = 9/12 = 0.75", "By the plan: E = 0 + (200 − 0)·0.75 = 150", "Short of the plan: G = 150 − 130 = 20",
                 "Progress: R = (130 − 0)/(150 − 0) = 0.8667", "Weight of the plan: k = 0.2·200 = 40", "Material gap: g = max(2; 200/50) = 4",
                 "By the table: R: 0.8 ≤ 0.866667 < 0.95; P: 0.074 < 0.2 → LAGGING"):
        assert line in text, text
    assert school.ctl_json("explain", "s", "even")["rows"][0]["workings"] == text.strip().splitlines()
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


# --- sums, periods, dates, caps and memory ---

TOWN = """
organisations = "organisations.csv"
plans = "plans.csv"
project p { name = "Проект" name_en = "Project" starts = "2019-01-01" ends = "2024-12-31" }
indicator visits { project = "p" kind = "flow" name = "Посещения" unit = "шт." rolled = {"department"} }
indicator clubs { project = "p" kind = "share" name = "Кружки" unit = "%" rolled = {"department"} }
indicator months { project = "p" kind = "flow" counting = "per_period" name = "По месяцам" unit = "шт." }
indicator small { project = "p" kind = "share" name = "Малая доля" unit = "%" }
indicator memory { project = "p" kind = "flow" name = "Память" unit = "шт." }
indicator early { project = "p" kind = "flow" name = "Рано" unit = "шт." }
indicator cap { project = "p" kind = "flow" direction = "down" name = "Предел" unit = "шт." }
indicator late { project = "p" kind = "milestone" name = "Поставка" unit = "шт." }
indicator soon { project = "p" kind = "milestone" name = "Скоро" unit = "шт." }
indicator done { project = "p" kind = "milestone" name = "Сделано" unit = "шт." }
"""
TOWN_PLANS = """organisation;indicator;basis;starts;ends;target;base;base_on;of;due_from;due_to;due_precision
a;visits;П;2020-01-01;2020-12-31;200;;;;;;
b;visits;П;2020-01-01;2020-12-31;120;;;;;;
c;visits;П;2020-01-01;2020-12-31;40;;;;;;
a;clubs;П;2020-01-01;2020-12-31;75;60;2019-12-31;400;;;
b;clubs;П;2020-01-01;2020-12-31;70;50;2019-12-31;100;;;
a;months;П;2020-01-01;2020-12-31;120;;;;;;
a;small;П;2020-01-01;2020-12-31;90;50;2019-12-31;30;;;
a;memory;П;2020-01-01;2020-12-31;200;;;;;;
a;early;П;2020-09-01;2021-12-31;160;;;;;;
a;cap;П;2020-01-01;2020-12-31;60;;;;;;
a;late;П;2020-01-01;2020-12-31;5;;;;2020-09-30;2020-09-30;day
a;soon;П;2020-01-01;2020-12-31;;;;;2020-10-10;2020-10-10;day
a;done;П;2020-01-01;2020-12-31;;;;;2020-08-10;2020-08-10;day
"""
REPORTS = [("a", "visits", "130", "2020-9M"), ("b", "visits", "90", "2020-9M"), ("c", "visits", "20", "2020-H1"), ("a", "clubs", "260/400", "2020-9M"),
           ("b", "clubs", "55/100", "2020-H1"), ("a", "months", "10", "2020-01"), ("a", "months", "12", "2020-02"), ("a", "months", "9", "2020-04"),
           ("a", "small", "15/30", "2020-Q1"), ("a", "small", "18/30", "2020-H1"), ("a", "small", "22/30", "2020-9M"),
           ("a", "memory", "60", "2020-H1"), ("a", "memory", "146", "2020-9M"), ("a", "early", "1", "2020-09"), ("a", "cap", "64", "2020-9M"),
           ("a", "late", "сделано:3", "2020-09"), ("a", "soon", "не сделано", "2020-09"), ("a", "done", "сделано", "2020-08")]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    rows = "".join("%s;Школа %s;School %s;school;t;UTC\n" % (c, c, c) for c in "abc")
    for name, text in (("programme.conf", TOWN), ("plans.csv", TOWN_PLANS),
                       ("organisations.csv", "code;name;name_en;kind;parent;time_zone\nt;Город;Town;department;;UTC\n" + rows)):
        (folder / name).write_text(text, encoding="utf-8")
    made = Centre("--now", "2020-10-05T03:00:00Z", "--programme", str(folder / "programme.conf"))
    for org, indicator, value, period in REPORTS:
        done = made.submit(org, indicator, value, "--period", period)
        assert done.returncode == 0, (org, indicator, done.stdout, done.stderr)
    made.settled()
    yield made
    made.close()


WANTED = [
    ("t", "visits", ("School a: 130", "School b: 90", "School c: 20…30 (has not reported)", "Fact: A = 130 + 90 + 20 = 240",
                     "At most = 130 + 90 + 30 = 250")),
    ("t", "clubs", ("School a: 260/400", "Counted: n = 260 + 55 = 315", "Of all: N = 400 + 100 = 500")),
    ("a", "months", ("Fact: A = 10 + 12 = 22", "Nothing is reported from 2020-03-01 on; behind that wait 1")),
    ("a", "small", ("Small numbers: N: 30 < 100; d: ",)),
    ("a", "memory", ("By the table: R: 0.95 ≤ 0.973333; P: ", "To get better again: R: 0.85 ≤ 0.973333 < 0.98; P: ", "Before: LAGGING → AT RISK")),
    ("a", "early", ("Too early for worse: w: 0.0625 < 0.15 → AT RISK",)),
    ("a", "cap", ("By the target: T: 60 < 64 → LAGGING",)),
    ("a", "late", ("Quantity: 3 < 5", "Due 2020-09-30, today 2020-10-05; d: 1 ≤ 5 < 14 → AT RISK")),
    ("a", "soon", ("Due 2020-10-10, today 2020-10-05 → ON TRACK",)),
    ("a", "done", ("Due 2020-08-10, done 2020-08-31; d: 14 ≤ 21 → ACHIEVED",)),
]


@pytest.mark.parametrize("org, indicator, lines", WANTED, ids=["-".join(row[:2]) for row in WANTED])
def test_what_a_verdict_rests_on(town, org, indicator, lines):
    done = town.ctl("explain", org, indicator)
    assert done.returncode == 0, done.stderr
    text = workings(done.stdout)
    for line in lines:
        assert line in text, text
    check(text)
    signs(text)
    russian = workings(town.ctl("explain", org, indicator, lang="ru").stdout)
    assert len(russian.splitlines()) == len(text.splitlines()), russian
    assert check(russian) == check(text) and signs(russian) == signs(text)
