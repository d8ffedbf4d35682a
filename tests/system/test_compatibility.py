"""Programs one version apart work together: today's centre answers what clients of earlier versions were heard to say, today's clients
understand what earlier centres answered, either passes over what it does not know, and what an earlier version left on a school's disk
is gone on with.  tests/upgrade/record_talk has written tests/data/protocol and tests/data/spool with the programs of their time."""
import json
import os
import shutil
import threading

import pytest
import zmq

import vekha_pb2 as pb
from centre import TOP, Centre
from peer import Peer, figure, peer_of, read_conf, submission

PROTOCOL, SPOOL = (os.path.join(TOP, "tests", "data", name) for name in ("protocol", "spool"))
VERSIONS, SPOOLS = sorted(os.listdir(PROTOCOL)), sorted(os.listdir(SPOOL))
NOW = "2020-10-01T05:10:00Z"  # soon after all that was recorded
ANSWERS = {"hello": "welcome", "submission": "receipt", "ping": "pong", "watch": "steps", "consult": "part", "hear": "questions", "reply": "receipt",
           "enrol": "enrolled"}
# A field, and a body, of a version to come.
UNKNOWN_FIELD, UNKNOWN_BODY = b"\xc0\x3e\x01", b"\x08\x01\xc2\x3e\x02\x08\x01"


def recorded(version, side):
    """Messages of a side, by kind: the longest first."""
    found = {}
    for name in sorted(os.listdir(os.path.join(PROTOCOL, version))):
        who, kind, _ = name.split("-")
        if who == side:
            with open(os.path.join(PROTOCOL, version, name), "rb") as file:
                found.setdefault(kind, []).append(file.read())
    return found


@pytest.fixture(scope="module")
def october():
    """A centre of the time when all was recorded, with something to watch."""
    made = Centre("--now", NOW)
    sent = made.submit("school-3", "consultations", "100", "--period", "2020-9M", "--as-of", "2020-09-30")
    assert sent.returncode == 0, sent.stderr
    made.settled()
    yield made
    made.close()


# --- today's centre ---

@pytest.mark.parametrize("version", VERSIONS)
def test_the_centre_answers_clients_of_an_earlier_version(october, version):
    heard = recorded(version, "client")
    assert {"hello", "submission", "watch"} <= set(heard) <= set(ANSWERS)
    with peer_of(october, "school-3") as peer:
        for kind in ANSWERS:  # a key that is enrolled comes last
            for packed in heard.get(kind, []):
                answer = peer.ask(packed, kinds=set(ANSWERS.values()) | {"later", "refusal"})
                assert answer and answer.WhichOneof("body") == ANSWERS[kind], (kind, answer)
                if kind == "submission":
                    check_receipt(answer.receipt, pb.Envelope.FromString(packed).submission)


def check_receipt(receipt, sent):
    assert receipt.id == sent.id and len(receipt.figures) == len(sent.figures) and len(receipt.narratives) == len(sent.narratives)
    assert all(answer.verdict != pb.REJECTED or answer.reason == pb.UNKNOWN_INDICATOR for answer in [*receipt.figures, *receipt.narratives])


def test_the_centre_passes_over_what_it_does_not_know(october):
    hello, message = pb.Envelope(version=1), submission(figure("consultations", "2020-06", 5), composed=1601528000)
    hello.hello.MergeFromString(UNKNOWN_FIELD)
    message.submission.MergeFromString(UNKNOWN_FIELD)
    message.submission.figures[0].MergeFromString(UNKNOWN_FIELD)
    assert UNKNOWN_FIELD in hello.SerializeToString() and message.SerializeToString().count(UNKNOWN_FIELD) == 2
    with peer_of(october, "school-3") as peer:
        assert peer.ask(hello).welcome.organisation == "school-3"
        assert peer.ask(UNKNOWN_BODY).refusal.reason == pb.MALFORMED
        assert peer.ask(message).receipt.figures[0].verdict in (pb.ACCEPTED, pb.WARNING)


# --- today's clients ---

