"""vekhactl plan import: plans as an administrator keeps them in Excel."""
import pytest

HEAD = "organisation;indicator;basis;starts;ends;target;valid_from\n"
PLAN = "school-4;consultations;СИНТЕТИЧЕСКИЙ план на 2020 год;2020-01-01;2020-12-31;%s;2020-01-01\n"


def plans(centre):
    return centre.sql("""SELECT o.code, i.code, p.version, p.basis, p.target FROM vekha.plan p
        JOIN vekha.organisation o ON o.id = p.organisation JOIN vekha.indicator i ON i.id = p.indicator
        WHERE p.superseded_at = 'infinity' ORDER BY p.id""")


def write(tmp_path, text, encoding="utf-8", name="plans.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_a_plan_is_new_then_the_same_then_changed(autumn, tmp_path):
    before = plans(autumn)
    path = write(tmp_path, HEAD + PLAN % "120")
    dry = autumn.ctl("plan", "import", path, "--dry-run")
    assert dry.returncode == 0 and "+ plan school-4/consultations/2020-01-01" in dry.stdout
    assert plans(autumn) == before

    assert "1 new, 0 changed, 0 unchanged." in autumn.ctl("plan", "import", path).stdout
    assert plans(autumn)[-1] == ["school-4", "consultations", "1", "СИНТЕТИЧЕСКИЙ план на 2020 год", "120"]
    standing = plans(autumn)
    again = autumn.ctl("plan", "import", path)
    assert again.returncode == 0 and "0 new, 0 changed, 1 unchanged." in again.stdout
    assert plans(autumn) == standing

    changed = autumn.ctl("plan", "import", write(tmp_path, HEAD + PLAN % "150"))
    assert "~ plan school-4/consultations/2020-01-01" in changed.stdout and "target: 120 → 150" in changed.stdout
    assert plans(autumn)[-1][2:] == ["2", "СИНТЕТИЧЕСКИЙ план на 2020 год", "150"]


@pytest.mark.parametrize("encoding, org", [("utf-8", "bogotol"), ("utf-8-sig", "school-3"), ("cp1251", "school-4")])
def test_what_excel_saves_is_understood(autumn, tmp_path, encoding, org):
    text = ("Действует с;План;Примечание;Организация;Показатель;Основание;Начало;Конец;База;База на\r\n"
            "01.01.2020;3\u00a0580\u00a0418,50;;%s;contract-money;СИНТЕТИЧЕСКИЙ план;01.01.2020;31.12.2020;0;01.01.2020\r\n"
            ";;;;;;;;;\r\n") % org
    done = autumn.ctl("plan", "import", write(tmp_path, text, encoding), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "+ plan %s/contract-money/2020-01-01/2020-01-01: СИНТЕТИЧЕСКИЙ план" % org in done.stdout
    done = autumn.ctl("plan", "import", write(tmp_path, text, encoding))
    assert plans(autumn)[-1][3:] == ["СИНТЕТИЧЕСКИЙ план", "3580418.50"], done.stderr


def test_points_come_in_a_table_of_their_own(autumn, tmp_path):
    path = write(tmp_path, "organisation;indicator;basis;starts;ends;target;shape\n"
                           "bogotol;proektoria;СИНТЕТИЧЕСКИЙ план;2020-01-01;2020-12-31;900;points\n")
    done = autumn.ctl("plan", "import", path)
    assert done.returncode == 1 and "plans.csv:2:7: shape: " in done.stderr
    points = write(tmp_path, "organisation;indicator;starts;at;value\n"
                             "bogotol;proektoria;2020-01-01;30.06.2020;300\n", name="points.csv")
    for said in ("1 new", "1 unchanged"):
        done = autumn.ctl("plan", "import", path, points)
        assert done.returncode == 0 and said in done.stdout, done.stderr


@pytest.mark.parametrize("row, said", [
    ("school-4;consultations;x;2020-01-01;2020-12-31;сто;", "plans.csv:3:6: target: «сто»"),
    ("school-4;consultations;x;2020-01-01;2020-12-31;;", "plans.csv:3:6: target: "),
    ("school-5;consultations;x;2020-01-01;2020-12-31;1;", "plans.csv:3:1: organisation: «school-5»"),
    ("school-4;conversations;x;2020-01-01;2020-12-31;1;", "plans.csv:3:2: indicator: «conversations»"),
    ("school-4;consultations;x;2020-01-01;2019-12-31;1;", "plans.csv:3:5: ends: "),
    ("school-4;consultations;;2020-01-01;2020-12-31;1;", "plans.csv:3:3: basis: "),
    ("school-4;consultations;x;2020-01-01;2020-12-31;1;;;", "plans.csv:3: "),
])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_with_one_wrong_row_nothing_is_written(autumn, tmp_path, row, said, lang):
    before = plans(autumn)
    good = "bogotol;consultations;СИНТЕТИЧЕСКИЙ план;2020-01-01;2020-12-31;777;\n"
    path = write(tmp_path, HEAD + good + row + "\n")
    done = autumn.ctl("plan", "import", path, lang=lang)
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert plans(autumn) == before


def test_what_is_no_table_of_plans(autumn, tmp_path):
    for text, said in (("a;b\n1;2\n", "plans.csv:1: a: "), ("", "plans.csv:1: "), ("PK\x03\x04", "workbook")):
        done = autumn.ctl("plan", "import", write(tmp_path, text))
        assert done.returncode == 1 and said in done.stderr, done.stderr
    assert autumn.ctl("plan", "import", str(tmp_path / "missing.csv")).returncode == 1
    assert autumn.run("vekhactl", "plan", "import").returncode == 2
    done = autumn.run("env", "PGHOST=" + str(tmp_path), "vekhactl", "plan", "import", "plans.csv")
    assert done.returncode == 69
