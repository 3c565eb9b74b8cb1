"""The cards of the day: what happens, who is missing, what waits, and the money of today."""

from typing import Final

from django.utils import timezone
from django.utils.formats import localize, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.attendance.models import InstructorAttendance
from backoffice.attendance.selectors.today import staff_behind_time
from backoffice.courses.models import Lecture
from backoffice.courses.selectors.today import lectures_on
from backoffice.enrollments.models import EnrollmentRequest, Lead
from backoffice.enrollments.selectors import numbers_to_call, requests_to_answer
from backoffice.payments.models import AccountTask, LedgerCheck, Payment, RefundRequest
from backoffice.payments.selectors import today as money
from backoffice.payments.selectors.drawers import cash_in_hand, own_drawer
from backoffice.shared.figures import Figure, Figured
from backoffice.users.models import ParentLinkRequest
from backoffice.users.selectors import links_to_decide

from .card import Card, Shown, Viewer, egp, list_of, own_drawer_list, report_of


class LecturesToday(Card):
    """An instructor's own, or all."""

    permission = "courses.view_lecture"
    title = gettext_lazy("Lectures today")
    icon = "event"

    def asks(self, viewer: Viewer) -> Figured:
        """The day's."""
        return lectures_on(viewer.today, viewer.user)

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """How many, and in how many attendance was taken."""
        day = {"day__gte": viewer.today, "day__lte": viewer.today}
        note = _("attendance taken in %(count)s") % {"count": localize(figure.part)}
        return self.card(localize(figure.count), list_of(Lecture, **day, status__in="scheduled,completed"), note)


class StaffMissing(Card):
    """Who of the staff should be here by the centre's clock."""

    permission = "attendance.view_instructorattendance"
    title = gettext_lazy("Staff missing now")
    icon = "person_alert"

    def asks(self, viewer: Viewer) -> Figured:
        """Missing and late ones."""
        return staff_behind_time(viewer.now)

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """Who is missing, and how many came late today."""
        late = figure.count - figure.part
        note = ngettext("%(count)s came late today", "%(count)s came late today", late) % {"count": localize(late)}
        return self.card(
            localize(figure.part), list_of(InstructorAttendance, now="awaited"), note, waits=figure.part > 0
        )


class RequestsToAnswer(Card):
    """What waits for the office."""

    permission = "enrollments.view_enrollmentrequest"
    title = gettext_lazy("Requests to answer")
    icon = "inbox"

    def asks(self, viewer: Viewer) -> Figured:
        """Those nobody has decided on."""
        return requests_to_answer()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """How many, and how many more are on waiting lists."""
        note = _("%(count)s on the waiting list") % {"count": localize(figure.count - figure.part)}
        url = list_of(EnrollmentRequest, status__in="pending,processing")
        return self.card(localize(figure.part), url, note, waits=figure.part > 0)


class NumbersToCall(Card):
    """Visitors who left a number."""

    permission = "enrollments.change_lead"
    title = gettext_lazy("Numbers to call")
    icon = "add_call"

    def asks(self, viewer: Viewer) -> Figured:
        """Those nobody has called."""
        return numbers_to_call()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """How many."""
        url = list_of(Lead, status__exact="new")
        return self.card(localize(figure.count), url, _("left on the site"), waits=figure.count > 0)


class PaidToday(Card):
    """The day's money for who has the report that adds it up, else the day's payments."""

    permission = "payments.view_payment"
    title = gettext_lazy("Paid today")
    icon = "payments"

    def asks(self, viewer: Viewer) -> Figured:
        """By the day they were paid at."""
        return money.paid_on(viewer.today)

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """A sum is only for who sees the sheet; a drawer is counted blind."""
        count = ngettext("%(count)s payment", "%(count)s payments", figure.count) % {"count": localize(figure.count)}
        if viewer.may("reports.view_daily_cash") and not viewer.has_to_count:
            return self.card(egp(figure.amount), report_of("daily-cash", first=viewer.today, last=viewer.today), count)
        settled = "paid,partially_refunded,refunded"
        url = list_of(Payment, paid_at_from=viewer.today, paid_at_to=viewer.today, status__in=settled)
        return self.card(localize(figure.count), url, _("payments of today"))


