"""vekha-submit as a school uses it: messages, exit codes, and a spool that loses nothing."""
import glob
import json
import os
import signal
import subprocess
import time

import pytest

from centre import wait_for


def spool_of(centre, organisation, tmp_path):
    """A configuration with a spool of its own, so that tests do not share a queue."""
    path = str(tmp_path / "submit.conf")
    spool = str(tmp_path / "spool")
    with open(centre.conf(organisation), encoding="utf-8") as source:
        lines = [line for line in source if not line.startswith("spool")]
    with open(path, "w", encoding="utf-8") as target:
        target.writelines(lines)
        target.write('spool = "%s"\n' % spool)
    os.chmod(path, 0o600)
    return path, spool


class School:
    """run(*arguments) as school-4, with .spool and .conf."""

    def __init__(self, centre, tmp_path):
        self.centre = centre
        self.conf, self.spool = spool_of(centre, "school-4", tmp_path)

    def run(self, *arguments, lang="en", **options):
        return self.centre.run("vekha-submit", "-c", self.conf, "--lang", lang, *arguments, **options)

    def waiting(self):
        return len(glob.glob(self.spool + "/new/*"))


@pytest.fixture
def school(centre, tmp_path):
    return School(centre, tmp_path)


def write(path, text, encoding="utf-8"):
    with open(path, "wb") as file:
        file.write(text.encode(encoding))
    return str(path)


@pytest.mark.quick
def test_one_figure(centre, school):
    done = school.run("consultations", "17", "--period", "2026-01", "--note", "по журналу")
    assert done.returncode == 0, done.stderr
    assert "accepted" in done.stdout and school.waiting() == 0
    assert centre.sql("SELECT value, note FROM vekha.figure WHERE period = 2026001") == [["17", "по журналу"]]


def test_help_and_version(school):
    done = school.run("--help")
    assert done.returncode == 0 and "--period" in done.stdout and "vekha-submit" in done.stdout
    assert school.run("--version").stdout.strip()


@pytest.mark.parametrize("arguments", [
    ["consultations"], ["consultations", "17"], ["consultations", "many", "--period", "2026-01"], ["--nonsense"],
    ["consultations", "1", "--period", "2026-99"], ["consultations", "1", "2", "3", "--period", "2026-01"],
    ["no-such-file.csv"],
])
def test_bad_usage_says_so_and_sends_nothing(school, arguments):
    done = school.run(*arguments)
    assert done.returncode == 2, done.stdout
    assert done.stderr.strip() and school.waiting() == 0


def test_a_rejected_figure_exits_1_with_the_reason_in_russian(school):
    done = school.run("nothing", "17", "--period", "2026-01", lang="ru")
    assert done.returncode == 1
    assert "nothing" in done.stdout + done.stderr and "показател" in (done.stdout + done.stderr).lower()


def test_a_sheet_from_excel(centre, school, tmp_path):
    text = ("Показатель;Период;Значение;Примечание\r\n"
            "consultations;2026-02;1\u00a0234;журнал\r\n"
            "contract-money;2026-02;3\u00a0580\u00a0418,00;\r\n"
            "\r\n")
    done = school.run(write(tmp_path / "отчёт.csv", text, "cp1251"), "--yes", lang="ru")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = centre.sql("SELECT value FROM vekha.figure WHERE period = 2026002 ORDER BY value")
    assert rows == [["1234"], ["3580418.00"]]


def test_good_rows_of_a_bad_file_count(centre, school, tmp_path):
    path = write(tmp_path / "figures.csv",
                 "indicator;period;value\nconsultations;2026-03;5\nconsultations;2026-13;6\nconsultations;2026-04;six\n")
    done = school.run(path, "--yes")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "figures.csv:3" in said and "figures.csv:4" in said and "2026-13" in said and "six" in said
    assert centre.sql("SELECT value FROM vekha.figure WHERE period = 2026003") == [["5"]]


def test_a_sheet_is_not_sent_unasked(school, tmp_path):
    path = write(tmp_path / "figures.csv", "indicator;period;value\nconsultations;2026-03;5\n")
    assert school.run(path).returncode == 2
    done = school.run(path, "--dry-run")
    assert done.returncode == 0 and "2026-03" in done.stdout
    assert school.waiting() == 0


