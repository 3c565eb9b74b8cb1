"""What became of the lines: the numbers, and the lists that a person pages through, kept sealed by the page."""

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched, islice
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from ..errors import DomainError
from ..models import ImportBatch
from ..sealed_files import NotOpenedError, open_piece, open_pieces
from ..sheets.read import Cell
from .kept import SEALED, files_in, find, folder, keep, lines_gone, whose
from .lines import Line, Outcome

logger = logging.getLogger(__name__)

#: The lists, in the order in which they are shown.
SECTIONS: Final = ("faulty", "warned", "changed", "repeated", "new")
#: Rows of a page, and of a sealed piece of a list.
PAGE: Final = 50
# So a list begins that was kept before they were sealed.
_PLAIN: Final = b"{"


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
        for name in files_in(folder(batch)):
            if name.partition(".")[0] in SECTIONS:
                storages["private"].delete(f"{folder(batch)}/{name}")
        for section, stream in self._files.items():
            stream.seek(0)
            pages = (b"".join(rows) for rows in batched(stream, PAGE))
            keep(_stored_name(batch, section), pages, of=whose(batch, section))

    def _put(self, section: str, line: Line) -> None:
        stream = self._files.get(section)
        if stream is None:
            stream = self._files[section] = TemporaryFile()  # noqa: SIM115  it goes with the report
        record = _record(section, line)
        stream.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def page_of(batch: ImportBatch, section: str, number: int) -> list[dict[str, Any]]:
    """Page `number` (from 1) of a section's list. Raises DomainError `lines_gone`, `list_sealed`."""
    with _list_of(batch, section) as stream:
        if stream is None:
            return []
        if _is_plain(stream):
            start = (number - 1) * PAGE
            return [json.loads(text) for text in islice(stream, start, start + PAGE)]
        page = open_piece(stream, number - 1, of=whose(batch, section)) or b""
        return [json.loads(text) for text in page.splitlines()]


def kept_rows(batch: ImportBatch, section: str) -> Iterator[dict[str, Any]]:
    """The whole list of a section, one row after the other. Raises DomainError `lines_gone`, `list_sealed`."""
    with _list_of(batch, section) as stream:
        if stream is None:
            return
        if _is_plain(stream):
            yield from map(json.loads, stream)
            return
        for page in open_pieces(stream, of=whose(batch, section)):
            yield from map(json.loads, page.splitlines())


def count_of(batch: ImportBatch, section: str) -> int:
    """How many lines a section has."""
    return int(batch.report.get("warned", 0) if section == "warned" else getattr(batch, section))


@contextmanager
def _list_of(batch: ImportBatch, section: str) -> Iterator[Any]:
    """The kept list, open at its beginning; None where the section has no lines."""
    try:
        stream = _found(batch, section)
    except FileNotFoundError:
        if count_of(batch, section):
            raise lines_gone() from None
        yield None
        return
    with stream:
        try:
            yield stream
        except NotOpenedError as error:
            logger.warning("list %s of import %s can't be opened: %s", section, batch.pk, error)
            sentence = _("This list can't be opened with this centre's keys, or is damaged.")
            raise DomainError("list_sealed", sentence) from None


def _found(batch: ImportBatch, section: str) -> Any:
    try:
        return find(_stored_name(batch, section))
    except FileNotFoundError:
        # As it was kept before lists were sealed.
        return storages["private"].open(f"{folder(batch)}/{section}.jsonl")


def _is_plain(stream: IO[bytes]) -> bool:
    beginning = stream.read(1)
    stream.seek(0)
    return beginning == _PLAIN


def _stored_name(batch: ImportBatch, section: str) -> str:
    return f"{folder(batch)}/{section}{SEALED}"


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
