"""vekhactl as an administrator uses it: what it says, what it changes, its exit codes and its JSON."""
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import tempfile
import threading

import pytest

from centre import TOP, Centre, wait_for

EXAMPLE = os.path.join(TOP, "examples", "bogotol")
STATUS_ROW = set("""org indicator project period as_of target plan_at fact fact_high state n of gap gap_unit unit progress attainment
    needed_pace pace forecast forecast_sd probability status freshness due_on age_days in_hand shape rule plan_version explanation
    contributors contradictions""".split())
ALERT_ROW = (STATUS_ROW - {"in_hand"}) | set("id kind level opened_at changed_at closed_at finding actions told".split())
COMMANDS = ["migrate", "centre init", "centre setup", "apply", "plan import", "status", "explain", "alerts", "ack", "silence", "history", "route test", "route drop",
            "narratives history", "narratives", "receipts",
            "outbox retry", "outbox", "rehearse", "doctor", "archive", "erase", "agent enrol", "agent revoke", "agent list"]


def programme(tmp_path):
    """A copy of the example that a test may spoil."""
    folder = tmp_path / "programme"
    shutil.copytree(EXAMPLE, folder)
    shutil.copytree(os.path.join(EXAMPLE, "../calendars"), tmp_path / "calendars")
    return folder


@pytest.fixture
def fresh_key(tmp_path):
    return str(tmp_path / "curve.secret")


def lagging(centre):
    """An open alert about school-3's consultations."""
    centre.submit("school-3", "consultations", "20", "--period", "2020-08")
    return wait_for(lambda: centre.open_alerts("school-3", "consultations"), what="an alert")[0]


# --- how it is called ---

@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(autumn, command, lang):
    done = autumn.run("vekhactl", *command.split(), "--help", "--lang", lang)
    assert done.returncode == 0 and "vekhactl " + command in done.stdout
    assert not done.stderr


def test_the_list_names_every_command(autumn):
    done = autumn.run("vekhactl", "--help")
    named = [" ".join(line.split()[:2]) for line in done.stdout.splitlines() if line.startswith("  ")]
    for command in COMMANDS:
        assert any((entry + " ").startswith(command + " ") for entry in named), command


@pytest.mark.parametrize("arguments", [
    ["nonsense"], ["--nonsense"], ["status", "--all"], ["status", "extra"], ["explain", "school-3"], ["status", "--lang", "de"],
    ["status", "--status", "fine"], ["status", "--as-of", "tomorrow"], ["status", "--known-at", "then"], ["agent", "revoke", "x"],
    ["outbox", "retry", "-1"], ["agent", "enrol", "school-3", "--out", "x", "--public-key", "x"], ["agent", "enrol", "school-3", "--days", "0"],
    ["agent", "enrol", "school-3", "--out", "x", "--days", "3"], ["agent", "enrol", "school-3", "--spool", "x"], ["erase", "--list", "--yes"],
    ["agent", "enrol", "school-3", "--public-key", "short"],
    ["ack", "1"], ["ack", "x", "--measure", "m", "--until", "2020-12-01"], ["ack", "1", "--measure", "m", "--until", "soon"],
    ["ack", "1", "--measure", "", "--until", "2020-12-01"], ["ack", "1", "--measure", "a\nb", "--until", "2020-12-01"],
    ["ack", "1", "--measure", "m", "--until", "2020-09-01"], ["ack", "1", "--measure", "я" * 1001, "--until", "2020-12-01"],
    ["silence"], ["silence", "school-3"], ["silence", "school-3", "--until", "2020-12-01"],
    ["doctor", "--write"], ["-c", "/nonexistent", "status"], ["-c", "/tmp", "status"], [],
])
def test_wrong_calls_exit_2_and_say_why(autumn, arguments):
    done = autumn.run("vekhactl", *arguments, *autumn.at_now())
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.strip() or not arguments


def test_a_noun_without_its_verb_is_told_how_it_is_called(autumn):
    for words in (["agent"], ["agent", "retire"]):
        done = autumn.run("vekhactl", *words, "--lang", "en")
        assert done.returncode == 2 and done.stderr.count("usage: vekhactl agent ") == 3, done.stderr


