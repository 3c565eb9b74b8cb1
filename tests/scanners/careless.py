"""A page that does carelessly what a scanner looks for: it shows that the scanner would have found it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@contextmanager
def careless(answer: Callable[[str], tuple[int, str]], term: str) -> Iterator[str]:
    """The address of a page that answers, with a status, whatever `term` it is sent."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            (sent,) = parse_qs(urlsplit(self.path).query).get("term", [""])
            status, body = answer(sent)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    page = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{page.server_port}/?term={term}"
    finally:
        page.shutdown()
        page.server_close()
