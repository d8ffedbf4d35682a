#!/usr/bin/python3
"""Writes the workbooks of this folder: the shapes in which Excel and its kin keep a table; all figures in them are synthetic.

Only a zip and text, so that each file is exactly what stands here and nothing else decides what is in it."""
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
HEADINGS = ["Показатель", "Период", "Значение"]
# The style of a cell is its place in this list.
FORMATS = ["General", "0.0%", "mmm\\.yy", "dd\\.mm\\.yyyy", '0" чел."', "#,##0.00\\ [$₽-419]", "#,##0,", "0.00", '0.0" тыс. руб."']


def cell(value, column, row, style=0, kind=None, formula=None):
    """A cell; kind None: a number or, for a str, an inline string."""
    place = ' r="%s%d"' % (chr(65 + column), row)
    look = ' s="%d"' % style if style else ""
    if value is None:
        return "<c%s%s/>" % (place, look)
    if kind is None and isinstance(value, str):
        return '<c%s%s t="inlineStr"><is>%s</is></c>' % (place, look, value if value.startswith("<") else "<t>%s</t>" % value)
    return "<c%s%s%s>%s<v>%s</v></c>" % (place, look, ' t="%s"' % kind if kind else "", "<f>%s</f>" % formula if formula else "", value)


def sheet(*rows, first=1, hidden=()):
    """Rows are lists of values, or of (value, style), (value, style, kind) or (value, style, kind, formula)."""
    lines = []
    for number, values in enumerate(rows, first):
        cells = (cell(*(value[:1] if isinstance(value, tuple) else (value,)), column, number, *(value[1:] if isinstance(value, tuple) else ()))
                 for column, value in enumerate(values))
        lines.append('<row r="%d"%s>%s</row>' % (number, ' hidden="1"' if number in hidden else "", "".join(cells)))
    return HEAD + '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, "".join(lines))


def write(name, sheets, shared=None, states=None, date1904=False, mangle=None):
    names = list(sheets)
    entries = "".join('<sheet name="%s" sheetId="%d" r:id="rId%d"%s/>' % (sheet_name, i, i, ' state="hidden"' if sheet_name in (states or ()) else "")
                      for i, sheet_name in enumerate(names, 1))
    parts = {
        "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": HEAD + '<workbook xmlns="%s" xmlns:r="%s"><workbookPr%s/><sheets>%s</sheets></workbook>'
                           % (MAIN, LINKS, ' date1904="1"' if date1904 else "", entries),
        "xl/_rels/workbook.xml.rels": HEAD + '<Relationships>%s</Relationships>'
                                      % "".join('<Relationship Id="rId%d" Target="worksheets/sheet%d.xml"/>' % (i, i) for i in range(1, len(names) + 1)),
        "xl/styles.xml": HEAD + '<styleSheet xmlns="%s"><numFmts>%s</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>%s</cellXfs></styleSheet>'
                         % (MAIN, "".join('<numFmt numFmtId="%d" formatCode="%s"/>' % (164 + i, code.replace('"', "&quot;"))
                                          for i, code in enumerate(FORMATS) if i),
                            "".join('<xf numFmtId="%d"/>' % (164 + i if i else 0) for i in range(len(FORMATS)))),
    }
    if shared:
        parts["xl/sharedStrings.xml"] = HEAD + '<sst xmlns="%s">%s</sst>' % (MAIN, "".join("<si>%s</si>" % text for text in shared))
    for i, sheet_name in enumerate(names, 1):
        parts["xl/worksheets/sheet%d.xml" % i] = sheets[sheet_name]
    parts.update(mangle or {})
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as file:
        for part, text in parts.items():
            file.writestr(zipfile.ZipInfo(part), text, zipfile.ZIP_DEFLATED)


def one(name, *rows, **options):
    write(name, {"Лист1": sheet(HEADINGS, *rows)}, **options)


one("plain.xlsx", ["consultations", "2020-09", 165], ["coverage", "2020-Q3", "187/450"], ["money", "2020", "1 234,50"])
write("shared.xlsx", {"Лист1": sheet([(0, 0, "s"), (1, 0, "s"), (2, 0, "s")], [(3, 0, "s"), ("2020-09", 0, "str", "B1"), 7])},
      shared=["<t>Показатель</t>", "<t>Период</t>", "<r><t>Знач</t></r><r><t>ение</t></r><rPh><t>нет</t></rPh>", "<t xml:space=\"preserve\"> consultations </t>"])
