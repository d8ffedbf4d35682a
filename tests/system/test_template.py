"""A table to fill in: what this school reports stands in it; filled in, it is sent as it is."""
import csv
import io
import os
import re
import zipfile

import pytest

FORMULA = re.compile(r"<f>|<f ")


def template(centre, *arguments, organisation="school-3", lang="ru"):
    done = centre.submit(organisation, "--template", *arguments, lang=lang)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows_of(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def cells(path):
    """Of the one sheet: what stands in each cell, and its style."""
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        shared = re.findall(r"<si><t[^>]*>([^<]*)</t></si>", book.read("xl/sharedStrings.xml").decode())
    found = {}
    for name, attributes, value in re.findall(r'<c r="([A-Z]+\d+)"([^>/]*)(?:/>|><v>([^<]*)</v></c>)', sheet):
        found[name] = shared[int(value)] if 't="s"' in attributes else value
    return sheet, found


def fill(path, filled, values):
    """Types values into cells that can be changed, as a person would."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as other:
        for name in book.namelist():
            data = book.read(name).decode()
            for cell, value in values.items() if name.endswith("sheet1.xml") else ():
                data, times = re.subn(r'<c r="%s"( s="\d+")/>' % cell, r'<c r="%s"\1><v>%s</v></c>' % (cell, value), data)
                assert times == 1, cell
            other.writestr(name, data)


@pytest.mark.parametrize("lang, head", [
    ("ru", ["Показатель", "Название", "Единица", "Период", "План", "Прошлое значение", "Значение", "Примечание"]),
    ("en", ["indicator", "name", "unit", "period", "plan", "last", "value", "note"]),
])
def test_what_a_school_reports(autumn, lang, head):
    assert autumn.submit("school-3", "consultations", "160", "--period", "2020-08", "--yes").returncode == 0
    autumn.settled()
    rows = rows_of(template(autumn, "--period", "2020-09", lang=lang))
    assert rows[0] == head
    row, = (row for row in rows if row[0] == "consultations")
    assert row[3] == "2020-09" and row[4] and row[5] == "160" and not any(row[6:]), row
    assert {row[0] for row in rows} > {"delivery-mfu", "roadmap-digital"} and all(len(row) == len(head) for row in rows)


def test_a_csv_that_is_filled_in(autumn, tmp_path):
    rows = rows_of(template(autumn, "--period", "2020-09"))
    row, = (row for row in rows if row[0] == "consultations")
    row[6], row[7] = "170", "по журналу"
    path = tmp_path / "filled.csv"
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1251"))
    done = autumn.submit("school-3", str(path), "--yes", lang="ru")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "нет значения, пропущены строки" in done.stderr and "170" in done.stdout
    assert autumn.number("SELECT count(*) FROM vekha.figure WHERE note = 'по журналу' AND value = 170") == 1


def test_a_workbook_that_is_filled_in(autumn, tmp_path):
    path, filled = tmp_path / "t.xlsx", tmp_path / "filled.xlsx"
    said = template(autumn, str(path), organisation="bogotol")
    assert "строк для заполнения" in said
    sheet, found = cells(path)
    # Headings cannot be changed, what is to be filled in can; a drop-down offers the words; the head stays where it is.
    assert "<sheetProtection" in sheet and "<dataValidation " in sheet and "нет данных" in sheet and 'state="frozen"' in sheet
    row, = (name[1:] for name, text in found.items() if text == "coverage")
    column = {text: name[:-1] for name, text in found.items() if name.endswith("1") and name[1:] == "1"}
    assert found[column["Период"] + row] == "2020-09" and column["Организация"] == "A"
    fill(path, filled, {column["Значение"] + row: "187", column["Всего"] + row: "450"})
    done = autumn.submit("bogotol", str(filled), "--yes", lang="ru")
    assert done.returncode == 0, done.stdout + done.stderr
    assert autumn.number("SELECT count(*) FROM vekha.figure WHERE value = 187 AND of_value = 450") == 1


def test_nothing_is_replaced(autumn, tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_text("mine")
    done = autumn.submit("school-3", "--template", str(path))
    assert done.returncode == 2 and str(path) in done.stderr and path.read_text() == "mine"
    assert os.listdir(tmp_path) == ["t.xlsx"]
    done = autumn.submit("school-3", "--template", str(tmp_path / "none" / "t.csv"))
    assert done.returncode == 2 and "t.csv" in done.stderr
    done = autumn.submit("school-3", "--template", "--org", "school-4")
    assert done.returncode == 1 and "school-4" in done.stderr
    done = autumn.submit("school-3", "--template", "--period", "someday")
    assert done.returncode == 2 and "someday" in done.stderr


def test_a_name_is_no_formula(fresh, tmp_path):
    fresh.sql("UPDATE vekha.indicator_version SET name = '=HYPERLINK(\"x\")' WHERE indicator = (SELECT id FROM vekha.indicator WHERE code = 'consultations');"
              " SELECT pg_notify('vekha_catalogue', '')")
    fresh.sandbox("restart", "vekhad")
    rows = rows_of(template(fresh))
    row, = (row for row in rows if row[0] == "consultations")
    assert row[1] == "'=HYPERLINK(\"x\")"
    template(fresh, str(tmp_path / "t.xlsx"))
    sheet, found = cells(tmp_path / "t.xlsx")
    assert not FORMULA.search(sheet) and "=HYPERLINK(&quot;x&quot;)" in found.values() or '=HYPERLINK("x")' in found.values()


def test_before_the_centre_has_answered(centre, tmp_path):
    """Without a configuration there are only the headings."""
    done = centre.run("env", "-u", "VEKHA_CONFIG", "HOME=" + str(tmp_path), "vekha-submit", "--template", "--lang", "ru")
    assert done.returncode == 0 and done.stdout.startswith("\ufeffорганизация;показатель;период;значение;") and done.stdout.count("\n") == 1
    assert "только заголовки" in done.stderr
    done = centre.run("env", "-u", "VEKHA_CONFIG", "HOME=" + str(tmp_path), "vekha-submit", "--template", str(tmp_path / "t.xlsx"), "--lang", "ru")
    assert done.returncode == 75 and not (tmp_path / "t.xlsx").exists()
