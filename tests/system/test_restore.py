"""A backup that is restored: what the centre lost since, the schools have still, and send under the same ids."""
import json

import pytest


@pytest.fixture
def backup(fresh, tmp_path):
    """Takes one; afterwards puts it in the place of all that came later."""
    path = str(tmp_path / "vekha.dump")

    def run(*command):
        done = fresh.run(*command, timeout=120)
        assert done.returncode == 0, done.stderr

    def take():
        run("pg_dump", "-U", "postgres", "-Fc", "-f", path, "vekha")

    def restore():
        fresh.sandbox("stop", "vekhad")
        run("dropdb", "-U", "postgres", "--force", "vekha")
        run("createdb", "-U", "postgres", "-O", "vekha", "vekha")
        run("pg_restore", "-U", "postgres", "--exit-on-error", "-d", "vekha", path)
        fresh.sandbox("start", "vekhad")

    return take, restore


def report(centre, value, period):
    done = centre.submit("school-3", "consultations", str(value), "--period", period, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"][0]


def ids(centre):
    return {row[0] for row in centre.sql("SELECT id FROM vekha.submission")}


def test_what_a_restored_centre_lost_comes_again(fresh, backup):
    take, restore = backup
    first = report(fresh, 5, "2026-01")
    take()
    lost = [report(fresh, 6, "2026-02"), report(fresh, 7, "2026-01")]
    since = lost[0]["received_at"]
    restore()
    assert ids(fresh) == {first["id"]}
    done = fresh.submit("school-3", "--resend", since)
    assert done.returncode == 0 and "queued once more: 2" in done.stdout, done.stdout + done.stderr
    assert ids(fresh) == {row["id"] for row in [first, *lost]}
    assert fresh.sql("SELECT value FROM vekha.figure ORDER BY period") == [["7"], ["6"]]
    # Once more changes nothing: the centre answers as before.
    before = fresh.sql("SELECT * FROM vekha.submission ORDER BY id")
    assert fresh.submit("school-3", "--resend", "2026-01-01").returncode == 0
    assert fresh.sql("SELECT * FROM vekha.submission ORDER BY id") == before
    fresh.settled()
    fresh.check_invariants()


def test_resend_says_what_it_does_not_understand(fresh):
    done = fresh.submit("school-3", "--resend", "yesterday")
    assert done.returncode == 2 and "yesterday" in done.stderr
    done = fresh.submit("school-3", "--resend", "2026-01-01")
    assert done.returncode == 0 and "queued once more: 0" in done.stdout
