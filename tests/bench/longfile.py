"""A file as long as a district's year, as CSV and as a workbook, and what a program needs to read it, beside one that only reads its bytes."""
import datetime
import subprocess
import zipfile

HEAD = ("org", "indicator", "period", "value")


def rows(schools: int, indicators: int, days: int):
    first = datetime.date.today() - datetime.timedelta(days)
    for day in range(days):
        for school in range(schools):
            for indicator in range(indicators):
                yield "o%05d" % school, "i%03d" % indicator, str(first + datetime.timedelta(day)), str(day * 1000 + indicator + 1)


def write_csv(path: str, *size: int) -> str:
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(";".join(row) + "\r\n" for row in (HEAD, *rows(*size)))
    return path


def cell(text: str) -> str:
    return "<c><v>%s</v></c>" % text if text.isdigit() else '<c t="inlineStr"><is><t>%s</t></is></c>' % text


def write_workbook(path: str, *size: int) -> str:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("_rels/.rels", '<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/officeDocument" Target="xl/workbook.xml"/>'
                      "</Relationships>" % (package, office))
        book.writestr("xl/workbook.xml", '<workbook %s xmlns:r="%s"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>' % (space, office))
        book.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>'
                      "</Relationships>" % (package, office))
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet %s><sheetData>" % space.encode())
            for row in (HEAD, *rows(*size)):
                sheet.write(b"<row>%s</row>" % "".join(map(cell, row)).encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


def cost(env, *command: str) -> tuple[float, float]:
    """Seconds and the most memory, in MiB, of a program; a child of ours would be told to have had what we have."""
    done = subprocess.run(["/usr/bin/time", "-f", "%e %M", *command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    seconds, kib = done.stderr.splitlines()[-1].split()
    return float(seconds), int(kib) / 1024
