"""The paper of a report: its rows as data for the template."""

from typing import IO, TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError
from backoffice.shared.pdf import typeset
from backoffice.shared.sheets.spelling import drawable

from .definition import Column
from .words import FIGURES, LEFT_TO_RIGHT, words_of

if TYPE_CHECKING:
    from .files import Asked
    from .reading import Row

#: Paper that nobody reads, and the memory of one typesetter: what is longer is a sheet.
MOST_ROWS: Final = 20_000
_WIDE_FROM: Final = 7


def write_pdf(file: IO[bytes], asked: "Asked") -> int:
    """Set the report and return how many rows it has. Raises DomainError `too_long_for_paper`."""
    columns, rows = asked.reading.report.columns, []
    for row in asked.reading.rows():
        rows.append(row)
        refuse_longer(len(rows))
    file.write(typeset("reports/report.typ", _data(asked, columns, rows)))
    return len(rows)


def refuse_longer(rows: int) -> None:
    """Raise DomainError `too_long_for_paper` for more rows than a paper may have."""
    if rows > MOST_ROWS:
        message = _("This is too long for paper: at most %(most)s rows. Take Excel or CSV, or filter it.")
        raise DomainError("too_long_for_paper", message % {"most": number_format(MOST_ROWS, force_grouping=True)})


def _data(asked: "Asked", columns: "tuple[Column, ...]", rows: "list[Row]") -> dict[str, Any]:
    report = asked.reading.report
    return {
        "title": asked.title,
        "about": str(report.about),
        "house": _("Redwan Courses Center"),
        "filters": [(label, drawable(words), words.isascii()) for label, words in asked.said()],
        "wide": len(columns) >= _WIDE_FROM,
        "columns": [
            {
                "label": str(one.label),
                "ltr": one.kind in LEFT_TO_RIGHT,
                "figure": one.kind in FIGURES,
                "width": one.width,
            }
            for one in columns
        ],
        "rows": [[drawable(words_of(row[one.key], one.kind)) for one in columns] for row in rows],
        "totals": _totals(columns, rows),
        "nothing": _("Nothing matches these filters."),
        "made_by": _("Made by"),
        "by": drawable(str(asked.by)),
        "at": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "page": _("Page"),
        "of": _("of"),
    }


def _totals(columns: "tuple[Column, ...]", rows: "list[Row]") -> list[str]:
    """The line of totals, of the very rows above it."""
    if not any(one.total for one in columns) or not rows:
        return []
    line = [words_of(sum(row[one.key] or 0 for row in rows), one.kind) if one.total else "" for one in columns]
    label = next((place for place, one in enumerate(columns) if not one.total), None)
    if label is not None:
        line[label] = _("Total")
    return line
