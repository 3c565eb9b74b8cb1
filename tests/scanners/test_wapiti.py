"""wapiti walks the site and the staff's pages and tries its attacks on every form and address it finds.

`make attack`; SCAN_SECONDS is how long it may walk, and how long each kind of attack may take. A page of the test's
own that writes back what it is sent shows that wapiti would have found one.
"""

import html
import json
import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.browser.centre import Centre

from .careless import careless

pytestmark = pytest.mark.scanners

SECONDS = int(os.environ.get("SCAN_SECONDS", "300"))
ATTACKS = (
    "blindsql", "cookieflags", "crlf", "csp", "exec", "file", "htaccess", "http_headers", "methods", "permanentxss",
    "redirect", "shellshock", "sql", "xss",
)  # fmt: skip
# The Python that Debian's wapiti is installed for.
WAPITI = ("/usr/bin/python3", str(Path(__file__).with_name("wapiti.py")))
#: Whoever follows these is signed out, has another password, or loses the rights to go on; `*` is anything.
LEFT_OUT = (
    "/courses-admin/logout/*",
    "/courses-admin/password_change/*",
    "/courses-admin/sign-ins/*/end/*",
    "/courses-admin/second-factor/leave/*",
    *(
        f"/courses-admin/users/*/{button}/*"
        for button in ("new_password", "rights", "take_second_factor", "sign_out_everywhere", "close")
    ),
    "/cms/logout/*",
    "/account/sign-out/*",
    "/en/account/sign-out/*",
    # Files, of which the walk would see little else.
    "/media/*",
    "/static/*",
)
FORGIVEN = (
    # On loopback there is no TLS, so neither HSTS nor the cookies' `secure`; `config/tests/test_csp.py` has them with
    # TLS.
    "Strict-Transport-Security",
    "Secure flag",
    # No browser has that filter any more, and those that had it could be made to break pages by it.
    "X-XSS-Protection is not set",
    # No credential: it only says that a form came from a page of ours, and scripts of ours may read it.
    "HttpOnly flag is not set in the cookie : csrftoken",
    # Arabic or English, and no more.
    "HttpOnly flag is not set in the cookie : django_language",
)
#: What Unfold's pages need (SECURITY.md, "What is known to be open").
NEEDED_BY_UNFOLD = "Content Security Policy"


@dataclass(frozen=True)
class Walk:
    """Where it begins, and under which addresses it must have been."""

    beginnings: tuple[str, ...]
    within: str


WALKS = {
    "nobody": Walk(("/", "/api/v1/courses/", "/courses-admin/login/"), "/"),
    "manager": Walk(("/courses-admin/", "/cms/"), "/courses-admin/"),
}
#: Pages that a walk comes to on a slow machine with other work: one in ten seconds.
AT_LEAST = SECONDS // 10


def scan(site: str, folder: Path, beginnings: tuple[str, ...], cookie: str = "") -> dict[str, Any]:
    """What wapiti found, as its report has it; fails when it, or one of its attacks, came to nothing."""
    report = folder / "found.json"
    first, *others = beginnings
    command = [*WAPITI, "--url", site + first, "--scope", "domain", "--module", ",".join(ATTACKS)]
    for start in others:
        command += ["--start", site + start]
    for address in LEFT_OUT:
        command += ["--exclude", site + address]
    command += ["--cookie", str(cookie_file(folder, cookie))] if cookie else []
    command += ["--depth", "4", "--max-links-per-page", "40", "--max-files-per-dir", "60"]
    command += ["--max-scan-time", str(SECONDS), "--max-attack-time", str(SECONDS), "--store-session", str(folder)]
    command += ["--no-bugreport", "--flush-session", "--verbose", "0", "--format", "json", "--output", str(report)]
    done = subprocess.run(command, env={**os.environ, "HOME": str(folder)}, capture_output=True, text=True, check=False)
    said = done.stdout[-2000:] + done.stderr[-2000:]
    assert done.returncode == 0, said
    # An attack that fails is printed, and the next begins.
    assert 'File "' not in done.stderr, said
    assert "[!] Unable to find a module" not in done.stdout, said
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def cookie_file(folder: Path, cookie: str) -> Path:
    """The session as wapiti's cookies have it: given as a header, it would be all that is sent, without CSRF's."""
    file = folder / "cookies.json"
    kept = {"value": cookie, "version": 0, "expires": None, "secure": False, "port": None}
    file.write_text(json.dumps({"127.0.0.1": {"/": {"sessionid": kept}}}))
    return file


def walked(folder: Path) -> set[str]:
    """The paths of the pages that it saw, from its notes."""
    (notes,) = folder.glob("*.db")
    with closing(sqlite3.connect(notes)) as connection:
        seen = connection.execute("SELECT path FROM paths WHERE evil = 0 AND http_status = 200").fetchall()
    return {urlsplit(address).path for (address,) in seen}


def faults(found: dict[str, Any], *, forgiven: tuple[str, ...]) -> list[str]:
    """Each of what was found that isn't forgiven, as a line."""
    return [
        f"{kind}: {one['method']} {one['path']} {one.get('parameter')}: {one['info']}"
        for group in ("vulnerabilities", "anomalies")
        for kind, ones in found[group].items()
        for one in ones
        if not any(words in one["info"] or words in kind for words in forgiven)
    ]


@pytest.mark.parametrize(("role", "forgiven"), [("nobody", FORGIVEN), ("manager", (*FORGIVEN, NEEDED_BY_UNFOLD))])
def test_wapiti_finds_nothing(
    centre: Centre, cookie_of: Callable[[str], str], tmp_path: Path, role: str, forgiven: tuple[str, ...]
) -> None:
    cookie, walk = "" if role == "nobody" else cookie_of(role), WALKS[role]
    found = scan(centre.address, tmp_path, walk.beginnings, cookie)
    assert faults(found, forgiven=forgiven) == []
    seen = {path for path in walked(tmp_path) if path.startswith(walk.within)}
    assert len(seen - {"/courses-admin/login/"}) > AT_LEAST, sorted(seen)
    if cookie:
        still_in(centre, cookie)


def still_in(centre: Centre, cookie: str) -> None:
    """The walker hasn't ended its own session on the way: it would have gone on as nobody."""
    page = Request(f"{centre.address}/courses-admin/", headers={"Cookie": f"sessionid={cookie}"})
    with urlopen(page) as answer:
        assert (answer.status, urlsplit(answer.url).path) == (200, "/courses-admin/")


@pytest.mark.parametrize(
    ("said", "found"),
    [(str, True), (html.escape, False)],
    ids=["as it was sent", "escaped"],
)
def test_wapiti_would_have_found_it(tmp_path: Path, said: Callable[[str], str], found: bool) -> None:
    with careless(lambda term: (200, f"<html><body><p>Found for {said(term)}</p></body></html>"), "nour") as address:
        site, query = address.rsplit("/", 1)
        lines = faults(scan(site, tmp_path, (f"/{query}",)), forgiven=FORGIVEN)
    assert any(line.startswith("Cross Site Scripting: GET / term") for line in lines) is found, lines
