"""vekha-agent: what is dropped into a folder is sent once, told of once, and never lost, whatever is cut off, killed or away."""
import datetime
import json
import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from centre import Centre, SecondDaemon, wait_for

HEAD = "показатель;период;значение\r\n"
GOOD = HEAD + "consultations;2026-01;5\r\ncontract-money;2026-02;6,5\r\n"
MIXED = HEAD + "consultations;2026-03;7\r\nconsultations;2026-04;много\r\nno-such-thing;2026-04;8\r\n"
DAYS = [datetime.date(2026, 10, 31) - datetime.timedelta(days) for days in range(600)]
# Two submissions, with a row that is not understood and one that the centre does not take.
MANY = HEAD + "".join("consultations;%s;7\r\n" % day for day in DAYS) + "consultations;2026-09;many\r\nno-such-thing;2026-09;8\r\n"
CALLS, STEPS = "rename,renameat,renameat2,unlink,unlinkat,fsync", 70


class School:
    """A computer with a spool, a folder and an agent of its own."""

    def __init__(self, centre, place, *ways, organisation="school-3"):
        self.centre, self.folder, self.spool, self.conf = centre, place / "in", place / "spool", place / "submit.conf"
        os.makedirs(self.folder)
        with open(centre.conf(organisation), encoding="utf-8") as source:
            lines = [line for line in source if not line.startswith("spool")]
        if ways:
            key, = (line for line in lines if line.startswith("server_key"))
            lines = [line for line in lines if not line.startswith(("endpoint", "server_key"))]
            lines += ["centre {\nendpoint = '%s'\n%s}\n" % (way, key) for way in ways]
        self.conf.write_text("".join(lines) + "spool = 'spool'\nfolder = 'in'\n", encoding="utf-8")
        self.conf.chmod(0o600)
        self.process = None

    def command(self, *options, lang="ru"):
        return ["vekha-agent", "-c", str(self.conf), "--lang", lang, *self.centre.at_now(), *options]

    def once(self, *prefix):
        """Does what can be done; the finished process."""
        return self.centre.run(*prefix, *self.command("--once"))

    def start(self):
        with open(self.spool.parent / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), env=self.centre.env, stdout=log, stderr=log)

    def log(self):
        return (self.spool.parent / "log").read_text(encoding="utf-8")

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(30)

    def status(self):
        done = self.centre.run(*self.command("--status", "--json"))
        return json.loads(done.stdout)

    def drop(self, name, text, encoding="cp1251"):
        (self.folder / name).write_bytes(text.encode(encoding))

    def names(self, shelf):
        return sorted(path.name for path in (self.folder / shelf).glob("*") if path.is_file())  # none, if it is not made yet

    def report(self, shelf):
        name, = (name for name in self.names(shelf) if name.endswith(".txt"))
        raw = (self.folder / shelf / name).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")

    def at_rest(self):
        """Nothing is left half done."""
        rest = [self.names("."), self.names("sending"), os.listdir(self.spool / "dockets"), os.listdir(self.spool / "new")]
        assert not any(rest), rest

    def submissions(self):
        return sorted(os.listdir(self.spool / "sent"))


@pytest.fixture
def school(centre, tmp_path):
    made = School(centre, tmp_path)
    yield made
    if made.process and made.process.poll() is None:
        made.end(signal.SIGKILL)


def stored(centre, school):
    """Which of its submissions the centre has, each once."""
    ids = school.submissions()
    rows = [row[0] for row in centre.sql("SELECT id FROM vekha.submission WHERE id IN (%s)" % ",".join("'%s'" % i for i in ids or ["0" * 32]))]
    return sorted(rows) == ids


def test_a_file_is_accepted(centre, school):
    school.drop("показатели.csv", GOOD)
    done = school.once()
    assert done.returncode == 0, done.stderr
    table, report = school.names("accepted")
    assert table.endswith(" показатели.csv") and report == table + ".txt"
    said = school.report("accepted")
    assert "принято полностью. Больше ничего делать не нужно." in said.splitlines()[0]
    assert "Квитанция" in said and "6,5" in said and "строка 3" in said
    assert (school.folder / "accepted" / table).read_bytes() == GOOD.encode("cp1251")
    school.at_rest()
    assert stored(centre, school)


def test_what_is_wrong_is_told_beside_the_file(school):
    school.drop("сентябрь.csv", MIXED)
    school.drop("письмо.pdf", "%PDF-1.4 not a table")
    assert school.once().returncode == 1
    table, _, letter, _ = sorted(school.names("refused"), key=lambda name: ("письмо" in name, name))
    said = (school.folder / "refused" / (table + ".txt")).read_text(encoding="utf-8-sig")
    assert "принято не всё" in said and ":3:3 значение: «много» — не число" in said and "no-such-thing" in said
    assert "не таблица" in (school.folder / "refused" / (letter + ".txt")).read_text(encoding="utf-8-sig")
    school.at_rest()


