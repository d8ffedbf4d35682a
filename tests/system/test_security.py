"""What docs/security.md promises and no other test holds."""
import os
import time

import vekha_pb2 as pb
import zmq
from peer import figure, peer_of, read_conf, submission


def test_who_poses_as_the_centre_gets_nothing(centre, tmp_path):
    """The address is right, the key is another: as if somebody stood between the school and the centre."""
    conf, (other, _) = tmp_path / "submit.conf", zmq.curve_keypair()
    own = read_conf(centre.conf("school-3"))
    conf.write_text("endpoint = '%s'\nserver_key = '%s'\nsecret_key = '%s'\nspool = 'spool'\n" % (own["endpoint"], other.decode(), own["secret_key"]))
    conf.chmod(0o600)
    before = centre.number("SELECT count(*) FROM vekha.submission")
    done = centre.run("vekha-submit", "-c", str(conf), "--lang", "en", "--wait", "8", "consultations", "5", "--period", "2026-01")
    assert done.returncode == 75 and "not as the centre whose server_key" in done.stderr, done.stderr
    assert len(os.listdir(tmp_path / "spool" / "new")) == 1
    assert centre.number("SELECT count(*) FROM vekha.submission") == before


def test_a_figure_of_the_future_is_replaced_all_the_same(centre):
    """A clock that is a year ahead, by mistake or on purpose, gives no lasting word."""
    with peer_of(centre, "school-3") as peer:
        ahead = peer.ask(submission(figure("consultations", "2026-02", 99), composed=time.time() + 365 * 86400))
        assert [v.verdict for v in ahead.receipt.figures] in ([pb.ACCEPTED], [pb.WARNING])
        true = peer.ask(submission(figure("consultations", "2026-02", 5), composed=time.time() + 1))
        assert [v.verdict for v in true.receipt.figures] == [pb.REPLACED]
    assert centre.number("SELECT value FROM vekha.figure f JOIN vekha.organisation o ON o.id = f.organisation"
                         " WHERE o.code = 'school-3' AND period = 2026002") == 5


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""  # another's, or gone


def test_no_secret_is_shown_to_who_looks_at_processes_and_logs(centre):
    conf = read_conf(os.path.join(centre.dir, "vekhad.conf"))
    with open(os.path.join(centre.dir, conf["server_key"]), encoding="ascii") as file:
        secrets = [line.strip().encode() for line in file if len(line.strip()) == 40]
    own = read_conf(centre.conf("school-3"))
    secrets.append(own["secret_key"].encode())
    done = centre.submit("school-3", "consultations", "6", "--period", "2026-03", "--yes")
    assert done.returncode == 0 and len(secrets) >= 2
    said = [centre.log().encode(), done.stdout.encode(), done.stderr.encode()]
    said += [read("/proc/%s/%s" % (pid, what)) for pid in os.listdir("/proc") if pid.isdigit() for what in ("cmdline", "environ")]
    assert not [secret for secret in secrets if any(secret in text for text in said)]
