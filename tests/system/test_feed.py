"""The feed: every step of an alert reaches whoever watches, once, in one order, whatever is killed, and nobody sees others'."""
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
import zmq

import vekha_pb2 as pb
from centre import wait_for
from peer import figure, peer_of, printed_program, read_conf, submission
from test_two_daemons import Two, join, start_senders

EXPLANATION_MAX = 16000


def watch(after=None, max=None, language=None, us=None):
    w = pb.Watch()
    if us is not None:
        w.after_us = us
    if after is not None:
        w.after = after
    if max:
        w.max = max
    if language:
        w.language = language
    return pb.Envelope(version=1, watch=w)


def steps_of(answer):
    assert answer is not None and answer.WhichOneof("body") == "steps", answer
    return answer.steps


def read_all(peer, after=0, **options):
    """Everything there is after a position, and where that ends."""
    found = []
    while True:
        answer = steps_of(peer.ask(watch(after, **options), seconds=40, kinds=("steps", "refusal", "later")))
        found += answer.steps
        after = answer.position
        if not answer.more:
            return found, after


def move(centre, organisation, event, count=1, explanation="'x'"):
    """Steps of an alert of that organisation, as a round of a daemon writes them."""
    return centre.sql("""
        WITH a AS (INSERT INTO vekha.alert (kind, organisation, level, opened_at, changed_at)
                   SELECT 'silent', id, 'lagging', '2026-01-01Z', '2026-01-01Z' FROM vekha.organisation WHERE code = '%s'
                   ON CONFLICT (organisation, indicator, kind, finding) WHERE closed_at IS NULL DO UPDATE SET level = 'lagging'
                   RETURNING id)
        INSERT INTO vekha.alert_transition (alert, at, event, to_level, explanation_ru, explanation_en)
        SELECT a.id, '2026-01-01Z', '%s', 'lagging', %s, %s FROM a, generate_series(1, %d) RETURNING id"""
                      % (organisation, event, explanation, explanation, count))


def newest(centre):
    return centre.number("SELECT coalesce(max(position), 0) FROM vekha.feed")


def placed(centre):
    wait_for(lambda: centre.number("SELECT count(*) FROM vekha.feed_waiting") == 0, 20, "a place for every step")


def quiet(centre):
    """Waits until nothing moves by itself, and says where the feed ends then."""
    centre.settled()
    placed(centre)
    return newest(centre)


def report(peer, value):
    """A figure of school-3's year 2020: with 200 its target is met, with 20 it is far behind."""
    answer = peer.deliver(submission(figure("consultations", "2020-9M", value, as_of="2020-09-30")))
    assert answer.WhichOneof("body") == "receipt"


def parked(centre):
    body = centre.run("curl", "-sf", centre.env["VEKHA_METRICS"]).stdout
    return int(float([line.split()[1] for line in body.splitlines() if line.startswith("vekha_watches ")][0]))


# --- one watcher ---

def test_a_lag_reaches_who_watches(centre):
    with peer_of(centre, "school-3") as school, peer_of(centre, "bogotol") as department:
        report(school, 200)
        quiet(centre)
        welcome = department.ask(pb.Envelope(version=1, hello=pb.Hello())).welcome
        assert welcome.max_steps >= 1
        begin = steps_of(department.ask(watch(), kinds=("steps",)))
        assert not begin.steps and begin.position == newest(centre)
        department.send(watch(begin.position))
        report(school, 20)
        answer = steps_of(department.receive(kinds=("steps",)))
    assert [s.position for s in answer.steps] == list(range(begin.position + 1, begin.position + 1 + len(answer.steps)))
    step = answer.steps[0]
    row = centre.sql("SELECT alert, event, to_level, fact, as_of, status, explanation_ru FROM vekha.alert_transition WHERE id = %d" % step.id)
    assert row[0][:6] == [str(step.alert), step.event, step.to_level, "20", step.as_of, step.status]
    assert (step.organisation, step.indicator, step.project, step.kind) == ("school-3", "consultations", "families", "lag")
    assert (step.fact.mantissa, step.fact.scale) == (20, 0) and step.organisation_name and step.indicator_name
    assert step.explanation_ru.startswith(row[0][6]) and step.explanation_en and len(step.submission) == 16
    assert step.opened_us == step.at_us and not step.HasField("closed_us") and not step.HasField("from_level")


