"""Enrolment: one line lets one computer in, once; the key never leaves it; and nothing that is cut off in between leaves it outside."""
import base64
import hashlib
import os
import re
import stat
import subprocess

import pytest
import vekha_pb2 as pb
import zmq
import zmq.utils.z85 as z85
from centre import Centre, wait_for
from peer import Peer, figure, submission

FIGURE = ("consultations", "7", "--period", "2020-9M", "--as-of", "2020-09-25")


class Invitation:
    """Reads the line by its description in wire/invitation.h, with other libraries than the programs do."""

    def __init__(self, text):
        self.line = [line for line in text.splitlines() if not line.startswith("#")][-1]
        coded = self.line.removeprefix("vekha1_")
        raw = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
        self.server_key, self.seed, self.endpoint = z85.encode(raw[:32]).decode(), raw[32:48], raw[48:-4].decode()
        assert hashlib.blake2b(raw[:-4], digest_size=16).digest()[:4] == raw[-4:]

    def peer(self):
        """A connection that is through: the centre may need a moment to hear of the invitation."""
        return wait_for(self.connect, 10, "the invitation is known")

    def connect(self):
        secret = z85.encode(hashlib.blake2b(self.seed, key=b"vekha invitation", digest_size=32).digest())
        peer = Peer(self.endpoint, self.server_key, zmq.curve_public(secret).decode(), secret.decode())
        peer.send(pb.Envelope(version=1, hello=pb.Hello()))
        if peer.receive(2, kinds=("welcome",)):
            return peer
        peer.socket.close()
        return None


def invite(centre, organisation="school-1", *options):
    done = centre.ctl("agent", "enrol", organisation, *options)
    assert done.returncode == 0, done.stderr
    return Invitation(done.stdout)


def latest_agent(centre):
    return max(row["id"] for row in centre.ctl_json("agent", "list")["rows"])


def keys_of(centre, agent):
    return [row for row in centre.ctl_json("agent", "list")["rows"] if row["id"] == agent]


def setting(conf, name):
    """A value of a configuration, without the backslashes that keep libconfuse from reading a variable in it."""
    return re.sub(r"\\(.)", r"\1", re.search('%s = "(.*)"' % name, conf.read_text()).group(1))


def in_force(centre, agent):
    return [row["public_key"] for row in keys_of(centre, agent) if row["revoked_at"] is None]


def submit(centre, conf, *arguments, **options):
    return centre.run("vekha-submit", "-c", str(conf), "--lang", "en", *arguments, *centre.at_now(), **options)


def ask(peer, key):
    return peer.ask(pb.Envelope(version=1, enrol=pb.Enrol(public_key=key, language=pb.ENGLISH)), kinds=("enrolled", "refusal"))


@pytest.fixture(scope="module")
def organisation(centre):
    return centre.sql("SELECT code FROM vekha.organisation ORDER BY code DESC LIMIT 1")[0][0]


