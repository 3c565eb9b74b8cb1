"""The small sheets of import-export, read and written as all others here are: its two formats, XLSX and CSV."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from import_export.formats.base_formats import Format
from tablib import Dataset

from .layout import Column, Kind
from .read import open_sheet
from .write import iter_csv, write_xlsx


class _Sheet(Format):
    """A file of bytes that our reader looks into, whatever its name says."""

    title: ClassVar[str]
    content_type: ClassVar[str]

    def __init__(self, encoding: str | None = None) -> None:
        """The encoding is found out, whatever is said of it."""

    def get_title(self) -> str:
        """Its name in the list of formats."""
        return self.title

    def get_extension(self) -> str:
        """And at the end of its files."""
        return self.title

    def get_content_type(self) -> str:
        """What the browser is told."""
        return self.content_type

    def can_import(self) -> bool:
        """Both are read."""
        return True

    def can_export(self) -> bool:
        """And written."""
        return True

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """The lines under their headings. Raises DomainError with what is wrong with the file."""
        with open_sheet(io.BytesIO(in_stream), name=f"sheet.{self.title}") as sheet:
            dataset = Dataset(headers=sheet.headers)
            for _number, line in sheet.rows():
                dataset.append(line[: len(sheet.headers)])
        return dataset


class Xlsx(_Sheet):
    """A workbook."""

    title = "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """The rows as a workbook, from right to left."""
        out = io.BytesIO()
        write_xlsx(out, title=dataset.title or "", columns=columns_of(dataset), rows=dataset)
        return out.getvalue()


class Csv(_Sheet):
    """A text with commas, as Excel writes it."""

    title = "csv"
    content_type = "text/csv"

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """The rows as UTF-8 with its mark, none a formula."""
        return b"".join(iter_csv(columns_of(dataset), dataset))


def columns_of(dataset: Dataset) -> list[Column]:
    """A column under each heading; what it holds is what its first filled cell is."""
    rows: list[Sequence[Any]] = list(dataset)
    firsts = (
        next((row[place] for row in rows if row[place] not in (None, "")), None) for place in range(dataset.width)
    )
    headings = dataset.headers or [""] * dataset.width
    return [Column(str(heading), str(heading), _kind(first)) for heading, first in zip(headings, firsts, strict=True)]


def _kind(value: Any) -> Kind:
    kinds: tuple[tuple[Any, Kind], ...] = (
        (bool, "text"), (datetime, "datetime"), (date, "date"), (int, "integer"), ((float, Decimal), "number"),
    )  # fmt: skip
    return next((kind for of, kind in kinds if isinstance(value, of)), "text")