def test_what_was_accepted_may_be_dropped_again(centre, school):
    for _ in range(2):
        school.drop("a.csv", GOOD)
        assert school.once().returncode == 0
    assert len(school.names("accepted")) == 4 and len(school.submissions()) == 2
    assert "без изменений" in (school.folder / "accepted" / school.names("accepted")[-1]).read_text(encoding="utf-8-sig")
    school.at_rest()


def test_the_running_agent_takes_what_comes(centre, school):
    school.start()
    wait_for(lambda: school.status()["running"], what="the agent runs")
    school.drop("a.csv", GOOD)
    wait_for(lambda: len(school.names("accepted")) == 2, what="it is accepted")
    queued = centre.run("vekha-submit", "-c", str(school.conf), "--wait", "0", "consultations", "9", "--period", "2026-05")
    assert queued.returncode == 75
    wait_for(lambda: not os.listdir(school.spool / "new"), what="what vekha-submit queued is sent")
    status = school.status()
    assert status["trouble"] is None and status["queued"] == 0 and status["contact_at"]
    second = centre.run(*school.command("--once"))
    assert second.returncode == 75 and "другой vekha-agent" in second.stderr
    assert school.end() == 0
    assert "останавливаюсь" in school.log() and not school.status()["running"]


def test_a_file_that_is_open_waits(centre, school):
    school.start()
    with open(school.folder / "a.csv", "wb") as file:
        file.write(GOOD.encode())
        file.flush()
        wait_for(lambda: school.status()["open_elsewhere"] == 1, what="it is seen to be open")
        said = centre.run(*school.command("--status")).stdout
        assert "a.csv открыт в другой программе" in said
    wait_for(lambda: len(school.names("accepted")) == 2, what="it is accepted")


def test_once_does_not_say_done_of_a_file_that_is_open(school):
    school.drop("a.csv", GOOD)
    (school.folder / "~$a.csv").touch()
    done = school.once()
    assert done.returncode == 75 and school.names(".") == ["a.csv", "~$a.csv"], done.stderr
    (school.folder / "~$a.csv").unlink()
    assert school.once().returncode == 0 and len(school.names("accepted")) == 2


def test_a_file_that_is_changed_between_two_of_its_submissions(centre, school):
    """What was queued of it is sent and told; of the rest it is said that it was not sent."""
    assert school.once().returncode == 0  # makes the folders
    school.drop("a.csv", MANY)
    killed = school.once("strace", "-f", "-qq", "-o", "/dev/null", "-P", str(school.spool / "tmp"), "-e", "trace=openat",
                         "-e", "inject=openat:signal=SIGKILL:when=4")
    assert killed.returncode in (-9, 137) and len(os.listdir(school.spool / "new")) == 1
    name, = school.names("sending")
    (school.folder / "sending" / name).write_bytes(GOOD.encode())
    assert school.once().returncode == 1
    said = school.report("refused")
    assert "изменённое не отправлено" in said and "убрали" not in said and "принято не всё" in said
    school.at_rest()
    assert stored(centre, school) and len(school.submissions()) == 1


def test_the_centre_is_away(fresh, tmp_path):
    school = School(fresh, tmp_path)
    fresh.sandbox("stop", "vekhad")
    school.drop("a.csv", GOOD)
    school.start()
    wait_for(lambda: school.status()["trouble"], what="the trouble is told")
    status = school.status()
    assert status["queued"] == 1 and status["files"] == 1 and status["next_at"] and not status["contact_at"]
    assert "недоступен" in status["trouble"]
    assert school.names("sending") and not school.names("accepted")
    school.end(signal.SIGKILL)
    fresh.sandbox("start", "vekhad")
    school.start()
    wait_for(lambda: len(school.names("accepted")) == 2, what="it is accepted")
    wait_for(lambda: school.status()["trouble"] is None, what="the trouble is over")
    assert school.end() == 0
    school.at_rest()
    assert stored(fresh, school) and len(school.submissions()) == 1


def test_what_the_department_asks_lies_in_the_folder(centre, school):
    asked = centre.ctl("query", "school-3", "consultations", "--period", "2026-01", "--text", "Все ли учтены?")
    assert asked.returncode == 0, asked.stderr
    school.drop("a.csv", GOOD)
    assert school.once().returncode == 0
    note = school.folder / "ВОПРОСЫ.txt"
    said = note.read_bytes().decode("utf-8-sig")
    assert "просит уточнить" in said and "Все ли учтены?" in said and "--answer" in said and "\r\n" in said
    # It is no table; answered by a correction, it goes.
    school.drop("b.csv", GOOD.replace(";5", ";6"))
    assert school.once().returncode == 0
    assert not note.exists() and len(school.names("accepted")) == 4 and not school.names("refused")


def test_nine_days_without_a_centre(tmp_path):
    """What was dropped on the first of them is stored on the last, once, as it was composed then."""
    centre = Centre("--now", "2020-09-16T06:00:00Z")
    try:
        school = School(centre, tmp_path)
        school.drop("a.csv", GOOD.replace("2026", "2020"))
        for day in (16, 24):
            centre.sandbox("now", "2020-09-%dT06:00:00Z" % day)
            centre.sandbox("stop", "vekhad")
            assert school.once().returncode == 75
            assert len(os.listdir(school.spool / "new")) == 1 and school.names("sending") and not school.names("accepted")
        centre.sandbox("now", "2020-09-25T06:00:00Z")
        assert school.once().returncode == 0
        school.at_rest()
        assert stored(centre, school) and len(school.submissions()) == 1
        assert centre.sql("SELECT DISTINCT composed_at::date, received_at::date FROM vekha.submission") == [["2020-09-16", "2020-09-25"]]
    finally:
        centre.close()


