"""Makers of sheets and of imports, for tests."""

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from backoffice.shared.imports import batches
from backoffice.shared.imports.report import kept_rows
from backoffice.shared.models import ImportBatch

DATA = Path(__file__).resolve().parents[3] / "tests" / "data"


def make_sheet(headers: list[str], rows: list[list[Any]]) -> io.BytesIO:
    """An .xlsx file; a text that begins with = stays a text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([headers, *rows]):
            for column, value in enumerate(row):
                if value not in (None, ""):
                    sheet.write(number, column, value)
    out.seek(0)
    return out


def hand_in(sheet: io.BytesIO, kind: str, by: Any = None) -> ImportBatch:
    """Hand a sheet in and read it: its preview."""
    batch = batches.receive(sheet, name="list.xlsx", kind=kind, by=by)
    return batches.read_batch(batch.pk)


def import_now(batch: ImportBatch, by: Any = None) -> ImportBatch:
    """Confirm a preview and import its good lines."""
    batches.confirm(batch.pk, by=by)
    return batches.import_batch(batch.pk)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """New, changed, repeated, faulty."""
    return batch.new, batch.changed, batch.repeated, batch.faulty


def faults(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Line, heading and sentence of every fault."""
    return [(row["line"], heading, words) for row in kept_rows(batch, "faulty") for heading, _v, words in row["faults"]]


def warnings(batch: ImportBatch) -> list[tuple[int, str]]:
    """Line and sentence of every warning."""
    return [(row["line"], words) for row in kept_rows(batch, "warned") for words in row["warnings"]]


def changes(batch: ImportBatch) -> list[tuple[int, str, str, str]]:
    """Line, label, old and new of every change."""
    return [(row["line"], *change) for row in kept_rows(batch, "changed") for change in row["changes"]]
