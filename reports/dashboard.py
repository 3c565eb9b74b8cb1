"""The staff's first page: what waits today, each person only their own part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.courses.models import Lecture
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.payments.models import AccountTask, CashSession, LedgerCheck, Payment, RefundRequest
from backoffice.payments.querysets import in_open_drawer_of
from backoffice.payments.selectors import with_balance
from backoffice.users.models import CustomUser, ParentLinkRequest

from .exporting import look_for_news

NOON = 12
ROWS = 6


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of the first page and the list it leads to; `waits` when somebody should do something about it."""

    title: str
    figure: str
    icon: str
    url: str
    note: str = ""
    waits: bool = False


def staff_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Fill the admin's first page (`UNFOLD["DASHBOARD_CALLBACK"]`)."""
    user = cast(CustomUser, request.user)  # the admin lets nobody else in
    look_for_news(request)
    now = timezone.localtime()
    greeting = _("Good morning, %(name)s") if now.hour < NOON else _("Good evening, %(name)s")
    return context | {
        "greeting": greeting % {"name": user.get_short_name()},
        "today": now.date(),
        "cards": [card(user) for permission, card in CARDS if user.has_perm(permission)],
        "lectures": _lectures(user) if user.has_perm("courses.view_lecture") else None,
        "requests": _requests(user) if user.has_perm("enrollments.view_enrollmentrequest") else None,
    }


def _visible[M: Model](rows: QuerySet[M], user: CustomUser) -> QuerySet[M]:
    """Only the person's own rows, where the model says which those are."""
    visible_to: Callable[[CustomUser], QuerySet[M]] | None = getattr(rows, "visible_to", None)
    return visible_to(user) if visible_to else rows


def _list(model: type[Model], query: str = "") -> str:
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_changelist") + query


def _egp(amount: Decimal | None) -> str:
    return _("%(amount)s EGP") % {"amount": localize((amount or Decimal()).quantize(Decimal("0.01")))}


def _lectures(user: CustomUser) -> QuerySet[Lecture]:
    today = Lecture.objects.on(timezone.localdate()).select_related("course", "room", "instructor__user")
    return _visible(today, user).order_by("start_time", "course__name")


def _requests(user: CustomUser) -> QuerySet[EnrollmentRequest]:
    waiting = EnrollmentRequest.objects.filter(status__in=["pending", "processing"])
    return _visible(waiting, user).select_related("course", "child", "student__user").order_by("created_at")[:ROWS]


def _lectures_today(user: CustomUser) -> Card:
    today = timezone.localdate()
    count = _visible(Lecture.objects.on(today).held(), user).aggregate(
        all=Count("pk"), marked=Count("pk", filter=Q(attendance_taken=True))
    )
    return Card(
        title=_("Lectures today"),
        figure=localize(count["all"]),
        icon="event",
        url=_list(Lecture, f"?day__gte={today}&day__lte={today}"),
        note=_("attendance taken in %(count)s") % {"count": localize(count["marked"])},
    )


def _requests_waiting(user: CustomUser) -> Card:
    count = _visible(EnrollmentRequest.objects.open(), user).aggregate(
        all=Count("pk"), listed=Count("pk", filter=Q(status="waitlisted"))
    )
    waiting = count["all"] - count["listed"]
    return Card(
        title=_("Requests to answer"),
        figure=localize(waiting),
        icon="inbox",
        url=_list(EnrollmentRequest),
        note=_("%(count)s on the waiting list") % {"count": localize(count["listed"])},
        waits=waiting > 0,
    )


