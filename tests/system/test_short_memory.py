"""Memory is refused once, at every place in turn where the daemon asks for it, while figures come, alerts rise and messages leave.
It must live on; who sends is put off or receipted, and what is receipted is stored, assessed and told of as if nothing had been.
All data are synthetic."""
import datetime
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from centre import TOP, wait_for, words_of
from peer import figure, peer_of, submission
from receivers import HttpServer
from test_channels import configure, webhook
from test_routes import Town, route

sys.path.insert(0, os.path.join(TOP, "tests", "alloc"))
from memory import Memory, is_counted, is_sanitized  # noqa: E402

ALL = os.environ.get("FAULTS") == "all"
PATH, STRIDE = 24, 1 if ALL else 181  # each request until a receipt leaves, about; then some of the rest, unless FAULTS=all
LEASE = 300 if ALL else 60  # seconds; what was claimed when memory was refused is claimed anew when its lease is over
PATIENCE = 3600 if ALL else 120  # seconds; what fails again and again is tried later and later
SCHOOLS = 150 if ALL else 8  # letters to each are a few an hour
END = "отвечать на него не нужно."  # of what is told of one alert
QUIET = """
    SELECT NOT EXISTS (SELECT FROM vekha.submission WHERE pending) AND NOT EXISTS (SELECT FROM vekha.reassessment)
        AND NOT EXISTS (SELECT FROM vekha.follower) AND NOT EXISTS (SELECT FROM vekha.reporting_queue)
        AND NOT EXISTS (SELECT FROM vekha.mention WHERE outbox IS NULL AND dropped_at IS NULL AND due_at <= '%s')
        AND NOT EXISTS (SELECT FROM vekha.outbox WHERE sent_at IS NULL AND dead_at IS NULL AND attempts = 0)"""
LEFT = """
    SELECT (SELECT count(*) FROM vekha.submission WHERE pending), (SELECT count(*) FROM vekha.reassessment),
        (SELECT count(*) FROM vekha.follower), (SELECT count(*) FROM vekha.reporting_queue),
        (SELECT string_agg(m::text, ';') FROM vekha.mention m WHERE outbox IS NULL AND dropped_at IS NULL),
        (SELECT string_agg(concat_ws(',', id, channel, attempts, leased_until, last_error), ';') FROM vekha.outbox WHERE sent_at IS NULL)"""

PROGRAMS = os.path.join(TOP, os.environ.get("BUILD", "build"))
pytestmark = pytest.mark.skipif(is_sanitized(shutil.which("vekhad", path=PROGRAMS)), reason="the sanitizer's malloc cannot fail")


@pytest.fixture
def short(tmp_path, monkeypatch):
    """A town whose daemon's memory is ours, and which tells each school's alerts by e-mail and a webhook."""
    memory, hook = Memory(str(tmp_path)), HttpServer()
    monkeypatch.setenv("VEKHAD_WRAP", "env VEKHA_FAULTS_TRACE=1 " + " ".join("%s=%s" % pair for pair in memory.environment.items()))
    town = Town(tmp_path, schools=SCHOOLS)
    centre = town.up(route("own", to="own") + "".join(route("h" + s, organisation=s, channel="hook", to=s) for s in town.schools))
    configure(centre, webhook("hook", hook.port))
    yield centre, memory, hook
    memory.disarm()
    centre.close()
    hook.close()


class Sender:
    """Schools that fall behind and catch up by turns."""

    def __init__(self, centre):
        self.centre, self.receipted, self.turn = centre, [], 0
        now = datetime.datetime.fromisoformat(centre.clock().replace("Z", "+00:00")).timestamp()
        self.ahead = now - time.time()  # the centre plays a day of its own
        self.peers = [peer_of(centre, "s%d" % i) for i in range(1, SCHOOLS + 1)]

    def next(self):
        self.turn += 1
        value = 100 if (self.turn - 1) // SCHOOLS % 2 == 0 else 199
        return self.peers[self.turn % SCHOOLS], submission(figure("consultations", "2020-9M", value, as_of="2020-09-30"),
                                                           composed=self.ahead + time.time())

    def send(self, seconds=8):
        """What the first answer was; then, whatever it was, there is a receipt."""
        peer, message = self.next()
        peer.send(message)
        answer = peer.answer_to(message.submission.id, seconds)
        first = answer.WhichOneof("body") if answer else None
        if first != "receipt":
            receipt = peer.deliver(message)
            assert receipt and receipt.WhichOneof("body") == "receipt", self.centre.log()[-4000:]
        self.receipted.append(message.submission.id)
        return first

    def settled(self):
        """Waits until nothing is left to assess or to tell."""
        try:
            wait_for(lambda: self.centre.sql(QUIET % datetime.datetime.fromtimestamp(self.ahead + time.time(), datetime.timezone.utc))[0][0] == "t",
                     LEASE)
        except AssertionError as error:
            raise AssertionError("%s\n%s" % (self.centre.sql(LEFT), self.centre.log()[-4000:])) from error

    def cost(self, memory):
        """How many requests a submission makes, until all is told."""
        before = memory.asked()
        self.send()
        self.settled()
        return memory.asked() - before

    def close(self):
        for peer in self.peers:
            peer.__exit__()


