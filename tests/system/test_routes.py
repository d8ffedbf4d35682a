"""Who hears of what, when: routes, digests, what is in hand and comes back, what is passed on; a wave of thousands is one letter.
All data are synthetic."""
import os

import pytest

from centre import Centre, wait_for, words_of

PROGRAMME = """
organisations = "organisations.csv"
plans = "plans.csv"
%s
project families { name = "Поддержка семей" name_en = "Families" starts = "2019-01-01" ends = "2024-12-31" }
project digital { name = "Цифровая среда" name_en = "Digital" starts = "2019-01-01" ends = "2024-12-31" }
indicator consultations {
    project = "families" kind = "flow" name = "Консультации" name_en = "Consultations" unit = "консультаций" %s
    rule_set = "calm"
}
indicator devices {
    project = "digital" kind = "flow" name = "Устройства" name_en = "Devices" unit = "штук" rule_set = "calm"
}
"""
RULES = 'rule_set calm { progress_on_track = "%s" progress_at_risk = "%s" progress_on_track_leave = "%s" progress_at_risk_leave = "%s" }\n'
USUAL = RULES % ("0.95", "0.80", "0.98", "0.85")


class Town:
    """A department and its schools; each has a plan of 200 consultations and 200 devices."""

    def __init__(self, folder, schools=3, town_plan=False, indicators=("consultations", "devices")):
        self.folder, self.town_plan = str(folder), town_plan
        self.path = os.path.join(self.folder, "programme.conf")
        self.schools = ["s%d" % i for i in range(1, schools + 1)]
        self.write("organisations.csv", "code;name;name_en;kind;parent;time_zone;email\n"
                   "town;Управление;Department;department;;Asia/Krasnoyarsk;\n" +
                   "".join("%s;Школа %s;School %s;school;town;Asia/Krasnoyarsk;office@%s.example\n" % (s, s[1:], s[1:], s)
                           for s in self.schools))
        owners = self.schools + (["town"] if town_plan else [])
        self.write("plans.csv", "organisation;indicator;basis;starts;ends;target\n" +
                   "".join("%s;%s;Приказ;2020-01-01;2020-12-31;%d\n" % (o, i, 200 * (schools if o == "town" else 1))
                           for o in owners for i in (indicators if o != "town" else ("consultations",))))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def say(self, routes, rules=USUAL):
        self.write("programme.conf", PROGRAMME % (rules + routes, 'rolled = {"department"}' if self.town_plan else ""))
        return self.path

    def up(self, routes, now="2020-10-05T03:00:00Z", **options):  # ten o'clock on a Monday
        return Centre("--now", now, "--programme", self.say(routes, **options))


@pytest.fixture
def closing():
    centres = []
    yield lambda centre: centres.append(centre) or centre
    for centre in centres:
        centre.close()


def route(code, **says):
    """A route of the town."""
    says.setdefault("organisation", "town")
    return "route %s {\n%s}\n" % (code, "".join('    %s = %s\n' % (name, value if value.startswith("{") else '"%s"' % value)
                                               for name, value in says.items()))


def report(centre, school, value, indicator="consultations", period="2020-9M"):
    done = centre.submit(school, indicator, str(value), "--period", period, "--as-of", "2020-09-30")
    assert done.returncode == 0, done.stdout + done.stderr


def letters_to(centre, address):
    return [letter for letter in centre.letters() if letter["To"] == address]


def subjects(centre, address):
    return [letter["Subject"] for letter in letters_to(centre, address)]


def wait_for_subjects(centre, address, expected):
    wait_for(lambda: subjects(centre, address)[:len(expected)] == expected, seconds=30,
             what="%s to %s (has %s)" % (expected, address, subjects(centre, address)))