def _paid_today(user: CustomUser) -> Card:
    today = timezone.localdate()
    # A drawer is counted blind: what lies in the person's own isn't added up for them before.
    drawer = in_open_drawer_of(user)
    paid = _visible(Payment.objects.settled().between(today, today), user).aggregate(
        sum=Sum("amount", filter=~drawer), count=Count("pk", filter=~drawer), uncounted=Count("pk", filter=drawer)
    )
    note = ngettext("%(count)s payment", "%(count)s payments", paid["count"]) % {"count": localize(paid["count"])}
    if paid["uncounted"]:
        note = _("%(payments)s, without your open drawer") % {"payments": note}
    return Card(title=_("Paid today"), figure=_egp(paid["sum"]), icon="payments", url=_list(Payment), note=note)


def _still_owed(user: CustomUser) -> Card:
    # Places in running courses only: what years of ended ones still owe is a report's work, not a first page's.
    places = _visible(Enrollment.objects.filter(status__in=["active", "suspended"]), user)
    owing: QuerySet[Any] = with_balance(places)
    owed = owing.filter(balance__gt=0).aggregate(sum=Sum("balance"), count=Count("pk"))
    note = ngettext("by %(count)s enrolment", "by %(count)s enrolments", owed["count"])
    note %= {"count": localize(owed["count"])}
    return Card(title=_("Still owed"), figure=_egp(owed["sum"]), icon="hourglass_top", url=_list(Enrollment), note=note)


def _cash_session(user: CustomUser) -> Card:
    sessions = CashSession.objects.open().of_cashier(user)
    opened = sessions.values_list("opened_at", flat=True).first()
    if opened is None:
        figure, note = _("Closed"), _("open one before taking cash")
    else:
        figure, note = _("Open"), _("since %(time)s") % {"time": time_format(timezone.localtime(opened), "TIME_FORMAT")}
    return Card(title=_("My cash session"), figure=figure, icon="point_of_sale", url=_list(CashSession), note=note)


def _refunds_to_decide(user: CustomUser) -> Card:
    asked = RefundRequest.objects.filter(status="requested").aggregate(sum=Sum("amount"), count=Count("pk"))
    return Card(
        title=_("Refunds to decide"),
        figure=localize(asked["count"]),
        icon="currency_exchange",
        url=_list(RefundRequest),
        note=_egp(asked["sum"]),
        waits=asked["count"] > 0,
    )


def _links_to_decide(user: CustomUser) -> Card:
    count = ParentLinkRequest.objects.answerable().filter(status="pending").count()
    return Card(
        title=_("Parents asking for a child"),
        figure=localize(count),
        icon="link",
        url=_list(ParentLinkRequest),
        waits=count > 0,
    )


def _credits_to_settle(user: CustomUser) -> Card:
    count = AccountTask.objects.open().count()
    return Card(
        title=_("Money on families' accounts"),
        figure=localize(count),
        icon="account_balance_wallet",
        url=_list(AccountTask, "?done_at__isempty=1"),
        note=_("To pay for a place, or to go back"),
        waits=count > 0,
    )


def _ledger(user: CustomUser) -> Card:
    last = LedgerCheck.objects.first()
    adds_up = last is None or last.differences == 0
    return Card(
        title=_("The ledger, last night"),
        figure="—" if last is None else _("It adds up") if adds_up else localize(last.differences),
        icon="verified" if adds_up else "error",
        url=_list(LedgerCheck),
        note=_("Not checked yet") if last is None else localize(timezone.localtime(last.started_at).date()),
        waits=not adds_up,
    )


# Each with the permission that the list behind it asks for, or the act that it waits for.
CARDS: tuple[tuple[str, Callable[[CustomUser], Card]], ...] = (
    ("enrollments.view_enrollmentrequest", _requests_waiting),
    ("courses.view_lecture", _lectures_today),
    ("payments.view_payment", _paid_today),
    ("payments.view_payment", _still_owed),
    ("payments.add_cashsession", _cash_session),
    ("payments.approve_refundrequest", _refunds_to_decide),
    ("payments.change_accounttask", _credits_to_settle),
    ("payments.view_ledgercheck", _ledger),
    ("users.change_parentlinkrequest", _links_to_decide),
)
