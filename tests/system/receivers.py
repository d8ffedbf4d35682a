"""Receivers of messages for tests: a mail server with STARTTLS and login, HTTP servers of every temper, a real Alertmanager."""
import json
import os
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from centre import wait_for


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Authority:
    """A certificate authority of the test's own, and a certificate for localhost."""

    def __init__(self, folder):
        self.ca, self.key, self.cert = (os.path.join(folder, name) for name in ("ca.pem", "key.pem", "cert.pem"))
        ca_key, request, extensions = (os.path.join(folder, name) for name in ("ca.key", "req.pem", "ext"))
        with open(extensions, "w", encoding="utf-8") as file:
            file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        for command in (["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", ca_key, "-out", self.ca, "-subj", "/CN=test", "-days", "2"],
                        ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", request, "-subj", "/CN=localhost"],
                        ["x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key, "-CAcreateserial", "-out", self.cert, "-days", "2",
                         "-extfile", extensions]):
            subprocess.run(["openssl", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def context(self):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.cert, self.key)
        return made


class MailServer:
    """Takes mail only over TLS and after a login; keeps (sender, recipients, bytes)."""

    def __init__(self, authority, user="vekha", password="s3cret"):
        self.taken, self.logins = [], []
        expected = (user.encode(), password.encode())

        def authenticate(server, session, envelope, mechanism, data):
            self.logins.append((data.login, bool(session.ssl)))
            return AuthResult(success=(data.login, data.password) == expected)

        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), tls_context=authority.context(), require_starttls=True,
                                     auth_required=True, authenticator=authenticate)
        self.controller.start()
        self.port = self.controller.port

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"

    def close(self):
        self.controller.stop()


class HttpServer:
    """Keeps what is posted; answers as `temper` says: a code, "hang", "cut" or "endless"; with the headers `says`."""

    def __init__(self, temper=200, context=None, says=()):
        self.taken, self.temper, self.calls, self.says = [], temper, 0, list(says)
        self.arrived = []
        outer, self.ended = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                outer.calls += 1
                temper = outer.temper
                if temper == "hang":
                    outer.ended.wait()
                    return
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if temper == "cut":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if temper == "endless":
                    self.send_response(500)
                    self.end_headers()
                    while not outer.ended.is_set():
                        self.wfile.write(b"no " * 10000)
                    return
                if temper == 200:
                    outer.arrived.append(time.monotonic())
                    outer.taken.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(temper)
                for header in outer.says:
                    self.send_header(*header)
                self.end_headers()
                self.wfile.write(b"taken" if temper == 200 else b"not\x07 today")

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


class Journal:
    """A real journald, which the daemons of a centre write to that is started while it stands: VEKHAD_WRAP of tests/sandbox."""

    def __init__(self, folder, monkeypatch):
        self.run = os.path.join(folder, "run")
        monkeypatch.setenv("VEKHA_JOURNAL", self.run)
        monkeypatch.setenv("VEKHAD_WRAP", os.path.join(os.path.dirname(os.path.abspath(__file__)), "with_journal"))

    def entries(self, *matches):
        """Fields of the entries that journalctl finds, oldest first."""
        done = subprocess.run(["journalctl", "--directory", os.path.join(self.run, "log", "journal"), "--output", "json", "--all", *matches],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]


class Alertmanager:
    """The real one of Debian, on free ports and a folder of its own."""

    def __init__(self, folder):
        conf = os.path.join(folder, "alertmanager.yml")
        with open(conf, "w", encoding="utf-8") as file:
            file.write("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        self.port = free_port()
        with open(os.path.join(folder, "alertmanager.log"), "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus-alertmanager", "--config.file=" + conf, "--storage.path=" + os.path.join(folder, "alertmanager"),
                 "--web.listen-address=127.0.0.1:%d" % self.port, "--cluster.listen-address="], stderr=log, stdout=log)
        wait_for(self.is_up, 30, "Alertmanager")

    def get(self, path):
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (self.port, path), timeout=5) as answer:
            return json.loads(answer.read())

    def is_up(self):
        try:
            return self.get("/api/v2/status")
        except OSError:
            return None

    def alerts(self):
        """Those that are active, as it shows them."""
        return self.get("/api/v2/alerts?active=true")

    def close(self):
        self.process.kill()
        self.process.wait()
