"""Run a sheet through its checks, chunk by chunk: to look (preview) or to write (import)."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Final

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from .. import audit
from ..models import Counter, ImportBatch
from ..sheets.read import Cell, Sheet
from .importer import Checker, Importer
from .lines import Fault, Line, Outcome
from .report import Report

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

logger = logging.getLogger(__name__)

#: Lines of one transaction. SQLite has one writer, and it shouldn't be kept from the others for long.
CHUNK: Final = {"postgresql": 2_000, "sqlite": 500}
_TRIES: Final = 6
_FIRST_PAUSE: Final = 0.1

type Progress = Callable[[int], None]
type NumberedRow = tuple[int, list[Cell]]


class StaleRead(Exception):
    """What a chunk was judged by has changed meanwhile."""


def preview(importer: Importer, sheet: Sheet, report: Report, *, progress: Progress) -> None:
    """Judge every line and write nothing; `progress` gets the number of lines read so far."""
    checker = importer.checker(importer.cells(sheet.headers), imports=False)
    done = 0
    for rows in batched(sheet.rows(), _chunk_size()):
        lines = _read(checker, rows)
        checker.decide(lines)
        checker.keep()
        report.add(lines)
        done += len(lines)
        progress(done)


def run(
    importer: Importer, sheet: Sheet, report: Report, *, batch: ImportBatch, by: "CustomUser | None", progress: Progress
) -> None:
    """Import the good lines, a transaction a chunk; whole lines only.

    May be run again after a crash, or twice at once: chunks that are in already are passed over and counted once.
    """
    checker = importer.checker(importer.cells(sheet.headers), imports=True)
    done = 0
    with audit.by_way_of(audit.Source.IMPORT):
        for rows in batched(sheet.rows(), _chunk_size()):
            lines = _write_chunk(importer, checker, rows, done=done, batch=batch, by=by)
            done += len(lines)
            report.add(lines)
            progress(done)


def hold_kind(kind: str) -> None:
    """Wait until no other import of this kind is writing, and keep the others waiting until the transaction ends."""
    Counter.objects.bulk_create([Counter(key=f"import:{kind}")], ignore_conflicts=True)
    Counter.objects.select_for_update().get(key=f"import:{kind}")


def _chunk_size() -> int:
    return CHUNK.get(connection.vendor, 500)


def _read(checker: Checker, rows: Sequence[NumberedRow]) -> list[Line]:
    lines = [Line(number, cells) for number, cells in rows]
    for line in lines:
        checker.read(line)
    return lines


def _write_chunk(
    importer: Importer,
    checker: Checker,
    rows: Sequence[NumberedRow],
    *,
    done: int,
    batch: ImportBatch,
    by: "CustomUser | None",
) -> list[Line]:
    """One chunk in one transaction; somebody's simultaneous form makes it be read and judged anew."""
    for pause in _pauses():
        lines = _read(checker, rows)
        try:
            with transaction.atomic():
                hold_kind(importer.kind)
                checker.hold(lines)
                checker.decide(lines)
                checker.write(lines, by=by, batch=batch)
                _count(batch, lines, done=done)
        except (IntegrityError, OperationalError, StaleRead) as error:
            checker.forget()
            if pause is None and isinstance(error, IntegrityError):
                break
            if pause is None:
                raise
            logger.info("import %s: reading a chunk again: %s", batch.pk, error)
            time.sleep(pause)
        except DataError:
            checker.forget()
            break
        else:
            checker.keep()
            return lines
    return _one_by_one(importer, checker, rows, done=done, batch=batch, by=by)


def _pauses() -> Iterator[float | None]:
    """How long to wait before each next try; None at the last."""
    for count in range(_TRIES):
        yield _FIRST_PAUSE * 2**count if count < _TRIES - 1 else None


def _one_by_one(
    importer: Importer,
    checker: Checker,
    rows: Sequence[NumberedRow],
    *,
    done: int,
    batch: ImportBatch,
    by: "CustomUser | None",
) -> list[Line]:
    """The database refuses a line that the checks let pass: find it, name it, and import the others."""
    lines: list[Line] = []
    with transaction.atomic():
        hold_kind(importer.kind)
        for row in rows:
            (line,) = _read(checker, [row])
            try:
                with transaction.atomic():
                    checker.hold([line])
                    checker.decide([line])
                    checker.write([line], by=by, batch=batch)
            except (IntegrityError, DataError) as error:
                logger.exception("import %s: line %s is refused by the database", batch.pk, line.number)
                checker.forget()
                sentence = _("The database refused this line: %(reason)s") % {"reason": str(error).splitlines()[0]}
                line.faults.append(Fault("", None, sentence))
                line.settle(Outcome.FAULTY)
            else:
                checker.keep()
            lines.append(line)
        _count(batch, lines, done=done)
    return lines


def _count(batch: ImportBatch, lines: Sequence[Line], *, done: int) -> None:
    """Add the chunk to the import's numbers, in the chunk's own transaction, unless it was counted before."""
    row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if row.done >= done + len(lines):
        return
    row.done = done + len(lines)
    for line in lines:
        setattr(row, line.outcome, getattr(row, line.outcome) + 1)
    made = row.report.setdefault("made", {})
    for line in lines:
        for word in line.made:
            made[word] = made.get(word, 0) + 1
    row.save(update_fields=["done", *Outcome, "report"])
