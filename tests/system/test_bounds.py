"""What the daemon may take at worst: memory while PostgreSQL stands still under a flood, and every descriptor there is."""
import contextlib
import os
import signal
import socket
import sys

import pytest

import vekha_pb2 as pb
from centre import Centre, wait_for
from peer import Peer, figure, peer_of, submission, uuid7

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bench"))

from bench import bench_of  # noqa: E402

MIB = 1024 * 1024
AGENTS, EACH = 90, 60  # submissions of nearly the largest size from each: several times the worst case
# The worst case: what waits for a group (STORE_MAX_QUEUED_BYTES), and of each connection ZeroMQ's queue
# (SOCKET_ROUTER_RCVHWM) and one message being read, of WIRE_MAX_MESSAGE each, and the 50 KiB that a connection has anyway.
QUEUED, PER_AGENT = 64 * MIB, (16 + 1) * 64 * 1024 + 50 * 1024
ALLOCATOR = 16 * MIB  # what malloc keeps beside
DESCRIPTORS = 80


def ping(token):
    return pb.Envelope(version=1, ping=pb.Ping(token=token))


def peak(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) * 1024


def postgres_processes(centre):
    with open(os.path.join(centre.env["PGDATA"], "postmaster.pid"), encoding="ascii") as file:
        postmaster = int(file.readline())
    with open("/proc/%d/task/%d/children" % (postmaster, postmaster), encoding="ascii") as file:
        return [postmaster, *map(int, file.read().split())]


@contextlib.contextmanager
def postgres_frozen(centre):
    """It neither answers nor ends: worse than away, for nothing tells the daemon."""
    frozen = postgres_processes(centre)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)


def flood(peers):
    """Submissions that differ in nothing but the id, as fast as the line takes them."""
    first = uuid7()
    message = submission(*[figure("i%03d" % i, "2025-01", i, note="х" * 490) for i in range(60)], id=first).SerializeToString()
    for _ in range(EACH):
        for peer in peers:
            peer.send(message.replace(first.bytes, uuid7().bytes))
    return len(message) * EACH * len(peers)


@pytest.fixture
def crowd():
    """A centre of many schools, and a connection of each, named by the school."""
    with bench_of(AGENTS) as bench, contextlib.ExitStack() as stack:
        with open(bench.agents(AGENTS), encoding="ascii") as file:
            keys = [line.split()[:2] for line in file]
        env = bench.centre.env
        yield bench.centre, [stack.enter_context(Peer(env["VEKHA_ENDPOINT"], env["VEKHA_SERVER_KEY"], *pair)) for pair in keys]


def test_memory_is_bounded_under_a_flood_while_postgres_stands_still(crowd):
    centre, peers = crowd
    for peer in peers:
        assert peer.ask(ping(1)) is not None
    before, worst = peak(centre.daemon_pid()), QUEUED + PER_AGENT * AGENTS + ALLOCATOR
    with postgres_frozen(centre):
        assert flood(peers) > 1.5 * worst
        for peer in peers:  # behind the flood, so the flood was read
            peer.send(ping(2))
        for peer in peers:
            assert peer.receive(60, kinds=("pong",)).pong.token == 2
        taken = peak(centre.daemon_pid()) - before
    print("%d MiB of at most %d" % (taken / MIB, worst / MIB))
    assert QUEUED / 4 < taken < worst  # less would say that the flood was none
    assert peers[0].deliver(submission(figure("i000", "2025-02", 1))).WhichOneof("body") == "receipt"
    assert peak(centre.daemon_pid()) - before < worst


@pytest.fixture
def tight(monkeypatch):
    """A centre whose daemon may have few descriptors."""
    monkeypatch.setenv("VEKHAD_WRAP", "prlimit --nofile=%d:%d" % (DESCRIPTORS, DESCRIPTORS))
    made = Centre()
    yield made
    made.close()


def open_descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def test_without_a_descriptor_left_who_is_connected_is_served_and_all_goes_on_afterwards(tight):
    with peer_of(tight, "school-3") as peer, contextlib.ExitStack() as strangers:
        assert peer.deliver(submission(figure("consultations", "2025-01", 1))).WhichOneof("body") == "receipt"
        port = int(tight.env["VEKHA_ENDPOINT"].rsplit(":", 1)[1])
        for _ in range(2 * DESCRIPTORS):  # they say nothing, and are sent away after the handshake's time
            strangers.enter_context(socket.create_connection(("127.0.0.1", port)))
        wait_for(lambda: open_descriptors(tight.daemon_pid()) == DESCRIPTORS, what="the last descriptor")
        assert peer.deliver(submission(figure("consultations", "2025-02", 2))).WhichOneof("body") == "receipt"
        tight.sandbox("kill", "postgres")
        tight.sandbox("start", "postgres")
        assert peer.ask(ping(1)) is not None
    with peer_of(tight, "school-4") as late:
        assert late.deliver(submission(figure("consultations", "2025-03", 3))).WhichOneof("body") == "receipt"
    tight.settled(60)
    assert tight.number("SELECT count(*) FROM vekha.figure") == 3
    tight.check_invariants()
