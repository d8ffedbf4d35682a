"""Centres of earlier schemas, with what they really held, are migrated to the newest: nothing that was stored changes, all that is
derived agrees, and whatever a daemon of that time asks of the database is answered still.

tests/data/upgrade has, for the last commit of each schema, the rows of its database after some weeks of figures, and the statements of
its daemon; tests/upgrade/record makes them with the programs of that commit.  A schema that has none of its own is that of the nearest before it, brought up
to it and used through its functions.
"""
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

import pytest
import zmq

from centre import TOP, wait_for

DATA = os.path.join(TOP, "tests", "data", "upgrade")
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
POSTGRES = "/usr/lib/postgresql/15/bin"
RECORDED = sorted(int(name[:3]) for name in os.listdir(DATA) if name.endswith(".json"))
MIGRATIONS = {int(os.path.basename(path)[:3]): path for path in sorted(glob.glob(os.path.join(TOP, "sql", "[0-9]*.sql")))}
LEVELS = [level for level in MIGRATIONS if RECORDED[0] <= level < max(MIGRATIONS)]  # before the first, no figure was assessed
INGEST, YEARS = 4, (2015, 2036)  # the migration that makes partitions; those that the recorded rows need
BESIDE = 16  # daemons from before this migration do not work beside newer ones: docs/operator.md, Upgrade
OTHER_MODEL = {9}  # contradictions were not told, and milestones looked after on other days
# One figure in the place of another; with narratives, one of them; and what a schema had first.
FIGURE = """SELECT outcome FROM vekha.ingest(%(at)s, '{01761e00-0000-7000-8000-000000000001}', '{1}', '{wire}', '{Секретарь}', ARRAY[%(at)s::timestamptz],
    ARRAY[sha256('bytes')], '{1}', '{1}', ARRAY[vekha.id_of('organisation', 'school-3')], '{2020010}', ARRAY[vekha.id_of('indicator', 'consultations')],
    '{2020-10-31}', '{value}', '{181.00}', '{NULL}', '{NULL}', '{NULL}', '{учтено}', '{0}', '{NULL}'%(words)s);"""
WORDS = """, '{1}', '{1}', ARRAY[vekha.id_of('organisation', 'school-3')], ARRAY[vekha.id_of('project', 'families')], '{2020010}', '{2020-10-31}',
    '{Контракты заключены}', '{Торги}', '{NULL}', '{NULL}', '{NULL}', '{0}', '{NULL}'"""
NARRATIVES = 12
FIRST = {
    10: "SELECT vekha.put_plan('school-4', 'consultations', 'Приказ 2', '2021-01-01', '2021-12-31', 'linear', NULL, NULL, NULL, 70, NULL, NULL, NULL,"
        " NULL, false, '2021-01-01', '{}', '{}', %(at)s, closes => '2022-01-31')",
    11: "SELECT vekha.put_workdays('own', '{2020-11-04}', '{f}', %(at)s),"
        " vekha.put_duty('own', '{consultations}', '{school}', '{}', 1, 5, 2, 20, '2020-09-01', NULL, 'own', %(at)s)",
    16: "SELECT vekha.put_route('late', 'bogotol', '{}', '{lag}', 'lagging', 'email', 'head@bogotol.example', 'ru', 'at_once', '00:00', '24:00',"
        " '{1,2,3,4,5,6,7}', NULL, NULL, NULL, NULL, NULL, %(at)s)",
}
BOOKKEEPING = """CREATE TABLE public.vekha_migration (
    number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL, applied_by text NOT NULL);
    GRANT SELECT ON public.vekha_migration TO PUBLIC;"""
# What migrations put in by themselves came with the recorded rows.
EMPTY = """SET session_replication_role = replica;
SELECT format('DELETE FROM %s', c.oid::regclass) FROM pg_class c
WHERE c.relnamespace = 'vekha'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \\gexec
"""
COLUMNS = """SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'vekha'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY c.relname ORDER BY 1"""


def between(level, last):
    """The migrations after one up to another; a number may be missing."""
    return [number for number in MIGRATIONS if level < number <= last]