def test_each_hears_what_concerns_them(tmp_path, closing):
    town = Town(tmp_path)
    centre = closing(town.up(route("head", to="head@t.example") + route("families", to="f@t.example", projects='{"families"}', language="en") +
                             route("first", organisation="s1", to="first@t.example", level="at_risk") +
                             route("own", to="own", kinds='{"lag"}')))
    report(centre, "s1", 145)  # at risk
    report(centre, "s2", 100, indicator="devices")
    report(centre, "s3", 100)
    wait_for_subjects(centre, "first@t.example", ["ВНИМАНИЕ: Школа 1 — Консультации"])
    wait_for_subjects(centre, "head@t.example", ["ОТСТАЁТ: Школа 2 — Устройства", "ОТСТАЁТ: Школа 3 — Консультации"])
    wait_for_subjects(centre, "f@t.example", ["LAGGING: School 3 — Consultations"])
    wait_for_subjects(centre, "office@s3.example", ["ОТСТАЁТ: Школа 3 — Консультации"])
    centre.composed()
    assert len(subjects(centre, "head@t.example")) == 2 and len(subjects(centre, "f@t.example")) == 1
    assert subjects(centre, "office@s1.example") == []

    told = centre.ctl_json("route", "test", "s1", "consultations", "--level", "at_risk")["rows"]
    assert {row["route"]: row["verdict"] for row in told} == {"head": "level", "families": "level", "first": "tells", "own": "level"}
    assert "no: only from a graver level on" in centre.ctl("route", "test", "s1", "consultations", "--level", "at_risk").stdout
    assert "да" in centre.ctl("route", "test", "s1", "consultations", lang="ru").stdout
    of_centre = centre.ctl_json("route", "test", "town", "--kind", "operator")["rows"]
    assert {row["route"]: row["verdict"] for row in of_centre} == {"head": "kind", "families": "project", "first": "organisation", "own": "kind"}
    for words in (("nowhere",), ("s1", "nothing")):
        wrong = centre.ctl("route", "test", *words, lang="ru")
        assert wrong.returncode == 1 and words[-1] in wrong.stderr and "vekhactl apply" in wrong.stderr, "in the reader's language"
    wrong = centre.ctl("route", "test", "town", "--kind", "weather")
    assert wrong.returncode == 2 and "--kind takes lag, milestone, silent, overdue, operator or refusal, not «weather»" in wrong.stderr
    alert = centre.open_alerts("s3", "consultations")[0]
    assert {(one["recipient"], one["reason"]) for one in alert["told"]} == {
        ("head@t.example", "opens"), ("f@t.example", "opens"), ("office@s3.example", "opens")}


def test_a_daily_digest_comes_in_the_morning(tmp_path, closing):
    centre = closing(Town(tmp_path).up(route("deputy", to="deputy@t.example", pace="daily", level="at_risk", hours="08:00-18:00")))
    report(centre, "s1", 100)
    report(centre, "s2", 145)
    report(centre, "s3", 100, indicator="devices")
    centre.settled()
    assert centre.number("SELECT count(*) FROM vekha.mention WHERE due_at = '2020-10-06 01:00Z'") == 3
    centre.sandbox("now", "2020-10-06T00:59:50Z")
    assert letters_to(centre, "deputy@t.example") == []
    wait_for_subjects(centre, "deputy@t.example", ["Веха: 3 оповещения"])
    text = words_of(letters_to(centre, "deputy@t.example")[0])
    assert text.index("Отстают:") < text.index("Школа 1, консультации, на 30.09.2020: сделано 100, по плану 150")
    assert text.index("Требуют внимания:") < text.index("Школа 2,")
    report(centre, "s1", 200)
    centre.sandbox("now", "2020-10-07T01:00:00Z")
    wait_for_subjects(centre, "deputy@t.example", ["Веха: 3 оповещения", "Веха: 1 снято"])


def test_out_of_hours_it_waits_and_what_is_over_by_then_is_not_told(tmp_path, closing):
    centre = closing(Town(tmp_path).up(route("head", to="head@t.example", hours="08:00-18:00", days='{"mon","tue","wed","thu","fri"}'),
                                       now="2020-10-09T11:30:00Z"))  # Friday evening
    report(centre, "s1", 100)
    report(centre, "s2", 100)
    report(centre, "s2", 160)  # typed wrongly at first
    centre.settled()
    centre.sandbox("now", "2020-10-12T00:30:00Z")
    report(centre, "s3", 160)
    centre.settled()
    assert letters_to(centre, "head@t.example") == []
    centre.sandbox("now", "2020-10-12T01:00:00Z")
    wait_for_subjects(centre, "head@t.example", ["ОТСТАЁТ: Школа 1 — Консультации"])
    centre.composed()
    assert len(subjects(centre, "head@t.example")) == 1


