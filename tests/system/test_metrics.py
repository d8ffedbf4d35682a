"""What the daemon says of itself: /metrics as promtool wants it, counted right, and /healthz, on loopback alone."""
import re
import subprocess
import urllib.error
import urllib.request

import pytest

from centre import Centre, wait_for
from peer import figure, peer_of, submission


@pytest.fixture(scope="module")
def watched():
    made = Centre()
    yield made
    made.close()


def get(centre, path="/metrics"):
    """Status, type and text of a page."""
    url = centre.env["VEKHA_METRICS"].replace("/metrics", path)
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def values(centre):
    """Name with labels -> number."""
    lines = [line for line in get(centre)[2].splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_promtool_finds_nothing_wrong(watched):
    status, kind, text = get(watched)
    assert status == 200 and kind.startswith("text/plain; version=0.0.4")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0 and not done.stdout, done.stdout


def test_each_thing_is_counted_once(watched):
    watched.settled()
    before = values(watched)
    with peer_of(watched, "school-3") as peer:
        first = submission(figure("consultations", "2026-01", 1), figure("no-such", "2026-01", 1))
        assert peer.ask(first).WhichOneof("body") == "receipt"
        assert peer.ask(first).WhichOneof("body") == "receipt"
        assert peer.ask(b"\x00garbage").WhichOneof("body") == "refusal"
        watched.settled()
        after = wait_for(lambda: (now := values(watched))["vekha_assessment_seconds_count"]
                         > before["vekha_assessment_seconds_count"] and now, what="an assessment")
    grown = {name: after[name] - before[name] for name in after}
    assert grown["vekha_handshakes_total{result=\"accepted\"}"] == 1
    assert grown["vekha_messages_received_total"] >= 3
    assert grown["vekha_submissions_answered_total{answer=\"receipt\"}"] == 1
    assert grown["vekha_submissions_answered_total{answer=\"repeat\"}"] == 1
    assert grown["vekha_submissions_answered_total{answer=\"refusal\"}"] == 1
    assert grown["vekha_figures_received_total"] == 2
    assert grown["vekha_groups_total{result=\"committed\"}"] == 2
    assert grown["vekha_group_submissions_sum"] == 2 and grown["vekha_group_lines_sum"] == 4
    assert grown["vekha_receipt_seconds_count"] == 2 == grown["vekha_queue_seconds_count"] == grown["vekha_commit_seconds_count"]
    assert grown["vekha_series_assessed_total"] >= 1 and grown["vekha_rounds_total{result=\"failed\"}"] == 0
    assert after["vekha_submissions_waiting"] == after["vekha_submissions_queued"] == after["vekha_groups_in_flight"] == 0


def test_what_the_system_says(watched):
    now = values(watched)
    assert now["process_open_fds"] > 10 and now["process_max_fds"] >= now["process_open_fds"]
    assert now["process_resident_memory_bytes"] > 1e6 and now["process_cpu_seconds_total"] > 0
    assert now["vekha_database_up"] == 1
    build = [name for name in now if name.startswith("vekha_build_info")][0]
    version = watched.run("vekhad", "--version").stdout
    assert re.search(r'version="(.+)"', build).group(1) in version
    wait_for(lambda: values(watched)["vekha_loop_lag_seconds_count"] > 0, what="a beat")


def test_buckets_hold_each_value_once(watched):
    now = values(watched)
    buckets = [(re.match(r'(\w+)_bucket\{(.*?),?le="', name), value) for name, value in now.items() if "_bucket{" in name]
    series = {match.groups() for match, _ in buckets}
    assert ("vekha_delivery_seconds", 'channel="email"') in series and ("vekha_receipt_seconds", "") in series
    for name, labels in series:
        counts = [value for match, value in buckets if match.groups() == (name, labels)]
        assert counts == sorted(counts) and counts[-1] == now[name + "_count" + ("{%s}" % labels if labels else "")]


def test_each_channel_is_counted(watched):
    now = values(watched)
    assert {'vekha_messages_sent_total{channel="email",outcome="%s"}' % outcome for outcome in ("sent", "failed", "dead")} <= set(now)


def test_other_pages_are_not_found(watched):
    assert get(watched, "/")[0] == 404 == get(watched, "/metrics/x")[0]


def test_health_without_a_database(watched):
    assert get(watched, "/healthz")[::2] == (200, "ok\n")
    watched.sandbox("stop", "postgres")
    wait_for(lambda: values(watched)["vekha_database_up"] == 0, what="the loss seen")
    assert get(watched, "/healthz")[0] == 200  # a restart would not help
    watched.sandbox("start", "postgres")
    wait_for(lambda: values(watched)["vekha_database_up"] == 1, seconds=30, what="the database back")


@pytest.mark.parametrize("address", ["0.0.0.0:9466", "192.0.2.1:9466", "127.0.0.1", "127.0.0.1:0", "localhost:9466", "[::]:9466"])
def test_only_loopback_is_served(watched, tmp_path, address):
    conf = tmp_path / "vekhad.conf"
    conf.write_text('server_key = "/nowhere"\nmetrics = "%s"\n' % address)
    done = watched.run("vekhad", "-c", str(conf))
    assert done.returncode != 0 and "metrics" in done.stderr and "loopback address" in done.stderr