@pytest.mark.parametrize("way", ("file", "line", "stdin"))
def test_one_command_at_the_school(centre, organisation, tmp_path, way):
    printed = centre.ctl("agent", "enrol", organisation).stdout
    agent, conf, letter = latest_agent(centre), tmp_path / "new" / "folder" / "submit.conf", tmp_path / "letter"
    letter.write_text(printed)
    invitation = Invitation(printed)
    given = {"file": str(letter), "line": invitation.line, "stdin": "-"}[way]
    with open(letter, encoding="utf-8") as text:
        done = subprocess.run(["vekha-submit", "--enrol", given, "-c", str(conf), "--lang", "en"], env=centre.env, text=True, stdin=text,
                              capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Enrolled: " + organisation in done.stdout
    assert stat.S_IMODE(os.stat(conf).st_mode) == 0o600
    assert os.listdir(conf.parent) == ["submit.conf"]
    done = submit(centre, conf, *FIGURE)
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(lambda: len(in_force(centre, agent)) == 1, what="the invitation is done with")
    assert in_force(centre, agent) == [setting(conf, "public_key")]
    # The centre has neither the secret of the invitation nor that of the key.
    secret = setting(conf, "secret_key")
    everything = centre.run("pg_dump", "--data-only").stdout + centre.log()
    assert secret not in everything and invitation.line not in everything


def test_used_once(centre, organisation):
    invitation, first, second = invite(centre, organisation), b"\x01" * 32, b"\x02" * 32
    agent = latest_agent(centre)
    with invitation.peer() as peer:
        assert ask(peer, first).enrolled.organisation == organisation
        assert ask(peer, first).enrolled.organisation == organisation  # the answer was lost
        refusal = ask(peer, second).refusal
        assert refusal.reason == pb.INVITATION_USED and "another computer" in refusal.text
        assert "the invitation of agent %d was used once more" % agent in centre.log()
        refusal = peer.ask(submission(figure("consultations", "2020-9M", 1))).refusal
        assert refusal.reason == pb.INVITED
        assert peer.ask(pb.Envelope(version=1, watch=pb.Watch())).refusal.reason == pb.INVITED
    assert len(keys_of(centre, agent)) == 2
    assert centre.number("SELECT count(*) FROM vekha.submission WHERE agent = %d" % agent) == 0


def test_a_key_of_another_is_no_new_key(centre, organisation):
    with invite(centre, organisation).peer() as peer:
        assert ask(peer, b"\x03" * 32).enrolled.organisation
    with invite(centre, organisation).peer() as peer:
        assert ask(peer, b"\x03" * 32).refusal.reason == pb.KEY_TAKEN


def test_revoked_before_it_was_used(centre, organisation, tmp_path):
    invitation = invite(centre, organisation)
    assert centre.ctl("agent", "revoke", str(latest_agent(centre))).returncode == 0
    done = submit(centre, tmp_path / "submit.conf", "--enrol", invitation.line)
    assert done.returncode == 1 and "does not know this invitation" in done.stderr
    assert not (tmp_path / "submit.conf").exists()


def test_revoking_the_agent_revokes_both(centre, organisation, tmp_path):
    invitation, conf = invite(centre, organisation), tmp_path / "submit.conf"
    agent = latest_agent(centre)
    assert submit(centre, conf, "--enrol", invitation.line).returncode == 0
    assert centre.ctl("agent", "revoke", str(agent)).returncode == 0
    assert in_force(centre, agent) == []
    done = submit(centre, conf, *FIGURE, "--wait", "3")
    assert done.returncode == 75 and "does not know this computer's key" in done.stderr


def test_time_is_over(tmp_path):
    centre = Centre("--now", "2020-09-25T06:00:00Z", "--without-agents")
    try:
        invitation = invite(centre, "bogotol", "--days", "2")
        centre.sandbox("now", "2020-09-28T06:00:00Z")
        done = submit(centre, tmp_path / "submit.conf", "--enrol", invitation.line)
        assert done.returncode == 1 and "out of date" in done.stderr
        assert in_force(centre, 1) and not (tmp_path / "submit.conf").exists()
    finally:
        centre.close()


def test_what_is_said_of_a_bad_line(centre, organisation, tmp_path):
    line, conf = invite(centre, organisation).line, tmp_path / "submit.conf"
    for given, said in ((line[:-9], "not the whole invitation"), (line[:30] + ("A" if line[30] != "A" else "B") + line[31:], "character"),
                        ("hello", "begins with vekha1_")):
        done = submit(centre, conf, "--enrol", given)
        assert done.returncode == 2 and said in done.stderr, done.stderr
    conf.write_text("here already")
    done = submit(centre, conf, "--enrol", line)
    assert done.returncode == 1 and "is enrolled already" in done.stderr
    assert conf.read_text() == "here already"
    done = centre.ctl("agent", "enrol", organisation, "--days", "1000")
    assert done.returncode != 0 and "--days" in done.stderr


def test_the_centre_is_away(fresh, tmp_path):
    """Nothing is lost: the same command, later, asks for the same key."""
    invitation, conf, half = invite(fresh, "bogotol"), tmp_path / "submit.conf", tmp_path / "submit.conf.enrolling"
    agent = latest_agent(fresh)
    fresh.sandbox("stop", "postgres")
    process = subprocess.Popen(["vekha-submit", "--enrol", invitation.line, "-c", str(conf), "--lang", "en"], env=fresh.env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: half.exists() and "public_key" in half.read_text(), what="the key was made")
    key = setting(half, "public_key")
    process.kill()
    process.communicate()
    fresh.sandbox("start", "postgres")
    done = submit(fresh, conf, "--enrol", invitation.line, timeout=90)
    assert done.returncode == 0, done.stderr
    assert key in in_force(fresh, agent) and not half.exists()


def test_killed_at_each_step_of_an_enrolment(centre, organisation, tmp_path):
    """Whatever has been done by then, the same command brings it to its end, with one key."""
    kills = 0
    for number in range(40):
        conf = tmp_path / str(number) / "submit.conf"
        os.makedirs(conf.parent)
        invitation = invite(centre, organisation)
        agent = latest_agent(centre)
        done = subprocess.run(killing(number + 1, conf, "--enrol", invitation.line), env=centre.env, capture_output=True, text=True, timeout=90)
        if done.returncode not in (-9, 137):
            assert done.returncode == 0, done.stderr
            break
        kills += 1
        again = submit(centre, conf, "--enrol", invitation.line)
        assert again.returncode == 0 or "is enrolled already" in again.stderr, again.stderr
        check_enrolled(centre, conf, agent)
    assert kills >= 4, "the steps are not seen any more"


def test_killed_at_each_step_of_a_change_of_keys(centre, organisation, tmp_path):
    """At every moment the computer can send; and the change comes to its end by the same command."""
    conf, kills = tmp_path / "submit.conf", 0
    assert submit(centre, conf, "--enrol", invite(centre, organisation).line).returncode == 0
    agent = latest_agent(centre)
    for number in range(40):
        before = setting(conf, "public_key")
        done = subprocess.run(killing(number + 1, conf, "--new-key"), env=centre.env, capture_output=True, text=True, timeout=90)
        if done.returncode not in (-9, 137):
            assert done.returncode == 0, done.stderr
            assert setting(conf, "public_key") != before
            break
        kills += 1
        check_enrolled(centre, conf, agent)
        assert submit(centre, conf, "--new-key").returncode == 0
        check_enrolled(centre, conf, agent)
    assert kills >= 4, "the steps are not seen any more"


def killing(step, conf, *arguments):
    """The command, killed at its step-th touch of its own files."""
    paths = [part for name in ("", ".enrolling", ".new", ".enrolling.new") for part in ("-P", str(conf) + name)]
    calls = "openat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,fsync"
    return ["strace", "-f", "-qq", "-o", "/dev/null", *paths, "-e", "trace=" + calls,
            "-e", "inject=%s:signal=SIGKILL:when=%d" % (calls, step), "vekha-submit", "-c", str(conf), "--lang", "en", *arguments]


def check_enrolled(centre, conf, agent):
    done = submit(centre, conf, *FIGURE)
    assert done.returncode == 0, done.stdout + done.stderr
    own = setting(conf, "public_key")
    assert own in in_force(centre, agent)


def test_keys_that_stand_elsewhere(centre, organisation, tmp_path):
    conf = tmp_path / "submit.conf"
    assert submit(centre, conf, "--enrol", invite(centre, organisation).line).returncode == 0
    text = conf.read_text()
    (tmp_path / "own.key").write_text(setting(conf, "secret_key") + "\n")
    os.chmod(tmp_path / "own.key", 0o600)
    conf.write_text(re.sub('secret_key = ".*"', 'secret_key_file = "own.key"', text))
    done = submit(centre, conf, "--new-key")
    assert done.returncode == 75 and "each on a line of its own" in done.stderr
    assert submit(centre, conf, *FIGURE).returncode == 0
