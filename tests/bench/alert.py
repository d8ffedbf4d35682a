#!/usr/bin/python3
"""From a lagging figure to the open alert that others see, one at a time on an idle system: sent, receipted, and on the feed of
whoever watches.

Prints NAME VALUE UNIT.
"""
import os
import statistics
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "tests", "system"), os.path.join(TOP, os.environ.get("BUILD", "build"), "proto")]

from peer import figure, peer_of, submission  # noqa: E402
from test_feed import steps_of, watch  # noqa: E402
from test_routes import Town, route  # noqa: E402

FIGURES = int(os.environ.get("FIGURES", "300"))


def measure(sender, watcher, position, school):
    """Milliseconds from sending to the receipt and to the step; and the position after that step."""
    watcher.send(watch(position))
    message = submission(figure("consultations", "2020-9M", 100, organisation=school)).SerializeToString()
    sent = time.monotonic()
    sender.send(message)
    assert sender.receive(30, kinds=("receipt",)) is not None
    receipted = time.monotonic()
    answer = steps_of(watcher.receive(30, kinds=("steps",)))
    opened = time.monotonic()
    assert [step.organisation for step in answer.steps] == [school]
    return (receipted - sent) * 1000, (opened - sent) * 1000, answer.position


def tell(name, took):
    took = sorted(took)
    for what, value in (("p50", statistics.median(took)), ("p99", took[int(len(took) * 0.99)]), ("max", took[-1])):
        print("figure_to_%s_%s %.2f ms" % (name, what, value))


def main():
    with tempfile.TemporaryDirectory(prefix="vekha-bench-") as folder:
        town = Town(folder, schools=FIGURES, indicators=("consultations",))
        centre = town.up(route("head", organisation="town", to="head@town.example"))
        try:
            with peer_of(centre, "town") as sender, peer_of(centre, "town") as watcher:
                position, receipts, steps = steps_of(watcher.ask(watch(), kinds=("steps",))).position, [], []
                for school in town.schools:
                    centre.composed()  # nothing is left to do of the one before
                    receipt, step, position = measure(sender, watcher, position, school)
                    receipts.append(receipt)
                    steps.append(step)
        finally:
            centre.close()
    tell("receipt", receipts)
    tell("alert", steps)


main()
