"""The same decision for many requests: chosen in the list or all that a filter finds, told in one sentence."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from backoffice.shared.form_fields import reason_field

from ..models import EnrollmentRequest
from ..services import BulkOutcome, accept_many, refuse_many, waitlist_many

PORTION = 500
# More reasons than these nobody reads; the requests stay in the list.
MOST_NAMED = 10


class RefuseSelectedForm(forms.Form):
    """Why they are refused."""

    reason = reason_field(gettext_lazy("Reason of the refusal"))


class BulkDecisions:
    """Accept, refuse and wait-list what is selected in the list."""

    actions = ("accept_selected", "refuse_selected", "waitlist_selected")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whether the person decides on requests."""
        return bool(request.user.has_perm("enrollments.decide_enrollmentrequest"))

    @action(permissions=["decide"], description=gettext_lazy("Accept the selected"))
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[EnrollmentRequest]) -> None:
        """Give seats in the order in which they were asked for."""
        outcome = in_portions(lambda ids: accept_many(ids, by=request.user), _in_order(queryset))  # type: ignore[arg-type]
        said = ngettext("%(count)s request was accepted.", "%(count)s requests were accepted.", outcome.done)
        tell(request, outcome, said)

    @action(permissions=["decide"], description=gettext_lazy("Put the selected on the waiting list"))
    def waitlist_selected(self, request: HttpRequest, queryset: QuerySet[EnrollmentRequest]) -> None:
        """Let them wait for a seat."""
        outcome = in_portions(lambda ids: waitlist_many(ids, by=request.user), _in_order(queryset))  # type: ignore[arg-type]
        said = ngettext(
            "%(count)s request is on the waiting list now.",
            "%(count)s requests are on the waiting list now.",
            outcome.done,
        )
        tell(request, outcome, said)

    @action(permissions=["decide"], description=gettext_lazy("Refuse the selected, with a reason"))
    def refuse_selected(self, request: HttpRequest, queryset: QuerySet[EnrollmentRequest]) -> HttpResponse | None:
        """Ask for the reason, then refuse."""
        until = parse_datetime(request.POST.get("until", "")) or timezone.now()
        # What came in while the reason was being written was not looked at by anybody.
        queryset = queryset.filter(created_at__lte=until)
        form = RefuseSelectedForm(request.POST if "apply" in request.POST else None)
        if not form.is_valid():
            return self._ask_reason(request, queryset, form, until)
        reason = form.cleaned_data["reason"]
        ids = _in_order(queryset)
        outcome = in_portions(lambda portion: refuse_many(portion, by=request.user, reason=reason), ids)  # type: ignore[arg-type]
        said = ngettext("%(count)s request was refused.", "%(count)s requests were refused.", outcome.done)
        tell(request, outcome, said)
        return None

    def _ask_reason(
        self, request: HttpRequest, queryset: QuerySet[EnrollmentRequest], form: forms.Form, until: dt.datetime
    ) -> HttpResponse:
        across = request.POST.get("select_across") == "1"
        # All of a filter's rows are named by the filter (it stands in the address), not by their ids.
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Refuse the selected, with a reason"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "form": form,
            "ids": chosen[:1] if across else chosen,
            "across": across,
            "count": queryset.count(),
            "until": until.isoformat(),
            "back": request.get_full_path(),
            "media": form.media,
        }
        return TemplateResponse(request, "admin/enrollments/refuse_selected.html", context)


def _in_order(queryset: QuerySet[EnrollmentRequest]) -> list[UUID]:
    return list(queryset.order_by("created_at", "pk").values_list("pk", flat=True))


def in_portions(decide: Callable[[Sequence[UUID]], BulkOutcome], ids: Sequence[UUID]) -> BulkOutcome:
    """Decide on any number of requests, some hundreds at a time: a query has room for so many ids only."""
    whole = BulkOutcome()
    for portion in _portions(ids):
        part = decide(portion)
        whole.done += part.done
        whole.refused += part.refused
    return whole


def _portions(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), PORTION):
        yield ids[start : start + PORTION]


def tell(request: HttpRequest, outcome: BulkOutcome, done: str) -> None:
    """Say how many were done, and who was not and why."""
    if outcome.done:
        messages.success(request, done % {"count": outcome.done})
    if not outcome.refused:
        return
    count = len(outcome.refused)
    said = ngettext("%(count)s could not be:", "%(count)s could not be:", count) % {"count": count}
    rows: list[tuple[Any, ...]] = [(asked, why) for asked, why in outcome.refused[:MOST_NAMED]]
    more = count - len(rows)
    end = format_html("<br>{}", _("and %(count)s more.") % {"count": more}) if more else ""
    messages.warning(request, format_html("{}{}{}", said, format_html_join("", "<br>{} — {}", rows), end))
