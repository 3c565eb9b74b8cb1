"""An .xlsx workbook that is sent while it is made: a zip whose parts are compressed by a thread of their own."""

import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import batched
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

from .fragments import escaped, rows_as_xml, spelled_text
from .layout import BEGIN, LAST_ROW, MAIN, STYLES, Column, letters, sheet_title, styles_part

BATCH: Final = 500
# Batches that wait for the thread at most.
_AHEAD: Final = 3
# Past this a part of a zip would need the long form of its sizes, which not every program reads.
_LARGEST_SHEET: Final = 3 * 2**30
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class _Sink:
    """What the zip writes to and the response takes from; it can't go back, so the zip keeps sizes behind its parts."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        """Keep a copy until it is taken."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class Workbook:
    """A table as a workbook of as many sheets as it needs; `pieces` gives the file bit by bit.

    The lines `above` stand over the headings of every sheet.
    """

    def __init__(
        self, title: str, columns: Sequence[Column], *, above: Sequence[str] = (), rows_in_sheet: int = LAST_ROW
    ) -> None:
        self._title, self._columns, self._above, self._most = title, columns, above, rows_in_sheet
        self._kinds = [column.kind for column in columns]
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)  # type: ignore[call-overload]
        self._sheet: IO[bytes] | None = None
        self._names: list[str] = []
        self._filters: list[str] = []
        self._rows = self._bytes = 0

    def pieces(self, rows: Iterable[bytes], totals: Iterable[Sequence[object]]) -> Iterator[bytes]:
        """The file; each of `rows` is one row as `fragments` has it, and `totals` is asked after the last of them."""
        try:
            yield from self._written(rows)
            filtered = self._filtered()
            for line in totals:
                self._write(_line(line, [f"total_{kind}" for kind in self._kinds]), 1)
            self._end_sheet(filtered)
            self._write_frame()
        finally:
            # Where it broke this ends what nobody is sent any more.
            if self._sheet is not None:
                self._sheet.close()
            self._zip.close()
        yield self._sink.take()

    def _written(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        """What the file has grown by, while its rows are read here and compressed over there."""
        with ThreadPoolExecutor(1, thread_name_prefix="sheet") as thread:
            self._new_sheet()
            pending: deque[Future[None]] = deque()
            for batch in batched(rows, BATCH):
                pending.append(thread.submit(self._write_batch, batch))
                if len(pending) > _AHEAD:
                    pending.popleft().result()
                    yield self._sink.take()
            for future in pending:
                future.result()

    def _write_batch(self, batch: tuple[bytes, ...]) -> None:
        """Put rows into the sheet, and those that don't fit any more into a next one."""
        rest = batch
        while rest:
            if self._rows >= self._most - 1 or self._bytes > _LARGEST_SHEET:
                self._end_sheet(self._filtered())
                self._new_sheet()
            free = self._most - 1 - self._rows  # the last line is kept for totals
            part, rest = rest[:free], rest[free:]
            self._write(rows_as_xml(b"".join(part), len(part), self._kinds), len(part))

    def _write(self, xml: bytes, rows: int) -> None:
        assert self._sheet is not None  # noqa: S101  begun by `pieces`
        self._sheet.write(xml)
        self._rows += rows
        self._bytes += len(xml)

    def _new_sheet(self) -> None:
        """A sheet from right to left under its headings, which stay in view."""
        self._names.append(sheet_title(self._title, len(self._names) + 1))
        self._sheet = self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w")
        self._rows = self._bytes = 0
        widths = "".join(
            f'<col min="{number}" max="{number}" width="{column.width}" customWidth="1"/>'
            for number, column in enumerate(self._columns, 1)
        )
        head = len(self._above) + 1
        begin = (
            f'{BEGIN}<worksheet {MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
            f'<sheetView rightToLeft="1" workbookViewId="0"><pane ySplit="{head}" topLeftCell="A{head + 1}" '
            f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>'
        )
        self._write(begin.encode(), 0)
        for line in self._above:
            self._write(_line([line], ["above"]), 1)
        self._write(_line([str(column.heading) for column in self._columns], ["heading"] * len(self._columns)), 1)

    def _filtered(self) -> str:
        """The cells from the headings to the last row so far: what can be sorted and filtered, totals left out."""
        return f"$A${len(self._above) + 1}:${letters(len(self._columns) - 1)}${self._rows}"

    def _end_sheet(self, filtered: str) -> None:
        """The end of a sheet, with its filters and how it goes to paper: A4 across, as wide as the page."""
        assert self._sheet is not None  # noqa: S101  begun by `pieces`
        self._filters.append(filtered)
        self._sheet.write(
            f'</sheetData><autoFilter ref="{filtered.replace("$", "")}"/>'
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>".encode()
        )
        self._sheet.close()

    def _write_frame(self) -> None:
        """The parts that name the sheets; a zip's parts may come in any order."""
        sheets, head = list(enumerate(self._names, 1)), len(self._above) + 1
        named = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in sheets)
        names = "".join(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n - 1}" hidden="1">{escape(_quoted(name))}!'
            f'{filtered}</definedName><definedName name="_xlnm.Print_Titles" localSheetId="{n - 1}">'
            f"{escape(_quoted(name))}!${head}:${head}</definedName>"
            for (n, name), filtered in zip(sheets, self._filters, strict=True)
        )
        book = f'{BEGIN}<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>{named}</sheets>'
        book += f"<definedNames>{names}</definedNames>"
        parts = [(f"worksheets/sheet{n}.xml", "worksheet") for n, _name in sheets] + [("styles.xml", "styles")]
        related = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for n, (target, kind) in enumerate(parts, 1)
        )
        kinds = "".join(
            f'<Override PartName="/xl/{target}" ContentType="{_KIND}.{kind}+xml"/>' for target, kind in parts
        )
        relations = f'{BEGIN}<Relationships xmlns="{_PACKAGE}/relationships">'
        for name, text in (
            ("xl/styles.xml", styles_part()),
            ("xl/workbook.xml", f"{book}</workbook>"),
            ("xl/_rels/workbook.xml.rels", f"{relations}{related}</Relationships>"),
            ("_rels/.rels", f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
             'Target="xl/workbook.xml"/></Relationships>'),
            ("[Content_Types].xml", f'{BEGIN}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
             'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
             f'"/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{kinds}</Types>'),
        ):  # fmt: skip
            self._zip.writestr(name, text)


def _line(values: Sequence[object], looks: Sequence[str]) -> bytes:
    """A line of headings or totals: texts and numbers, each in its style."""
    cells = []
    for value, look in zip(values, looks, strict=True):
        text = escaped(spelled_text(str(value)).encode("utf-8", "ignore"))
        if isinstance(value, str):
            cells.append(b'<c t="inlineStr" s="%d"><is><t>%b</t></is></c>' % (STYLES[look], text))
        else:
            cells.append(b'<c s="%d"><v>%b</v></c>' % (STYLES[look], text))
    return b"<row>%b</row>" % b"".join(cells)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
