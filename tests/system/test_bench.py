"""The measuring programs, with tiny sizes: they play what they say, and the comparison at the end sees a changed figure."""
import json
import os
import subprocess
import sys

import pytest

BENCH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bench")
sys.path.insert(0, BENCH)

from bench import FIGURES, Failed, bench_of  # noqa: E402
from centre import wait_for  # noqa: E402

SCHOOLS, DAYS, VERSIONS = 6, 2, 2


@pytest.fixture(scope="module")
def played():
    """Agents of districts speak for the schools below them; every figure is sent, then corrected."""
    with bench_of(SCHOOLS, per_district=3) as bench:
        bench.results = bench.load("tiny", bench.agents(2), DAYS, "-w", 4, versions=VERSIONS)
        yield bench


def tamper(centre, query):
    """Past the triggers that keep history append-only, as only the database's superuser can."""
    done = centre.run("psql", "-qX", "-U", "postgres", "-v", "ON_ERROR_STOP=1",
                      "-c", "SET session_replication_role = replica; " + query)
    assert done.returncode == 0, done.stderr


def test_what_was_sent_is_stored_and_what_was_corrected_is_history(played):
    all_figures = SCHOOLS * DAYS * FIGURES
    assert played.centre.number("SELECT count(*) FROM vekha.figure") == all_figures
    assert played.centre.number("SELECT count(*) FROM vekha.figure_history") == all_figures * (VERSIONS - 1)
    assert played.results["tiny_rate"][0] > 0


@pytest.mark.parametrize("table", ["figure", "figure_history"])
@pytest.mark.parametrize("change, back", [
    ("UPDATE vekha.{0} SET value = value + 10 WHERE {1}", "UPDATE vekha.{0} SET value = value - 10 WHERE {1}"),
    ("CREATE TABLE kept AS SELECT * FROM vekha.{0} WHERE {1}; DELETE FROM vekha.{0} WHERE {1}",
     "INSERT INTO vekha.{0} SELECT * FROM kept; DROP TABLE kept"),
], ids=["changed", "lost"])
def test_one_figure_that_differs_is_seen(played, table, change, back):
    key = played.centre.sql("SELECT organisation, period, indicator FROM vekha.%s LIMIT 1" % table)[0]
    one = "organisation = %s AND period = %s AND indicator = %s" % tuple(key)
    tamper(played.centre, change.format(table, one))
    with pytest.raises(Failed):
        played.verify(DAYS, VERSIONS)
    tamper(played.centre, back.format(table, one))
    played.verify(DAYS, VERSIONS)


def test_another_seed_is_another_load(played):
    played.seed += 1
    with pytest.raises(Failed):
        played.verify(DAYS, VERSIONS)
    played.seed -= 1


def workers(centre):
    """How many connections of the daemon have ended a round of the monitor; groups of figures end without a COMMIT of their own."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'vekhad' AND query = 'COMMIT'"
    return int(centre.run("psql", "-qXAt", "-U", "postgres", "-c", query, check=True).stdout)


def test_a_long_queue_has_two_workers():
    with bench_of(25) as bench:
        bench.load("queue", bench.agents(1), 1)
        bench.centre.settled()
        bench.centre.sandbox("restart", "vekhad")
        wait_for(lambda: workers(bench.centre) > 0, 20, "a round of nothing")
        assert workers(bench.centre) == 1
        bench.centre.sandbox("stop", "vekhad")
        tamper(bench.centre, "INSERT INTO vekha.reassessment SELECT organisation, indicator, now() FROM vekha.figure")
        bench.centre.sandbox("start", "vekhad")
        bench.centre.settled()
        assert workers(bench.centre) == 2


def test_a_scenario_tells_its_floors_and_ratios(tmp_path):
    out = tmp_path / "bench.json"
    environment = dict(os.environ, SCENARIO="throughput", SCHOOLS="4", AGENTS="1,4", OUT=str(out))
    done = subprocess.run([os.path.join(BENCH, "run")], env=environment, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    found = json.loads(out.read_text())
    assert {line.split()[0] for line in done.stdout.splitlines()} == set(found)
    found = {name.removeprefix("throughput."): result for name, result in found.items()}
    assert {"copy_rate", "loop_rate", "commit_p50", "curve_p50"} <= set(found)
    for agents in ("agents_1", "agents_4"):
        ratio = found[agents + "_rate"]["value"] / found["loop_rate"]["value"]
        assert found[agents + "_to_loop"]["value"] == pytest.approx(ratio)
