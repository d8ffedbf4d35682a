#!/usr/bin/python3
"""Many agents that say one thing and stay connected: what each costs a server, which may be a daemon or a bare ROUTER.

Called as a program it is that ROUTER: CURVE and nothing else, every message sent back; prints its endpoint and its key.
"""
import contextlib
import multiprocessing
import resource
import subprocess
import sys

import zmq

AT_ONCE = 250  # handshakes under way
HELD = 4000  # connections in a process, each with a socket and a mailbox
WAIT_MS = 60000


def serve():
    public, secret = zmq.curve_keypair()
    router = zmq.Context().socket(zmq.ROUTER)
    router.curve_server, router.curve_publickey, router.curve_secretkey = True, public, secret
    router.setsockopt(zmq.BACKLOG, 1024)
    allow_descriptors()
    router.bind("tcp://127.0.0.1:*")
    print(router.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"), public.decode(), flush=True)
    while True:
        router.send_multipart(router.recv_multipart())


def allow_descriptors():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def bare():
    """Gives the process id of such a ROUTER, its endpoint and its key."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.pid, *process.stdout.readline().split()
        finally:
            process.kill()


def connect(context, endpoint, server_key, public, secret):
    socket = context.socket(zmq.DEALER)
    socket.linger, socket.rcvtimeo = 0, WAIT_MS
    socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = server_key.encode(), public.encode(), secret.encode()
    socket.connect(endpoint)
    return socket


def hold(done, endpoint: str, server_key: str, pairs: list[tuple[str, str]], greeting: bytes):
    """Says through done when every one has had an answer; then keeps the connections until done is closed."""
    context, sockets = zmq.Context(io_threads=1), []
    context.max_sockets = len(pairs) + 10
    allow_descriptors()
    for first in range(0, len(pairs), AT_ONCE):
        fresh = [connect(context, endpoint, server_key, *pair) for pair in pairs[first:first + AT_ONCE]]
        for socket in fresh:
            socket.send(greeting)
        for socket in fresh:
            socket.recv()
        sockets += fresh
    done.send(len(sockets))
    with contextlib.suppress(EOFError):
        done.recv()
    context.destroy()


class Crowd:
    """One connection for each pair of keys; made when every one has had an answer to its greeting.  Several processes hold them: no one may
    have the descriptors for all."""

    def __init__(self, endpoint: str, server_key: str, pairs: list[tuple[str, str]], greeting: bytes):
        self.size, self.holders = 0, []
        processes = multiprocessing.get_context("spawn")
        for first in range(0, len(pairs), HELD):
            ours, theirs = processes.Pipe()
            process = processes.Process(target=hold, args=(theirs, endpoint, server_key, pairs[first:first + HELD], greeting))
            process.start()
            theirs.close()
            self.holders.append((process, ours))
            self.size += ours.recv()

    def close(self):
        for process, ours in self.holders:
            ours.close()
            process.join()


if __name__ == "__main__":
    serve()
