"""The road of a figure: from the school's client to the administrator's alert, with the programs people use."""
import re

import pytest

from centre import wait_for, words_of

CONSULTATIONS = "consultations"


def submit(centre, organisation, value, period, as_of, *more, code=0):
    done = centre.submit(organisation, CONSULTATIONS, value, "--period", period, "--as-of", as_of, *more)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.mark.quick
def test_the_report_of_the_town(autumn):
    """165 of 200 consultations, coverage 41.7 %, the projects of 2021, the contracts: digit for digit."""
    for organisation, file in (("bogotol", "figures"), ("school-3", "school-3"), ("school-4", "school-4")):
        done = autumn.submit(organisation, "examples/bogotol/%s.csv" % file, "--yes", cwd=".")
        assert done.returncode == 0, done.stdout + done.stderr
    autumn.settled()

    rows = autumn.ctl_json("status", "--as-of", "2020-09-25")
    assert rows["schema"] == 1 and rows["as_of"] == "2020-09-25"
    by_key = {(row["org"], row["indicator"]): row for row in rows["rows"]}

    row = by_key["bogotol", CONSULTATIONS]
    assert (row["fact"], row["target"], row["plan_at"]) == ("165", "200", "147.22")
    assert (row["progress"], row["probability"], row["status"]) == ("1.1208", "0.8642", "on_track")
    assert (row["needed_pace"], row["pace"], row["forecast"], row["forecast_sd"]) == ("11.05", "18.68", "222.8", "21.2")
    assert by_key["bogotol", "coverage"]["fact"] == "41.7"

    not_started = {row["project"] for row in rows["rows"] if row["status"] == "not_started"}
    assert len(not_started) == 2

    assert by_key["school-3", "contract-money"]["fact"] == "1788584.00"
    assert by_key["school-4", "contract-money"]["fact"] == "1791834.00"
    town = by_key["bogotol", "contract-money"]  # their sum, and what the town itself says of it
    assert (town["fact"], town["contradictions"]) == ("3580418.00", 0)

    table = autumn.ctl("status", "--as-of", "2020-09-25", lang="ru").stdout
    assert "165" in table and "В ГРАФИКЕ" in table and "НЕ НАЧАТ" in table
    assert "3580418,00" in re.sub(r"[\s\u00a0]", "", table)


def test_a_lag_opens_an_alert_and_the_correction_closes_it_in_the_same_thread(autumn):
    before = len(autumn.letters())
    autumn.sandbox("now", "2020-10-01T05:00:00Z")
    submit(autumn, "school-3", "130", "2020-9M", "2020-09-30")

    alert = wait_for(lambda: autumn.open_alerts("school-3", CONSULTATIONS), what="an open alert")[0]
    assert (alert["level"], alert["kind"]) == ("lagging", "lag")
    assert (alert["fact"], alert["plan_at"], alert["progress"], alert["probability"]) == ("130", "150.00", "0.8667", "0.0740")
    assert "Не хватает 20" in alert["explanation"]["ru"]
    assert "130" in alert["explanation"]["en"]

    first = wait_for(lambda: autumn.letters()[before:], what="a letter")[0]
    assert "ОТСТАЁТ" in first["Subject"]
    assert "Не хватает 20" in words_of(first)
    assert first["To"] == "head@bogotol.example"

    submit(autumn, "school-3", "165", "2020-9M", "2020-09-30")
    wait_for(lambda: not autumn.open_alerts("school-3", CONSULTATIONS), what="the alert closed")
    second = wait_for(lambda: autumn.letters()[before + 1:], what="the second letter")[0]
    assert second["Message-ID"] != first["Message-ID"]
    assert first["Message-ID"] in second["References"] and second["In-Reply-To"] == first["Message-ID"]
    assert "Из-за исправления за 9 месяцев 2020: было 130, стало 165; сведения подала: МБОУ СОШ № 3" in words_of(second)

    closed = [row for row in autumn.ctl_json("alerts", "--all")["rows"] if row["id"] == alert["id"]][0]
    assert closed["closed_at"] is not None
    autumn.check_invariants()


def test_alert_and_letter_follow_the_receipt_by_themselves(autumn):
    """How long they took is printed, as the centre's own times tell it (pytest -s)."""
    before = len(autumn.letters())
    submit(autumn, "school-3", "100", "2020-9M", "2020-09-30")
    wait_for(lambda: autumn.open_alerts("school-3", CONSULTATIONS), seconds=30, what="an open alert")
    wait_for(lambda: autumn.letters()[before:], seconds=30, what="a letter")
    times = """SELECT round(1000 * extract(epoch FROM t.at - s.received_at)), round(1000 * extract(epoch FROM o.sent_at - s.received_at))
               FROM vekha.alert_transition t JOIN vekha.submission s ON s.id = t.submission
               JOIN vekha.outbox o ON o.transition = t.id WHERE o.sent_at IS NOT NULL ORDER BY t.id DESC LIMIT 1"""
    alert_ms, letter_ms = wait_for(lambda: autumn.sql(times), seconds=30, what="the letter marked as sent")[0]
    print("receipt to alert %s ms, to letter %s ms" % (alert_ms, letter_ms))


def test_the_same_figure_again_changes_nothing(autumn):
    count = "SELECT (SELECT count(*) FROM vekha.figure) + (SELECT count(*) FROM vekha.figure_history)"
    outbox = "SELECT count(*) FROM vekha.outbox"
    before = autumn.number(count), autumn.number(outbox)
    done = submit(autumn, "school-3", "100", "2020-9M", "2020-09-30")
    assert "unchanged" in done.stdout
    autumn.settled()
    assert (autumn.number(count), autumn.number(outbox)) == before


def test_history_keeps_every_version(autumn):
    rows = autumn.ctl_json("history", "school-3", CONSULTATIONS)["rows"]
    assert [row["value"] for row in rows if row["period"] == "2020-9M"].count("130") == 1
    assert {row["value"] for row in rows if row["period"] == "2020-9M"} >= {"130", "165", "100"}


def test_explain_shows_the_arithmetic(autumn):
    done = autumn.ctl("explain", "school-3", CONSULTATIONS, "--as-of", "2020-10-01", lang="ru")
    assert done.returncode == 0 and "9/12" in done.stdout and "ОТСТАЁТ" in done.stdout


def test_assessments_can_be_dropped_and_rebuilt(autumn):
    autumn.check_invariants()
    autumn.sql("UPDATE vekha.assessment SET fact = fact + 1, status = 'on_track' WHERE status = 'lagging'")
    done = autumn.ctl("doctor", "--rebuild")
    assert done.returncode == 1 and "school-3" in done.stdout
    done = autumn.ctl("doctor", "--rebuild", "--write")
    autumn.settled()
    autumn.check_invariants()
