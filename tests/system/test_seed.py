"""Every number of the report of 25.09.2020, one by one, as the centre answers for that day: in status, history or narratives."""
import pytest

TOWN, THREE, FOUR = "bogotol", "school-3", "school-4"
SENDERS = ((TOWN, "figures"), (TOWN, "narratives"), (THREE, "school-3"), (FOUR, "school-4"))

# What the report says, the series, and what of its row has to be what.
STATED = (
    ("создана рабочая группа", TOWN, "working-group", {"state": "done"}),
    *(("дорожные карты по 5 направлениям", school, "roadmap-" + way, {"state": "in_progress"}) for school in (THREE, FOUR)
      for way in ("modern-school", "future-teacher", "every-child", "families", "digital")),
    ("«Современная школа» начнется в 2021 году", TOWN, "modern-school-start", {"status": "not_started"}),
    ("«Учитель будущего» начнется в 2021 году", TOWN, "future-teacher-start", {"status": "not_started"}),
    ("увеличить охват до 75 %, в настоящее время 41,7 %", TOWN, "coverage", {"fact": "41.7", "target": "75"}),
    ("работа по обеспечению сертификатами начата", TOWN, "certificates", {"state": "in_progress"}),
    ("внедрен общедоступный навигатор", TOWN, "navigator-introduced", {"state": "done"}),
    ("ведется его наполнение", TOWN, "navigator-filled", {"state": "in_progress"}),
    ("все организации включены в Навигатор", TOWN, "navigator-providers", {"fact": "100"}),
    ("90 краткосрочных программ", TOWN, "short-programmes", {"fact": "90", "status": "no_plan"}),
    ("624 участника «ПроеКТОрии»", TOWN, "proektoria", {"fact": "624", "status": "no_plan"}),
    ("в «Билете в будущее» все школы", TOWN, "ticket-schools", {"fact": "100"}),
    ("187 человек", TOWN, "ticket-to-future", {"fact": "187", "status": "no_plan"}),
    *(("в сентябре прошел фестиваль, школы 3 и 4", school, "first-festival", {"state": "done"}) for school in (THREE, FOUR)),
    ("26 октября второй фестиваль", TOWN, "career-festival", {"state": "not_done", "status": "on_track"}),
    ("200 консультаций, за 9 месяцев 165", TOWN, "consultations", {"fact": "165", "target": "200", "status": "on_track"}),
    ("на базе всех организаций", TOWN, "consultation-places", {"fact": "100"}),
    ("в отделе по опеке", "guardianship", "guardianship-advice", {"state": "done"}),
    ("Интернет во всех школах", TOWN, "fast-internet", {"fact": "100"}),
    *(("модели цифровой среды в школах № 3 и № 4", school, "digital-model", {"state": "not_done"}) for school in (THREE, FOUR)),
    *(("по три контракта", school, "contracts", {"fact": "3"}) for school in (THREE, FOUR)),
    ("1 788 584,00 руб.", THREE, "contract-money", {"fact": "1788584.00"}),
    ("1 791 834,00 руб.", FOUR, "contract-money", {"fact": "1791834.00"}),
    ("3 580 418,00 руб.", TOWN, "contract-money", {"fact": "3580418.00", "contradictions": 0}),
    *(("исполнены контракты на МФУ", school, "delivery-mfu", {"state": "done"}) for school in (THREE, FOUR)),
    *(("панели и ноутбуки в октябре–ноябре", school, "delivery-" + what, {"state": "in_progress", "status": "on_track"})
      for school in (THREE, FOUR) for what in ("panels", "laptops")),
    ("54 педагога", THREE, "teachers-trained", {"fact": "54"}),
    ("63 педагога", FOUR, "teachers-trained", {"fact": "63"}),
)
# Numbers and days that explain tells, not the table.
TOLD = (
    ("coverage", "31.12.2024"), ("career-festival", "26.10.2020"), ("modern-school-start", "01.01.2021"),
    ("future-teacher-start", "01.01.2021"), ("consultations", "165"), ("consultations", "200"),
)
SPOKEN = (
    ("every-child", "создание новых мест"), ("every-child", "детей с ограниченными возможностями здоровья"),
    ("every-child", "26 октября"), ("families", "в отделе по опеке"), ("digital", "школ № 3 и № 4"),
    ("digital", "октябрь-ноябрь 2020 года"), ("modern-school", "2021 году"), ("future-teacher", "2021 году"),
)


@pytest.fixture(scope="module")
def reported(autumn):
    for organisation, file in SENDERS:
        done = autumn.submit(organisation, "examples/bogotol/%s.csv" % file, "--yes", cwd=".")
        assert done.returncode == 0, done.stdout + done.stderr
    autumn.settled()
    return autumn


@pytest.fixture(scope="module")
def rows(reported):
    return {(row["org"], row["indicator"]): row for row in reported.ctl_json("status", "--as-of", "2020-09-25")["rows"]}


def test_each_statement_stands_in_the_table(rows):
    wrong = ["%s: %s %s has %s %s, not %s" % (said, org, indicator, field, rows[org, indicator][field], value)
             for said, org, indicator, fields in STATED for field, value in fields.items()
             if rows[org, indicator][field] != value]
    assert not wrong


def test_nothing_stands_there_that_was_not_stated(rows):
    """Sums of the schools aside, and the one plan that is synthetic."""
    stated = {(org, indicator) for _, org, indicator, _ in STATED}
    known = {key for key, row in rows.items() if row["fact"] is not None or row["state"] is not None}
    assert {key for key in known - stated if key[0] != TOWN} == set()


def test_each_figure_is_in_the_history_as_it_was_sent(reported):
    for _, org, indicator, fields in STATED:
        if "fact" not in fields and "state" not in fields:
            continue
        versions = reported.ctl_json("history", org, indicator)["rows"]
        sent = [row["value"] or row["state"] for row in versions]
        assert sent == [fields.get("fact", fields.get("state"))], (org, indicator)


@pytest.mark.parametrize("indicator,words", TOLD)
def test_explain_tells_it(reported, indicator, words):
    done = reported.ctl("explain", TOWN, indicator, "--as-of", "2020-09-25", lang="ru")
    assert done.returncode == 0 and words in done.stdout


@pytest.mark.parametrize("project,words", SPOKEN)
def test_the_words_of_the_report(reported, project, words):
    told = reported.ctl_json("narratives", "--project", project, "--as-of", "2020-09-25")["rows"]
    assert any(words in " ".join(str(text) for text in row.values()) for row in told)
