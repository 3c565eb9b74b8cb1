"""`manage.py check_translations`: the Arabic catalogue is complete, in step with the source, and compiled."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

with suppress(ModuleNotFoundError):
    # A developer's package: the image, where every command answers, hasn't got it.
    import polib

DOMAINS = ("django", "djangojs")
SOURCES = ("api", "backoffice", "cms", "reports", "templates", "workers")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%([sd])")

type Catalogue = list[polib.POEntry]


class Command(BaseCommand):
    """Fail on a missing, fuzzy, stale or uncompiled Arabic sentence; with --update bring the files in step."""

    requires_system_checks: list[str] = []
    help = "Checks locale/ar against the source; --update extracts new sentences and compiles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Bring in step instead of complaining."""
        parser.add_argument("--update", action="store_true", help="extract new sentences and compile")

    def handle(self, *args: Any, update: bool, **options: Any) -> None:
        """Name every sentence that is wrong."""
        if find_spec("polib") is None:
            raise CommandError("This is for developers: polib isn't installed here (requirements-dev.txt).")
        folder = Path(settings.LOCALE_PATHS[0]) / "ar" / "LC_MESSAGES"
        if update:
            extract(Path(settings.BASE_DIR))
            for domain in DOMAINS:
                catalogue = polib.pofile(str(folder / f"{domain}.po"))
                forget_guesses(catalogue)
                catalogue.save()
                catalogue.save_as_mofile(str(folder / f"{domain}.mo"))
        problems = [problem for domain in DOMAINS for problem in check(folder, domain)]
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} sentences are not right in Arabic.")
        self.stdout.write("The Arabic catalogue is complete.")


def forget_guesses(catalogue: polib.POFile) -> None:
    """Empty what gettext guessed from a similar sentence: a guess that is nearly right is the worst of all."""
    for entry in catalogue.fuzzy_entries():
        entry.flags.remove("fuzzy")
        entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None


def check(folder: Path, domain: str) -> Iterator[str]:
    """A line for every sentence that is missing, fuzzy, broken, stale or not compiled."""
    entries = [entry for entry in polib.pofile(str(folder / f"{domain}.po")) if not entry.obsolete]
    for entry in entries:
        if not entry.translated():
            yield f"{domain}: no Arabic, or fuzzy: {entry.msgid!r}"
        elif wrong := _lost_placeholders(entry):
            yield f"{domain}: {wrong} is not in the Arabic of {entry.msgid!r}"
    compiled = {entry.msgid: _arabic(entry) for entry in polib.mofile(str(folder / f"{domain}.mo"))}
    for entry in entries:
        if entry.translated() and compiled.get(entry.msgid) is None:
            yield f"{domain}: not compiled: {entry.msgid!r}"
    if shutil.which("xgettext"):
        yield from _out_of_step(domain, entries)


def _arabic(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _names(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def _lost_placeholders(entry: polib.POEntry) -> str:
    """Arabic has forms of its own for none, one and two, which may leave the number out; a name never."""
    if entry.msgid_plural:
        wanted = _names(entry.msgid_plural)
        strange = set().union(*map(_names, _arabic(entry))) - wanted - _names(entry.msgid)
        return ", ".join(sorted(strange))
    return ", ".join(sorted(_names(entry.msgid) ^ _names(entry.msgstr)))


def _out_of_step(domain: str, entries: Catalogue) -> Iterator[str]:
    """Sentences of the source that the catalogue lacks, and those it has for nothing."""
    with tempfile.TemporaryDirectory() as name:
        copy, base = Path(name), Path(settings.BASE_DIR)
        for source in SOURCES:
            shutil.copytree(base / source, copy / source, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
        (copy / "locale").mkdir()
        extract(copy)
        fresh = {_key(entry) for entry in polib.pofile(str(copy / f"locale/ar/LC_MESSAGES/{domain}.po"))}
    known = {_key(entry) for entry in entries}
    yield from (f"{domain}: new in the source: {msgid!r}" for _context, msgid in sorted(fresh - known))
    yield from (f"{domain}: gone from the source: {msgid!r}" for _context, msgid in sorted(known - fresh))


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def extract(folder: Path) -> None:
    """Run makemessages for Arabic in the folder (needs Debian's gettext)."""
    if not shutil.which("xgettext"):
        raise CommandError("Extracting sentences needs GNU gettext: apt-get install gettext")
    for domain in DOMAINS:
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "ar", "--domain", domain]
        command += ["--no-obsolete", "--add-location", "file", "--no-wrap", "--ignore", ".*", "--ignore", "var"]
        command += ["--ignore", "*/tests/*", "--ignore", "*/vendor/*"]
        outcome = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        if outcome.returncode:
            raise CommandError(outcome.stderr)
