"""What became of the lines: the numbers, and the lists that a person pages through."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import storages

from ..models import ImportBatch
from ..sheets.read import Cell
from .lines import Line, Outcome

#: The lists, in the order in which they are shown.
SECTIONS: Final = ("faulty", "warned", "changed", "repeated", "new")
PAGE: Final = 50


class Report:
    """Gathers the lines as they pass; the lists lie in temporary files, so that a long sheet costs no memory."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.made: Counter[str] = Counter()
        self._files: dict[str, IO[bytes]] = {}

    @property
    def total(self) -> int:
        """How many lines were read."""
        return sum(self.counts[outcome] for outcome in Outcome)

    def add(self, lines: Iterable[Line]) -> None:
        """Count the lines and put each into its lists."""
        for line in lines:
            self.counts[line.outcome] += 1
            self._put(line.outcome, line)
            if line.warnings and not line.faults:
                self.counts["warned"] += 1
                self._put("warned", line)
            if line.outcome in (Outcome.NEW, Outcome.CHANGED):
                self.made.update(line.made)

    def rows(self, section: str) -> Iterator[dict[str, Any]]:
        """The list of a section, from its beginning."""
        stream = self._files.get(section)
        if stream is None:
            return
        stream.seek(0)
        for text in stream:
            yield json.loads(text)

    def keep(self, batch: ImportBatch) -> None:
        """Put the lists beside the batch's file, in place of those of an earlier reading."""
        for section in SECTIONS:
            name = _stored_name(batch, section)
            storages["private"].delete(name)
            if section in self._files:
                self._files[section].seek(0)
                storages["private"].save(name, File(self._files[section]))

    def _put(self, section: str, line: Line) -> None:
        stream = self._files.get(section)
        if stream is None:
            stream = self._files[section] = TemporaryFile()  # noqa: SIM115  it goes with the report
        record = _record(section, line)
        stream.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def page_of(batch: ImportBatch, section: str, number: int) -> list[dict[str, Any]]:
    """Page `number` (from 1) of a section's list."""
    start = (number - 1) * PAGE
    return list(islice(kept_rows(batch, section), start, start + PAGE))


def kept_rows(batch: ImportBatch, section: str) -> Iterator[dict[str, Any]]:
    """The whole list of a section, one row after the other."""
    name = _stored_name(batch, section)
    if not storages["private"].exists(name):
        return
    with storages["private"].open(name) as stream:
        for text in stream:
            yield json.loads(text)


def folder(batch: ImportBatch) -> str:
    """Where a batch's files lie in the private storage."""
    return f"imports/{batch.pk}"


def _stored_name(batch: ImportBatch, section: str) -> str:
    return f"{folder(batch)}/{section}.jsonl"


def _record(section: str, line: Line) -> dict[str, Any]:
    record: dict[str, Any] = {"line": line.number, "what": line.what}
    if line.changes:
        record["changes"] = [[change.label, change.old, change.new] for change in line.changes]
    match section:
        case "faulty":
            record["faults"] = [[fault.heading, _as_json(fault.value), fault.sentence] for fault in line.faults]
            record["cells"] = [_as_json(cell) for cell in line.cells]
        case "warned":
            record["warnings"] = line.warnings
        case "repeated":
            record["repeats"] = line.repeats
    return record


def _as_json(cell: Cell | None) -> Any:
    """A cell as JSON holds it and as a person recognises it."""
    match cell:
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.datetime():
            return cell.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return cell.isoformat()
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return int(cell)
        case float() if cell != cell or cell in (float("inf"), float("-inf")):
            return str(cell)
        case _:
            return cell
