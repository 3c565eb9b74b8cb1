"""Columns that several reports have."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import PaymentMethod

from .definition import Column

METHOD: Final = Column("method", _("Method"), words=dict(PaymentMethod.choices), width=16)
#: How often and how much, as `money_by` gives them.
TAKEN_AND_GIVEN: Final = (
    Column("payments", _("Payments"), "integer", total=True, width=10),
    Column("taken", _("Taken (EGP)"), "money", total=True),
    Column("refunds", _("Refunds"), "integer", total=True, width=10),
    Column("given", _("Given back (EGP)"), "money", total=True),
    Column("net", _("Net (EGP)"), "money", total=True),
)
#: Who came and who didn't, as `attendance_of_participants` and `attendance_of_courses` give them.
ATTENDED: Final = (
    Column("came", _("Came"), "integer", total=True, width=10),
    Column("absent", _("Absent"), "integer", total=True, width=10),
    Column("rate", _("Attendance rate"), "percent", width=10),
)
