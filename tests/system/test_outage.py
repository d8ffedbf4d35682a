"""PostgreSQL away and back, the mail server away, hanging and back: nothing acknowledged, nothing lost, all goes on by itself."""
import socket
import threading

import vekha_pb2 as pb
from centre import wait_for
from peer import figure, peer_of, submission


def test_postgres_stopped_and_started(fresh):
    with peer_of(fresh, "school-3") as peer:
        assert peer.ask(submission(figure("consultations", "2026-01", 1))).WhichOneof("body") == "receipt"
        fresh.sandbox("kill", "postgres")
        wanted = [submission(figure("consultations", "2026-%02d" % month, month)) for month in range(2, 10)]
        answer = peer.ask(wanted[0], seconds=20)
        assert answer.later.reason == pb.DATABASE_AWAY and answer.later.retry_after_ms > 0
        assert peer.ask(pb.Envelope(version=1, ping=pb.Ping(token=1))).pong.token == 1
        assert peer.ask(pb.Envelope(version=1, hello=pb.Hello())).WhichOneof("body") == "welcome"
        fresh.sandbox("start", "postgres")
        for message in wanted:
            assert peer.deliver(message).WhichOneof("body") == "receipt"
    fresh.settled()
    assert fresh.number("SELECT count(*) FROM vekha.figure") == 9
    fresh.check_invariants()


def test_a_daemon_without_a_database_comes_up_and_waits_for_it(fresh):
    fresh.sandbox("stop", "postgres")
    fresh.sandbox("stop", "vekhad")
    starter = threading.Thread(target=fresh.sandbox, args=("start", "vekhad"))
    starter.start()
    fresh.sandbox("start", "postgres")
    starter.join()
    with peer_of(fresh, "school-3") as peer:
        assert peer.deliver(submission(figure("consultations", "2026-01", 1))).WhichOneof("body") == "receipt"


class HangingServer:
    """Accepts connections and never says a word."""

    def __init__(self, port):
        self.socket = socket.create_server(("127.0.0.1", port))
        self.taken = []
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                self.taken.append(self.socket.accept()[0])
            except OSError:
                return

    def close(self):
        self.socket.close()
        for connection in self.taken:
            connection.close()


class ThinkingServer:
    """A mail server that takes its time before it wants to hear the letter: until it is told to."""

    def __init__(self, port):
        self.socket, self.asked, self.told, self.rest = socket.create_server(("127.0.0.1", port)), threading.Event(), threading.Event(), None
        self.thread = threading.Thread(target=self.talk, daemon=True)
        self.thread.start()

    def talk(self):
        connection = self.socket.accept()[0]
        connection.sendall(b"220 thinks\r\n")
        with connection.makefile("rb") as lines:
            for line in lines:
                if line.startswith(b"DATA"):
                    self.asked.set()
                    self.told.wait(60)
                    connection.sendall(b"354 go on\r\n")
                    self.rest = lines.read()
                    return
                connection.sendall(b"250 so be it\r\n")


def test_a_mail_server_that_hangs_holds_up_neither_ingest_nor_alerts(fresh):
    sent = "SELECT count(*) FROM vekha.outbox WHERE sent_at IS NOT NULL"
    fresh.composed()
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL") == 0, what="first letters")
    fresh.sandbox("stop", "mailbox")
    port = int(fresh.state()["smtp_port"])
    server = wait_for(lambda: try_listen(port), what="the port of the mail server")
    with peer_of(fresh, "school-3") as peer:
        answer = peer.ask(submission(figure("consultations", "2020-9M", 100, as_of="2020-09-30")))
        assert answer.WhichOneof("body") == "receipt"
        # A letter is due again: what the figure leads to is not told of a school that is silent.
        fresh.sql("UPDATE vekha.outbox SET sent_at = NULL, next_attempt_at = created_at, leased_until = NULL"
                  " WHERE id = (SELECT max(id) FROM vekha.outbox)")
        before = fresh.number(sent)
        wait_for(lambda: server.taken, seconds=30, what="an attempt to send")
        for month in range(1, 6):
            assert peer.ask(submission(figure("consultations", "2026-%02d" % month, 1))).WhichOneof("body") == "receipt"
    fresh.settled()
    assert fresh.open_alerts("school-3", "consultations")
    assert fresh.number(sent) == before
    server.close()
    fresh.sandbox("start", "mailbox")
    fresh.sql("UPDATE vekha.outbox SET next_attempt_at = created_at, leased_until = NULL WHERE sent_at IS NULL")
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL") == 0, 90, "every letter sent")
    assert len(fresh.letters()) == fresh.number("SELECT count(*) FROM vekha.outbox") + 1  # the one that was due again


def try_listen(port, server=HangingServer):
    try:
        return server(port)
    except OSError:
        return None


def test_a_daemon_that_ends_leaves_no_letter_half_written(fresh):
    """What is cut off is no letter: it comes whole from the next daemon."""
    fresh.composed()
    wait_for(lambda: fresh.number("SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL") == 0, what="first letters")
    fresh.sandbox("stop", "mailbox")
    server = wait_for(lambda: try_listen(int(fresh.state()["smtp_port"]), ThinkingServer), what="the port of the mail server")
    fresh.sql("UPDATE vekha.outbox SET sent_at = NULL, next_attempt_at = created_at, leased_until = NULL WHERE id = (SELECT max(id) FROM vekha.outbox)")
    assert server.asked.wait(60), "a letter is on its way"
    fresh.sandbox("stop", "vekhad")
    server.told.set()
    server.thread.join(60)
    assert b"\r\n.\r\n" not in b"\r\n" + server.rest, "an end of a letter that never began"
