"""Corrections of months long past: what they change today is told, and by whom; what they do not change is not.  Synthetic."""
import pytest

from centre import Centre, wait_for, words_of

TALKS = "school-3", "talks"
PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
project family { name = "Поддержка семей"  name_en = "Families" }
indicator talks {
    name = "Консультации"  name_en = "Talks"  project = "family"  kind = "flow"  counting = "per_period"
    unit = "консультаций"  unit_en = "talks"
}
"""
ORGANISATIONS = """code;name;name_en;kind;parent;time_zone
town;Город;Town;department;;Asia/Krasnoyarsk
school-3;Школа № 3;School 3;school;town;Asia/Krasnoyarsk
"""
PLANS = """organisation;indicator;basis;starts;ends;target
school-3;talks;синтетика;2020-01-01;2020-12-31;200
"""


@pytest.fixture
def october(tmp_path):
    for name, text in (("programme.conf", PROGRAMME), ("organisations.csv", ORGANISATIONS), ("plans.csv", PLANS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    centre = Centre("--now", "2020-10-01T05:00:00Z", "--programme", str(tmp_path / "programme.conf"))
    yield centre
    centre.close()


def send(centre, month, value):
    done = centre.submit(*TALKS, str(value), "--period", "2020-%02d" % month)
    assert done.returncode == 0, done.stdout + done.stderr
    centre.settled()


def told(centre):
    return centre.sql("SELECT (SELECT count(*) FROM vekha.alert_transition), (SELECT count(*) FROM vekha.outbox)")


def test_a_correction_of_may_is_told_only_if_it_changes_today(october):
    for month, value in ((1, 20), (2, 20), (3, 20), (4, 20), (5, 3), (6, 15), (7, 15), (8, 7), (9, 12)):
        send(october, month, value)
    assert october.status(*TALKS)["fact"] == "132"
    assert october.open_alerts(*TALKS)[0]["level"] == "lagging"
    letters = len(wait_for(october.letters, what="the letter about the lag"))

    before = told(october)
    send(october, 5, 4)
    assert october.status(*TALKS)["fact"] == "133"
    assert told(october) == before

    send(october, 5, 38)
    letter = wait_for(lambda: october.letters()[letters:], what="the letter about the correction")[0]
    assert "Из-за исправления за май 2020: было 4, стало 38; сведения подала: Школа № 3" in words_of(letter)
    assert not october.open_alerts(*TALKS)
    october.check_invariants()