one("percents.xlsx", ["coverage", "2020-09", (0.417, 1)], ["coverage", "2020-08", ("0.41699999999999998", 1, "n")], ["coverage", "2020-07", (1, 1)])
one("noise.xlsx", ["money", "2020-01", ("0.30000000000000004", 0, "n")], ["money", "2020-02", ("3580418.0000000005", 0, "n")],
    ["money", "2020-03", ("1.2345E3", 0, "n")], ["money", "2020-04", ("2.6749999999999998", 7, "n")])
write("dates.xlsx", {"Лист1": sheet([*HEADINGS, "На дату"], ["consultations", (44075, 2), 5, (44099, 3)])})
write("dates-1904.xlsx", {"Лист1": sheet([*HEADINGS, "На дату"], ["consultations", (42613, 2), 5, (42637, 3)])}, date1904=True)
one("units.xlsx", ["consultations", "2020-09", (12, 4)], ["money", "2020", (1234.5, 5)])
one("thousands-hidden.xlsx", ["money", "2020", (1234567, 6)])
one("thousands-in-words.xlsx", ["money", "2020", (3.5, 8)], ["money", "2021", (12, 4)])
write("title-above.xlsx", {"Титул": sheet(["Сведения о школе"]), "Данные": sheet(
    ["Сведения о выполнении показателей"], ["сентябрь 2020 г."], ["Показатель", "Период", "Значение"], [None, None, "план", "факт"],
    [1, 2, 3, 4], ["consultations", "2020-09", 200, 165], ["Итого", None, 200, 165])})
one("formulas.xlsx", ["consultations", "2020-09", (165, 0, None, "SUM(C5:C9)")], ["consultations", "2020-08", ("#DIV/0!", 0, "e", "1/0")],
    ["consultations", "2020-07", (1, 0, "b")])
write("gaps.xlsx", {"Лист1": sheet(HEADINGS, ["a", "2020", 1], [None, None, None], ["b", "2020", 2, None, (None, 3)]).replace(' r="A4"', "").replace(
    ' r="B4"', "").replace('<row r="3"', '<row r="30"').replace('<row r="4"', '<row r="40"')})
write("two-tables.xlsx", {"Школа": sheet(HEADINGS, ["a", "2020", 1]), "Филиал": sheet(HEADINGS, ["b", "2020", 2])})
write("hidden-rows.xlsx", {"Лист1": sheet(HEADINGS, ["a", "2020", 1], ["b", "2020", 2], ["c", "2020", 3], ["d", "2020", None], hidden=(3, 4, 5))})
write("hidden-sheet.xlsx", {"Старый": sheet(HEADINGS, ["a", "2020", 1]), "Новый": sheet(HEADINGS, ["b", "2020", 2])}, states=["Старый"])
write("second-sheet.xlsx", {"Титул": sheet(["Отчёт за сентябрь"]), "Данные": sheet(HEADINGS, ["b", "2020", 2])})
write("narratives.xlsx", {"Лист1": sheet(["Проект", "Период", "Текст"], ["digital", "2020-09", "Контракты; заключены&#10;Поставка; в октябре"])})
write("empty.xlsx", {"Лист1": sheet()})
write("entities.xlsx", {"Лист1": sheet(HEADINGS)}, mangle={"xl/worksheets/sheet1.xml":
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'})
write("bomb.xlsx", {"Лист1": sheet(HEADINGS)}, mangle={"xl/worksheets/sheet1.xml": HEAD + "<worksheet>" + " " * 40000000 + "</worksheet>"})
write("deep.xlsx", {"Лист1": sheet(HEADINGS)}, mangle={"xl/worksheets/sheet1.xml": HEAD + "<a>" * 100 + "</a>" * 100})
write("no-xml.xlsx", {"Лист1": sheet(HEADINGS)}, mangle={"xl/worksheets/sheet1.xml": "<worksheet><row>"})
one("cut.xlsx", ["a", "2020", 1])
(HERE / "cut.xlsx").write_bytes((HERE / "cut.xlsx").read_bytes()[:-40])
OLE = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
(HERE / "old.xls").write_bytes(OLE + bytes(504))
(HERE / "locked.xlsx").write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le"))
(HERE / "page.xls").write_text("<html><body><table><tr><td>Показатель</td></tr></table></body></html>", encoding="utf-8")
(HERE / "scan.pdf").write_bytes(b"%PDF-1.4\n")
for name, part in (("letter.docx", "word/document.xml"), ("calc.ods", "mimetype"), ("archive.zip", "readme.txt"), ("binary.xlsb", "xl/workbook.bin")):
    with zipfile.ZipFile(HERE / name, "w") as file:
        file.writestr(zipfile.ZipInfo(part), "application/vnd.oasis.opendocument.spreadsheet" if name.endswith("ods") else "x")
