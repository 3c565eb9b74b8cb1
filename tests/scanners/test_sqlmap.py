"""sqlmap tries to put statements of its own into every parameter of the addresses that look something up.

`make attack`. A view of the test's own that asks the database carelessly shows that sqlmap would have found one.
"""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from benchmarks.servers import server
from tests.browser.centre import Centre

from .careless import careless

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
#: How sqlmap says that all is well, and what it makes of the API's 400 to what is no number.
HARMLESS = re.compile(r"\[CRITICAL\] (all tested parameters do not appear|heuristics detected that the target)")


def attack(address: str, folder: Path, cookie: str = "") -> str:
    """What sqlmap said about the address."""
    command = ["sqlmap", "--url", address, "--batch", "--disable-coloring", "--output-dir", str(folder)]
    command += ["--level", os.environ.get("SCAN_LEVEL", "1"), "--risk", "2", "--dbms", "PostgreSQL", "--threads", "2"]
    command += ["--ignore-code", "*", "--flush-session"]
    command += ["--cookie", f"sessionid={cookie}", "--param-exclude", "sessionid"] if cookie else []
    done = subprocess.run(
        command, env={**os.environ, "HOME": str(folder)}, capture_output=True, text=True, check=False, timeout=900
    )
    assert "[CRITICAL]" not in HARMLESS.sub("", done.stdout), done.stdout[-2000:]
    return done.stdout


@pytest.mark.parametrize("path", STAFF)
def test_sqlmap_finds_nothing_in_the_staffs_pages(
    centre: Centre, cookie_of: Callable[[str], str], tmp_path: Path, path: str
) -> None:
    assert GOT_IN not in attack(centre.address + path, tmp_path, cookie_of("manager"))


@pytest.mark.parametrize("path", VISITOR)
def test_sqlmap_finds_nothing_where_anybody_looks(centre: Centre, tmp_path: Path, path: str) -> None:
    assert GOT_IN not in attack(centre.address + path, tmp_path)


def careless_statement(term: str) -> tuple[int, str]:
    """What was sent is written into the statement."""
    with psycopg.connect(dbname="postgres", **server()) as connection:
        try:
            return 200, repr(connection.execute(f"SELECT relname FROM pg_class WHERE relname = '{term}'").fetchall())
        except psycopg.Error as error:
            return 500, str(error)


def test_sqlmap_would_have_found_it(tmp_path: Path) -> None:
    with careless(careless_statement, "pg_class") as address:
        assert GOT_IN in attack(address, tmp_path)