def test_in_hand_and_back_again_and_passed_on(tmp_path, closing):
    centre = closing(Town(tmp_path).up(route("head", to="head@t.example", remind_days="7") +
                                       route("chief", to="chief@t.example", unanswered_days="3")))
    report(centre, "s1", 100)
    report(centre, "s2", 100)
    wait_for_subjects(centre, "head@t.example", ["ОТСТАЁТ: Школа 1 — Консультации", "ОТСТАЁТ: Школа 2 — Консультации"])
    first = centre.open_alerts("s1", "consultations")[0]["id"]
    done = centre.ctl("ack", str(first), "--measure", "Приём по субботам", "--until", "2020-10-20")
    assert done.returncode == 0, done.stderr
    assert centre.status("s1", "consultations")["in_hand"]["measure"] == "Приём по субботам"
    assert "in hand until 2020-10-20" in centre.ctl("status").stdout

    centre.sandbox("now", "2020-10-08T17:00:01Z")
    wait_for_subjects(centre, "chief@t.example", ["Без ответа: Школа 2 — Консультации"])
    centre.sandbox("now", "2020-10-12T17:00:01Z")
    wait_for_subjects(centre, "head@t.example", ["ОТСТАЁТ: Школа 1 — Консультации", "ОТСТАЁТ: Школа 2 — Консультации",
                                                 "Напоминание: Школа 2 — Консультации"])
    reminder = letters_to(centre, "head@t.example")[2]
    assert "Открыто с 05.10.2020, в работу пока никто не взял. Школа 2, консультации" in words_of(reminder)
    assert reminder["In-Reply-To"] == letters_to(centre, "head@t.example")[1]["Message-ID"]

    centre.sandbox("now", "2020-10-20T17:00:01Z")
    back = "Срок меры истёк, отставание осталось: Школа 1 — Консультации"
    wait_for(lambda: back in subjects(centre, "head@t.example"), seconds=30, what=back)
    letter = [one for one in letters_to(centre, "head@t.example") if one["Subject"] == back][0]
    assert "Мера «Приём по субботам» (vekha) должна была помочь к 20.10.2020" in words_of(letter)
    assert centre.sql("SELECT event FROM vekha.alert_transition WHERE alert = %d ORDER BY id" % first) == [["opens"], ["returns"]]
    shown = centre.ctl("alerts").stdout
    assert "told again 2020-10-20, the measure had its time: head@t.example" in shown
    assert "passed on 2020-10-08: chief@t.example" in shown and "reminded 2020-10-12: head@t.example" in shown
    report(centre, "s2", 200)
    wait_for(lambda: "Школа 2 — Консультации: выполнено" in subjects(centre, "chief@t.example"), what="the end")


def test_a_town_that_lags_names_its_schools(tmp_path, closing):
    centre = closing(Town(tmp_path, town_plan=True).up(route("head", to="head@t.example")))
    for school in ("s1", "s2", "s3"):
        report(centre, school, 150)  # on plan
    centre.composed()
    table = os.path.join(str(tmp_path), "october.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("org;indicator;period;value;as_of\n" + "".join("%s;consultations;2020;%d;2020-10-04\n" % (s, 60 if s == "s1" else 110)
                                                                  for s in ("s1", "s2", "s3")))
    assert centre.submit("town", table, "--yes").returncode == 0
    wait_for(lambda: subjects(centre, "head@t.example"), seconds=30, what="a letter")
    centre.composed()
    assert subjects(centre, "head@t.example") == ["ОТСТАЁТ: Управление — Консультации"]
    assert "Школа 1" in words_of(letters_to(centre, "head@t.example")[0])
    assert len(centre.ctl_json("alerts")["rows"]) == 4


def test_a_silence_only_puts_off(tmp_path, closing):
    centre = closing(Town(tmp_path).up(route("head", to="head@t.example")))
    assert centre.ctl("silence", "s1", "--until", "2020-10-06", "--reason", "quarantine").returncode == 0
    report(centre, "s1", 100)
    report(centre, "s2", 100)
    wait_for_subjects(centre, "head@t.example", ["ОТСТАЁТ: Школа 2 — Консультации"])
    assert "silenced now" in centre.ctl("route", "test", "s1", "consultations").stdout
    centre.sandbox("now", "2020-10-06T17:00:00Z")
    wait_for_subjects(centre, "head@t.example", ["ОТСТАЁТ: Школа 2 — Консультации", "ОТСТАЁТ: Школа 1 — Консультации"])


