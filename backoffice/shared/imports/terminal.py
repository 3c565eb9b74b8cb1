"""An import from the command line: the same reading and the same report as in the admin, and a progress bar."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..errors import DomainError
from ..models import ImportBatch
from ..sheets.read import open_sheet
from . import batches, engine
from .faulty_sheet import write_faulty_lines
from .importer import importer_of
from .lines import Outcome
from .report import Report, kept_rows

# Where there is no terminal to say how wide it is (a log, a pipe), long sentences stay on one line.
_WIDTH_OF_A_PIPE: Final = 160
_MOST_NAMED: Final = 2_000

type Rows = Callable[[str], Iterable[dict[str, Any]]]


class ImportCommand(BaseCommand):
    """The base of `import_staff` and `import_children`."""

    kind: ClassVar[ImportBatch.Kind]

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and what to do with it."""
        parser.add_argument("file", type=Path, help="an Excel file (.xlsx) or a CSV file")
        parser.add_argument("--commit", action="store_true", help="import the good lines; without it, only look")
        parser.add_argument("--faulty", type=Path, metavar="FILE", help="write the faulty lines to this .xlsx file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the sheet and tell what is in it; with `--commit` import its good lines."""
        path: Path = options["file"]
        try:
            if options["commit"]:
                self._import(path, options["faulty"])
            else:
                self._preview(path, options["faulty"])
        except DomainError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            reason = _("The file %(name)s can't be opened: %(reason)s") % {"name": path, "reason": error.strerror}
            raise CommandError(reason) from None
        except OperationalError as error:
            raise CommandError(_("The database is busy or away: %(reason)s") % {"reason": error}) from None

    def _preview(self, path: Path, faulty: Path | None) -> None:
        """Look at the sheet; nothing is written anywhere."""
        importer, report = importer_of(self.kind), Report()
        with open_sheet(path, name=path.name, max_bytes=settings.IMPORT_MAX_BYTES) as sheet:
            importer.cells(sheet.headers)  # what is missing is said before a bar appears
            with self._bar(_("Reading"), sheet.total) as advance:
                engine.preview(importer, sheet, report, progress=advance)
            self._tell(report.counts, report.made, report.rows)
            self._write_faulty(faulty, sheet.headers, report.rows(Outcome.FAULTY))
        self.stdout.write(_("This was a preview: nothing was written. Add --commit to import the good lines."))

    def _import(self, path: Path, faulty: Path | None) -> None:
        """Import the good lines, by way of a batch as in the admin."""
        with path.open("rb") as stream:
            batch = batches.receive(stream, name=path.name, kind=self.kind, by=None)
        with self._bar(_("Reading"), batch.lines) as advance:
            batch = self._unless_failed(batches.read_batch(batch.pk, progress=advance))
        batches.confirm(batch.pk, by=None)
        with self._bar(_("Importing"), batch.lines) as advance:
            batch = self._unless_failed(batches.import_batch(batch.pk, progress=advance))
        counts = {outcome.value: getattr(batch, outcome) for outcome in Outcome}
        counts["warned"] = batch.report.get("warned", 0)
        self._tell(counts, batch.report.get("made", {}), lambda section: kept_rows(batch, section))
        self._write_faulty(faulty, batch.report["headers"], kept_rows(batch, Outcome.FAULTY))
        if counts[Outcome.FAULTY] == sum(counts[outcome] for outcome in Outcome):
            raise CommandError(_("No line could be imported: each has a fault."))

    def _unless_failed(self, batch: ImportBatch) -> ImportBatch:
        if batch.status == ImportBatch.Status.FAILED:
            raise CommandError(batch.error)
        return batch

    @contextmanager
    def _bar(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """A progress bar on the terminal; in a log it is one line at the end."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console(self.stderr)) as bar:
            task = bar.add_task(title, total=total)

            def advance(done: int) -> None:
                bar.update(task, completed=done, total=max(total, done))

            yield advance
            # The sheet's own count of its rows may be off by empty ones.
            bar.update(task, total=bar.tasks[0].completed)

    def _console(self, stream: Any) -> Console:
        is_terminal = stream.isatty()
        return Console(file=stream, width=None if is_terminal else _WIDTH_OF_A_PIPE, highlight=False)

    def _tell(self, counts: Mapping[str, int], made: Mapping[str, int], rows: Rows) -> None:
        """The report: numbers, what is added, and each faulty line by its number, cell and reason."""
        console = self._console(self.stdout)
        words = {
            "new": _("New"),
            "changed": _("Changes"),
            "repeated": _("Repeats"),
            "warned": _("Warnings"),
            "faulty": _("Faulty lines"),
        }
        numbers = Table(*words.values())
        numbers.add_row(*(str(counts.get(key, 0)) for key in words))
        console.print(numbers)
        for key, word in importer_of(self.kind).made_words.items():
            if made.get(key):
                console.print(f"+ {made[key]} {word}")
        self._tell_list(console, words["changed"], rows(Outcome.CHANGED), _change_of)
        self._tell_list(console, words["warned"], rows("warned"), lambda row: " · ".join(row["warnings"]))
        self._tell_list(console, words["faulty"], rows(Outcome.FAULTY), _faults_of)

    def _tell_list(
        self, console: Console, title: str, rows: Iterable[dict[str, Any]], words: Callable[[dict[str, Any]], str]
    ) -> None:
        table = Table(_("Line"), _("What"), title)
        left = 0
        for row in rows:
            if table.row_count < _MOST_NAMED:
                table.add_row(str(row["line"]), escape(row["what"]), escape(words(row)))
            else:
                left += 1
        if table.row_count:
            console.print(table)
        if left:
            console.print(
                _("… and %(count)s more; --faulty FILE writes all faulty lines to a sheet.") % {"count": left}
            )

    def _write_faulty(self, faulty: Path | None, headers: list[str], rows: Iterable[dict[str, Any]]) -> None:
        if faulty is None:
            return
        count = write_faulty_lines(faulty, headers=headers, rows=rows)
        self.stdout.write(_("%(count)s faulty lines are in %(name)s.") % {"count": count, "name": faulty})


def _faults_of(row: dict[str, Any]) -> str:
    return " · ".join(f"{heading}: {sentence}" if heading else sentence for heading, _value, sentence in row["faults"])


def _change_of(row: dict[str, Any]) -> str:
    return " · ".join(f"{label}: {old} → {new}" for label, old, new in row["changes"])
