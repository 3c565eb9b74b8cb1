"""What the page of a sheet shows: its numbers, one of its lists, and which buttons there are."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from ..errors import DomainError
from ..models import ImportBatch
from ..text import as_text
from .batches import handed_in_before
from .importer import importers
from .kept import lines_gone
from .report import PAGE, SECTIONS, count_of, page_of

Status = ImportBatch.Status
_ARABIC: Final = re.compile("[\u0600-\u06ff]")

_TITLES: Final[dict[str, Promise]] = {
    "faulty": _("Faulty lines"),
    "warned": _("Warnings"),
    "changed": _("Changes"),
    "repeated": _("Repeats"),
    "new": _("New"),
}
_ICONS: Final = {"faulty": "error", "warned": "warning", "changed": "edit", "repeated": "repeat", "new": "add_circle"}


class BatchPage:
    """The page of one sheet, for its template."""

    def __init__(self, batch: ImportBatch, query: Mapping[str, str], *, may_import: bool) -> None:
        self._batch, self._may_import = batch, may_import
        self.sections = [
            {"key": key, "title": _TITLES[key], "icon": _ICONS[key], "count": count_of(batch, key)} for key in SECTIONS
        ]
        asked = query.get("list")
        filled = [key for key in SECTIONS if count_of(batch, key)]
        self.section: str = asked if asked in SECTIONS else next(iter(filled), "new")
        number = query.get("page", "1")
        self.pages = max(-(-count_of(batch, self.section) // PAGE), 1)
        self.number = min(max(int(number), 1), self.pages) if number.isascii() and number.isdecimal() else 1

        self.previous, self.next = self.number - 1, self.number + 1

    @property
    def is_working(self) -> bool:
        """Whether the sheet is being read or imported just now."""
        return self._batch.status in (Status.UPLOADED, Status.COMMITTING)

    @property
    def may_confirm(self) -> bool:
        """Whether this person can import the good lines now."""
        return self._may_import and self._batch.status == Status.PREVIEWED

    @property
    def may_cancel(self) -> bool:
        """Whether this person can put the sheet aside now."""
        return self._may_import and Status.CANCELLED in ImportBatch.TRANSITIONS[Status(self._batch.status)]

    @property
    def may_resume(self) -> bool:
        """Whether this person can have a sheet taken up again whose worker died."""
        return self._may_import and self.is_working

    @property
    def good(self) -> int:
        """Lines that would go in."""
        return self._batch.new + self._batch.changed

    @property
    def percent(self) -> int:
        """How far the work is."""
        return min(100, self._batch.done * 100 // max(self._batch.lines, 1))

    @property
    def made(self) -> list[dict[str, Any]]:
        """What the good lines add, by kind of row."""
        importer = importers().get(self._batch.kind)
        made = self._batch.report.get("made", {})
        if importer is None:
            return []
        return [{"words": words, "count": made[key]} for key, words in importer.made_words.items() if made.get(key)]

    @property
    def is_forgotten(self) -> bool:
        """Whether the sheet and its lists were kept long enough and are gone."""
        return not self._batch.stored_as

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The shown page of the shown list."""
        return self._shown[0]

    @property
    def refused(self) -> str:
        """Why the list can't be shown; nothing when it can."""
        return self._shown[1]

    @cached_property
    def _shown(self) -> tuple[list[dict[str, Any]], str]:
        try:
            if self.is_forgotten:
                raise lines_gone()
            return [_for_template(row) for row in page_of(self._batch, self.section, self.number)], ""
        except DomainError as error:
            return [], str(error)

    @cached_property
    def before(self) -> ImportBatch | None:
        """The import of the very same file, if there was one."""
        return handed_in_before(self._batch)


def _for_template(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a list with names for what its pairs and triples hold, and the direction each value is written in."""
    row["faults"] = [
        {"heading": heading, "value": as_text(value), "dir": _direction(value), "sentence": sentence}
        for heading, value, sentence in row.get("faults", ())
    ]
    row["changes"] = [
        {"label": label, "old": old, "old_dir": _direction(old), "new": new, "new_dir": _direction(new)}
        for label, old, new in row.get("changes", ())
    ]
    return row


def _direction(value: Any) -> str:
    """Left to right for figures and marks, which would turn over among Arabic words: -50, +20 100 123 4567."""
    return "rtl" if _ARABIC.search(as_text(value)) else "ltr"
