"""Makers of the sheets that the tests hand in."""

import io
import zipfile
from collections.abc import Callable, Iterable

import pytest
from openpyxl import Workbook

from backoffice.shared.errors import DomainError
from backoffice.shared.sheets.read import open_sheet

SHEET_PATH = "xl/worksheets/sheet1.xml"
HEADINGS = ["الاسم", "الموبايل", "المدفوع"]


def xlsx(rows: Iterable[Iterable[object]], **sheets: list[list[object]]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for row in lines:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out


def tampered(source: io.BytesIO, change: Callable[[str, bytes], bytes | None], **added: bytes) -> io.BytesIO:
    """The same zip with each part as `change(name, content)` has it; None leaves the part out."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = change(member.filename, old.read(member))
            if content is not None:
                new.writestr(member.filename, content)
        for name, content in added.items():
            new.writestr(name, content)
    return out


def with_sheet(xml: str | bytes, **added: bytes) -> io.BytesIO:
    content = xml.encode() if isinstance(xml, str) else xml
    return tampered(xlsx([HEADINGS]), lambda name, old: content if name == SHEET_PATH else old, **added)


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="x">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def read(source: io.BytesIO, name: str = "children.xlsx", **limits: int) -> list[tuple[int, list[object]]]:
    with open_sheet(source, name=name, **limits) as sheet:
        return list(sheet.rows())


def refusal(source: io.BytesIO | bytes, name: str = "children.xlsx", **limits: int) -> str:
    source = io.BytesIO(source) if isinstance(source, bytes) else source
    with pytest.raises(DomainError) as caught:
        read(source, name, **limits)
    assert name in str(caught.value)
    return caught.value.code


HEAD = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
