"""An independent client, written from vekha.proto and proto/README.md alone: no line of C of ours is in it."""
import os
import secrets
import time
import uuid

import zmq

import vekha_pb2 as pb
from centre import TOP


def uuid7(ms=None):
    """RFC 9562 5.7: 48 bits of Unix milliseconds, version 7, variant 10, the rest random."""
    ms = int(time.time() * 1000) if ms is None else ms
    value = (ms << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def decimal(text):
    """The wire's exact decimal: mantissa and scale."""
    whole, _, fraction = str(text).partition(".")
    return pb.Decimal(mantissa=int(whole + fraction), scale=len(fraction))


def figure(indicator, period, value=None, of=None, **fields):
    f = pb.Figure(indicator=indicator, period=period, **fields)
    if value is not None:
        f.value.CopyFrom(decimal(value))
    if of is not None:
        f.of.CopyFrom(decimal(of))
    return f


def submission(*figures, id=None, composed=None, author=None, language=pb.RUSSIAN):
    composed = time.time() if composed is None else composed
    id = id or uuid7(int(composed * 1000))
    s = pb.Submission(id=id.bytes, composed_us=int(composed * 1e6), language=language, figures=figures)
    if author:
        s.author = author
    return pb.Envelope(version=1, submission=s)


def reply(question, text, id=None, composed=None, author=None, language=pb.RUSSIAN):
    composed = time.time() if composed is None else composed
    r = pb.Reply(id=(id or uuid7(int(composed * 1000))).bytes, composed_us=int(composed * 1e6), language=language, question=question, text=text)
    if author:
        r.author = author
    return pb.Envelope(version=1, reply=r)


class Peer:
    """One DEALER with CURVE; `with Peer(...)` closes it.  What happens to its connection is told by `monitor`, if events are
    named to watch: from before it connects, so that none is missed."""

    def __init__(self, endpoint, server_key, public_key, secret_key, watch=0):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.sndtimeo = 10000
        self.socket.curve_serverkey = server_key.encode()
        self.socket.curve_publickey = public_key.encode()
        self.socket.curve_secretkey = secret_key.encode()
        self.monitor = self.socket.get_monitor_socket(watch) if watch else None
        self.socket.connect(endpoint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.monitor:
            self.socket.disable_monitor()
        self.socket.close()

    def send(self, message):
        self.socket.send(message if isinstance(message, bytes) else message.SerializeToString())

    def receive(self, seconds=10, kinds=None):
        """The next envelope, of one of `kinds` if given; None if none comes in time."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0 or not self.socket.poll(int(left * 1000) + 1):
                return None
            envelope = pb.Envelope.FromString(self.socket.recv())
            if kinds is None or envelope.WhichOneof("body") in kinds:
                return envelope

    def ask(self, message, seconds=10, kinds=("receipt", "later", "refusal", "welcome", "pong")):
        self.send(message)
        return self.receive(seconds, kinds)

    def deliver(self, message, seconds=60):
        """Sends until there is a receipt or a refusal, as a patient client does.  An answer to what was sent before, when
        patience ended too soon, is no answer to this."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.send(message)
            answer = self.answer_to(message.submission.id, min(3, seconds))
            if answer is not None and answer.WhichOneof("body") in ("receipt", "refusal"):
                return answer
            if answer is not None:  # later: wait as told, but watch the end
                time.sleep(min(answer.later.retry_after_ms / 1000, 0.2))
        return None

    def answer_to(self, id, seconds):
        end = time.monotonic() + seconds
        while True:
            answer = self.receive(end - time.monotonic(), kinds=("receipt", "later", "refusal"))
            if answer is None or getattr(answer, answer.WhichOneof("body")).id == id:
                return answer


def receipts_of_both(one, two, messages):
    """Both peers send all messages at the same moment; what each was receipted: id to bytes."""
    for message in messages:
        one.send(message)
        two.send(message)
    receipts = [{}, {}]
    for peer, found in ((one, receipts[0]), (two, receipts[1])):
        while len(found) < len(messages):
            answer = peer.receive()
            if answer.WhichOneof("body") == "receipt":
                found[answer.receipt.id] = answer.SerializeToString()
            elif answer.WhichOneof("body") == "later":
                peer.send(next(m for m in messages if m.submission.id == answer.later.id))
    return receipts


def read_conf(path):
    """The few `name = 'value'` lines of a client configuration."""
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, mark, value = line.partition("=")
            if mark and not line.lstrip().startswith("#"):
                found[name.strip()] = value.strip().strip('"\'')
    return found


def printed_program(section):
    """The Python that a section of proto/README.md prints."""
    with open(os.path.join(TOP, "proto", "README.md"), encoding="utf-8") as file:
        return file.read().split("\n## %d. " % section)[1].split("```python\n")[1].split("```")[0]


def peer_of(centre, organisation):
    conf = read_conf(os.path.join(centre.env["VEKHA_AGENTS"], organisation + ".conf"))
    return Peer(conf["endpoint"], conf["server_key"], conf["public_key"], conf["secret_key"])
