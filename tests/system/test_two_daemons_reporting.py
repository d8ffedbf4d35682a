"""Two daemons and many organisations that owe reports: each has one alert and one letter a step, whoever takes the reports in,
whoever dies, and in whatever order they come."""
import datetime
import random
import signal
import threading

import pytest

import vekha_pb2 as pb
from centre import Centre, wait_for
from peer import figure, submission
from test_two_daemons import SEED, Two, check_alerts, letters_by_id

SCHOOLS = 24
LAST_YEAR = datetime.date.today().year - 1
PROGRAMME = """
organisations = "organisations.csv"
workdays none { file = "workdays.csv" }
project families { name = "Поддержка семей" }
indicator consultations { project = "families" kind = "flow" name = "Консультации" unit = "консультаций" }
indicator lessons { project = "families" kind = "flow" counting = "per_period" name = "Занятия" unit = "занятий" }
%s
"""
DUTY = """duty yearly {
    indicators = {"consultations", "lessons"}  kinds = {"school"}
    every = "12"  due_workday = "1"  starts = "%d-01-01"  workdays = "none"
}""" % (LAST_YEAR - 3)


class Schools:
    """A department with schools that owe nothing yet; synthetic."""

    def __init__(self, folder):
        self.folder, self.path = folder, str(folder / "programme.conf")
        rows = ["school-%02d;Школа № %d;school;uo;Asia/Krasnoyarsk;office@school-%02d.example" % (n, n, n) for n in range(SCHOOLS)]
        self.write("organisations.csv", "\n".join(["code;name;kind;parent;time_zone;email", "uo;Управление;department;;UTC;"] + rows) + "\n")
        self.write("workdays.csv", "day;working\n")
        self.say("")

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def say(self, duty):
        self.write("programme.conf", PROGRAMME % duty)


@pytest.fixture
def schools(tmp_path):
    return Schools(tmp_path)


@pytest.fixture
def two(schools):
    centre = Centre("--programme", schools.path)
    made = Two(centre)
    yield made
    made.second.end(signal.SIGKILL)
    centre.close()


def reports():
    """What all schools owe, in a random order: of what is counted through the year the last figure, of the other each year's."""
    found = []
    for n in range(SCHOOLS):
        code = "school-%02d" % n
        found.append(figure("consultations", str(LAST_YEAR), 10, organisation=code))
        found += [figure("lessons", str(year), 5, organisation=code) for year in range(LAST_YEAR - 3, LAST_YEAR + 1)]
    random.Random(SEED).shuffle(found)
    return found


class Sender(threading.Thread):
    def __init__(self, two, which, figures):
        super().__init__()
        self.two, self.which, self.figures, self.wrong = two, which, figures, []

    def run(self):
        for f in self.figures:
            message, answer = submission(f), None
            with_second = self.which == 1 and self.two.second.process.poll() is None
            if with_second:
                with self.two.peer("uo", 1) as peer:
                    answer = peer.deliver(message, 5)
            if answer is None:
                with self.two.peer("uo", 0) as peer:
                    answer = peer.deliver(message, 60)
            if answer is None or answer.receipt.figures[0].verdict not in (pb.ACCEPTED, pb.WARNING, pb.UNCHANGED):
                self.wrong.append(answer)


def count_states(centre):
    return {row[0]: int(row[1]) for row in centre.sql("SELECT state, count(*) FROM vekha.reporting GROUP BY 1")}


def test_one_alert_for_each_whoever_assesses(two, schools):
    centre = two.centre
    assert centre.number("SELECT count(*) FROM vekha.reporting") == 0
    schools.say(DUTY)
    assert centre.ctl("apply", schools.path).returncode == 0
    wait_for(lambda: count_states(centre) == {"silent": SCHOOLS}, 60, "silence")
    assert centre.number("SELECT count(*) FROM vekha.alert WHERE kind = 'silent' AND level = 'lagging'") == SCHOOLS
    centre.composed(60)
    assert set(letters_by_id(centre).values()) == {1}
    assert len(centre.letters()) == SCHOOLS + 1  # to each school, and to the administrator one about all

    figures = reports()
    senders = [Sender(two, which, figures[which::2]) for which in (0, 1)]
    for sender in senders:
        sender.start()
    wait_for(lambda: centre.number("SELECT count(*) FROM vekha.submission") > len(figures) // 2, 120, "half of the reports")
    two.second.end(signal.SIGKILL)
    for sender in senders:
        sender.join(150)
        assert not sender.is_alive() and not sender.wrong, sender.wrong
    centre.settled(90)
    wait_for(lambda: count_states(centre) == {"reported": SCHOOLS}, 60, "all reports")
    assert centre.number("SELECT count(*) FROM vekha.alert WHERE kind IN ('overdue', 'silent')") == SCHOOLS
    assert centre.number("SELECT count(*) FROM vekha.alert WHERE closed_at IS NULL AND kind <> 'operator'") == 0
    check_alerts(centre)
    centre.sql("UPDATE vekha.outbox SET leased_until = next_attempt_at WHERE sent_at IS NULL")  # as if the lease were over
    letters_by_id(centre)  # one may have come twice: sent, and not yet marked so when its sender died
    centre.check_invariants()
