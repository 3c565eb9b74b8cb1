"""The staff's month: hours, lateness, absences, ratings, and the pay that is due."""

from django.utils.translation import gettext_lazy as _

from backoffice.attendance.selectors.month import Month, Sheet, sheets_of_month
from backoffice.attendance.selectors.pay import Pay, pay_of

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import Filters, MonthFilter
from ..groups import ATTENDANCE


class _Filters(Filters):
    month = MonthFilter(label=_("Month"))


@register
class Instructors(Report):
    """A month of each of the staff as its sheet has it (`sheets_of_month`), and their pay (`pay_of`)."""

    slug = "instructors"
    title = _("Instructors")
    about = _(
        "Pay due is the salary for the hours of the month so far, less those at which the person was absent. Lateness "
        "is shown and costs nothing."
    )
    group = ATTENDANCE
    of_people = True
    filters = _Filters
    columns = (
        Column("name", _("Name"), width=28, link="users_instructor", link_key="pk"),
        Column("days", _("Days"), "integer", width=9),
        Column("hours", _("Hours"), "duration", width=10),
        Column("lectures", _("Lectures"), "integer", total=True, width=10),
        Column("times_late", _("Times late"), "integer", total=True, width=10),
        Column("late_minutes", _("Minutes late"), "integer", total=True, width=10),
        Column("absences", _("Absences"), "integer", total=True, width=10),
        Column("rating", _("Rating"), "number", width=10),
        Column("salary", _("Salary (EGP)"), "money", total=True),
        Column("earned", _("For the hours so far (EGP)"), "money", total=True),
        Column("off", _("Off for absences (EGP)"), "money", total=True),
        Column("due", _("Pay due (EGP)"), "money", total=True),
    )
    chart = Chart("bar", series=("times_late", "absences"), label="name")

    def rows(self, given: Given) -> Rows:
        """As the month's sheets have them."""
        month = Month(given["month"])
        sheets = sheets_of_month(month, only_sums=True)
        pay = pay_of(sheets, month)
        return [_row(sheet, pay[sheet.instructor.pk]) for sheet in sheets]


def _row(sheet: Sheet, pay: Pay) -> dict[str, object]:
    figures = ("days", "hours", "lectures", "times_late", "late_minutes", "absences", "rating")
    row = {"pk": sheet.instructor.pk, "name": str(sheet.instructor)} | {key: getattr(sheet, key) for key in figures}
    return row | {"salary": pay.salary, "earned": pay.earned, "off": pay.absences, "due": pay.due}