class CashInHand(Card):
    """What should lie in the drawers that are open."""

    permission = "reports.view_cash_in_hand"
    title = gettext_lazy("Cash in hand")
    icon = "account_balance"
    adds_up = True

    def asks(self, viewer: Viewer) -> Figured:
        """All open drawers."""
        return cash_in_hand()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """The sum, and in how many drawers."""
        note = ngettext("in %(count)s open drawer", "in %(count)s open drawers", figure.count)
        return self.card(egp(figure.amount), report_of("cash-in-hand"), note % {"count": localize(figure.count)})


class OwnDrawer(Card):
    """Whether the cashier's own drawer is open; never what lies in it."""

    permission = "payments.add_cashsession"
    title = gettext_lazy("My cash session")
    icon = "point_of_sale"

    def asks(self, viewer: Viewer) -> Figured:
        """The person's own."""
        return own_drawer(viewer.user)

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """Open since when, or closed."""
        if figure.at is None:
            return self.card(_("Closed"), own_drawer_list(viewer), _("open one before taking cash"))
        since = time_format(timezone.localtime(figure.at), "TIME_FORMAT")
        return self.card(_("Open"), own_drawer_list(viewer), _("since %(time)s") % {"time": since})


class RefundsToDecide(Card):
    """What waits for the second pair of eyes."""

    permission = "payments.approve_refundrequest"
    title = gettext_lazy("Refunds to decide")
    icon = "currency_exchange"

    def asks(self, viewer: Viewer) -> Figured:
        """Those that were asked for."""
        return money.refunds_to_decide()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """How many, and how much."""
        url = list_of(RefundRequest, status__exact="requested")
        return self.card(localize(figure.count), url, egp(figure.amount), waits=figure.count > 0)


class CreditsToSettle(Card):
    """Money that has no place yet."""

    permission = "payments.change_accounttask"
    title = gettext_lazy("Money on families' accounts")
    icon = "account_balance_wallet"

    def asks(self, viewer: Viewer) -> Figured:
        """The accountants' open tasks."""
        return money.credits_to_settle()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """How many."""
        url = list_of(AccountTask, done_at__isempty=1)
        return self.card(localize(figure.count), url, _("To pay for a place, or to go back"), waits=figure.count > 0)


class LedgerLastNight(Card):
    """Whether the books added up."""

    permission = "payments.view_ledgercheck"
    title = gettext_lazy("The ledger, last night")
    icon = "verified"

    def asks(self, viewer: Viewer) -> Figured:
        """The last proof."""
        return money.last_ledger_check()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """That it adds up, or how many rows differ."""
        if figure.at is None:
            return self.card("—", list_of(LedgerCheck), _("Not checked yet"))
        said = localize(figure.part) if figure.part else _("It adds up")
        day = localize(timezone.localtime(figure.at).date())
        return self.card(said, list_of(LedgerCheck), day, waits=figure.part > 0)


class LinksToDecide(Card):
    """Second parents who wait."""

    permission = "users.change_parentlinkrequest"
    title = gettext_lazy("Parents asking for a child")
    icon = "link"

    def asks(self, viewer: Viewer) -> Figured:
        """Those that met a child."""
        return links_to_decide()

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """How many."""
        url = list_of(ParentLinkRequest, status__exact="pending")
        return self.card(localize(figure.count), url, waits=figure.count > 0)


CARDS: Final[tuple[Card, ...]] = (
    LecturesToday(),
    StaffMissing(),
    RequestsToAnswer(),
    NumbersToCall(),
    PaidToday(),
    CashInHand(),
    OwnDrawer(),
    RefundsToDecide(),
    CreditsToSettle(),
    LedgerLastNight(),
    LinksToDecide(),
)
