"""The generated client, built: the lock file's packages, the schema's types, and what the compiler made of them."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api.schema.making import KEPT

HERE = Path(__file__).parent
_LOCK, _PACKAGES = HERE / "package-lock.json", HERE / "node_modules"
# What was installed last, word for word; written only when the installation went through.
_STAMP = _PACKAGES / "installed.json"


def run(*command: str | Path, timeout: int = 300) -> str:
    """Run it here, and give back what it printed; a failure shows what it said."""
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=timeout, check=False)
    said = f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    assert done.returncode == 0, said
    return done.stdout


def _install() -> None:
    lock = _LOCK.read_text()
    if not _STAMP.exists() or _STAMP.read_text() != lock:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", timeout=600)
        _STAMP.write_text(lock)


@pytest.fixture(scope="package")
def walk() -> Callable[..., str]:
    """The compiled client, to be run with its arguments; it must compile without a single complaint."""
    assert shutil.which("node"), "node is not there: apt-get install nodejs npm"
    _install()
    for made in ("generated", "built"):
        shutil.rmtree(HERE / made, ignore_errors=True)
    programs = _PACKAGES / ".bin"
    run(programs / "openapi-typescript", KEPT, "--output", "generated/schema.d.ts")
    run(programs / "tsc", "--strict", "--project", ".")
    return lambda *arguments: run("node", os.fspath(HERE / "built" / "walk.js"), *arguments)
