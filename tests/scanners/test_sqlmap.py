"""sqlmap tries to put statements of its own into every parameter of the addresses that look something up.

`make attack`. A view of the test's own that asks the database carelessly shows that sqlmap would have found one.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from benchmarks.servers import server
from tests.browser.centre import Centre

pytestmark = pytest.mark.scanners

STAFF = (
    "/courses-admin/users/child/?q=nour&o=1&p=1",
    "/courses-admin/payments/payment/?q=2026&paid_at_from=01/01/2026&paid_at_to=31/12/2026&method__exact=cash",
    "/courses-admin/enrollments/enrollment/?q=nour&status__exact=active&o=2",
    "/courses-admin/reports/receivables/?page=1",
    "/courses-admin/autocomplete/?term=no&app_label=enrollments&model_name=enrollment&field_name=course",
)
VISITOR = ("/api/v1/courses/?search=nour&page=1&page_size=5&season=1", "/search/?q=nour", "/?page=1")
#: What it says when it got in.
GOT_IN = "sqlmap identified the following injection point"
#: How sqlmap says that all is well.
NOTHING_FOUND = "[CRITICAL] all tested parameters do not appear to be injectable"


def attack(address: str, folder: Path, cookie: str = "") -> str:
    """What sqlmap said about the address."""
    command = ["sqlmap", "--url", address, "--batch", "--disable-coloring", "--output-dir", str(folder)]
    command += ["--level", os.environ.get("SCAN_LEVEL", "1"), "--risk", "2", "--dbms", "PostgreSQL", "--threads", "2"]
    command += ["--ignore-code", "*", "--flush-session"]
    command += ["--cookie", f"sessionid={cookie}", "--param-exclude", "sessionid"] if cookie else []
    done = subprocess.run(
        command, env={**os.environ, "HOME": str(folder)}, capture_output=True, text=True, check=False, timeout=900
    )
    assert "[CRITICAL]" not in done.stdout.replace(NOTHING_FOUND, ""), done.stdout[-2000:]
    return done.stdout


@pytest.mark.parametrize("path", STAFF)
def test_sqlmap_finds_nothing_in_the_staffs_pages(
    centre: Centre, cookie_of: Callable[[str], str], tmp_path: Path, path: str
) -> None:
    assert GOT_IN not in attack(centre.address + path, tmp_path, cookie_of("manager"))


@pytest.mark.parametrize("path", VISITOR)
def test_sqlmap_finds_nothing_where_anybody_looks(centre: Centre, tmp_path: Path, path: str) -> None:
    assert GOT_IN not in attack(centre.address + path, tmp_path)


@contextmanager
def careless() -> Iterator[str]:
    """A page that writes what it was sent into its statement."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            (term,) = parse_qs(urlsplit(self.path).query).get("term", [""])
            with psycopg.connect(dbname="postgres", **server()) as connection:
                try:
                    rows = connection.execute(f"SELECT relname FROM pg_class WHERE relname = '{term}'").fetchall()
                    body, status = repr(rows), 200
                except psycopg.Error as error:
                    body, status = str(error), 500
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    page = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{page.server_port}/?term=pg_class"
    finally:
        page.shutdown()


def test_sqlmap_would_have_found_it(tmp_path: Path) -> None:
    with careless() as address:
        assert GOT_IN in attack(address, tmp_path)