def test_unreachable_centre_queues_and_the_next_run_delivers(centre, school):
    centre.sandbox("stop", "vekhad")
    try:
        done = school.run("consultations", "21", "--period", "2026-05", "--wait", "1")
        assert done.returncode == 75, done.stdout + done.stderr
        assert "queued" in done.stdout and school.waiting() == 1
        listed = school.run("--list")
        assert "queued" in listed.stdout
    finally:
        centre.sandbox("start", "vekhad")
    done = school.run("consultations", "22", "--period", "2026-06")
    assert done.returncode == 0, done.stdout + done.stderr
    assert school.waiting() == 0
    rows = centre.sql("SELECT period, value FROM vekha.figure WHERE period IN (2026005, 2026006) ORDER BY 1")
    assert rows == [["2026005", "21"], ["2026006", "22"]]
    assert "accepted" in school.run("--list").stdout


def test_wait_0_only_queues(school):
    done = school.run("consultations", "1", "--period", "2026-07", "--wait", "0")
    assert done.returncode == 75 and school.waiting() == 1
    assert school.run("--send").returncode == 0 and school.waiting() == 0


def test_a_damaged_spool_file_is_set_aside_and_told(school):
    school.run("consultations", "1", "--period", "2026-08", "--wait", "0")
    path = glob.glob(school.spool + "/new/*")[0]
    with open(path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\xff")
    done = school.run("consultations", "2", "--period", "2026-09")
    assert os.path.basename(path) in done.stderr and glob.glob(school.spool + "/bad/*")
    assert "accepted" in done.stdout


def test_receipts_can_be_shown_again(school):
    school.run("consultations", "3", "--period", "2026-10")
    listed = json.loads(school.run("--list", "--json").stdout)
    accepted = [row for row in listed["rows"] if row["state"] == "accepted"]
    done = school.run("--receipt", accepted[-1]["id"])
    assert done.returncode == 0 and "accepted" in done.stdout


def test_a_receipt_is_found_by_its_number_or_the_beginning_of_its_id(school):
    for value in ("3", "4"):
        school.run("consultations", value, "--period", "2026-10")
    rows = json.loads(school.run("--list", "--json").stdout)["rows"]
    for row in rows:
        for name in (str(row["number"]), row["id"], row["id"].upper()):
            shown = json.loads(school.run("--receipt", name, "--json").stdout)["rows"]
            assert [r["id"] for r in shown] == [row["id"]]
    assert school.run("--receipt", "0").returncode == 1  # the beginning of both
    for name in ("999999", "nonsense", "0-"):
        done = school.run("--receipt", name, lang="ru")
        assert done.returncode == 1 and "здесь нет" in done.stderr
    # What the list shows is enough, and fits.
    lines = school.run("--list", lang="ru").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    for line, row in zip(lines[1:], rows):
        assert json.loads(school.run("--receipt", line.split()[-1], "--json").stdout)["rows"][0]["id"] == row["id"]


def test_where_the_target_stands_is_told_in_the_readers_language(centre, school, tmp_path):
    def standing(*arguments, lang):
        done = school.run(*arguments, lang=lang)
        assert done.returncode == 0, done.stdout + done.stderr
        return [line for line in done.stdout.splitlines() if line.startswith("  ") and ": " in line and "2026" in line]

    # The centre writes Russian.  One series needs no codes, of several each is named.
    assert standing("consultations", "31", "--period", "2026-03", lang="ru")[-1].startswith("  МБОУ СОШ № 4, ")
    english = standing("consultations", "32", "--period", "2026-03", lang="en")[-1]
    assert english.startswith("  school-4 consultations: ") and english.isascii()
    path = write(tmp_path / "figures.csv", "indicator;period;value\nconsultations;2026-04;5\nteachers-trained;2026-04;6\n")
    told = standing(path, "--yes", lang="ru")
    assert any(line.startswith("  consultations: МБОУ") for line in told)
    assert any(line.startswith("  teachers-trained: МБОУ") for line in told)


def test_a_file_that_is_too_long_is_not_taken_by_half(school, tmp_path):
    rows = ["i%d;2026-01;1" % i for i in range(120001)]  # one more than SHEET_MAX_ROWS
    done = school.run(write(tmp_path / "long.csv", "indicator;period;value\n" + "\n".join(rows)), "--yes", lang="ru")
    assert done.returncode == 1 and "файл не принят" in done.stderr and school.waiting() == 0


@pytest.mark.parametrize("lang, said", [("ru", "это папка"), ("en", "this is a folder")])
def test_what_cannot_be_read_is_told_in_the_readers_language(school, tmp_path, lang, said):
    done = school.run(str(tmp_path), "--yes", lang=lang)
    assert done.returncode == 2 and said in done.stderr


def test_utf16_without_a_mark_is_refused_with_advice(school, tmp_path):
    path = write(tmp_path / "u.csv", "indicator;period;value\nconsultations;2026-02;5\n", "utf-16-le")
    done = school.run(path, "--yes")
    assert done.returncode == 1 and "save the table as CSV anew" in done.stderr and school.waiting() == 0


def test_a_closed_pipe_does_not_stop_the_sending(centre, school):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(["vekha-submit", "-c", school.conf, "consultations", "77", "--period", "2025-11"], env=centre.env,
                          stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert done.returncode in (0, 1) and school.waiting() == 0
    assert centre.sql("SELECT value FROM vekha.figure WHERE period = 2025011") == [["77"]]


def test_an_interrupted_run_keeps_what_was_queued(centre, school):
    centre.freeze_daemon()
    try:
        process = subprocess.Popen(["vekha-submit", "-c", school.conf, "--lang", "en", "consultations", "78", "--period", "2025-10"],
                                   env=centre.env, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        wait_for(school.waiting, what="a queued submission")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert school.waiting() == 1
    finally:
        centre.thaw_daemon()
    assert school.run("--send").returncode == 0 and school.waiting() == 0
    assert centre.sql("SELECT value FROM vekha.figure WHERE period = 2025010") == [["78"]]


def test_withdrawing(centre, school):
    assert school.run("consultations", "3", "--period", "2025-12").returncode == 0
    assert school.run("consultations", "--withdraw", "--period", "2025-12").returncode == 0
    assert centre.sql("SELECT state FROM vekha.figure WHERE period = 2025012") == [["withdrawn"]]


def test_a_refused_key_is_told_as_such(centre, school, tmp_path):
    conf = open(school.conf, encoding="utf-8").read()
    other = subprocess.run(["/usr/bin/python3", "-c", "import zmq; print(*[k.decode() for k in zmq.curve_keypair()])"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    lines = [line for line in conf.splitlines() if not line.startswith(("public_key", "secret_key"))]
    lines += ["public_key = '%s'" % other[0], "secret_key = '%s'" % other[1]]
    path = tmp_path / "stranger.conf"
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    done = centre.run("vekha-submit", "-c", str(path), "--lang", "en", "consultations", "1", "--period", "2026-01", "--wait", "5")
    assert done.returncode == 75 and "key" in (done.stdout + done.stderr).lower()


def test_playing_a_past_time_needs_a_replay_centre(fresh):
    fresh.sql("UPDATE vekha.centre SET replay = false")
    fresh.sandbox("restart", "vekhad")
    done = fresh.run("vekha-submit", "-c", fresh.conf("school-4"), "--lang", "en", "consultations", "1", "--period", "2020-09",
                     "--now", "2020-10-01T05:00:00Z")
    assert done.returncode != 0 and fresh.number("SELECT count(*) FROM vekha.submission") == 0
    done = fresh.run("vekhactl", "status", "--lang", "en", "--now", "2020-10-01T05:00:00Z")
    assert done.returncode == 2 and "replay" in done.stderr


def test_a_client_killed_anywhere_loses_nothing_that_was_queued(centre, school):
    """SIGKILL after growing spans of time: whatever said "queued" arrives, once."""
    told = set()
    for step in range(24):
        period = "2023-%02d-%02d" % (1 + step // 12, 1 + step % 12)
        process = subprocess.Popen(["vekha-submit", "-c", school.conf, "--lang", "en", "consultations", str(step),
                                    "--period", period, "--wait", "5"], env=centre.env, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        time.sleep(0.002 * step)
        process.send_signal(signal.SIGKILL)
        if "queued" in process.communicate()[0]:
            told.add(step)
    wait_for(lambda: school.run("--send").returncode in (0, 1) and school.waiting() == 0, 60, "an empty spool")
    rows = centre.sql("SELECT value, count(*) FROM vekha.figure WHERE period / 1000 = 2023 GROUP BY 1")
    arrived = {int(value): int(count) for value, count in rows}
    assert told <= set(arrived) and set(arrived.values()) <= {1}