def test_what_is_not_taken_is_told_by_letter(tmp_path, closing):
    """To the sender's own address and whoever else has a route; a letter for each submission, and of many a digest."""
    centre = closing(Town(tmp_path).up(route("own", to="own", kinds='{"refusal"}') + route("head", to="head@t.example", kinds='{"lag", "refusal"}', pace="daily") +
                                       route("other", organisation="s2", to="other@t.example", kinds='{"refusal"}')))
    table = os.path.join(str(tmp_path), "table.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("indicator;period;value\nconsultations;2020-09;160\nconsultations;2020-08;-5\nnonsense;2020-09;1\n")
    assert centre.submit("s1", table, "--yes", lang="ru").returncode == 1
    number = centre.number("SELECT max(number) FROM vekha.submission")
    wait_for_subjects(centre, "office@s1.example", ["Не принято 2 из 3: Школа 1, отправка № %d от 05.10.2020" % number])
    text = words_of(letters_to(centre, "office@s1.example")[0])
    assert "2 consultations за 2020-08: -5 меньше нуля. Проверьте знак." in text
    assert "3 Показателя «nonsense» нет в программе. Проверьте код показателя. С остальным ничего делать не нужно." in text
    report(centre, "s1", 150)
    for value in range(6):
        assert centre.submit("s1", "consultations", str(value), "--period", "2020-11").returncode == 1
    wait_for(lambda: any(one.startswith("Веха: не всё принято в ") for one in subjects(centre, "office@s1.example")), seconds=40, what="a digest")
    wait_for(lambda: not centre.number("SELECT count(*) FROM vekha.refusal WHERE recipient = 'office@s1.example' AND outbox IS NULL"), what="all told")
    assert centre.number("SELECT count(*) FROM vekha.refusal WHERE recipient = 'office@s1.example'") == 7
    assert len(subjects(centre, "office@s1.example")) <= 6
    assert letters_to(centre, "head@t.example") == [] == letters_to(centre, "other@t.example")
    centre.sandbox("now", "2020-10-06T01:00:00Z")
    wait_for_subjects(centre, "head@t.example", ["Веха: не всё принято в 7 отправках"])
    assert "%d Школа 1, 05.10.2020: не принято 2 из 3. consultations за 2020-08" % number in words_of(letters_to(centre, "head@t.example")[0])
    centre.composed()
    assert len(subjects(centre, "head@t.example")) == 1 and centre.number("SELECT count(*) FROM vekha.alert WHERE kind <> 'operator'") == 0


@pytest.mark.timeout(300)
def test_a_thousand_alerts_from_one_rule_change_are_one_letter_each(tmp_path, closing):
    schools = int(os.environ.get("ALERTS", "1000"))
    town = Town(tmp_path, schools=schools, indicators=("consultations",))
    routes = route("head", to="head@t.example") + route("deputy", to="deputy@t.example", language="en")
    centre = closing(Centre("--now", "2020-10-05T03:00:00Z", "--programme", town.say(routes), "--without-agents"))
    assert centre.ctl("agent", "enrol", "town", "--out", centre.env["VEKHA_AGENTS"]).returncode == 0
    table = os.path.join(str(tmp_path), "all.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("org;indicator;period;value;as_of\n" + "".join("%s;consultations;2020-9M;148;2020-09-30\n" % s for s in town.schools))
    done = centre.submit("town", table, "--yes", "--wait", "120", timeout=180)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    centre.settled(120)
    assert centre.number("SELECT count(*) FROM vekha.alert WHERE kind <> 'operator'") == 0

    # By the new rules 148 of 150 lags; P is no excuse.
    town.say(routes, rules='rule_set calm { progress_on_track = "1.2" progress_at_risk = "1.1" progress_on_track_leave = "1.2" '
                           'progress_at_risk_leave = "1.1" probability_on_track = "0.99" probability_at_risk = "0.98" '
                           'probability_on_track_leave = "0.99" probability_at_risk_leave = "0.98" gap_count = "0.01" '
                           'gap_of_target = "100000" }\n')
    done = centre.ctl("apply", town.path, timeout=120)
    assert done.returncode == 0, done.stderr
    wait_for(lambda: letters_to(centre, "head@t.example") and letters_to(centre, "deputy@t.example"), seconds=120, what="the digests")
    centre.settled(60)
    assert centre.number("SELECT count(*) FROM vekha.alert WHERE level = 'lagging'") == schools
    centre.composed()
    assert subjects(centre, "head@t.example") == ["Веха: %d оповещений" % schools]
    assert subjects(centre, "deputy@t.example") == ["Vekha: %d alerts" % schools]
    assert "… и ещё %d." % (schools - 50) in words_of(letters_to(centre, "head@t.example")[0])
    assert centre.number("SELECT count(*) FROM vekha.outbox") == 2
