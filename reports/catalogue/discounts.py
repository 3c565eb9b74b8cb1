"""Discounts that were given, to whom, by whom and why."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment

from ..definition import Column, Given, Report, Rows, register
from ..expressions import full_name, participant_name
from ..filters import OfCourse, Period, of_course, within
from ..groups import MONEY


class _Filters(OfCourse, Period):
    """Of the days the places were given."""


@register
class Discounts(Report):
    """Places whose price was agreed with a discount, by the day of the enrolment; later changes of a price are none."""

    slug = "discounts"
    title = _("Discounts given")
    about = _("Places that were given below the course's price, with the reason and who gave them.")
    group = MONEY
    of_people = True
    filters = _Filters
    columns = (
        Column("enrolled_at", _("Day"), "date", width=12),
        Column("participant", _("Participant"), width=26, link="enrollments_enrollment", link_key="pk"),
        Column("course_name", _("Course"), width=24),
        Column("list_price", _("Course price (EGP)"), "money", total=True),
        Column("discount", _("Discount (EGP)"), "money", total=True),
        Column("price", _("Price agreed (EGP)"), "money", total=True),
        Column("discount_reason", _("Reason"), width=30),
        Column("given_by", _("Given by"), width=22),
    )

    def rows(self, given: Given) -> Rows:
        """The newest first."""
        places = Enrollment.objects.filter(discount__gt=0, **within("enrolled_at", given), **of_course(given))
        names = {"participant": participant_name(), "given_by": full_name("accepted_by")}
        return places.annotate(course_name=F("course__name"), **names).order_by("-enrolled_at", "pk")
