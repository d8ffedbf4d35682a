"""Who owes which report by when: reminders before, overdue after, silent later, one alert for each organisation, and periods
that close.  All data are synthetic but for the calendar, which is the official one."""
import csv
import datetime
import os

import pytest

from centre import TOP, Centre, text_of, wait_for

CALENDAR = os.path.join(TOP, "examples", "calendars", "workdays-ru.csv")
PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
workdays ru { file = "workdays.csv" }
project families { name = "Поддержка семей" starts = "2019-01-01" ends = "2024-12-31" }
indicator consultations { project = "families" kind = "flow" name = "Консультации" unit = "консультаций" }
indicator lessons { project = "families" kind = "flow" counting = "per_period" name = "Занятия" unit = "занятий" }
%s
"""
DUTY = """duty monthly {
    indicators = {"consultations", "lessons"}
    kinds = {"school"}
    every = "1"
    due_workday = "6"
    remind_workdays = "2"
    close_workday = "20"
    starts = "2020-09-01"
    workdays = "ru"
}"""
ORGANISATIONS = """code;name;kind;parent;time_zone;email
uo;Управление образования;department;;Asia/Krasnoyarsk;
school-3;Школа № 3;school;uo;Asia/Krasnoyarsk;office@school-3.example
school-4;Школа № 4;school;uo;Europe/Kaliningrad;
"""
PLANS = """organisation;indicator;basis;starts;ends;target
school-3;consultations;Приказ 1;2020-01-01;2020-12-31;200
"""


class Programme:
    def __init__(self, folder):
        self.folder = str(folder)
        self.path = os.path.join(self.folder, "programme.conf")
        with open(CALENDAR, encoding="utf-8") as calendar:
            self.calendar = calendar.read()
        self.write("organisations.csv", ORGANISATIONS)
        self.write("plans.csv", PLANS)
        self.write("workdays.csv", self.calendar)
        self.say(DUTY)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def say(self, duty):
        self.write("programme.conf", PROGRAMME % duty)


@pytest.fixture
def programme(tmp_path):
    return Programme(tmp_path)


@pytest.fixture
def centre(programme):
    made = Centre("--now", "2020-09-25T06:00:00Z", "--programme", programme.path)
    yield made
    made.close()


def states(centre):
    return {row[0]: row[1] for row in centre.sql("SELECT org, state FROM report.reporting ORDER BY 1")}


def wait_for_states(centre, expected):
    wait_for(lambda: states(centre) == expected, what=str(expected))


def open_alerts(centre, organisation):
    """Kind and level of its alerts about reports, those of level info too."""
    return [tuple(row) for row in centre.sql("SELECT kind, level FROM report.alerts WHERE org = '%s' AND indicator IS NULL"
                                             " AND closed_at IS NULL" % organisation)]


def letters_to(centre, address):
    return [letter["Subject"] for letter in centre.letters() if letter["To"] == address]


def report(centre, organisation, indicator, value, period, *options):
    done = centre.submit(organisation, indicator, value, "--period", period, *options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_from_the_reminder_to_the_late_report(centre):
    wait_for_states(centre, {"school-3": "", "school-4": ""})
    assert open_alerts(centre, "school-3") == []
    row = centre.status("school-3", "consultations")
    assert (row["freshness"], row["due_on"], row["age_days"]) == (None, None, None)

    centre.sandbox("now", "2020-10-05T16:59:00Z")  # a minute before the day of the reminder in Krasnoyarsk
    wait_for_states(centre, {"school-3": "due", "school-4": "due"})
    assert open_alerts(centre, "school-3") == []
    assert "REPORT" in centre.ctl("status").stdout and "by 2020-10-08" in centre.ctl("status").stdout
    assert "до 08.10" in centre.ctl("status", lang="ru").stdout
    report(centre, "school-3", "consultations", "130", "2020-9M")
    centre.settled()
    before = centre.status("school-3", "consultations")
    assert (before["status"], before["freshness"], before["age_days"]) == ("lagging", "reported", 5)
    centre.check_invariants()

    centre.sandbox("now", "2020-10-06T06:00:00Z")  # two working days before the deadline: the school is told, nobody else
    office = wait_for(lambda: letters_to(centre, "office@school-3.example"), what="a reminder")
    assert office == ["Напоминание: Школа № 3 — сведения за сентябрь 2020 г., срок 08.10.2020"]
    letter = [one for one in centre.letters() if one["To"] == "office@school-3.example"][0]
    letter = text_of(letter)
    assert "Занятия" in letter and "Консультации" not in letter
    assert "vekha-submit lessons ЗНАЧЕНИЕ --period 2020-09" in letter and "нет данных" in " ".join(letter.split())
    assert open_alerts(centre, "school-3") == open_alerts(centre, "school-4") == [("overdue", "info")]
    assert [row["kind"] for row in centre.ctl_json("alerts")["rows"]] == ["lag"]  # reminders are no alarm
    assert {row["level"] for row in centre.ctl_json("alerts", "--all")["rows"]} == {"info", "lagging"}
    centre.check_invariants()

    centre.sandbox("now", "2020-10-08T16:59:00Z")  # still the deadline there
    wait_for_states(centre, {"school-3": "due", "school-4": "due"})
    assert letters_to(centre, "office@school-3.example") == office

    centre.sandbox("now", "2020-10-08T17:00:01Z")  # the day after, there; in Kaliningrad it is still the day itself
    wait_for_states(centre, {"school-3": "overdue", "school-4": "due"})
    office = wait_for(lambda: letters_to(centre, "office@school-3.example")[1:], what="a letter")
    assert office == ["ПРОСРОЧЕНО: Школа № 3 — сведения за сентябрь 2020 г., срок 08.10.2020"]
    assert open_alerts(centre, "school-3") == [("overdue", "at_risk")]
    assert "1 d late" in centre.ctl("status", "--org", "school-3").stdout
    assert "просрочка 1 день" in centre.ctl("explain", "school-3", "lessons", lang="ru").stdout
    table = centre.ctl("alerts", lang="ru").stdout
    assert "ПРОСРОЧЕНО" in table and "Школа № 3: сведения за сентябрь 2020 г. не сданы, срок был 08.10.2020." in table
    assert letters_to(centre, "head@bogotol.example") == ["ОТСТАЁТ: Школа № 3 — Консультации"]
    centre.check_invariants()

    centre.sandbox("now", "2020-10-08T22:00:01Z")
    wait_for_states(centre, {"school-3": "overdue", "school-4": "overdue"})

    centre.sandbox("now", "2020-11-08T22:00:01Z")  # more than a month after the deadline
    wait_for_states(centre, {"school-3": "silent", "school-4": "silent"})
    head = wait_for(lambda: letters_to(centre, "head@bogotol.example")[2:], what="letters")
    assert any(subject.startswith("МОЛЧИТ: Школа № 4") for subject in letters_to(centre, "head@bogotol.example")) and len(head) == 1
    assert open_alerts(centre, "school-3") == open_alerts(centre, "school-4") == [("silent", "lagging")]
    assert centre.number("SELECT count(*) FROM vekha.alert WHERE kind IN ('overdue', 'silent')") == 2
    kept = centre.status("school-3", "consultations")
    assert (kept["status"], kept["fact"], kept["as_of"]) == (before["status"], before["fact"], before["as_of"])
    assert (kept["freshness"], kept["due_on"], kept["age_days"]) == ("due", "2020-11-10", 40)
    assert centre.status("school-4", "lessons")["freshness"] == "silent"  # owed, though nothing has ever come
    centre.check_invariants()

    report(centre, "school-3", "lessons", "нет данных", "2020-09", "--note", "журнал утерян")  # the period is closed by now
    wait_for_states(centre, {"school-3": "due", "school-4": "silent"})
    assert open_alerts(centre, "school-3") == [("overdue", "info")]  # the next one is near
    wait_for(lambda: "Уже не молчит: Школа № 3" in letters_to(centre, "head@bogotol.example"), what="a letter")
    report(centre, "school-3", "lessons", "12", "2020-10")
    report(centre, "school-3", "consultations", "170", "2020-10")
    wait_for_states(centre, {"school-3": "reported", "school-4": "silent"})
    assert open_alerts(centre, "school-3") == []
    steps = centre.sql("SELECT t.event FROM vekha.alert_transition t JOIN vekha.alert a ON a.id = t.alert"
                       " JOIN vekha.organisation o ON o.id = a.organisation"
                       " WHERE o.code = 'school-3' AND a.kind IN ('overdue', 'silent') ORDER BY t.id")
    assert [step[0] for step in steps] == ["opens", "rises", "rises", "falls", "closes"]
    centre.check_invariants()


def test_a_closed_period_takes_a_reason_only(centre):
    kept = ["--period", "2020-09"]
    report(centre, "school-3", "lessons", "12", "2020-09")
    centre.sandbox("now", "2020-10-27T16:59:00Z")  # a minute before the twentieth working day there
    report(centre, "school-3", "lessons", "13", "2020-09")
    centre.sandbox("now", "2020-10-27T17:00:01Z")
    late = centre.submit("school-3", "lessons", "14", *kept)
    assert late.returncode == 1 and "closed since 2020-10-28" in late.stdout and "--note" in late.stdout, late.stdout
    late = centre.submit("school-3", "lessons", "14", *kept, lang="ru")
    assert late.returncode == 1 and "период закрыт с 28.10.2020" in late.stdout
    assert centre.sql("SELECT trim_scale(value) FROM vekha.figure") == [["13"]]
    assert "unchanged" in centre.submit("school-3", "lessons", "13", *kept).stdout  # sent again it is no change
    assert centre.submit("school-3", "consultations", "130", *kept).returncode == 1  # late and never sent: not without a reason, either
    report(centre, "school-3", "lessons", "14", "2020-09", "--note", "найден журнал")
    report(centre, "school-3", "lessons", "5", "2020-10")  # the next is open
    assert centre.number("SELECT count(*) FROM vekha.figure WHERE note = 'найден журнал'") == 1
    reasons = [figure["reason"] for row in centre.ctl_json("receipts")["rows"] for figure in row["figures"]]
    assert reasons.count("period_closed") == 3
    centre.settled()
    centre.check_invariants()


def test_a_past_day_as_it_was_known_then(centre):
    centre.sandbox("now", "2020-10-12T06:00:00Z")
    wait_for_states(centre, {"school-3": "overdue", "school-4": "overdue"})
    report(centre, "school-3", "consultations", "130", "2020-9M")
    centre.settled()
    assert centre.status("school-3", "consultations")["freshness"] == "reported"
    then = centre.status("school-3", "consultations", "--as-of", "2020-10-09", "--known-at", "2020-10-12T05:00:00Z")
    assert (then["freshness"], then["due_on"]) == ("overdue", "2020-10-08")
    assert centre.status("school-3", "consultations", "--as-of", "2020-10-09")["freshness"] == "reported"  # as it is known now
    done = centre.ctl("explain", "school-3", "consultations", "--as-of", "2020-10-05", "--known-at", "2020-10-12T05:00:00Z")
    assert "The report for September 2020 is due by 2020-10-08." in done.stdout
    assert centre.ctl_json("explain", "school-3", "consultations")["rows"][0]["freshness"] == "reported"


def test_a_holiday_moves_the_deadline(centre, programme):
    for organisation in ("school-3", "school-4"):
        for indicator in ("consultations", "lessons"):
            report(centre, organisation, indicator, "150", "2020-09")
    centre.sandbox("now", "2020-11-09T23:00:00Z")  # 10 November in both: the sixth working day, since the fourth is a holiday
    wait_for_states(centre, {"school-3": "due", "school-4": "due"})
    programme.write("workdays.csv", "".join(line for line in programme.calendar.splitlines(True) if "2020-11-04" not in line))
    done = centre.ctl("apply", programme.path, "--dry-run")
    assert done.returncode == 0 and "~ working-day calendar ru: days: -2020-11-04=false" in done.stdout, done.stdout
    wait_for_states(centre, {"school-3": "due", "school-4": "due"})
    assert centre.ctl("apply", programme.path).returncode == 0
    wait_for_states(centre, {"school-3": "overdue", "school-4": "overdue"})  # the daemon hears of it by itself
    assert centre.status("school-3", "lessons")["due_on"] == "2020-11-09"
    then = centre.status("school-3", "lessons", "--known-at", "2020-11-09T23:00:00Z")
    assert (then["freshness"], then["due_on"]) == ("due", "2020-11-10")
    assert centre.ctl("apply", programme.path).stdout.count("~") == 0
    centre.check_invariants()


def test_duties_that_change(centre, programme):
    centre.sandbox("now", "2020-10-12T06:00:00Z")
    wait_for_states(centre, {"school-3": "overdue", "school-4": "overdue"})
    programme.say(DUTY.replace('kinds = {"school"}', 'organisations = {"school-4", "uo"}').replace('"6"', '"12"'))
    done = centre.ctl("apply", programme.path, lang="ru")
    assert done.returncode == 0, done.stderr
    assert "~ обязанность monthly: kinds: -school; organisations: +school-4 +uo; due_workday: 6 → 12" in done.stdout
    wait_for_states(centre, {"school-4": "due", "uo": "due"})
    assert open_alerts(centre, "school-3") == []  # owes nothing more
    assert open_alerts(centre, "school-4") == []
    centre.check_invariants()

    programme.say("")
    done = centre.ctl("apply", programme.path)
    assert "? duty monthly: in the centre, not in the file; kept" in done.stdout
    programme.say(DUTY.replace("starts =", 'ends = "2020-09-30" starts ='))
    assert centre.ctl("apply", programme.path).returncode == 0
    wait_for_states(centre, {"school-3": "overdue", "school-4": "overdue"})
    programme.write("organisations.csv", ORGANISATIONS.replace("time_zone;email", "time_zone;email;closed")
                    .replace("school-3.example", "school-3.example;2020-10-11"))
    assert centre.ctl("apply", programme.path).returncode == 0
    wait_for_states(centre, {"school-4": "overdue"})
    assert open_alerts(centre, "school-3") == []
    assert centre.ctl("doctor", "--rebuild", "--write").returncode == 0
    wait_for_states(centre, {"school-4": "overdue"})
    centre.check_invariants()


def test_mistakes_in_duties_are_named(centre, programme):
    programme.say(DUTY.replace('"consultations", "lessons"', '"consultation"').replace('close_workday = "20"', 'close_workday = "5"'))
    programme.write("workdays.csv", "день;рабочий\n2020-11-04;нет\n2020-11-05;может быть\n")
    done = centre.ctl("apply", programme.path, lang="ru")
    assert done.returncode == 1
    for mistake in ("workdays.csv:3:2: working: «может быть»", "programme.conf:9: indicators: «consultation»: такого нет (показатель)",
                    "programme.conf:14: close_workday: 5: период закрылся бы раньше"):
        assert mistake in done.stderr, done.stderr


def test_doctor_misses_the_working_days_of_next_year(centre):
    last = sorted(line.split(";")[0] for line in open(CALENDAR, encoding="utf-8"))[-2][:4]
    centre.sandbox("now", "%s-10-30T06:00:00Z" % last)
    assert "working days: the calendars of all duties reach" in centre.ctl("doctor").stdout
    centre.sandbox("now", "%s-11-02T06:00:00Z" % last)
    done = centre.ctl("doctor")
    assert done.returncode == 1 and "!! working days: no data for ru %d" % (int(last) + 1) in done.stdout, done.stdout


def test_the_official_calendar():
    """Every row differs from Monday to Friday, and the years have the working days of the production calendar; the days that
    a presidential decree took out of 2020 and 2021 later come on top."""
    with open(CALENDAR, encoding="utf-8") as file:
        rows = [(datetime.date.fromisoformat(row["day"]), row["working"] == "да", row["comment"])
                for row in csv.DictReader(file, delimiter=";")]
    days = [day for day, _, _ in rows]
    assert days == sorted(set(days))
    assert all(working == (day.weekday() >= 5) for day, working, _ in rows)
    norms = {2019: 247, 2020: 248, 2021: 247, 2022: 247, 2023: 247, 2024: 248, 2025: 247, 2026: 247}
    assert {day.year for day in days} == set(norms)
    for year, norm in norms.items():
        all_days = [datetime.date(year, 1, 1) + datetime.timedelta(n) for n in range(366)]
        weekdays = sum(day.weekday() < 5 for day in all_days if day.year == year)
        changes = sum(1 if working else -1 for day, working, comment in rows if day.year == year and "указ Президента" not in comment)
        assert weekdays + changes == norm, year
        assert any("постановление" in comment for day, _, comment in rows if day.year == year)
    assert sum("указ Президента" in comment for _, _, comment in rows) == 29 + 7
