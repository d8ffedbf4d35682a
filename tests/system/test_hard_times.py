"""What a centre meets in its years: a database of other habits, a catalogue that is behind, a report that is lost, a cheat."""
import os
import signal
import socket
import subprocess
import threading

import pytest
import zmq

import vekha_pb2 as pb
from centre import wait_for
from peer import Peer, figure, peer_of, read_conf, submission

LAGS = figure("consultations", "2020-9M", 100, as_of="2020-09-30")


def ping(token=1):
    return pb.Envelope(version=1, ping=pb.Ping(token=token))


def test_check_says_that_all_is_well(centre):
    done = centre.run("vekhad", "-c", os.path.join(centre.dir, "vekhad.conf"), "--check")
    assert done.returncode == 0 and "All is well" in done.stdout, done.stdout + done.stderr


def test_check_says_what_is_wrong(centre):
    other = os.path.join(centre.dir, "other.secret")
    with open(other, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(zmq.curve_keypair()[1].decode() + "\n")
    conf = os.path.join(centre.dir, "other.conf")
    with open(os.path.join(centre.dir, "vekhad.conf"), encoding="utf-8") as good, open(conf, "w", encoding="utf-8") as bad:
        bad.write(good.read().replace("curve.secret", "other.secret"))
    done = centre.run("vekhad", "-c", conf, "--check")
    assert done.returncode == 2 and "server_key" in done.stdout


def test_nobody_lends_himself_a_key(centre):
    """A peer may announce properties of its own; those that authentication gave it count."""
    own, other = (read_conf(centre.conf(code)) for code in ("school-3", "school-4"))
    with Peer(own["endpoint"], own["server_key"], own["public_key"], own["secret_key"]) as peer:
        peer.socket.disconnect(own["endpoint"])
        peer.socket.setsockopt(95, ("X-Key:" + other["public_key"]).encode())  # ZMQ_METADATA
        peer.socket.connect(own["endpoint"])
        assert peer.ask(pb.Envelope(version=1, hello=pb.Hello())).welcome.organisation == "school-3"


def test_figures_are_stored_whatever_isolation_the_database_prefers(fresh):
    fresh.sql("ALTER DATABASE vekha SET default_transaction_isolation = 'serializable'")
    fresh.sandbox("restart", "postgres")
    with peer_of(fresh, "school-3") as peer:
        assert peer.deliver(submission(LAGS), 20).WhichOneof("body") == "receipt"
    fresh.settled()
    assert len(fresh.open_alerts("school-3", "consultations")) == 1


def test_a_revoked_agent_stores_nothing_though_the_catalogue_is_behind(fresh):
    """Its key is taken back in a way that no daemon hears of."""
    with peer_of(fresh, "school-4") as revoked, peer_of(fresh, "school-3") as honest:
        assert revoked.ask(submission(figure("consultations", "2026-01", 1))).WhichOneof("body") == "receipt"
        fresh.sql("UPDATE vekha.agent a SET revoked_at = enrolled_at, revoked_by = 'test' FROM vekha.organisation o"
                  " WHERE o.id = a.organisation AND o.code = 'school-4'")
        fresh.freeze_daemon()  # so that both come in one group
        for peer in (revoked, honest):
            peer.send(submission(figure("consultations", "2026-02", 1)))
        fresh.thaw_daemon()
        assert honest.receive(kinds=("receipt", "later", "refusal")).WhichOneof("body") == "receipt"
        assert revoked.receive(kinds=("receipt", "later", "refusal")).WhichOneof("body") == "later"
        fresh.sql("SELECT vekha.catalogue_changed()")
        wait_for(lambda: revoked.ask(submission(figure("consultations", "2026-02", 1))).WhichOneof("body") == "refusal",
                 2, "a refusal")
    assert fresh.number("SELECT count(*) FROM vekha.figure WHERE period = 2026002") == 1


def test_where_a_target_stands_is_not_told_to_a_revoked_key(fresh):
    """An agent has two keys, one of them stolen and revoked; the thief's connection is still open and speaks last."""
    conf = read_conf(fresh.conf("school-3"))
    public, secret = (key.decode() for key in zmq.curve_keypair())
    fresh.sql("INSERT INTO vekha.agent_key (public_key, agent, added_at) SELECT '%s', k.agent, k.added_at FROM vekha.agent_key k"
              " WHERE k.public_key = '%s'" % (public.replace("'", "''"), conf["public_key"].replace("'", "''")))
    fresh.sql("SELECT vekha.catalogue_changed()")

    def open_connection():
        peer = Peer(conf["endpoint"], conf["server_key"], public, secret)
        if peer.ask(ping(), seconds=1) is None:  # the daemon did not know the key yet
            peer.socket.close()
            return None
        return peer
    with wait_for(open_connection, what="a connection with the new key") as owner, peer_of(fresh, "school-3") as thief:
        assert thief.ask(ping()) is not None
        fresh.sql("UPDATE vekha.agent_key SET revoked_at = added_at WHERE public_key = '%s'"
                  % conf["public_key"].replace("'", "''"))
        fresh.sql("SELECT vekha.catalogue_changed()")
        wait_for(lambda: thief.ask(ping()).WhichOneof("body") == "refusal", what="a refusal")
        fresh.freeze_daemon()
        owner.send(submission(LAGS))
        thief.send(ping())
        fresh.thaw_daemon()
        assert owner.receive(kinds=("standing",)) is not None
        assert thief.receive(seconds=1, kinds=("standing",)) is None


class HoldingServer:
    """A mail server that takes letters, but says so only when it may; or refuses them, and never says goodbye."""

    def __init__(self, port):
        self.socket = socket.create_server(("127.0.0.1", port))
        self.letters, self.may_answer = 0, threading.Event()
        self.refuses, self.goodbyes = False, 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with connection, connection.makefile("rwb") as talk:
            def say(line):
                talk.write(line + b"\r\n")
                talk.flush()
            say(b"220 here")
            in_letter = False
            for line in talk:
                if in_letter and line == b".\r\n":
                    in_letter = False
                    self.letters += 1
                    self.may_answer.wait(60)
                    say(b"250 taken")
                elif line.upper().startswith(b"QUIT"):
                    self.goodbyes += 1
                elif self.refuses and line.upper().startswith(b"RCPT"):
                    say(b"550 nobody here")
                elif not in_letter:
                    in_letter = line.upper().startswith(b"DATA")
                    say(b"354 go on" if in_letter else b"250 yes")


@pytest.fixture
def holding(fresh):
    """Instead of the sandbox's mail server, once that has taken the letters that the programme gave rise to."""
    fresh.settled()
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL") == 0, 60, "sending of all letters")
    with open(fresh.dir + "/state", encoding="utf-8") as file:
        state = dict(line.rstrip("\n").split("=", 1) for line in file)
    os.killpg(int(state["smtp_pid"]), signal.SIGTERM)

    def listen():
        try:
            return HoldingServer(int(state["smtp_port"]))
        except OSError:
            return None
    made = wait_for(listen, what="the port of the mail server")
    yield made
    made.socket.close()


def test_a_letter_sent_while_the_database_was_away_is_not_sent_again(fresh, holding):
    with peer_of(fresh, "school-3") as peer:
        assert peer.ask(submission(LAGS)).WhichOneof("body") == "receipt"
    wait_for(lambda: holding.letters == 1, what="a letter")
    letter = fresh.number("SELECT min(id) FROM vekha.outbox WHERE leased_until IS NOT NULL")
    fresh.sandbox("kill", "postgres")
    holding.may_answer.set()
    wait_for(lambda: "message %d sent" % letter in fresh.log(), what="the end of sending")
    fresh.freeze_daemon()
    fresh.sandbox("start", "postgres")
    fresh.sql("UPDATE vekha.outbox SET leased_until = '2020-01-01' WHERE id = %d" % letter)  # away for longer than a lease
    fresh.thaw_daemon()
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.outbox WHERE id = %d AND sent_at IS NOT NULL" % letter) == 1, 60, "the report")
    assert fresh.sql("SELECT attempts FROM vekha.outbox WHERE id = %d" % letter) == [["1"]]


def test_a_mail_server_that_never_says_goodbye_stops_no_figures(fresh, holding):
    """Each answer is waited for less long than libcurl would wait for the goodbye (60 s)."""
    holding.refuses = True
    with peer_of(fresh, "school-3") as peer:
        assert peer.ask(submission(LAGS)).WhichOneof("body") == "receipt"
        wait_for(lambda: holding.goodbyes > 0, what="a goodbye")
        for month in range(1, 6):
            assert peer.ask(submission(figure("consultations", "2026-%02d" % month, 1)), 20).WhichOneof("body") == "receipt"
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.outbox WHERE dead_at IS NOT NULL") > 0, what="a dead letter")


# A name server that never answers, as far as getaddrinfo() can tell.
HANGING_NAMES = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    unsigned left = 60;
    if (node == NULL || strcmp(node, "hanging.example") != 0)
        return real(node, service, hints, ret);
    while (left > 0)
        left = sleep(left);
    return EAI_AGAIN;
}
"""


def test_a_name_server_that_hangs_stops_no_figures(fresh, monkeypatch):
    """Giving up a letter does not wait for the thread that still looks the mail server's name up (60 s here)."""
    shim = os.path.join(fresh.dir, "names.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", shim, "-"], input=HANGING_NAMES, text=True, check=True)
    conf = os.path.join(fresh.dir, "vekhad.conf")
    with open(conf, encoding="utf-8") as file:
        lines = [line if "server =" not in line else '    server = "smtp://hanging.example"\n' for line in file]
    with open(conf, "w", encoding="utf-8") as file:
        file.writelines(lines)
    fresh.settled()
    fresh.sandbox("stop", "vekhad")
    monkeypatch.setenv("VEKHAD_WRAP", "env LD_PRELOAD=" + shim)
    fresh.sandbox("start", "vekhad")
    with peer_of(fresh, "school-3") as peer:
        assert peer.ask(submission(LAGS)).WhichOneof("body") == "receipt"
        while "not sent" not in fresh.log():
            assert peer.ask(ping(), seconds=15) is not None
            assert peer.receive(seconds=0.02, kinds=("pong",)) is None
        for month in range(1, 4):
            assert peer.ask(submission(figure("consultations", "2026-%02d" % month, 1)), 15).WhichOneof("body") == "receipt"