class EarlierCentre:
    """Answers as a centre of that version was heard to; ids and tokens are those of who asks."""

    def __init__(self, version, disguise=None):
        public, secret = zmq.curve_keypair()
        self.key, self.disguise, self.ended, self.strange = public.decode(), disguise, False, set()
        self.answers = {kind: [pb.Envelope.FromString(packed) for packed in found] for kind, found in recorded(version, "centre").items()}
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.linger, self.socket.curve_server, self.socket.curve_secretkey = 0, True, secret
        self.endpoint = "tcp://127.0.0.1:%d" % self.socket.bind_to_random_port("tcp://127.0.0.1")
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()
        self.socket.close()

    def serve(self):
        while not self.ended:
            if self.socket.poll(50):
                peer, packed = self.socket.recv_multipart()
                for answer in self.answer(pb.Envelope.FromString(packed)):
                    self.socket.send_multipart([peer, answer])

    def answer(self, message):
        kind = message.WhichOneof("body")
        found = self.answers.get(ANSWERS[kind])
        if not found:  # never to be sent to this centre
            self.strange.add(kind)
            return []
        answer = pb.Envelope()
        answer.CopyFrom(found[-1])  # the shortest: of one figure
        if kind == "submission":
            answer.receipt.id = message.submission.id
        packed = answer.SerializeToString()
        return self.disguise(packed) if self.disguise else [packed]


def conf_for(october, folder, centre=None, spool="spool", organisation="school-3"):
    """A configuration of its own, for that centre or the real one."""
    agent, path = read_conf(october.conf(organisation)), os.path.join(folder, "submit.conf")
    if centre:
        agent.update(endpoint=centre.endpoint, server_key=centre.key)
    agent.update(spool=os.path.join(folder, spool), folder=os.path.join(folder, "in"))
    os.makedirs(agent["folder"], exist_ok=True)
    with open(path, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.writelines("%s = '%s'\n" % item for item in agent.items())
    return path


def check_client(october, centre, folder):
    conf = conf_for(october, folder, centre)
    done = october.run("vekha-submit", "-c", conf, "--lang", "ru", "consultations", "7", "--period", "2020-07", *october.at_now())
    assert done.returncode == 0 and "квитанция %d на" % centre.answers["receipt"][-1].receipt.number in done.stdout, done.stdout + done.stderr
    done = october.run("vekhactl", "watch", "--agent", conf, "--after", "0", "--count", "1", "--json")
    step = centre.answers["steps"][0].steps.steps[0]
    assert done.returncode == 0 and json.loads(done.stdout.splitlines()[0])["position"] == step.position, done.stdout + done.stderr
    assert not centre.strange


@pytest.mark.parametrize("version", VERSIONS)
def test_clients_understand_a_centre_of_an_earlier_version(october, tmp_path, version):
    with EarlierCentre(version) as centre:
        check_client(october, centre, str(tmp_path))


def with_more(packed):
    """As a centre to come might answer: another message before, and fields that nobody knows."""
    envelope = pb.Envelope.FromString(packed)
    getattr(envelope, envelope.WhichOneof("body")).MergeFromString(UNKNOWN_FIELD)
    return [UNKNOWN_BODY, envelope.SerializeToString() + UNKNOWN_FIELD]


def test_clients_pass_over_what_they_do_not_know(october, tmp_path):
    with EarlierCentre(VERSIONS[-1], with_more) as centre:
        check_client(october, centre, str(tmp_path))


# --- a school's disk ---

@pytest.mark.parametrize("version", SPOOLS)
def test_what_lies_on_the_disk_is_gone_on_with(october, tmp_path, version):
    """Figures that were queued are sent, receipts shown, a dropped file is brought to its end."""
    shutil.copytree(os.path.join(SPOOL, version), tmp_path, dirs_exist_ok=True)
    spool, conf = tmp_path / "spool", conf_for(october, str(tmp_path))
    waiting, sent = (sorted(os.listdir(spool / name)) for name in ("new", "sent"))
    assert waiting and sent
    run = lambda program, *options: october.run(program, "-c", conf, "--lang", "ru", *options, *october.at_now())  # noqa: E731
    listed = json.loads(run("vekha-submit", "--list", "--json").stdout)["rows"]
    assert {row["id"] for row in listed} == {*waiting, *sent}
    assert all(run("vekha-submit", "--receipt", id).returncode in (0, 1) for id in sent)
    with_docket = (spool / "dockets").is_dir() and os.listdir(spool / "dockets")
    done = run("vekha-agent", "--once") if with_docket else run("vekha-submit", "--send")
    assert done.returncode in (0, 1) and not os.listdir(spool / "new"), done.stdout + done.stderr
    assert not (spool / "bad").is_dir() or not os.listdir(spool / "bad")
    stored = {row[0] for row in october.sql("SELECT id FROM vekha.submission")}
    assert set(waiting) <= stored
    if with_docket:
        assert not os.listdir(spool / "dockets") and not os.listdir(tmp_path / "in" / "sending")
        assert len(os.listdir(tmp_path / "in" / "accepted")) == 2  # the file and its report
        assert run("vekha-submit", "--due").returncode == 0
