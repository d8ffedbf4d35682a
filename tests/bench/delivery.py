#!/usr/bin/python3
"""From the receipt of a lagging figure to the message at a local receiver, one at a time on an idle system.

Prints NAME VALUE UNIT.  Every school has a route of its own, so that none of the letters is put off into a digest.
"""
import os
import statistics
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "tests", "system"), os.path.join(TOP, os.environ.get("BUILD", "build"), "proto")]

from centre import wait_for  # noqa: E402
from peer import figure, peer_of, submission  # noqa: E402
from receivers import HttpServer  # noqa: E402
from test_channels import configure, webhook  # noqa: E402
from test_routes import Town, route  # noqa: E402

FIGURES = int(os.environ.get("FIGURES", "300"))


def measure(centre, server, school):
    """Milliseconds from the receipt to the arrival of the message."""
    arrived = len(server.arrived)
    with peer_of(centre, "town") as peer:
        answer = peer.deliver(submission(figure("consultations", "2020-9M", 100, organisation=school)), seconds=30)
    receipted = time.monotonic()
    assert answer.WhichOneof("body") == "receipt"
    wait_for(lambda: len(server.arrived) > arrived, seconds=30, what="the message")
    return (server.arrived[arrived] - receipted) * 1000


def main():
    with tempfile.TemporaryDirectory(prefix="vekha-bench-") as folder:
        town = Town(folder, schools=FIGURES, indicators=("consultations",))
        server = HttpServer()
        centre = town.up("".join(route("r-" + s, organisation=s, to=s, channel="hook") for s in town.schools))
        try:
            configure(centre, webhook("hook", server.port))
            took = sorted(measure(centre, server, school) for school in town.schools)
        finally:
            centre.close()
            server.close()
    print("receipt_to_webhook_p50 %.2f ms" % statistics.median(took))
    print("receipt_to_webhook_p99 %.2f ms" % took[int(len(took) * 0.99)])
    print("receipt_to_webhook_max %.2f ms" % took[-1])


main()
