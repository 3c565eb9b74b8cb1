"""The faulty lines as a sheet: the columns as they were handed in, and the reason beside each line."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from ..sheets.layout import Column
from ..sheets.write import write_xlsx


def write_faulty_lines(out: IO[bytes] | Path | str, *, headers: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    """Write the faulty lines, to be mended and handed in again; return how many.

    All cells are text, so that a number keeps its zeros and nothing is taken for a formula.
    """
    columns = [
        *(Column(f"column{place}", header, width=20) for place, header in enumerate(headers)),
        Column("line", _("Line in the sheet"), "integer", width=10),
        Column("reason", _("What is wrong"), width=70),
    ]
    return write_xlsx(out, title=_("Faulty lines"), columns=columns, rows=_rows(rows, len(headers)))


def _rows(rows: Iterable[dict[str, Any]], width: int) -> Iterator[list[Any]]:
    for row in rows:
        cells = [_text(cell) for cell in row["cells"][:width]]
        cells += [""] * (width - len(cells))
        reasons = [f"{heading}: {sentence}" if heading else sentence for heading, _value, sentence in row["faults"]]
        yield [*cells, row["line"], " · ".join(reasons)]


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