@pytest.mark.parametrize("endpoint", ["centre.example:5670", "tcp://centre.example", "tcp://centre.example:0", "tcp://centre.example:65536",
                                      "tcp://*:5670", "tcp://0.0.0.0:5670", "tcp://[::]:5670", "tcp://centre\n.example:5670",
                                      "tcp://%s:5670" % ("a" * 200)])
def test_an_address_to_which_nobody_can_connect_is_none(fresh_key, autumn, endpoint):
    done = autumn.ctl("centre", "init", "--key", fresh_key, "--endpoint", endpoint)
    assert done.returncode == 2 and "tcp://HOST:PORT" in done.stderr
    assert not os.path.exists(fresh_key)


def test_without_a_database_it_exits_69(autumn, tmp_path):
    conf = tmp_path / "away.conf"
    conf.write_text('database = "host=/nonexistent dbname=vekha"\n')
    for command in (["status"], ["doctor"], ["apply", os.path.join(EXAMPLE, "programme.conf")]):
        done = autumn.run("vekhactl", "-c", str(conf), *command, "--lang", "en")
        assert done.returncode == 69 and "PGHOST" in done.stderr


def test_the_daemon_s_own_configuration_says_where_the_database_is(autumn, tmp_path):
    """Whatever else stands there, before and behind."""
    conf = tmp_path / "vekhad.conf"
    with open(os.path.join(TOP, "systemd", "vekhad.conf"), encoding="utf-8") as file:
        text = file.read().replace('database = "dbname=vekha user=vekhad"', "")
    sections = text[text.index("# mail {"):].replace("\n# ", "\n").replace("\n#\n", "\n\n")[2:]
    assert sections.startswith("mail {") and "webhook alertmanager {" in sections and "journal = true" in sections
    conf.write_text(text + sections + 'database = "host=%s dbname=vekha user=vekha"\n' % autumn.env["PGHOST"])
    assert autumn.ctl("-c", str(conf), "status").returncode == 0


def test_what_there_is_not_exits_1(autumn):
    for command in (["explain", "nobody", "consultations"], ["history", "school-3", "nothing"], ["outbox", "retry", "999"],
                    ["ack", "999", "--measure", "m", "--until", "2020-12-01"], ["agent", "revoke", "999"],
                    ["silence", "nobody", "--until", "2020-12-01", "--reason", "r"], ["receipts", "--org", "nobody"]):
        done = autumn.ctl(*command)
        assert done.returncode == 1 and done.stderr.startswith("vekhactl: "), command