def test_language_and_maximum(centre):
    move(centre, "school-4", "opens", 3)
    placed(centre)
    with peer_of(centre, "bogotol") as peer:
        begin = newest(centre) - 3
        one = steps_of(peer.ask(watch(begin, max=2, language=pb.ENGLISH), kinds=("steps",)))
        assert [s.position for s in one.steps] == [begin + 1, begin + 2] and one.position == begin + 2 and one.more
        assert all(s.explanation_en and not s.explanation_ru for s in one.steps)
        both, end = read_all(peer, begin, language=pb.RUSSIAN)
        assert len(both) == 3 and end == begin + 3
        assert all(s.explanation_ru and not s.explanation_en for s in both)


def test_a_school_sees_itself_and_not_another(centre):
    for organisation in ("school-3", "school-4", "bogotol", "school-3"):
        move(centre, organisation, "rises")
    placed(centre)
    with peer_of(centre, "school-3") as school, peer_of(centre, "bogotol") as department:
        own, end = read_all(school)
        everything, _ = read_all(department)
    assert {s.organisation for s in own} == {"school-3"}
    assert [s.position for s in own] == [s.position for s in everything if s.organisation == "school-3"]
    assert [s.position for s in everything] == list(range(1, newest(centre) + 1)) and end == newest(centre)


def test_a_position_that_there_is_not(centre):
    with peer_of(centre, "bogotol") as peer:
        answer = peer.ask(watch(newest(centre) + 1000000), kinds=("refusal", "steps"))
        assert answer.refusal.reason == pb.BAD_POSITION and "restored" in answer.refusal.text
        answer = peer.ask(watch(2**64 - 1))
        assert answer.refusal.reason == pb.MALFORMED


def test_another_step_at_the_same_position_is_noticed(centre):
    """As after a restore from an older copy: the positions behind it are given anew."""
    begin = quiet(centre)
    move(centre, "school-4", "rises", 2)
    placed(centre)
    with peer_of(centre, "bogotol") as peer:
        first = steps_of(peer.ask(watch(begin, max=1), kinds=("steps",)))
        assert first.position_us == first.steps[0].at_us
        assert steps_of(peer.ask(watch(begin + 1, us=first.position_us), kinds=("steps",))).steps
        answer = peer.ask(watch(begin + 1, us=first.position_us + 1), kinds=("refusal", "steps"))
        assert answer.refusal.reason == pb.BAD_POSITION
        now = steps_of(peer.ask(watch(), kinds=("steps",)))
        assert (now.position, now.position_us) == (begin + 2, first.position_us)
    state = os.path.join(centre.dir, "state.restored")
    for way in ((), ("--agent", centre.conf("bogotol"))):
        with open(state, "w", encoding="utf-8") as file:
            file.write("%d %d\n" % (begin + 1, first.position_us + 1))
        done = centre.run("vekhactl", "watch", "--state", state, "--lang", "en", *way)
        assert done.returncode == 1 and "restored" in done.stderr and not done.stdout


def test_steps_that_do_not_fit_one_message_come_in_several(centre):
    begin = newest(centre)
    move(centre, "school-4", "opens", 30, "repeat('щ', 4000)")
    move(centre, "school-4", "closes", 2, "repeat('a', 100000) || chr(8238) || chr(1)")
    placed(centre)
    with peer_of(centre, "bogotol") as peer:
        answers, after = [], begin
        while after < begin + 32:
            peer.send(watch(after))
            raw = peer.socket.recv()
            assert len(raw) <= 65536
            answers.append(steps_of(pb.Envelope.FromString(raw)))
            after = answers[-1].position
        assert len(answers) > 8
        found = [s for answer in answers for s in answer.steps]
    assert [s.position for s in found] == list(range(begin + 1, begin + 33))
    assert found[0].explanation_ru == "щ" * 4000
    assert found[-1].explanation_ru == "a" * EXPLANATION_MAX


def test_what_may_not_travel_is_replaced(centre):
    begin = newest(centre)
    move(centre, "school-4", "opens", 1, "'a' || chr(8238) || 'b' || chr(10) || 'c' || chr(7)")
    with peer_of(centre, "bogotol") as peer:
        assert read_all(peer, begin)[0][0].explanation_ru == "a?b\nc?"


# --- waiting ---

def test_a_watch_waits_and_hears_nothing_but_a_beat(centre):
    placed(centre)
    with peer_of(centre, "guardianship") as peer:
        begin = newest(centre)
        peer.send(watch(begin))
        wait_for(lambda: parked(centre) == 1, what="a watch that waits")
        move(centre, "school-4", "rises")  # of another
        answer = steps_of(peer.receive(35, kinds=("steps",)))
        assert not answer.steps and answer.position == begin + 1 and not answer.more
        wait_for(lambda: parked(centre) == 0, what="no watch")


