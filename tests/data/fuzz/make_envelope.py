"""Writes the seeds in envelope/: one message of each kind with every field, and the shapes that parsers stumble over.

    protoc --proto_path=proto --python_out=DIR proto/vekha.proto
    PYTHONPATH=DIR /usr/bin/python3 tests/data/fuzz/make_envelope.py

Python's protobuf library is an encoder of its own, so the seeds are not what our packing believes to be right."""
import pathlib

import vekha_pb2 as pb

FOLDER = pathlib.Path(__file__).parent / "envelope"
ID = bytes.fromhex("0174c334038070018002030405060708")
KEY = bytes(range(32))
TAG = bytes(range(32))  # a page of the part
MOMENT = 1601002800000000


def whole(message, depth=0):
    """Fills every field of a message."""
    texts = {"period": "2020-Q3", "as_of": "2020-09-25", "expected": "2020-12-01"}
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof:
            continue
        if field.message_type:
            target = getattr(message, field.name)
            for part in [target.add(), target.add()] if field.label == field.LABEL_REPEATED else [target]:
                whole(part)
        elif field.type == field.TYPE_BYTES:
            setattr(message, field.name, {"public_key": KEY, "tag": TAG}.get(field.name, ID))
        elif field.type == field.TYPE_STRING and field.label == field.LABEL_REPEATED:
            getattr(message, field.name).extend(["project\t1\tdigital\tЦифра\t\\N", "agent\t2"])
        elif field.type == field.TYPE_STRING:
            setattr(message, field.name, texts.get(field.name, "школа-1"))
        elif field.type == field.TYPE_ENUM:
            setattr(message, field.name, field.enum_type.values[-1].number)
        elif field.name.endswith("_us"):
            setattr(message, field.name, MOMENT)
        else:
            setattr(message, field.name, 1)
    return message


def envelope(kind):
    e = pb.Envelope(version=1)
    whole(getattr(e, kind)).SetInParent()
    return e


def figures(*some):
    return pb.Envelope(version=1, submission=pb.Submission(id=ID, composed_us=MOMENT, figures=some))


def narratives(*some):
    return pb.Envelope(version=1, submission=pb.Submission(id=ID, composed_us=MOMENT, narratives=some))


kinds = [f.name for f in pb.Envelope.DESCRIPTOR.oneofs[0].fields]
seeds = {kind: envelope(kind).SerializeToString() for kind in kinds}
seeds |= {
    "states": figures(*[pb.Figure(indicator="i", period="2020", state=s) for s in pb.FigureState.values()]),
    "periods": figures(*[pb.Figure(indicator="i", period=p) for p in
                         ("2020-09", "2020-Q3", "2020-H1", "2020-9M", "2020", "2020-09-25", "202009", "2020Q3", "x")]),
    "decimals": figures(*[pb.Figure(indicator="i", period="2020", value=pb.Decimal(mantissa=m, scale=s))
                          for m, s in ((0, 0), (-1, 6), (10**18 - 1, 6), (10**18, 0), (-2**63, 7))]),
    "flawed": figures(pb.Figure(), pb.Figure(indicator="i" * 65, period="2020"), pb.Figure(indicator="a\tb")),
    "nul": figures(pb.Figure(indicator="a\0b", period="2020")),
    "too_many": figures(*[pb.Figure()] * 501),
    "narratives": narratives(pb.Narrative(project="p", period="2020-9M", text="первая строка\nвторая", answerable="завуч"),
                             pb.Narrative(project="p", period="2020-09", withdrawn=True)),
    "flawed_narratives": narratives(pb.Narrative(), pb.Narrative(project="p", period="2020", cause="a\tb"),
                                    pb.Narrative(project="p", period="2020", answerable="a\nb", text="\u202e")),
    "too_many_narratives": narratives(*[pb.Narrative()] * 51),
    "watch_from_now": pb.Envelope(version=1, watch=pb.Watch()),
    "watch_beyond": pb.Envelope(version=1, watch=pb.Watch(after=2**64 - 1)),
    "no_steps": pb.Envelope(version=1, steps=pb.Steps(position=0)),
    "too_many_steps": pb.Envelope(version=1, steps=pb.Steps(position=1, steps=[pb.Step()] * 101)),
    "flawed_step": pb.Envelope(version=1, steps=pb.Steps(position=1, steps=[pb.Step(position=1, explanation_ru="\u202e")])),
    "first_page": pb.Envelope(version=1, consult=pb.Consult()),
    "page_unchanged": pb.Envelope(version=1, part=pb.Part(after="1.0", tag=TAG, unchanged=True)),
    "flawed_page": pb.Envelope(version=1, part=pb.Part(tag=TAG, lines=["centre\t2018\t2024", "a\nb"])),
    "too_many_lines": pb.Envelope(version=1, part=pb.Part(tag=TAG, lines=["x"] * 1001)),
    "no_figures": figures(),
    "version_2": pb.Envelope(version=2, ping=pb.Ping(token=1)),
}
seeds = {name: seed if isinstance(seed, bytes) else seed.SerializeToString() for name, seed in seeds.items()}
seeds |= {
    "empty": b"",
    "unknown_fields": seeds["ping"] + bytes.fromhex("c03e01c13e") + bytes(8) + bytes.fromhex("c23e03616263c53e") + bytes(4),
    "group": seeds["ping"] + bytes.fromhex("c33ec43e"),
    "body_twice": seeds["ping"] + seeds["ping"][2:],
    "cut_off": seeds["submission"][:-3],
}
FOLDER.mkdir(exist_ok=True)
for name, seed in seeds.items():
    (FOLDER / name).write_bytes(seed)