def test_an_answer_that_cannot_be_written_was_not_given(autumn):
    for command in (["status"], ["status", "--json"], ["doctor"], ["explain", "school-3", "consultations"], ["agent", "list"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(["vekhactl", *command, "--lang", "ru", *autumn.at_now()], env=autumn.env, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 1 and "нет места" in done.stderr, command


def test_a_stranger_to_the_database_is_told_whose_member_to_be(autumn):
    autumn.sql("CREATE ROLE clerk LOGIN")
    done = subprocess.run(["vekhactl", "status", "--lang", "ru"], env={**autumn.env, "PGUSER": "clerk"}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.count("vekha_admin") == 1


# --- the programme ---

def test_apply_again_changes_nothing(autumn):
    path = os.path.join(EXAMPLE, "programme.conf")
    before = autumn.sql("SELECT (SELECT count(*) FROM vekha.plan), (SELECT count(*) FROM vekha.organisation_version)")
    done = autumn.ctl("apply", path)
    assert done.returncode == 0, done.stderr
    assert "0 new, 0 changed" in done.stdout and "\n+" not in done.stdout and "\n~" not in done.stdout
    after = autumn.sql("SELECT (SELECT count(*) FROM vekha.plan), (SELECT count(*) FROM vekha.organisation_version)")
    assert before == after


def test_apply_records_all_at_one_moment(fresh, tmp_path):
    """The database holds a lock for each moment that a transaction records at, and has room for some thousands."""
    folder = programme(tmp_path)
    with open(folder / "organisations.csv", "a", encoding="utf-8") as file:
        file.writelines("school-%d;Synthetic %d;;school;bogotol;Asia/Krasnoyarsk;\n" % (n, n) for n in range(100, 130))
    done = fresh.ctl("apply", str(folder / "programme.conf"))
    assert done.returncode == 0, done.stderr
    assert fresh.sql("SELECT count(*), count(DISTINCT v.recorded_at) FROM vekha.organisation_version v"
                     " JOIN vekha.organisation o ON o.id = v.organisation WHERE o.code LIKE 'school-1__'") == [["30", "1"]]


def test_a_dry_run_shows_and_writes_nothing(autumn, tmp_path):
    folder = programme(tmp_path)
    with open(folder / "organisations.csv", "a", encoding="utf-8") as file:
        file.write("school-9;МБОУ СОШ № 9;School No. 9;school;bogotol;Asia/Krasnoyarsk;\n")
    done = autumn.ctl("apply", str(folder / "programme.conf"), "--dry-run")
    assert done.returncode == 0 and "+ organisation school-9" in done.stdout
    assert autumn.number("SELECT count(*) FROM vekha.organisation WHERE code = 'school-9'") == 0


@pytest.mark.parametrize("name, old, new, said", [
    ("organisations.csv", "Asia/Krasnoyarsk;", "Krasnoyarsk time;", "organisations.csv:2:6: time_zone: "),
    ("organisations.csv", "code;name;", "code;nahme;", "organisations.csv:1: nahme: "),
    ("plans.csv", ";200;", ";two hundred;", "plans.csv:2:8: target: "),
    ("plans.csv", "bogotol;coverage;", "bogotol;nothing;", "plans.csv:3:2: indicator: "),
    ("programme.conf", "kind", "kynd", "programme.conf:"),
    ("programme.conf", "project digital", "/* project digital", "begins with /*"),
])
def test_mistakes_are_named_by_file_line_and_field(autumn, tmp_path, name, old, new, said):
    folder = programme(tmp_path)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = autumn.ctl("apply", str(folder / "programme.conf"))
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert "nothing was written" in done.stderr


def test_a_file_that_is_cut_off_is_no_programme(autumn, tmp_path):
    """Wherever a copy breaks off within a section: what it would no longer say is not taken for what it says."""
    folder = programme(tmp_path)
    text = (folder / "programme.conf").read_text(encoding="utf-8")
    start = text.index("indicator consultations {")
    for end in (text.index("\n", start), text.index("kind", start), text.index("}", start)):
        (folder / "programme.conf").write_text(text[:end], encoding="utf-8")
        done = autumn.ctl("apply", str(folder / "programme.conf"))
        assert done.returncode == 1 and "consultations: the file ends before this section does" in done.stderr, done.stderr
    done = autumn.ctl("apply", "/dev/zero")
    assert done.returncode == 1 and "more than one file may hold" in done.stderr


def test_programmes_are_applied_one_after_the_other(fresh, tmp_path):
    """The second is compared with what the first has written, not with what stood before it, and not for ever."""
    folder = programme(tmp_path)
    for name in ("first", "second"):
        with open(folder / (name + ".conf"), "w", encoding="utf-8") as file:
            file.write((folder / "programme.conf").read_text(encoding="utf-8"))
            file.write("".join('project p%d { name = "%s" }\n' % (i, name) for i in range(400)))
    applied = [subprocess.Popen(["vekhactl", "apply", str(folder / (name + ".conf")), "--lang", "en", *fresh.at_now()], env=fresh.env,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for name in ("first", "second")]
    told = [process.communicate(timeout=120) for process in applied]
    assert [process.returncode for process in applied] == [0, 0], told
    assert sorted(line.split(",")[0] for out, _ in told for line in out.splitlines() if " new, " in line) == ["0 new", "400 new"], told
    with subprocess.Popen(["psql", "-qX", "-c", "BEGIN; SELECT pg_advisory_xact_lock(8, 0)", "-c", "SELECT pg_sleep(60)"], env=fresh.env,
                          stdout=subprocess.DEVNULL) as other:
        wait_for(lambda: fresh.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8") == 1, what="the lock")
        done = fresh.ctl("apply", str(folder / "first.conf"))
        other.kill()
    assert done.returncode == 1 and "somebody else is changing the same thing" in done.stderr, done.stderr


def test_what_a_table_says_is_harmless_to_the_terminal(autumn, tmp_path):
    """Tables come from schools; \x1b may do what it likes to a terminal."""
    folder = programme(tmp_path)
    for name, old in (("organisations.csv", "school-4;"), ("plans.csv", ";200;"), ("programme.conf", "kind")):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, old[:-1] + "\x1b[2J" + old[-1], 1), encoding="utf-8")
        done = autumn.ctl("apply", str(folder / "programme.conf"))
        assert done.returncode == 1 and "?[2J" in done.stderr and "\x1b" not in done.stderr, done.stderr
        (folder / name).write_text(text, encoding="utf-8")


class LosesTheAnswer:
    """Stands before PostgreSQL's socket: passes on what is said until COMMIT, which is heard and its answer lost."""

    def __init__(self, centre, room):
        self.env = {**centre.env, "PGHOST": str(room)}
        self.behind = os.path.join(centre.env["PGHOST"], ".s.PGSQL.5432")
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(room / ".s.PGSQL.5432"))
        self.door.listen(1)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        client, server = self.door.accept()[0], socket.socket(socket.AF_UNIX)
        with client, server:
            server.connect(self.behind)
            committing = False
            while True:
                for ready in select.select([client, server], [], [], 60)[0]:
                    said = ready.recv(65536)
                    if not said or (committing and ready is server):
                        return
                    committing = committing or (ready is client and b"COMMIT" in said)
                    (server if ready is client else client).sendall(said)


def test_a_lost_answer_is_not_said_to_be_a_refusal(fresh, tmp_path):
    folder = programme(tmp_path)
    with open(folder / "programme.conf", "a", encoding="utf-8") as file:
        file.write('project late { name = "late" }\n')
    with tempfile.TemporaryDirectory(prefix="v") as room:
        line = LosesTheAnswer(fresh, pathlib.Path(room))
        done = subprocess.run(["vekhactl", "apply", str(folder / "programme.conf"), "--lang", "en"], env=line.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)
        line.door.close()
    assert done.returncode == 69 and "all of it was written, or nothing" in done.stderr and "nothing was written" not in done.stderr
    assert fresh.number("SELECT count(*) FROM vekha.project WHERE code = 'late'") == 1
    assert "0 new, 0 changed" in fresh.ctl("apply", str(folder / "programme.conf")).stdout


def test_a_table_in_no_known_charset_or_that_is_a_folder_is_told(autumn, tmp_path):
    folder = programme(tmp_path)
    text = (folder / "plans.csv").read_text(encoding="utf-8")
    (folder / "plans.csv").write_bytes(text.encode("utf-16-le"))  # without its mark
    done = autumn.ctl("apply", str(folder / "programme.conf"), lang="ru")
    assert done.returncode == 1 and "plans.csv" in done.stderr and "UTF-8" in done.stderr
    os.remove(folder / "plans.csv")
    os.mkdir(folder / "plans.csv")
    done = autumn.ctl("apply", str(folder / "programme.conf"), lang="ru")
    assert done.returncode == 1 and "папка" in done.stderr


# --- agents ---

def test_enrolling_a_key_made_at_the_school(autumn):
    script = "import zmq; print(zmq.curve_keypair()[0].decode())"
    key = subprocess.run(["/usr/bin/python3", "-c", script], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    done = autumn.ctl("agent", "enrol", "school-4", "--public-key=" + key)
    assert done.returncode == 0, done.stderr
    again = autumn.ctl("agent", "enrol", "school-3", "--public-key=" + key)
    assert again.returncode == 1 and "school-4" in again.stderr
    answer = autumn.ctl_json("agent", "list")
    row = [r for r in answer["rows"] if r["public_key"] == key][0]
    assert row["org"] == "school-4" and row["revoked_at"] is None
    assert key in autumn.ctl("agent", "list").stdout
    assert autumn.ctl("agent", "revoke", str(row["id"])).returncode == 0
    assert autumn.ctl("agent", "revoke", str(row["id"])).returncode == 0  # done is done
    row = [r for r in autumn.ctl_json("agent", "list")["rows"] if r["public_key"] == key][0]
    assert row["revoked_at"] is not None


def test_a_configuration_is_private_and_never_overwritten(autumn, tmp_path):
    done = autumn.ctl("agent", "enrol", "school-3", "--out", str(tmp_path))
    path = tmp_path / "school-3.conf"
    assert done.returncode == 0 and os.stat(path).st_mode & 0o777 == 0o600
    text = path.read_text()
    agents = autumn.number("SELECT count(*) FROM vekha.agent")
    done = autumn.ctl("agent", "enrol", "school-3", "--out", str(tmp_path))
    assert done.returncode == 1 and "not overwritten" in done.stderr and path.read_text() == text
    done = autumn.ctl("agent", "enrol", "school-3", "--out", str(tmp_path / "nowhere"), lang="ru")
    assert done.returncode == 1 and "нет такого файла или папки" in done.stderr
    assert autumn.number("SELECT count(*) FROM vekha.agent") == agents


# --- what is shown ---

def test_json_has_the_agreed_fields(autumn):
    lagging(autumn)
    for command in (["status"], ["alerts"], ["receipts"], ["history", "school-3", "consultations"], ["agent", "list"], ["outbox"],
                    ["doctor"], ["explain", "school-3", "consultations"]):
        answer = autumn.ctl_json(*command)
        assert {"schema", "as_of", "known_at", "rows"} <= set(answer), command
        assert answer["schema"] == 1 and isinstance(answer["rows"], list)
    for row in autumn.ctl_json("status")["rows"]:
        assert set(row) == STATUS_ROW
        assert set(row["explanation"]) == {"ru", "en"}
        assert row["fact"] is None or isinstance(row["fact"], str)
    for row in autumn.ctl_json("alerts")["rows"]:
        assert set(row) == ALERT_ROW
    row = autumn.ctl_json("receipts")["rows"][0]
    assert {"id", "number", "received_at", "figures"} <= set(row)
    assert {"org", "indicator", "period", "verdict", "reason"} <= set(row["figures"][0])


def test_status_filters(autumn):
    rows = autumn.ctl_json("status")["rows"]
    for option, field in (("--status", "status"), ("--indicator", "indicator"), ("--project", "project")):
        for value in {row[field] for row in rows}:
            found = autumn.ctl_json("status", option, value)["rows"]
            assert found == [row for row in rows if row[field] == value], (option, value)
    below = autumn.ctl_json("status", "--org", "school-3")["rows"]
    assert below and {row["org"] for row in below} == {"school-3"}
    assert len(autumn.ctl_json("status", "--org", "bogotol")["rows"]) == len(rows)


def test_explain_in_both_languages(autumn):
    lagging(autumn)
    english = autumn.ctl("explain", "school-3", "consultations", "--as-of", "2020-08-31")
    russian = autumn.ctl("explain", "school-3", "consultations", "--as-of", "31.08.2020", lang="ru")
    assert english.returncode == russian.returncode == 0
    assert "LAGGING" in english.stdout and "ОТСТАЁТ" in russian.stdout
    both = autumn.ctl_json("explain", "school-3", "consultations", "--as-of", "2020-08-31")["rows"][0]["explanation"]
    assert english.stdout.startswith(both["en"].strip() + "\n\nFact: A = 20") and russian.stdout.startswith(both["ru"].strip() + "\n\nФакт: A = ")


def test_what_was_known_stays_after_a_correction(autumn):
    autumn.submit("school-4", "teachers-trained", "10", "--period", "2020-07")
    autumn.settled()
    latest = ["history", "school-4", "teachers-trained", "--known-at", "2030-01-01"]
    then = wait_for(lambda: [a["known_at"] for a in [autumn.ctl_json(*latest)] if a["rows"]], what="a settled moment")[0]
    question = ["status", "--org", "school-4", "--indicator", "teachers-trained", "--as-of", "2020-07-31", "--known-at", then]
    history = ["history", "school-4", "teachers-trained", "--known-at", then]
    before, before_history = autumn.ctl_json(*question)["rows"], autumn.ctl_json(*history)["rows"]
    assert before[0]["fact"] == "10" and len(before_history) == 1
    done = autumn.submit("school-4", "teachers-trained", "11", "--period", "2020-07")
    assert "replaced" in done.stdout
    autumn.settled()
    assert autumn.ctl_json(*question)["rows"] == before
    assert [row["value"] for row in autumn.ctl_json(*history)["rows"]] == ["10"]
    assert autumn.ctl_json(*question[:-2])["rows"][0]["fact"] == "11"


# --- what people do ---

def test_taking_an_alert_in_hand(autumn):
    alert = lagging(autumn)
    measure = "две группы с 1 октября; " + "я" * 900
    done = autumn.ctl("ack", str(alert["id"]), "--measure", measure, "--until", "30.11.2020", lang="ru")
    assert done.returncode == 0 and "взята в работу до 30.11.2020" in done.stdout
    action = autumn.open_alerts("school-3", "consultations")[0]["actions"][-1]
    assert (action["kind"], action["text"], action["until"]) == ("acknowledge", measure, "2020-11-30")
    assert action["by"] == autumn.env["PGUSER"] and action["at"].startswith("2020-09-25T")
    assert measure in autumn.ctl("alerts").stdout and "in hand until 2020-11-30" in autumn.ctl("alerts").stdout


def test_receipts_are_found_without_reading_all_figures(fresh):
    for value in ("20", "21"):
        assert fresh.submit("school-3", "consultations", value, "--period", "2020-08").returncode == 0
    assert fresh.submit("school-4", "consultations", "100", "--period", "2020-08").returncode == 0
    fresh.settled()
    fresh.sandbox("stop", "vekhad")
    fresh.sql("INSERT INTO vekha.figure (organisation, period, indicator, as_of, state, value, composed_at, submission, line, recorded_at) "
              "SELECT o.id, 2020000 + p, i.id, '2020-08-31', 'value', 1, '2020-09-01Z', gen_random_uuid(), 1, '2020-09-01Z' "
              "FROM vekha.organisation o, vekha.indicator i, generate_series(1, 12) p WHERE o.code = 'bogotol'")
    read = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE relname ~ '^figure_'"
    before = fresh.number(read)
    for options, organisations in (((), ["school-4", "school-3", "school-3"]), (("--org", "school-3"), ["school-3"] * 2)):
        done = fresh.run("env", "PGOPTIONS=-c enable_seqscan=off", "vekhactl", "receipts", *options, "--json", *fresh.at_now())
        lines = [receipt["figures"][0] for receipt in json.loads(done.stdout)["rows"]]
        assert [line["org"] for line in lines] == organisations, "those that were replaced, too"
        assert {(line["indicator"], line["period"]) for line in lines} == {("consultations", "2020-08")}
    assert fresh.number(read) - before < 50


def test_silence_of_a_series_and_of_an_organisation(autumn):
    lagging(autumn)
    silenced = "SELECT vekha.is_silenced(o.id, i.id, '%s') FROM vekha.organisation o, vekha.indicator i " \
               "WHERE o.code = 'school-3' AND i.code = '%s'"
    done = autumn.ctl("silence", "school-3", "consultations", "--until", "2020-11-09", "--reason", "каникулы")
    assert done.returncode == 0 and "2020-11-09" in done.stdout
    assert autumn.sql(silenced % (autumn.clock(), "consultations")) == [["t"]]
    assert autumn.sql(silenced % (autumn.clock(), "contract-money")) == [["f"]]
    action = autumn.open_alerts("school-3", "consultations")[0]["actions"][-1]
    assert (action["kind"], action["text"], action["until"]) == ("silence", "каникулы", "2020-11-09")
    assert "silent until 2020-11-09" in autumn.ctl("alerts").stdout
    done = autumn.ctl("silence", "school-3", "--until", "2020-11-09", "--reason", "r")
    assert done.returncode == 0 and autumn.sql(silenced % (autumn.clock(), "contract-money")) == [["t"]]
    done = autumn.ctl("silence", "school-3", "--until", "2020-09-01", "--reason", "r", lang="ru")
    assert "снова приходят" in done.stdout and autumn.sql(silenced % (autumn.clock(), "contract-money")) == [["f"]]


def test_a_letter_that_was_given_up_is_sent_again(autumn):
    lagging(autumn)
    sent = wait_for(lambda: [row for row in autumn.ctl_json("outbox", "--all")["rows"] if row["state"] == "sent"],
                    what="a sent letter")[0]
    assert sent["recipient"] and sent["attempts"] >= 1 and autumn.ctl_json("outbox")["rows"] == []
    assert autumn.ctl("outbox", "retry", str(sent["id"])).returncode == 1  # nothing is sent twice
    autumn.sandbox("stop", "vekhad")
    try:
        autumn.sql("UPDATE vekha.outbox SET sent_at = NULL, dead_at = now(), last_error = '550 no' WHERE id = %d" % sent["id"])
        row = autumn.ctl_json("outbox")["rows"][0]
        assert row["state"] == "dead" and row["last_error"] == "550 no"
        found = autumn.ctl("doctor")
        assert found.returncode == 1 and "!! messages given up: 1" in found.stdout
        assert autumn.ctl("outbox", "retry", str(sent["id"])).returncode == 0
        assert autumn.ctl_json("outbox")["rows"][0]["state"] == "waiting"
    finally:
        autumn.sandbox("start", "vekhad")
    wait_for(lambda: autumn.ctl_json("outbox")["rows"] == [], what="an empty outbox")


# --- is it well? ---

def test_doctor_finds_what_is_wrong(fresh):
    fresh.settled()
    done = fresh.ctl("doctor")
    assert done.returncode == 0 and "All is well." in done.stdout, done.stdout
    assert all(row["well"] for row in fresh.ctl_json("doctor")["rows"])
    fresh.sandbox("stop", "vekhad")
    for row in fresh.ctl_json("agent", "list")["rows"]:
        assert fresh.ctl("agent", "revoke", str(row["id"])).returncode == 0
    fresh.sql("UPDATE vekha.centre SET endpoint = NULL")
    fresh.sql("INSERT INTO vekha.reassessment (organisation, indicator, queued_at) SELECT o.id, i.id, '2000-01-01' "
              "FROM vekha.organisation o, vekha.indicator i LIMIT 1")
    done = fresh.ctl("doctor", "--json")
    ill = {line.split(":")[0] for line in fresh.ctl("doctor").stdout.splitlines() if line.startswith("!!")}
    assert done.returncode == 1
    assert ill == {"!! centre", "!! vekhad", "!! agents in force / revoked", "!! assessment"}
    assert "запустите: «systemctl start vekhad»" in fresh.ctl("doctor", lang="ru").stdout


def findings(centre, *options, level="ill"):
    """What doctor finds, check by check."""
    rows = centre.ctl_json_of_any("doctor", "--json", *options)["rows"]
    assert all(row["well"] == (row["level"] != "ill") for row in rows)
    return {row["check"]: row["text"] for row in rows if row["level"] == level}


def test_doctor_looks_at_roles_zones_and_who_is_silent(fresh):
    fresh.settled()
    assert findings(fresh) == {} and set(findings(fresh, level="note")) <= {"synchronised"}
    fresh.sql("ALTER ROLE vekhad CREATEROLE")
    fresh.sql("GRANT vekha_admin TO vekhad")
    fresh.sql("UPDATE vekha.organisation_version SET time_zone = 'EST5' WHERE id = (SELECT min(id) FROM vekha.organisation_version)")
    fresh.sql("UPDATE vekha.agent SET enrolled_at = enrolled_at - interval '50 days' WHERE id = 1")
    assert fresh.ctl("agent", "enrol", "school-3").returncode == 0
    fresh.sql("UPDATE vekha.agent_key SET added_at = added_at - interval '50 days', invites_until = now() - interval '1 day' "
              "WHERE invites_until IS NOT NULL")
    found = findings(fresh)
    assert set(found) == {"roles", "time zones"}
    assert "vekhad: CREATEROLE, CREATEDB; vekhad: vekha_admin; take them back" in found["roles"] and "EST5" in found["time zones"]
    noted = findings(fresh, level="note")
    assert "for 45 days: 1: 1 (" in noted["silent agents"] and "unused: 1: school-3; make new ones" in noted["invitations"]


def test_doctor_looks_at_the_key_that_the_configuration_names(fresh):
    conf, key = os.path.join(fresh.dir, "vekhad.conf"), os.path.join(fresh.dir, "curve.secret")
    with open(conf, encoding="utf-8") as file:
        text = file.read()
    rights = os.path.join(fresh.dir, "doctor.conf")
    with open(rights, "w", encoding="utf-8") as file:  # the same key, another user than the daemon
        file.write(text.replace("user=vekhad", "user=vekha"))
    assert key in findings(fresh, "-c", rights, level="well")["key"]
    os.chmod(key, 0o644)
    assert key in findings(fresh, "-c", rights)["key"]
    os.rename(key, key + ".kept")
    assert fresh.run("vekhactl", "-c", rights, "centre", "init", "--key", key, "--endpoint", "tcp://127.0.0.1:1").returncode == 1
    assert "bring the right one back from the backup" in findings(fresh, "-c", rights)["key"]


def test_doctor_counts_the_open_files_of_the_daemon(fresh):
    """The daemon is known by its configuration; it is given few files more than it has open."""
    conf = os.path.join(fresh.dir, "vekhad.conf")
    subprocess.run(["sed", "-i", "s/user=vekhad/user=vekha/", conf], check=True)
    fresh.sandbox("restart", "vekhad")
    few, many = findings(fresh, "-c", conf, level="well")["descriptors"].split(": ")[1].split(" / ")
    assert int(few) < int(many) / 2
    subprocess.run(["prlimit", "--pid", str(fresh.daemon_pid()), "--nofile=%d:" % (int(few) + 2)], check=True)
    assert "raise LimitNOFILE" in findings(fresh, "-c", conf)["descriptors"]


def test_doctor_knows_packages_with_holes(autumn, tmp_path):
    """By dpkg's own database, of which this is another one."""
    asked = {**autumn.env, "DPKG_ADMINDIR": str(tmp_path)}

    def packages(*installed):
        entries = ["Package: %s\nStatus: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: m\nDescription: d\n" % entry for entry in installed]
        (tmp_path / "status").write_text("\n".join(entries))
        rows = json.loads(subprocess.run(["vekhactl", "doctor", "--json", "--lang", "en", *autumn.at_now()], env=asked, text=True,
                                         stdout=subprocess.PIPE, timeout=60).stdout)["rows"]
        return [(row["level"], row["text"]) for row in rows if row["check"] == "packages"]

    there, gone = "install ok installed", "deinstall ok config-files"
    assert packages(("libzmq5", there, "4.3.4-6"), ("libpq5", gone, "15.1-1")) == [("well", "packages: no known hole in 1")]
    [(level, text)] = packages(("libpq5", there, "15.17-0+deb12u1"), ("libzmq5", there, "4.3.4-6"))
    assert level == "ill" and "libpq5 15.17-0+deb12u1 (< 15.18-0+deb12u1: CVE-2026-6479); «apt update" in text
    assert packages(("hello", there, "1")) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root may mount a small disk")
def test_doctor_says_that_the_disk_is_nearly_full():
    small = Centre("--disk", "300")
    try:
        asked = {"PGUSER": "postgres"}
        small.env.update(asked)
        data = small.env["PGDATA"]
        assert data in findings(small, level="well")["disk"]
        free = os.statvfs(data)
        with open(os.path.join(data, "filler"), "wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - (20 << 20))
        assert "make room" in findings(small)["disk"]
    finally:
        small.close()
