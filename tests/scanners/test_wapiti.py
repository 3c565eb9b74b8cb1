"""wapiti walks the site and the staff's pages and tries its attacks on every form and address it finds.

`make attack`; SCAN_SECONDS is how long it may walk, and how long each kind of attack may take.
"""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.centre import Centre

pytestmark = pytest.mark.scanners

SECONDS = int(os.environ.get("SCAN_SECONDS", "300"))
ATTACKS = (
    "blindsql", "cookieflags", "crlf", "csp", "exec", "file", "htaccess", "http_headers", "methods", "permanentxss",
    "redirect", "shellshock", "sql", "xss",
)  # fmt: skip
#: Whoever follows these is signed out, or another person's password is changed while the walk goes on.
LEFT_OUT = ("/courses-admin/logout/", "/courses-admin/password_change/", "/cms/logout/", "/account/logout/")
#: On loopback there is no TLS, so neither HSTS nor the cookies' `secure`; `config/tests/test_csp.py` has them with TLS.
WITHOUT_TLS = ("Strict-Transport-Security", "Secure flag")
#: What Unfold's pages need (SECURITY.md, "What is known to be open").
NEEDED_BY_UNFOLD = "Content Security Policy"
#: Where visitors begin, and where staff do.
BEGINNINGS = {"nobody": ["/", "/api/v1/courses/", "/courses-admin/login/"], "manager": ["/courses-admin/", "/cms/"]}


def scan(centre: Centre, report: Path, beginnings: list[str], cookie: str = "") -> dict[str, Any]:
    """What wapiti found, as its report has it; fails when it came to nothing."""
    home = report.parent / "home"
    home.mkdir()
    command = ["wapiti", "--url", f"{centre.address}/", "--scope", "domain", "--module", ",".join(ATTACKS)]
    for start in beginnings:
        command += ["--start", centre.address + start]
    for address in LEFT_OUT:
        command += ["--exclude", centre.address + address]
    command += ["--header", f"Cookie: sessionid={cookie}"] if cookie else []
    command += ["--depth", "4", "--max-links-per-page", "40", "--max-files-per-dir", "60"]
    command += ["--max-scan-time", str(SECONDS), "--max-attack-time", str(SECONDS)]
    command += ["--no-bugreport", "--flush-session", "--verbose", "0", "--format", "json", "--output", str(report)]
    done = subprocess.run(command, env={**os.environ, "HOME": str(home)}, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def faults(found: dict[str, Any], *, forgiven: tuple[str, ...]) -> list[str]:
    """Each of what was found that isn't forgiven, as a line."""
    return [
        f"{kind}: {one['method']} {one['path']} {one.get('parameter')}: {one['info']}"
        for group in ("vulnerabilities", "anomalies")
        for kind, ones in found[group].items()
        for one in ones
        if not any(words in one["info"] or words in kind for words in forgiven)
    ]


@pytest.mark.parametrize(("role", "forgiven"), [("nobody", WITHOUT_TLS), ("manager", (*WITHOUT_TLS, NEEDED_BY_UNFOLD))])
def test_wapiti_finds_nothing(
    centre: Centre, cookie_of: Callable[[str], str], tmp_path: Path, role: str, forgiven: tuple[str, ...]
) -> None:
    cookie = "" if role == "nobody" else cookie_of(role)
    found = scan(centre, tmp_path / "found.json", BEGINNINGS[role], cookie)
    assert faults(found, forgiven=forgiven) == []
