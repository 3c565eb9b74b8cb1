"""The staff's month: hours, lateness, absences, ratings, and the salary that is due."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from backoffice.attendance.selectors.month import Month, sheets_of_month

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import Filters, MonthFilter
from ..groups import ATTENDANCE


class _Filters(Filters):
    month = MonthFilter(label=_("Month"))


@register
class Instructors(Report):
    """A month of each of the staff as its sheet has it (`sheets_of_month`); the salary is what was agreed."""

    slug = "instructors"
    title = _("Instructors")
    about = _(
        "Hours, lateness, absences and ratings of the month, and the monthly salary agreed. Nothing is taken off it."
    )
    group = ATTENDANCE
    filters = _Filters
    columns = (
        Column("name", _("Name"), width=28, link="users_instructor", link_key="pk"),
        Column("days", _("Days"), "integer", width=9),
        Column("hours", _("Hours"), "duration", width=10),
        Column("lectures", _("Lectures"), "integer", total=True, width=10),
        Column("late", _("Times late"), "integer", total=True, width=10),
        Column("late_minutes", _("Minutes late"), "integer", total=True, width=10),
        Column("absences", _("Absences"), "integer", total=True, width=10),
        Column("rating", _("Rating"), "number", width=10),
        Column("salary", _("Salary (EGP)"), "money", total=True),
    )
    chart = Chart("bar", series=("late", "absences"), label="name")

    def rows(self, given: Given) -> Rows:
        """As the month's sheets have them."""
        first: dt.date = given["month"]
        return [
            {
                "pk": sheet.instructor.pk,
                "name": str(sheet.instructor),
                "days": sheet.days,
                "hours": sheet.hours,
                "lectures": sheet.lectures,
                "late": sheet.times_late,
                "late_minutes": sheet.late_minutes,
                "absences": sheet.absences,
                "rating": sheet.rating,
                "salary": sheet.instructor.monthly_salary or 0,
            }
            for sheet in sheets_of_month(Month(first))
        ]