def test_a_new_watch_takes_the_place_of_the_old(centre):
    placed(centre)
    with peer_of(centre, "bogotol") as peer:
        begin = newest(centre)
        for _ in range(5):
            peer.send(watch(begin))
        wait_for(lambda: parked(centre) == 1, what="one watch that waits")
        move(centre, "school-4", "rises")
        assert len(steps_of(peer.receive(kinds=("steps",))).steps) == 1
        assert peer.receive(0.5) is None


def test_an_agent_has_a_limited_number_of_watches(centre):
    placed(centre)
    peers = [peer_of(centre, "guardianship") for _ in range(17)]
    try:
        for peer in peers:
            peer.send(watch(newest(centre)))
        told = wait_for(lambda: [peer for peer in peers if peer.socket.poll(0)], what="an answer to one too many")
        later = told[0].receive().later
        assert later.reason == pb.CREDITS and later.retry_after_ms > 0 and not later.HasField("id")
        assert len(told) == 1 and parked(centre) >= 16
    finally:
        for peer in peers:
            peer.__exit__()


def test_who_does_not_read_holds_up_nobody(centre):
    begin = newest(centre)
    move(centre, "school-3", "opens", 200, "repeat('щ', 8000)")
    placed(centre)
    with peer_of(centre, "school-3") as slow, peer_of(centre, "bogotol") as quick:
        for n in range(300):  # answers that are never read
            slow.send(watch(begin + n % 190))
        found, end = read_all(quick, begin)
        assert len(found) == 200
        quick.send(watch(end))
        move(centre, "school-3", "rises")
        assert len(steps_of(quick.receive(kinds=("steps",))).steps) == 1


def test_a_revoked_key_hears_it_while_it_waits(fresh):
    begin = quiet(fresh)
    with peer_of(fresh, "school-4") as peer, peer_of(fresh, "bogotol") as other:
        peer.send(watch(begin))
        other.send(watch(begin))
        wait_for(lambda: parked(fresh) == 2, what="watches that wait")
        agent = [row for row in fresh.ctl_json("agent", "list")["rows"] if row["org"] == "school-4"][0]
        assert fresh.ctl("agent", "revoke", str(agent["id"])).returncode == 0
        assert peer.receive(1).refusal.reason == pb.REVOKED
        move(fresh, "school-4", "opens")
        assert steps_of(other.receive(kinds=("steps",))).steps
        assert peer.ask(watch(0)).refusal.reason == pb.REVOKED


def test_the_database_goes_and_comes(fresh):
    begin = quiet(fresh)
    with peer_of(fresh, "bogotol") as peer:
        assert steps_of(peer.ask(watch(), kinds=("steps",))).position == begin
        fresh.sandbox("stop", "postgres")
        peer.send(watch(begin))
        assert peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=4)), kinds=("pong",)).pong.token == 4
        fresh.sandbox("start", "postgres")
        move(fresh, "school-4", "opens")
        answer = steps_of(peer.receive(60, kinds=("steps",)))
        while not answer.steps:
            answer = steps_of(peer.ask(watch(answer.position), 60, kinds=("steps",)))
        assert answer.position == begin + 1


# --- two daemons ---

@pytest.fixture
def two(fresh):
    made = Two(fresh)
    yield made
    made.second.end(signal.SIGKILL)


class Watcher(threading.Thread):
    """Watches one daemon until it has seen a position; asks anew when nothing comes."""

    def __init__(self, two, which):
        super().__init__()
        self.two, self.which, self.until, self.positions, self.ids = two, which, None, [], []

    def run(self):
        after = 0
        with self.two.peer("bogotol", self.which) as peer:
            while self.until is None or after < self.until:
                answer = peer.ask(watch(after), seconds=5, kinds=("steps",))
                if answer is not None:
                    after = answer.steps.position
                    self.positions += [s.position for s in answer.steps.steps]
                    self.ids += [s.id for s in answer.steps.steps]


def test_two_daemons_serve_one_feed_without_holes(two):
    watchers = [Watcher(two, which) for which in (0, 1)]
    for watcher in watchers:
        watcher.start()
    join(start_senders(two, 40))
    two.centre.settled(60)
    placed(two.centre)
    end = newest(two.centre)
    for watcher in watchers:
        watcher.until = end
        watcher.join(60)
        assert not watcher.is_alive()
    written = {int(row[0]) for row in two.centre.sql("SELECT id FROM vekha.alert_transition")}
    assert end == len(written) > 0
    for watcher in watchers:
        assert watcher.positions == list(range(1, end + 1)) and set(watcher.ids) == written
    assert watchers[0].ids == watchers[1].ids


