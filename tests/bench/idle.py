#!/usr/bin/python3
"""Many agents that say one thing and stay connected: what each costs a server, which may be a daemon or a bare ROUTER.

Called as a program it is that ROUTER: CURVE and nothing else, every message sent back; prints its endpoint and its key.
"""
import contextlib
import resource
import subprocess
import sys

import zmq

AT_ONCE = 250  # handshakes under way
WAIT_MS = 60000


def serve():
    public, secret = zmq.curve_keypair()
    router = zmq.Context().socket(zmq.ROUTER)
    router.curve_server, router.curve_publickey, router.curve_secretkey = True, public, secret
    router.setsockopt(zmq.BACKLOG, 1024)
    allow_descriptors(0)
    router.bind("tcp://127.0.0.1:*")
    print(router.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"), public.decode(), flush=True)
    while True:
        router.send_multipart(router.recv_multipart())


def allow_descriptors(wanted: int):
    """More than the machine lets everybody have only root may; without them the crowd says so itself."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.suppress(ValueError, PermissionError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, most), max(wanted, most)))


@contextlib.contextmanager
def bare():
    """Gives the process id of such a ROUTER, its endpoint and its key."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.pid, *process.stdout.readline().split()
        finally:
            process.kill()


class Crowd:
    """One connection for each pair of keys; made when every one has had an answer to its greeting."""

    def __init__(self, endpoint: str, server_key: str, pairs: list[tuple[str, str]], greeting: bytes):
        allow_descriptors(2 * len(pairs) + 100)  # each socket has a mailbox, too
        self.context, self.sockets = zmq.Context(io_threads=1), []
        self.context.max_sockets = len(pairs) + 10
        for first in range(0, len(pairs), AT_ONCE):
            fresh = [self.connect(endpoint, server_key, *pair) for pair in pairs[first:first + AT_ONCE]]
            for socket in fresh:
                socket.send(greeting)
            for socket in fresh:
                socket.recv()
            self.sockets += fresh

    def connect(self, endpoint, server_key, public, secret):
        socket = self.context.socket(zmq.DEALER)
        socket.linger, socket.rcvtimeo = 0, WAIT_MS
        socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = server_key.encode(), public.encode(), secret.encode()
        socket.connect(endpoint)
        return socket

    def close(self):
        self.context.destroy()


if __name__ == "__main__":
    serve()
