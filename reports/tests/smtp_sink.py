"""A mail server of a few lines in a thread: takes letters, refuses, breaks off, or says nothing."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Session(socketserver.StreamRequestHandler):
    server: "Sink"

    def handle(self) -> None:
        if self.server.mood == "silent":
            self.server.over.wait(10)
            return
        self._say("220 sink")
        for line in iter(self.rfile.readline, b""):
            verb = line.strip().upper()[:4]
            if verb == b"RCPT" and self.server.mood == "refuses":
                self._say("550 no such person")
            elif verb == b"RCPT" and self.server.mood == "later":
                self._say("451 later")
            elif verb == b"DATA":
                self._take()
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            lines.append(line)
        if self.server.mood == "breaks":
            self.connection.close()
            return
        self.server.letters.append(b"".join(lines))
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    """What came stands in `letters`."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, mood: str) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mood, self.letters, self.over = mood, [], threading.Event()

    @property
    def settings(self) -> dict[str, Any]:
        """What `MAIL_SERVER` would be."""
        smtp = "django.core.mail.backends.smtp.EmailBackend"
        return {"backend": smtp, "host": "127.0.0.1", "port": self.server_address[1], "timeout": 0.5}


@contextmanager
def sink(mood: str = "kind") -> Iterator[Sink]:
    """A server that listens while inside."""
    with Sink(mood) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