@pytest.mark.timeout(1800 if ALL else 180)
def test_memory_refused_once_at_each_place(short):
    centre, memory, hook = short
    pid, answers = centre.daemon_pid(), {}
    sender = Sender(centre)
    for _ in range(SCHOOLS + 3):  # all that is made once is made
        sender.send()
    sender.settled()
    cycle = min(sender.cost(memory) for _ in range(3))
    live = memory.live()
    places = [*range(1, PATH), *range(PATH, cycle, STRIDE)]
    for n in places:
        memory.arm(n)
        first = sender.send()
        sender.settled()
        answers[first] = answers.get(first, 0) + (memory.disarm() > 0)
        assert os.path.exists("/proc/%d" % pid), "the daemon died of request %d\n%s" % (n, centre.log()[-2000:])
    sender.close()
    lost = memory.live() - live
    print("of %d requests %d failed: %s; %d blocks" % (cycle, sum(answers.values()), answers, lost))
    assert sum(answers.values()) > len(places) * 0.8 and answers["later"] > 0 and set(answers) <= {"later", "receipt"}
    centre.composed()
    stored = {bytes.fromhex(row[0].replace("-", "")) for row in centre.sql("SELECT id FROM vekha.submission")}
    assert stored == set(sender.receipted)
    centre.check_invariants()
    centre.sandbox("now", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(sender.ahead + time.time() + PATIENCE)))  # what failed is tried again
    wait_for(lambda: not centre.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL"), what="every message")
    letters = centre.letters()
    assert len(letters) >= centre.number("SELECT count(*) FROM vekha.outbox WHERE channel = 'email'") > SCHOOLS
    assert [text for text in map(words_of, letters) if not text.endswith(END)] == []
    assert len(hook.taken) >= centre.number("SELECT count(*) FROM vekha.outbox WHERE channel = 'hook'") > SCHOOLS
    assert [body for _, _, body in hook.taken if not body["steps"] or not body["text"].rstrip().endswith(END)] == []
    assert lost < 10 * len(places), "blocks are not freed"  # connections and tables come and go


@pytest.mark.skipif(is_counted(shutil.which("vekha-submit", path=PROGRAMS)), reason="what counts lines ends the program")
def test_a_school_whose_memory_is_refused(centre, tmp_path):
    """vekha-submit says that memory is out, or does it; what it called queued is sent, once, when there is memory again."""
    memory, before = Memory(str(tmp_path)), centre.number("SELECT count(*) FROM vekha.submission")
    command = ["vekha-submit", "-c", centre.conf("school-3"), "--lang", "en", "consultations", "--period", "2020-9M", "--wait", "0"]
    env = dict(centre.env, **memory.environment)

    def submit(value):
        done = subprocess.run([*command, str(value)], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=30, check=False)
        said = done.stdout + done.stderr
        return memory.disarm() > 0, done.returncode, said, bool(re.search("^queued [0-9a-f]{8}-", said, re.M))

    asked = memory.asked()
    assert submit(1)[1] == 75
    total, queued, told = memory.asked() - asked, 1, 0
    for n in range(1, total, 1 if ALL else total // 40):
        memory.arm(n)
        refused, code, said, kept = submit(n)
        assert refused and code >= 0, "ended by signal %d at request %d" % (-code, n)
        assert said.strip(), "nothing is said of request %d" % n
        queued += kept
        told += "out of memory" in said
    print("of %d requests, %d submissions were queued all the same; %d times memory was named" % (total, queued, told))
    assert told
    centre.run(*command[:3], "--send")
    assert centre.number("SELECT count(*) FROM vekha.submission") == before + queued
