"""Files of a spool, read and written from the drawing in record.c alone: no line of C of ours is in it."""
import hashlib
import os

import vekha_pb2 as pb

HEAD, MAGIC = 48, b"VEKHA\n\x01"


def record(kind, body):
    start = MAGIC + kind + len(body).to_bytes(4, "little") + bytes(4)
    return start + hashlib.sha256(start + body).digest() + body


def take(data, kind):
    """The body of the first record, and what follows it."""
    length = int.from_bytes(data[8:12], "little")
    body, rest = data[HEAD:HEAD + length], data[HEAD + length:]
    assert data[:8] == MAGIC + kind and len(body) == length
    assert hashlib.sha256(data[:16] + body).digest() == data[16:HEAD]
    return body, rest


def read(path):
    """A submission's bytes, and the centre's answer or None."""
    with open(path, "rb") as file:
        body, rest = take(file.read(), b"S")
    return body, take(rest, b"A")[0] if rest else None


def names(spool, folder):
    path = os.path.join(spool, folder)
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def altered(body):
    """Another submission under the same id."""
    envelope = pb.Envelope.FromString(body)
    for figure in envelope.submission.figures:
        figure.value.mantissa += 1
    for narrative in envelope.submission.narratives:
        narrative.text += "!"
    return envelope.SerializeToString()
