"""An .xlsx workbook that is sent while it is made: a zip whose parts are compressed by a thread of their own."""

import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import batched
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

from .fragments import rows_as_xml, spelled_text
from .write import LAST_ROW, Column, sheet_title

BATCH: Final = 500
# Batches that wait for the thread at most.
_AHEAD: Final = 3
# Past this a part of a zip would need the long form of its sizes, which not every program reads.
_LARGEST_SHEET: Final = 3 * 2**30
_MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BEGIN: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# In the order of `fragments.STYLES`.
_STYLES: Final = (
    f'{_BEGIN}<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="165" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


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
    """A table as a workbook of as many sheets as it needs; `pieces` gives the file bit by bit."""

    def __init__(self, title: str, columns: Sequence[Column], *, rows_in_sheet: int = LAST_ROW) -> None:
        self._title, self._columns, self._most = title, columns, rows_in_sheet
        self._kinds = [column.kind for column in columns]
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)  # type: ignore[call-overload]
        self._sheet: IO[bytes] | None = None
        self._names: list[str] = []
        self._rows = self._bytes = 0

    def pieces(self, rows: Iterable[bytes], totals: Iterable[Sequence[object]]) -> Iterator[bytes]:
        """The file; each of `rows` is one row as `fragments` has it, and `totals` is asked after the last of them."""
        try:
            yield from self._written(rows)
            for line in totals:
                self._write(_line(line, "total"), 1)
            self._end_sheet()
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
                self._end_sheet()
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
        head = (
            f'{_BEGIN}<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
            '<sheetView rightToLeft="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
            f'state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>'
        )
        self._write(head.encode() + _line([str(column.heading) for column in self._columns], "heading"), 1)

    def _end_sheet(self) -> None:
        """The end of a sheet, with how it goes to paper: A4 across, as wide as the page."""
        assert self._sheet is not None  # noqa: S101  begun by `pieces`
        self._sheet.write(
            b'</sheetData><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
            b'<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
            b"<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
        )
        self._sheet.close()

    def _write_frame(self) -> None:
        """The parts that name the sheets; a zip's parts may come in any order."""
        sheets = list(enumerate(self._names, 1))
        named = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in sheets)
        titles = "".join(
            f'<definedName name="_xlnm.Print_Titles" localSheetId="{n - 1}">{escape(_quoted(name))}!$1:$1</definedName>'
            for n, name in sheets
        )
        book = f'{_BEGIN}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{named}</sheets>'
        book += f"<definedNames>{titles}</definedNames>"
        parts = [(f"worksheets/sheet{n}.xml", "worksheet") for n, _name in sheets] + [("styles.xml", "styles")]
        related = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for n, (target, kind) in enumerate(parts, 1)
        )
        kinds = "".join(
            f'<Override PartName="/xl/{target}" ContentType="{_KIND}.{kind}+xml"/>' for target, kind in parts
        )
        relations = f'{_BEGIN}<Relationships xmlns="{_PACKAGE}/relationships">'
        for name, text in (
            ("xl/styles.xml", _STYLES),
            ("xl/workbook.xml", f"{book}</workbook>"),
            ("xl/_rels/workbook.xml.rels", f"{relations}{related}</Relationships>"),
            ("_rels/.rels", f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
             'Target="xl/workbook.xml"/></Relationships>'),
            ("[Content_Types].xml", f'{_BEGIN}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
             'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
             f'"/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{kinds}</Types>'),
        ):  # fmt: skip
            self._zip.writestr(name, text)


def _line(values: Sequence[object], look: str) -> bytes:
    """A line of headings or totals: texts and numbers in their style."""
    text, number = (3, 3) if look == "heading" else (4, 5)
    cells = (
        f'<c t="inlineStr" s="{text}"><is><t>{escape(spelled_text(value))}</t></is></c>'
        if isinstance(value, str)
        else f'<c s="{number}"><v>{value}</v></c>'
        for value in values
    )
    return f"<row>{''.join(cells)}</row>".encode()


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