class Cluster:
    """Private, and quick rather than safe: it is thrown away."""

    def __init__(self):
        self.room = tempfile.mkdtemp(prefix="vekha-upgrade-", dir="/tmp")
        self.data = os.path.join(self.room, "data")
        self.env = dict(os.environ, PATH="%s:%s:%s" % (BUILD, POSTGRES, os.environ["PATH"]), PGHOST=self.room, PGUSER="vekha", PGPORT="5432")
        if os.getuid() == 0:
            shutil.chown(self.room, "postgres")
        self.as_owner("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.as_owner("pg_ctl", "-D", self.data, "-w", "-s", "-l", os.path.join(self.room, "log"), "-o",
                      "-k %s -c listen_addresses='' -c fsync=off -c full_page_writes=off" % self.room, "start")
        self.sql("postgres", "CREATE ROLE vekha LOGIN CREATEROLE IN ROLE pg_checkpoint; CREATE ROLE vekhad LOGIN", user="postgres")
        self.sql("postgres", "CREATE DATABASE schema OWNER vekha", user="postgres")
        self.sql("schema", BOOKKEEPING)
        self.level = 0
        self.rise(INGEST)
        self.sql("schema", "SELECT vekha.ensure_partitions(%d, %d)" % YEARS)
        self.rise(RECORDED[0])
        self.sql("postgres", "GRANT vekha_daemon TO vekhad", user="postgres")

    def close(self):
        self.as_owner("pg_ctl", "-D", self.data, "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.room)

    def as_owner(self, *command):
        owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [os.path.join(POSTGRES, command[0]), *command[1:]]
        subprocess.run([*owner, *command], cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120)

    def run(self, *command, text=None, **environment):
        return subprocess.run(command, env=dict(self.env, **environment), text=True, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=120)

    def sql(self, database, script, user="vekha"):
        """What a script of psql prints."""
        done = self.run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-f", "-", text=script, PGDATABASE=database, PGUSER=user)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, database, query):
        return [line.split("|") for line in self.sql(database, query).splitlines()]

    def ctl(self, database, *arguments):
        return self.run("vekhactl", *arguments, "--lang", "en", PGDATABASE=database)

    def apply(self, database, level):
        done = self.run("psql", "-qX1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", MIGRATIONS[level], PGDATABASE=database)
        assert done.returncode == 0, done.stderr

    def rise(self, level):
        """Brings the empty schema up by the migrations themselves, each a transaction."""
        for self.level in between(self.level, level):
            self.apply("schema", self.level)


class Recorded:
    """A database as a centre of that schema left it."""

    def __init__(self, cluster, level):
        self.cluster, self.level, self.name = cluster, level, "at_%03d" % level
        self.base = max(recorded for recorded in RECORDED if recorded <= level)
        assert cluster.level <= self.base, "levels come in their order"
        cluster.rise(self.base)
        with open(os.path.join(DATA, "%03d.json" % self.base), encoding="utf-8") as file:
            self.notes = json.load(file)
        with gzip.open(os.path.join(DATA, "%03d.sql.gz" % self.base), "rt", encoding="utf-8") as file:
            rows = file.read()
        cluster.sql("postgres", "CREATE DATABASE %s TEMPLATE schema OWNER vekha" % self.name, user="postgres")
        cluster.sql(self.name, EMPTY + rows + "ANALYZE vekha.figure, vekha.submission;", user="postgres")
        for step in between(self.base, level):
            self.step(step)
        if level > self.base:
            self.use()

    def step(self, level):
        """As vekhactl migrate does it."""
        self.cluster.apply(self.name, level)
        with open(MIGRATIONS[level], "rb") as file:
            sha256 = hashlib.sha256(file.read()).hexdigest()
        name = os.path.basename(MIGRATIONS[level])[:-4]
        self.cluster.sql(self.name, "INSERT INTO public.vekha_migration VALUES (%d, '%s', '%s', '%s', 'vekha')"
                         % (level, name, sha256, self.notes["clock"]))

    def use(self):
        values = {"at": "'%s'" % self.notes["clock"], "words": WORDS if self.level >= NARRATIVES else ""}
        scripts = [FIGURE, *(script for level, script in FIRST.items() if self.base < level <= self.level)]
        said = self.cluster.sql(self.name, ";\n".join(scripts) % values)
        assert said.startswith("stored"), said

    def columns(self):
        """Of all tables; when a verdict without a plan is made anew is another day since 033_new_year.sql."""
        found = dict(self.cluster.rows(self.name, COLUMNS))
        found["assessment"] = found["assessment"].replace("reassess_on", "CASE WHEN plan IS NOT NULL THEN reassess_on END")
        return found

    def content(self, columns):
        """Rows of all tables, as text, with these columns of theirs."""
        script = "".join("\\echo =%s\nCOPY (SELECT %s FROM vekha.%s) TO STDOUT;\n" % (table, names, table) for table, names in columns.items())
        parts = re.split(r"^=(\w+)\n", self.cluster.sql(self.name, script, user="postgres"), flags=re.M)
        return {table: sorted(rows.splitlines()) for table, rows in zip(parts[1::2], parts[2::2])}

    def number(self, table):
        return int(self.cluster.sql(self.name, "SELECT count(*) FROM vekha." + table))

    def ctl(self, *arguments):
        return self.cluster.ctl(self.name, *arguments, "--now", self.notes["clock"])

    def start_daemon(self):
        """Of today, with a key of its own: no school is to come."""
        public, secret = (key.decode() for key in zmq.curve_keypair())
        self.cluster.sql(self.name, "UPDATE vekha.centre SET public_key = '%s'" % public)
        conf, key = os.path.join(self.cluster.room, "vekhad.conf"), os.path.join(self.cluster.room, "secret")
        for path, text in ((key, secret + "\n"), (conf, 'endpoint = "tcp://127.0.0.1:*"\nserver_key = "%s"\n'
                                                  'database = "dbname=%s user=vekhad"\n' % (key, self.name))):
            with open(path, "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(text)
        return subprocess.Popen(["vekhad", "-c", conf, "--now", self.notes["clock"]], env=self.cluster.env, stdin=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def cluster():
    made = Cluster()
    yield made
    made.close()


@pytest.fixture(params=LEVELS, ids="{:03d}".format)
def recorded(cluster, request):
    made = Recorded(cluster, request.param)
    yield made
    cluster.sql("postgres", "DROP DATABASE %s" % made.name, user="postgres")


def migrate(recorded):
    done = recorded.cluster.ctl(recorded.name, "migrate")
    assert done.returncode == 0, done.stdout + done.stderr


def check_derived(recorded):
    """Derived anew from the figures, all is as it stands, but for what waits for the daemon."""
    done = recorded.ctl("doctor", "--rebuild")
    assessed, different, waiting = map(int, re.search(r"anew: (\d+); different: (\d+); waiting for the daemon: (\d+)", done.stdout).groups())
    assert done.returncode == different == 0, done.stdout + done.stderr
    assert assessed + waiting >= recorded.number("assessment") and assessed > waiting, done.stdout


def check_shown(recorded):
    done = recorded.ctl("status", "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rows"]) >= recorded.number("assessment")


def check_made_anew(recorded):
    """An older model said some things otherwise: doctor names them, and a daemon of today makes them anew."""
    done = recorded.ctl("doctor", "--rebuild")
    assert done.returncode == 1 and "different: 0" not in done.stdout, done.stdout + done.stderr
    done = recorded.cluster.ctl(recorded.name, "doctor", "--rebuild", "--write", "--now", recorded.notes["clock"])
    assert done.returncode == 0, done.stdout + done.stderr
    daemon = recorded.start_daemon()
    try:
        wait_for(lambda: not recorded.number("reassessment") + recorded.number("follower") + recorded.number("reporting_queue"), 60, "assessment")
    finally:
        daemon.terminate()
        daemon.wait(30)


def script_of(statement):
    """The statement as the daemon prepares it and, where it did so when it was recorded, runs it; nothing of it stays."""
    name, values = statement["name"], statement["values"]
    call = "EXECUTE %s(%s)" if statement["parameters"] else "EXECUTE %s"
    given = values or ["NULL"] * len(statement["parameters"])
    call = call % ((name, ", ".join(given)) if statement["parameters"] else name)
    lines = ["\\echo =%s" % name, "BEGIN;", "PREPARE %s AS %s;" % (name, statement["sql"]),
             "SELECT array_to_json(parameter_types::text[]) FROM pg_prepared_statements WHERE name = '%s';" % name, call + " \\gdesc"]
    return "\n".join([*lines, *(["\\o /dev/null", call + ";", "\\o"] if values is not None else []), "ROLLBACK;", ""])


def check_statements(recorded):
    """What an older daemon asks is there still and answered by the same columns; others may stand behind them."""
    statements = recorded.notes["statements"]
    told = recorded.cluster.sql(recorded.name, "".join(map(script_of, statements)), user="vekhad")
    parts = re.split(r"^=(\w+)\n", told, flags=re.M)
    found = dict(zip(parts[1::2], parts[2::2]))
    for statement in statements:
        parameters, *columns = found[statement["name"]].splitlines()
        assert json.loads(parameters) == statement["parameters"], statement["name"]
        assert [column.split("|") for column in columns][:len(statement["columns"])] == statement["columns"], statement["name"]


def test_all_stays_and_agrees(recorded):
    columns = recorded.columns()
    before = recorded.content(columns)
    assert before["figure"] and before["figure_history"] and before["submission"] and before["outbox"] and before["assessment"]
    migrate(recorded)
    after = recorded.content(columns)
    assert {table for table in before if before[table] != after[table]} == set()
    if recorded.level in OTHER_MODEL:
        check_made_anew(recorded)
    if recorded.base not in OTHER_MODEL or recorded.level in OTHER_MODEL:
        check_derived(recorded)
    check_shown(recorded)
    if recorded.level == recorded.base >= BESIDE:
        check_statements(recorded)