def test_any_of_several_centres(fresh, tmp_path):
    """The first way leads nowhere; then the one in use dies, and the other takes over."""
    second = SecondDaemon(fresh)
    school = School(fresh, tmp_path, "tcp://127.0.0.1:1", fresh.env["VEKHA_ENDPOINT"], second.endpoint)
    school.drop("a.csv", GOOD)
    done = school.once()
    assert done.returncode == 0, done.stderr
    assert school.status()["endpoint"] == fresh.env["VEKHA_ENDPOINT"]
    fresh.sandbox("kill", "vekhad")
    school.drop("b.csv", GOOD.replace(";5", ";6"))
    done = school.once()
    assert done.returncode == 0, done.stderr
    assert school.status()["endpoint"] == second.endpoint
    assert len(school.names("accepted")) == 4
    second.end(signal.SIGTERM)


def test_a_revoked_key_is_not_hammered(centre, tmp_path):
    (tmp_path / "keys").mkdir()
    done = centre.ctl("agent", "enrol", "school-3", "--out", str(tmp_path / "keys"))
    assert done.returncode == 0, done.stderr
    conf, = (tmp_path / "keys").glob("*.conf")
    school = School(centre, tmp_path)
    school.conf.write_text("".join(line for line in conf.read_text().splitlines(True) if not line.startswith("spool"))
                           + "spool = 'spool'\nfolder = 'in'\n")
    agent = max(row["id"] for row in centre.ctl_json("agent", "list")["rows"])
    assert centre.ctl("agent", "revoke", str(agent)).returncode == 0
    school.drop("a.csv", GOOD)
    done = school.once()
    assert done.returncode == 75 and "управление образования" in done.stderr
    assert school.names("sending") and os.listdir(school.spool / "new")


def test_a_file_that_changes_under_way(centre, school):
    """Killed when the plan stands and nothing of it is queued; then the file is another: that is sent, and nothing else."""
    assert school.once().returncode == 0  # makes the folders
    school.drop("a.csv", GOOD)
    killed = school.once("strace", "-f", "-qq", "-o", "/dev/null", "-P", str(school.spool / "tmp"), "-e", "trace=openat",
                         "-e", "inject=openat:signal=SIGKILL:when=3")
    assert killed.returncode in (-9, 137) and os.listdir(school.spool / "dockets")
    name, = school.names("sending")
    (school.folder / "sending" / name).write_bytes(GOOD.replace("6,5", "7,5").encode("cp1251"))
    assert school.once().returncode == 0
    school.at_rest()
    assert "7,5" in school.report("accepted") and stored(centre, school) and len(school.submissions()) == 1


def killed_at(centre, place, step):
    """One file's way, killed at its step-th change of the disk, then gone on with; whether there was such a step."""
    school = School(centre, place)
    assert school.once().returncode == 0  # makes the folders
    school.drop("a.csv", MANY)
    done = school.once("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + CALLS,
                       "-e", "inject=%s:signal=SIGKILL:when=%d" % (CALLS, step))
    if done.returncode not in (-9, 137):
        assert done.returncode == 1, done.stderr
        return False
    again = school.once()
    assert again.returncode in (0, 1), again.stderr
    school.at_rest()
    assert [name.endswith(".txt") for name in school.names("refused")] == [False, True], step
    assert len(school.submissions()) == 2 and stored(centre, school), step
    shutil.rmtree(place)
    return True


def test_killed_at_each_step(centre, tmp_path):
    with ThreadPoolExecutor(6) as pool:
        killed = list(pool.map(lambda step: killed_at(centre, tmp_path / str(step), step), range(1, STEPS + 1)))
    assert killed.count(True) >= 20 and not killed[-1], "not every step is seen"
    centre.settled()
    centre.check_invariants()


def test_no_folder_and_no_configuration(centre, school, tmp_path):
    os.rmdir(school.folder)
    done = school.once()
    assert done.returncode == 2 and "создайте её" in done.stderr
    done = centre.run("vekha-agent", "-c", str(tmp_path / "none.conf"), "--lang", "en")
    assert done.returncode == 2 and "none.conf" in done.stderr
    for options in (["--json"], ["figures.csv"], ["--no-such-option"]):
        done = centre.run("vekha-agent", "--lang", "en", *options)
        assert done.returncode == 2 and "vekha-agent --help" in done.stderr, options
    for lang, word in (("en", "usage: vekha-agent"), ("ru", "вызов: vekha-agent")):
        done = centre.run("vekha-agent", "--help", "--lang", lang)
        assert done.returncode == 0 and word in done.stdout
    assert centre.run("vekha-agent", "--version").stdout.startswith("vekha-agent ")