def test_what_a_killed_daemon_wrote_is_placed_by_the_other(two):
    begin = quiet(two.centre)
    two.centre.sandbox("kill", "vekhad")
    move(two.centre, "school-4", "opens", 3)
    with two.peer("bogotol", 1) as peer:
        answer = steps_of(peer.ask(watch(begin), seconds=20, kinds=("steps",)))
        while answer.position < begin + 3:  # the other polls
            assert not answer.steps
            answer = steps_of(peer.ask(watch(begin), seconds=40, kinds=("steps",)))
        assert [s.position for s in answer.steps] == [begin + 1, begin + 2, begin + 3]


# --- vekhactl watch ---

class Watch:
    """The real program, running; what it printed so far is in a file, which a crash of it does not take away."""

    def __init__(self, centre, *options, agent=None, lang="en"):
        self.out = os.path.join(centre.dir, "watch.%s" % time.monotonic_ns())
        way = ["--agent", centre.conf(agent)] if agent else []
        with open(self.out, "wb") as out, open(self.out + ".err", "wb") as err:
            self.process = subprocess.Popen(["vekhactl", "watch", *way, "--lang", lang, *options], env=centre.env,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(30)

    def text(self, kind=""):
        with open(self.out + kind, encoding="utf-8") as file:
            return file.read()

    def rows(self):
        """Whole lines only: the last may be half written by one who was killed."""
        return [json.loads(line) for line in self.text().split("\n")[:-1]]

    def positions(self):
        return [row["position"] for row in self.rows()]

    def has(self, position):
        return position in self.positions()


def bookmark(path):
    with open(path, encoding="utf-8") as file:
        return int(file.read().split()[0])


def test_watching_by_agent_and_by_database_tell_the_same(centre):
    begin = quiet(centre)
    move(centre, "school-3", "opens", 3)
    move(centre, "school-4", "falls", 2)
    placed(centre)
    ways = [dict(), dict(agent="bogotol")]
    rows = []
    for way in ways:
        with Watch(centre, "--json", "--after", str(begin), "--count", "5", **way) as program:
            assert program.process.wait(30) == 0, program.text(".err")
            rows.append(program.rows())
    assert rows[0] == rows[1]
    assert [row["position"] for row in rows[0]] == list(range(begin + 1, begin + 6))
    step = rows[0][0]
    assert step["schema"] == 1 and step["org"] == "school-3" and step["indicator"] is None and step["fact"] is None
    assert step["explanation"] == {"ru": "x", "en": "x"} and step["event"] == "opens" and step["status"] is None
    assert step["alert"]["kind"] == "silent" and step["alert"]["level"] == "lagging" and step["alert"]["closed_at"] is None
    assert step["at"] == "2026-01-01T00:00:00Z" and step["alert"]["opened_at"].endswith("Z") and step["submission"] is None


@pytest.mark.parametrize("way", [None, "school-3"])
@pytest.mark.parametrize("lang, word", [("en", "SILENT  school-3; alert"), ("ru", "МОЛЧИТ  school-3; тревога")])
def test_what_a_person_reads(centre, way, lang, word):
    begin = quiet(centre)
    move(centre, "school-3", "opens", 1, "'headline' || chr(10) || 'more'")
    with Watch(centre, "--after", str(begin), "--count", "1", agent=way, lang=lang) as program:
        assert program.process.wait(30) == 0, program.text(".err")
        first, second = program.text().splitlines()
    assert first.startswith("%d  " % (begin + 1)) and word in first and "UTC" in first and second == "    headline"


def test_from_now_on_a_step_is_on_both_screens(centre):
    states = [os.path.join(centre.dir, "state.%d" % n) for n in (1, 2)]
    with peer_of(centre, "school-3") as school:
        report(school, 200)
        begin = quiet(centre)
        with Watch(centre, "--json", "--state", states[0], agent="bogotol") as there, Watch(centre, "--json", "--state", states[1]) as here:
            wait_for(lambda: all(os.path.exists(state) and bookmark(state) == begin for state in states), what="both at the end")
            report(school, 20)
            wait_for(lambda: there.positions() and here.positions(), what="a step on both")
            assert there.positions()[0] == here.positions()[0] == begin + 1
            wait_for(lambda: [row["fact"] for row in there.rows() if row["org"] == "school-3"] == ["20"], what="the school's step")


@pytest.mark.parametrize("way", [None, "bogotol"])
def test_killed_watchers_print_every_step_and_at_most_the_last_one_twice(centre, way):
    begin, state = quiet(centre), os.path.join(centre.dir, "state.%s" % way)
    printed, total = [], 120
    options = ("--json", "--after", str(begin), "--state", state)
    while not printed or printed[-1] < begin + total:
        with Watch(centre, *options, agent=way) as program:
            move(centre, "school-4", "rises", min(total // 4, max(0, begin + total - newest(centre))))
            placed(centre)
            wait_for(lambda: program.positions(), what="a step")
            program.end(signal.SIGKILL)
            seen = program.positions()
        repeated = [p for p in seen if p in printed]
        assert repeated == (printed[-1:] if repeated else [])
        printed += [p for p in seen if p not in printed]
    assert printed == list(range(begin + 1, begin + total + 1))
    wait_for(lambda: bookmark(state) >= printed[-2])


def test_watchers_go_on_when_the_centre_is_back(fresh):
    begin = quiet(fresh)
    with Watch(fresh, "--json", "--after", str(begin), agent="bogotol") as there, Watch(fresh, "--json", "--after", str(begin)) as here:
        move(fresh, "school-4", "opens")
        wait_for(lambda: there.has(begin + 1) and here.has(begin + 1), 30)
        fresh.sandbox("kill", "vekhad")
        move(fresh, "school-4", "rises")
        wait_for(lambda: here.has(begin + 2), 30, "a step with the daemon down")
        fresh.sandbox("start", "vekhad")
        wait_for(lambda: there.has(begin + 2), 90, "the step after the daemon came back")
        fresh.sandbox("restart", "postgres")
        move(fresh, "school-4", "falls")
        wait_for(lambda: there.has(begin + 3) and here.has(begin + 3), 90, "the step after the database came back")
        assert there.positions() == here.positions() == [begin + 1, begin + 2, begin + 3]
        assert "broke" in there.text(".err") and "lost" in here.text(".err") and "again" in here.text(".err")


def test_a_revoked_watcher_ends_and_says_why(fresh):
    with Watch(fresh, agent="school-4") as program:
        wait_for(lambda: parked(fresh) == 1, what="a watch that waits")
        agent = [row for row in fresh.ctl_json("agent", "list")["rows"] if row["org"] == "school-4"][0]
        assert fresh.ctl("agent", "revoke", str(agent["id"])).returncode == 0
        assert program.process.wait(10) == 1 and "taken back" in program.text(".err")
    with Watch(fresh, agent="school-4") as program:
        assert program.process.wait(10) == 1 and "does not know the key" in program.text(".err")


def test_what_is_wrong_is_said(centre):
    end, bad = quiet(centre), os.path.join(centre.dir, "bad")
    with open(bad, "w", encoding="utf-8") as file:
        file.write("12 steps\n")
    cases = [
        (("--after", "-1"), 2, "--after"),
        (("--count", "0"), 2, "--count"),
        (("--state", bad), 2, bad),
        (("--agent", bad), 2, bad),
        (("--agent", centre.conf("school-3"), "--now", "2020-09-25"), 2, "--now"),
        (("--after", str(end + 1000)), 1, str(end + 1000)),
        (("--after", str(end + 1000), "--agent", centre.conf("school-3")), 1, "feed"),
    ]
    for options, code, word in cases:
        done = centre.run("vekhactl", "watch", *options, "--lang", "en")
        assert done.returncode == code and word in done.stderr, (options, done.stderr)
        assert not done.stdout


def test_an_output_that_nobody_takes_is_not_remembered(centre):
    begin, state = quiet(centre), os.path.join(centre.dir, "state.full")
    move(centre, "school-4", "rises")
    placed(centre)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(["vekhactl", "watch", "--after", str(begin), "--state", state], env=centre.env, stdout=full,
                              stderr=subprocess.PIPE, timeout=30)
    assert done.returncode == 1 and not os.path.exists(state)


def test_the_example_of_the_protocol_page_works(centre):
    """The client of proto/README.md, section 7, as it stands there, on top of connect() of section 11."""
    connect = re.search(r"^def connect\(\):.*?\n\n", printed_program(11), re.S | re.M).group(0)
    begin, conf = quiet(centre), read_conf(centre.conf("bogotol"))
    names = dict(pb=pb, zmq=zmq, sys=sys, time=time, endpoint=conf["endpoint"], centre_key=conf["server_key"],
                 public_key=conf["public_key"], secret_key=conf["secret_key"])
    exec(connect + printed_program(7), names)
    move(centre, "school-4", "rises", 70)
    found = itertools.islice(names["steps_after"](begin), 70)
    assert [step.position for step in found] == list(range(begin + 1, begin + 71))
