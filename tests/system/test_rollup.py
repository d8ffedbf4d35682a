"""Sums over the tree, as people see them: schools report, the town and the region follow.  Synthetic."""
import os
import shutil
import tempfile

import pytest

from centre import Centre, wait_for

PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
project family { name = "Поддержка семей"  name_en = "Families" }
project digital { name = "Цифровая среда"  name_en = "Digital" }
indicator talks {
    name = "Консультации"  name_en = "Talks"  project = "family"  kind = "flow"  unit = "консультаций"  unit_en = "talks"
    rolled = {"department"}
}
indicator clubs {
    name = "Дети в кружках"  name_en = "Children in clubs"  project = "family"  kind = "share"  unit = "детей"  unit_en = "children"
    rolled = {"department"}
    at_most = {"enrolments"}
}
indicator enrolments {
    name = "Зачисления"  name_en = "Enrolments"  project = "family"  kind = "level"  unit = "мест"  unit_en = "places"
}
indicator panels {
    name = "Поставка панелей"  name_en = "Delivery of panels"  project = "digital"  kind = "milestone"  unit = "поставка"
    unit_en = "delivery"  rolled = {"department"}
}
indicator contract {
    name = "Контракт на панели"  name_en = "Contract for panels"  project = "digital"  kind = "milestone"  unit = "контракт"
    unit_en = "contract"
}
"""
ORGANISATIONS = """code;name;name_en;kind;parent;time_zone
region;Край;Region;department;;Asia/Krasnoyarsk
town;Город;Town;department;region;Asia/Krasnoyarsk
school-3;Школа № 3;School 3;school;town;Asia/Krasnoyarsk
school-4;Школа № 4;School 4;school;town;Asia/Krasnoyarsk
village;Район;District;department;region;Asia/Krasnoyarsk
school-7;Школа № 7;School 7;school;village;Asia/Krasnoyarsk
"""
PLANS = """organisation;indicator;basis;starts;ends;base;base_on;target;of;due_from;due_to;due_precision;after
school-3;talks;синтетика;2020-01-01;2020-12-31;;;200;;;;;
school-4;talks;синтетика;2020-01-01;2020-12-31;;;200;;;;;
school-7;talks;синтетика;2020-01-01;2020-12-31;;;40;;;;;
school-3;clubs;синтетика;2020-01-01;2020-12-31;40;2019-12-31;60;500;;;;
school-4;clubs;синтетика;2020-01-01;2020-12-31;30;2019-12-31;50;1500;;;;
school-3;panels;синтетика;2020-01-01;2020-12-31;;;;;2020-10-01;2020-11-30;window;contract
school-4;panels;синтетика;2020-01-01;2020-12-31;;;;;2020-10-01;2020-11-30;window;
"""


@pytest.fixture(scope="module")
def region():
    folder = tempfile.mkdtemp(prefix="vekha-rollup-")
    for name, text in (("programme.conf", PROGRAMME), ("organisations.csv", ORGANISATIONS), ("plans.csv", PLANS)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    centre = Centre("--now", "2020-10-01T05:00:00Z", "--programme", os.path.join(folder, "programme.conf"))
    centre.programme = os.path.join(folder, "programme.conf")
    yield centre
    centre.close()
    shutil.rmtree(folder)


def send(centre, organisation, indicator, value, *options, code=0):
    done = centre.submit(organisation, indicator, value, "--period", "2020-9M", "--as-of", "2020-09-30", *options)
    assert done.returncode == code, done.stdout + done.stderr
    centre.settled()


def test_a_sum_is_there_before_anybody_reported(region):
    region.settled()
    row = region.status("town", "talks")
    assert (row["status"], row["fact"], row["target"]) == ("undetermined", None, "400")
    region.check_invariants()


def test_who_is_missing_bounds_the_sum(region):
    send(region, "school-3", "talks", "130")
    row = region.status("town", "talks")
    assert (row["fact"], row["fact_high"], row["plan_at"], row["status"]) == ("130", "280", "300.00", "undetermined")
    assert "Не сообщили на эту дату: Школа № 4" in row["explanation"]["ru"]
    assert "Not reported for this day: School 4" in row["explanation"]["en"]
    assert region.status("region", "talks")["fact_high"] == "310"  # school 7 of the district is missing as well
    region.check_invariants()


def test_the_sum_lags_and_names_its_schools(region):
    send(region, "school-4", "talks", "140")
    row = region.status("town", "talks")
    assert (row["fact"], row["fact_high"], row["plan_at"], row["gap"], row["status"]) == ("270", None, "300.00", "30", "lagging")
    assert row["contributors"] == [{"org": "school-3", "gap": "20"}, {"org": "school-4", "gap": "10"}]
    assert "Больше всего не хватает: Школа № 3 — 20, Школа № 4 — 10." in row["explanation"]["ru"]
    assert row["shape"] == "sum" and row["plan_version"] == 0
    alert = wait_for(lambda: region.open_alerts("town", "talks"), what="the town's alert")[0]
    assert alert["level"] == "lagging" and alert["contributors"] == row["contributors"]
    send(region, "school-7", "talks", "30")
    row = region.status("region", "talks")
    assert (row["fact"], row["plan_at"], row["target"]) == ("300", "330.00", "440")
    region.check_invariants()


def test_a_correction_below_closes_the_alert_above(region):
    send(region, "school-3", "talks", "160")
    wait_for(lambda: not region.open_alerts("town", "talks"), what="the town's alert closed")
    assert region.status("town", "talks")["fact"] == "300"
    region.check_invariants()


def test_shares_are_people_over_people(region):
    send(region, "school-3", "clubs", "275/500")
    send(region, "school-4", "clubs", "600/1500")
    row = region.status("town", "clubs")
    assert (row["n"], row["of"], row["fact"]) == ("875", "2000", "43.75")
    assert row["target"] == "52.50"  # (60·500 + 50·1500)/2000
    assert row["plan_at"] == "47.50"  # three quarters of the way from 32.5
    region.check_invariants()


def test_what_the_town_says_of_itself_is_a_cross_check(region):
    send(region, "town", "talks", "310")
    row = region.status("town", "talks")
    assert row["fact"] == "300" and row["contradictions"] == 1
    assert "сама организация на 30.09.2020 сообщила 310, сумма по подчинённым — 300" in row["explanation"]["ru"]
    send(region, "town", "talks", "300")
    assert region.status("town", "talks")["contradictions"] == 0
    region.check_invariants()


def test_more_pupils_than_places(region):
    send(region, "school-3", "enrolments", "270")
    row = region.status("school-3", "clubs")
    assert row["contradictions"] == 1
    assert "275 за 2020-9M больше, чем «Зачисления» — 270" in row["explanation"]["ru"]
    send(region, "school-3", "enrolments", "280")
    assert region.status("school-3", "clubs")["contradictions"] == 0
    region.check_invariants()


def test_what_has_nothing_to_limit_makes_no_verdict(region):
    send(region, "school-7", "enrolments", "10")
    found = region.sql("SELECT o.code FROM vekha.assessment a JOIN vekha.organisation o ON o.id = a.organisation"
                       " JOIN vekha.indicator i ON i.id = a.indicator WHERE i.code = 'clubs' ORDER BY 1")
    assert ["school-7"] not in found and ["school-3"] in found
    region.check_invariants()


def test_a_milestone_waits_for_what_comes_first(region):
    send(region, "school-3", "panels", "в работе")
    send(region, "school-4", "panels", "в работе")
    region.sandbox("now", "2020-11-15T17:00:00Z")  # the 16th in Krasnoyarsk: 14 days before it is due
    row = wait_for(lambda: [r for r in [region.status("school-3", "panels")] if r["status"] == "at_risk"], what="at risk")[0]
    assert "до срока не больше 14 дней, а ещё не сделано: Контракт на панели" in row["explanation"]["ru"]
    assert region.status("school-4", "panels")["status"] == "on_track"
    region.settled()
    done = region.submit("school-3", "contract", "сделано", "--period", "2020-11", "--as-of", "2020-11-16")
    assert done.returncode == 0, done.stderr
    region.settled()
    assert region.status("school-3", "panels")["status"] == "on_track"
    region.check_invariants()


def test_milestones_above_show_the_worst_and_how_many(region):
    region.sandbox("now", "2020-12-15T05:00:00Z")
    done = region.submit("school-4", "panels", "сделано", "--period", "2020-12", "--as-of", "2020-12-01")
    assert done.returncode == 0, done.stderr
    region.settled()
    row = wait_for(lambda: [r for r in [region.status("town", "panels")] if r["status"] == "lagging"], what="the town lags")[0]
    assert (row["n"], row["of"]) == ("1", "2")
    assert "сделано 1 из 2" in row["explanation"]["ru"] and "Отстают: Школа № 3" in row["explanation"]["ru"]
    assert "1 из 2" in region.ctl("status", "--org", "town", "--indicator", "panels", lang="ru").stdout
    region.settled()
    region.check_invariants()


def test_the_past_is_added_up_as_it_was_known(region):
    row = region.status("town", "talks", "--as-of", "2020-10-01", "--known-at", region.sql(
        "SELECT min(recorded_at) FROM vekha.figure_history WHERE superseded_at > recorded_at")[0][0].replace(" ", "T") + ":00")
    assert (row["fact"], row["fact_high"]) == ("130", "280")
    explained = region.ctl("explain", "region", "talks", "--as-of", "2020-10-01", lang="ru")
    assert explained.returncode == 0 and "Сумма по 2 организациям" in explained.stdout


def test_a_school_that_moves_takes_its_figures_along(region):
    path = os.path.join(os.path.dirname(region.programme), "organisations.csv")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("school-4;Школа № 4;School 4;school;town", "school-4;Школа № 4;School 4;school;village"))
    done = region.ctl("apply", region.programme)
    assert done.returncode == 0 and "parent: town → village" in done.stdout, done.stdout + done.stderr
    region.settled()
    assert region.status("town", "talks")["fact"] == "160"
    assert region.status("village", "talks")["fact"] == "170"
    assert region.status("region", "talks")["fact"] == "330"
    region.check_invariants()


ALERTS = "SELECT id, level, opened_at, closed_at FROM vekha.alert WHERE kind <> 'operator' ORDER BY id"  # those depend on the machine


def test_assessments_may_be_thrown_away_and_nobody_is_told_anew(region):
    region.composed()
    letters = len(region.letters())
    alerts = region.sql(ALERTS)
    assert region.ctl("doctor", "--rebuild", "--write").returncode == 0
    region.composed()
    region.check_invariants()
    assert region.sql(ALERTS) == alerts
    assert len(region.letters()) == letters
