"""What of the staff's attendance leaves as a sheet: the month's totals of each person, or one person's days."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.shared import audit
from backoffice.shared.sheets.layout import Column
from backoffice.shared.sheets.write import iter_csv, write_xlsx
from backoffice.users.models import CustomUser

from .models import InstructorAttendance, MarkedVia
from .selectors.month import Month, Sheet
from .selectors.pay import Pay

XLSX: Final = "xlsx"
CSV: Final = "csv"

TOTALS: Final = (
    Column("person", gettext_lazy("Name"), width=28),
    Column("kind", gettext_lazy("kind"), width=12, is_plain=True),
    Column("days", gettext_lazy("Days"), kind="integer", width=8),
    Column("hours", gettext_lazy("Hours in all"), kind="duration", width=12),
    Column("lectures", gettext_lazy("Lectures given"), kind="integer", width=12),
    Column("lecture_hours", gettext_lazy("Hours of lectures"), kind="duration", width=14),
    Column("supervision_hours", gettext_lazy("Hours of supervision"), kind="duration", width=14),
    Column("times_late", gettext_lazy("Times late"), kind="integer", width=11),
    Column("late_minutes", gettext_lazy("Minutes late"), kind="integer", width=13),
    Column("absences", gettext_lazy("Absences"), kind="integer", width=10),
    Column("without_check_out", gettext_lazy("Without check-out"), kind="integer", width=14),
    Column("rating", gettext_lazy("Average rating"), kind="number", width=13),
)
#: For who may see salaries, as `pay_of` has them.
PAY: Final = (
    Column("salary", gettext_lazy("Salary (EGP)"), kind="money", width=14),
    Column("earned", gettext_lazy("For the hours so far (EGP)"), kind="money", width=16),
    Column("off", gettext_lazy("Off for absences (EGP)"), kind="money", width=16),
    Column("due", gettext_lazy("Pay due (EGP)"), kind="money", width=14),
)
DAYS: Final = (
    Column("day", gettext_lazy("Day"), kind="date", width=12),
    Column("kind", gettext_lazy("kind"), width=10, is_plain=True),
    Column("due_for", gettext_lazy("due for"), width=34),
    Column("start", gettext_lazy("due from"), width=9, is_plain=True),
    Column("end", gettext_lazy("due to"), width=9, is_plain=True),
    Column("status", gettext_lazy("Status"), width=12, is_plain=True),
    Column("check_in", gettext_lazy("came"), kind="datetime", width=17),
    Column("check_in_via", gettext_lazy("came, by"), width=14, is_plain=True),
    Column("check_out", gettext_lazy("left"), kind="datetime", width=17),
    Column("check_out_via", gettext_lazy("left, by"), width=14, is_plain=True),
    Column("hours", gettext_lazy("Hours"), kind="duration", width=9),
    Column("late_minutes", gettext_lazy("Minutes late"), kind="integer", width=13),
    Column("rating", gettext_lazy("Rating"), kind="number", width=9),
    Column("reason", gettext_lazy("reason of a correction"), width=34),
)


def month_file(
    sheets: Sequence[Sheet], month: Month, kind: str, *, of_person: bool, pay: Mapping[UUID, Pay] | None = None
) -> bytes:
    """The month as a file: one person's days where it is about one, else everybody's totals with their pay."""
    columns = DAYS if of_person else (*TOTALS, *(PAY if pay else ()))
    rows = list(_days(sheets)) if of_person else [_totals(sheet) + _pay(sheet, pay or {}) for sheet in sheets]
    if kind == CSV:
        return b"".join(iter_csv(columns, rows))
    out = io.BytesIO()
    write_xlsx(out, title=month_name(sheets, month, of_person=of_person), columns=columns, rows=rows)
    return out.getvalue()


def month_name(sheets: Sequence[Sheet], month: Month, *, of_person: bool) -> str:
    """What the sheet is called."""
    if of_person and sheets:
        return _("Attendance of %(name)s %(month)s") % {"name": sheets[0].instructor, "month": month}
    return _("Attendance of the staff %(month)s") % {"month": month}


def record_export(kind: str, rows: int, name: str, *, by: CustomUser) -> None:
    """Write into the trail who took which month away."""
    changes = {"format": [None, kind], "rows": [None, rows]}
    with transaction.atomic():
        entry = audit.entry(by, audit.Action.EXPORT, by=by, changes=changes)
        # About a month of many and not about one row.
        entry.model, entry.object_id, entry.object_name = InstructorAttendance._meta.label_lower, "*", name[:250]
        entry.save(force_insert=True)


def _totals(sheet: Sheet) -> list[Any]:
    about = {"person": str(sheet.instructor), "kind": str(sheet.instructor.get_type_display())}
    return [about.get(column.key, getattr(sheet, column.key, "")) for column in TOTALS]


def _pay(sheet: Sheet, pay: Mapping[UUID, Pay]) -> list[Any]:
    one = pay.get(sheet.instructor.pk)
    return [one.salary, one.earned, one.absences, one.due] if one else []


def _days(sheets: Sequence[Sheet]) -> Iterator[list[Any]]:
    ways: dict[str, Any] = dict(MarkedVia.choices)
    for sheet in sheets:
        for line in sheet.lines:
            row = line.row
            yield [
                *(row.day, str(row.get_kind_display()), str(row.lecture or "")),
                *(_clock(row.start_time), _clock(row.end_time), str(row.get_status_display())),
                *(row.check_in, str(ways.get(row.check_in_via, ""))),
                *(row.check_out, str(ways.get(row.check_out_via, ""))),
                *(line.hours, row.late_minutes, row.rating, row.correction_reason),
            ]


def _clock(time: dt.time) -> str:
    return f"{time:%H:%M}"
