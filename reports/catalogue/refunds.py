"""Refunds with who asked, who decided and who paid them back."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import PaymentMethod
from backoffice.payments.models import RefundRequest

from ..definition import Column, Given, Report, Rows, register
from ..expressions import full_name, participant_name
from ..filters import ChoiceFilter, OfCourse, Period, of_course, within
from ..groups import MONEY

_STATES = RefundRequest.Status.choices


class _Filters(OfCourse, Period):
    state = ChoiceFilter(choices=_STATES, label=_("Status"))


@register
class Refunds(Report):
    """Refund requests by the day they were asked for; the sum is of what was asked, whatever became of it."""

    slug = "refunds"
    title = _("Refunds")
    about = _("By the day a refund was asked for: who asked, who decided, who paid it back.")
    group = MONEY
    of_people = True
    filters = _Filters
    columns = (
        Column("requested_at", _("Asked"), "date", width=12, link="payments_refundrequest", link_key="pk"),
        Column("participant", _("Participant"), width=24),
        Column("course", _("Course"), width=22),
        Column("amount", _("Amount (EGP)"), "money", total=True, width=14),
        Column("method", _("Method"), words=dict(PaymentMethod.choices), width=14),
        Column("status", _("Status"), words=dict(_STATES), width=14),
        Column("asked_by", _("Asked by"), width=20),
        Column("reason", _("Reason"), width=24),
        Column("decider", _("Decided by"), width=20),
        Column("payer_back", _("Paid back by"), width=20),
        Column("processed_at", _("Paid back"), "date", width=12),
        Column("number", _("Number"), "code", width=16),
    )

    def rows(self, given: Given) -> Rows:
        """The newest request first."""
        chosen = within("requested_at", given) | of_course(given, "enrollment__course")
        state = {"status": given["state"]} if given["state"] else {}
        names = {
            "participant": participant_name("enrollment__"),
            "course": F("enrollment__course__name"),
            "method": F("payment__method"),
            "asked_by": full_name("requested_by"),
            "decider": full_name("decided_by"),
            "payer_back": full_name("processed_by"),
        }
        return RefundRequest.objects.filter(**chosen, **state).annotate(**names).order_by("-requested_at", "pk")
