"""The month's sheets of the staff, for accountants: to look at, to print, and as a file."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.shared.dates import hours_and_minutes
from backoffice.shared.sheets.download import download
from backoffice.users.fresh_password import Act
from backoffice.users.password_page import password_first

from ..resources import CSV, XLSX, month_file, month_name, record_export
from ..selectors.month import Line, Month, Sheet, sheets_of_month
from ..selectors.pay import Pay, pay_of

CONTENT_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


class MonthPages:
    """The pages beside the list of the staff's attendance; who exports sees them, even without the list."""

    def get_urls(self) -> list[Any]:
        """The page, and the file."""
        view: Any = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("month/", view(self.month_page), name="attendance_instructorattendance_month"),
            path("month/<str:kind>/", view(self.month_export), name="attendance_instructorattendance_month_file"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def month_page(self, request: HttpRequest) -> HttpResponse:
        """Everybody's totals, or one person's days."""
        month, person = _asked(request)
        everybody = sheets_of_month(month, only_sums=person is None)
        sheets = [sheet for sheet in everybody if person is None or sheet.instructor.pk == person]
        pay = _pay_for(request, sheets, month)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Month's sheets of the staff"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "month": month,
            "earlier": month.beside(-1),
            "later": month.beside(1) if month.last < timezone.localdate() else None,
            "people": [sheet.instructor for sheet in everybody],
            "person": person,
            "sheets": [_shown(sheet) | {"pay": pay.get(sheet.instructor.pk)} for sheet in sheets],
            "with_pay": bool(pay),
            "lines": [_line(line) for sheet in sheets for line in sheet.lines] if person else [],
            "query": _query(month, person),
        }
        return TemplateResponse(request, "admin/attendance/month.html", context)

    def month_export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The same as a file; that it was taken is in the trail before its first byte is sent."""
        month, person = _asked(request)
        if kind not in CONTENT_TYPES:
            raise Http404
        back = reverse("admin:attendance_instructorattendance_month") + _query(month, person)
        if (first := password_first(Act.EXPORT_OF_PEOPLE, request, back=back)) is not None:
            return first
        sheets = sheets_of_month(month, person, only_sums=person is None)
        pay = _pay_for(request, sheets, month)
        content = month_file(sheets, month, kind, of_person=person is not None, pay=pay)
        name = month_name(sheets, month, of_person=person is not None)
        record_export(kind, _rows(sheets, person), name, by=request.user)  # type: ignore[arg-type]
        file = io.BytesIO()
        file.write(content)
        return download(request, file, name=f"{name}.{kind}", content_type=CONTENT_TYPES[kind])


def _asked(request: HttpRequest) -> tuple[Month, UUID | None]:
    """The month and perhaps the person of the address, for who may see them; this month where it names none."""
    if not request.user.has_perm("attendance.export_instructorattendance"):
        raise PermissionDenied
    month = Month.read(request.GET.get("month")) or Month.of(timezone.localdate())
    try:
        person = UUID(request.GET["person"]) if request.GET.get("person") else None
    except ValueError as error:
        raise Http404 from error
    return month, person


def _pay_for(request: HttpRequest, sheets: Sequence[Sheet], month: Month) -> dict[UUID, Pay]:
    """The pay of the sheets, for who may see salaries."""
    return pay_of(sheets, month) if request.user.has_perm("users.view_salary") else {}


def _query(month: Month, person: UUID | None) -> str:
    return f"?month={month}" + (f"&person={person}" if person else "")


def _rows(sheets: Sequence[Sheet], person: UUID | None) -> int:
    return sum(len(sheet.lines) for sheet in sheets) if person else len(sheets)


def _shown(sheet: Sheet) -> dict[str, Any]:
    lengths = {
        name: hours_and_minutes(getattr(sheet, name)) for name in ("hours", "lecture_hours", "supervision_hours")
    }
    return {"sheet": sheet, "instructor": sheet.instructor, **lengths}


def _line(line: Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "hours": hours_and_minutes(line.hours) if line.spans else "",
        "lacks_check_out": line.lacks_check_out,
    }
