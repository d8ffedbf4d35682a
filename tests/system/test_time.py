"""What time alone does: a delivery that nobody reports, day after day; a New Year."""
from centre import Centre, wait_for, words_of


def status_of(centre, indicator):
    return [row for row in centre.ctl_json("status", "--org", "school-3")["rows"] if row["indicator"] == indicator][0]


def test_a_delivery_date_that_passes(autumn):
    for file in ("school-3", "school-4"):
        assert autumn.submit(file, "examples/bogotol/%s.csv" % file, "--yes", cwd=".").returncode == 0
    autumn.settled()
    letters = len(autumn.letters())
    assert status_of(autumn, "delivery-panels")["status"] == "on_track"

    autumn.sandbox("now", "2020-11-30T16:00:00Z")  # 23:00 in Боготол: the due day counts
    autumn.check_invariants()
    assert not autumn.open_alerts("school-3", "delivery-panels")

    autumn.sandbox("now", "2020-11-30T17:00:01Z")  # the day after, there
    alert = wait_for(lambda: autumn.open_alerts("school-3", "delivery-panels"), what="an alert")[0]
    assert (alert["kind"], alert["level"]) == ("milestone", "at_risk")
    autumn.check_invariants()

    autumn.sandbox("now", "2020-12-13T17:00:01Z")  # 14 days late
    wait_for(lambda: autumn.open_alerts("school-3", "delivery-panels")[0]["level"] == "lagging", what="a lagging alert")
    wait_for(lambda: any("панелей" in words_of(letter) for letter in autumn.letters()[letters:]), seconds=30, what="a letter")

    autumn.sandbox("now", "2020-12-16T03:00:00Z")  # each day changes how late it is, and tells nobody anew
    wait_for(lambda: "16" in autumn.open_alerts("school-3", "delivery-panels")[0]["explanation"]["ru"]
             or "16" in autumn.ctl("explain", "school-3", "delivery-panels", lang="ru").stdout, what="a fresh text")
    autumn.settled()
    autumn.check_invariants()

    done = autumn.submit("school-3", "delivery-panels", "done", "--period", "2020-12-15", "--as-of", "2020-12-15")
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(lambda: not autumn.open_alerts("school-3", "delivery-panels"), what="the alert closed")
    assert status_of(autumn, "delivery-panels")["status"] == "achieved"
    assert "позже" in autumn.ctl("explain", "school-3", "delivery-panels", lang="ru").stdout
    autumn.check_invariants()


def test_without_a_plan_the_figures_of_two_years_count():
    centre = Centre("--now", "2020-12-30T03:00:00Z")
    try:
        for indicator, value, period in (("proektoria", "600", "2019-12"), ("ticket-to-future", "187", "2020-12")):
            done = centre.submit("bogotol", indicator, value, "--period", period, "--yes")
            assert done.returncode == 0, done.stdout + done.stderr
        centre.settled()
        facts = {row["indicator"]: row["fact"] for row in centre.ctl_json("status", "--org", "bogotol")["rows"]}
        assert (facts["proektoria"], facts["ticket-to-future"]) == ("600", "187")
        centre.check_invariants()

        centre.sandbox("now", "2021-01-01T03:00:00Z")
        wait_for(lambda: centre.number("SELECT count(*) FROM vekha.assessment WHERE reassess_on <= '2021-01-01'") == 0, what="New Year's verdicts")
        facts = centre.sql("""SELECT i.code, a.fact FROM vekha.assessment a JOIN vekha.indicator i ON i.id = a.indicator
                              JOIN vekha.organisation o ON o.id = a.organisation WHERE o.code = 'bogotol'""")
        assert dict(facts)["ticket-to-future"] == "187" and dict(facts).get("proektoria", "") == "", facts
        centre.check_invariants()
    finally:
        centre.close()
