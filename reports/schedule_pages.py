"""The pages of scheduled reports, for managers."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.text import isolated
from backoffice.users.models import CustomUser

from .access import SCHEDULE
from .definition import Report
from .filters import Filters
from .models import Letter, ReportDelivery, ReportSchedule
from .periods import filters_on
from .registry import reports, reports_for
from .saved_pages import refuse, sentence_of
from .schedule_form import ScheduleForm
from .sending.due import next_due
from .services import change_schedule, delete_schedule, make_schedule, pause_schedule, resume_schedule
from .views import password_before, render_page, report_or_404

#: The last sendings that a schedule's page shows.
SHOWN: Final = 30
_STEPS: Final[dict[str, Callable[..., Any]]] = {
    "pause": pause_schedule,
    "resume": resume_schedule,
}


@require_safe
def schedules_page(request: HttpRequest) -> HttpResponse:
    """All schedules of reports that the manager may see, with what became of the last sending of each."""
    user = _manager(request)
    known = {report.slug: report for report in reports_for(user)}
    last = ReportDelivery.objects.filter(schedule=OuterRef("pk")).order_by("-business_day")
    rows = ReportSchedule.objects.filter(report__in=known).prefetch_related("recipients")
    rows = rows.annotate(last_pk=Subquery(last.values("pk")[:1])).order_by("name", "pk")
    deliveries = _deliveries().in_bulk([row.last_pk for row in rows if row.last_pk])
    lines = [
        {"schedule": row, "report": known[row.report], "last": deliveries.get(row.last_pk), "next": _next(row)}
        for row in rows
    ]
    context = {"lines": lines, "reports": list(known.values()), **_about_mail()}
    return render_page(request, "schedules", context, title=_("Reports by e-mail"))


@require_safe
def schedule_page(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """One schedule: what is sent when to whom, and what became of it."""
    schedule, report = _schedule_for(request, schedule_id)
    filters = filters_on(report, schedule.filters, schedule.period, _next(schedule) or cairo_today())
    context = {
        "schedule": schedule,
        "report": report,
        "filters": list(filters.said()) if filters.is_valid() else [],
        "wrong": _sentences(filters),
        "next": _next(schedule),
        "deliveries": _deliveries().filter(schedule=schedule).order_by("-business_day")[:SHOWN],
        **_about_mail(),
    }
    return render_page(request, "schedule", context, title=schedule.name)


@require_http_methods(["GET", "HEAD", "POST"])
def add_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A new schedule of a report with the filters of the address."""
    user, report = _manager(request), report_or_404(request, slug)
    filters = report.filters.read(request.GET)
    if not filters.is_valid():
        # The report's page says what is wrong.
        return HttpResponseRedirect(f"{reverse('report', args=[slug])}?{request.GET.urlencode()}")
    form = ScheduleForm(request.POST or None, report=report, initial={"name": str(report.title)})
    context = {"form": form, "report": report, "filters": list(filters.said()), **_about_mail()}
    if request.method == "POST" and form.is_valid():
        if (first := password_before(request, report)) is not None:
            return first
        try:
            made = make_schedule(report, filters=filters.kept(), plan=form.plan(), by=user)
        except (DomainError, OperationalError) as error:
            refuse(form, error)
        else:
            day = isolated(f"{_next(made):%Y-%m-%d}")
            messages.success(request, _("It is sent for the first time on %(day)s.") % {"day": day})
            return HttpResponseRedirect(reverse("report-schedule", args=[made.pk]))
    return render_page(request, "schedule_form", context, title=_("Send a report by e-mail"))


@require_http_methods(["GET", "HEAD", "POST"])
def change_page(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Another rhythm, other days, other people."""
    schedule, report = _schedule_for(request, schedule_id)
    form = ScheduleForm(request.POST or None, report=report, schedule=schedule)
    if request.method == "POST" and form.is_valid():
        if (first := password_before(request, report)) is not None:
            return first
        try:
            change_schedule(schedule.pk, plan=form.plan(), by=cast(CustomUser, request.user))
        except (DomainError, OperationalError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("report-schedule", args=[schedule.pk]))
    filters = filters_on(report, schedule.filters, schedule.period, cairo_today())
    said = list(filters.said()) if filters.is_valid() else []
    context = {"form": form, "report": report, "filters": said, "schedule": schedule, **_about_mail()}
    return render_page(request, "schedule_form", context, title=schedule.name)


@require_POST
def step(request: HttpRequest, schedule_id: int, name: str) -> HttpResponse:
    """Pause, resume."""
    schedule, report = _schedule_for(request, schedule_id)
    if name not in _STEPS:
        raise Http404
    # What was stopped goes out again.
    if name == "resume" and (first := password_before(request, report)) is not None:
        return first
    try:
        _STEPS[name](schedule.pk, by=request.user)
    except (DomainError, OperationalError) as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("report-schedule", args=[schedule.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def delete_page(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Ask whether a schedule is to be forgotten; forget it when the answer is sent."""
    schedule, _report = _schedule_for(request, schedule_id)
    if request.method != "POST":
        context = {
            "question": _("Delete the schedule “%(name)s”?") % {"name": schedule.name},
            "consequences": [
                _("Nothing more is sent, and its list of letters goes with it; the trail keeps what was sent."),
                _("To stop it for a while, pause it."),
            ],
            "back": reverse("report-schedule", args=[schedule.pk]),
        }
        return render_page(request, "delete", context, title=schedule.name)
    try:
        delete_schedule(schedule.pk, by=cast(CustomUser, request.user))
    except (DomainError, OperationalError) as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, _("“%(name)s” is deleted.") % {"name": schedule.name})
    return HttpResponseRedirect(reverse("report-schedules"))


def _manager(request: HttpRequest) -> CustomUser:
    if not request.user.has_perm(SCHEDULE):
        raise PermissionDenied
    return cast(CustomUser, request.user)


def _schedule_for(request: HttpRequest, schedule_id: int) -> tuple[ReportSchedule, Report]:
    """The schedule, for a manager who may see its report; of others there is none."""
    user = _manager(request)
    rows = ReportSchedule.objects.select_related("made_by").prefetch_related("recipients")
    schedule = rows.filter(pk=schedule_id, report__in=[one.slug for one in reports_for(user)]).first()
    if schedule is None:
        raise Http404
    return schedule, reports()[schedule.report]


def _deliveries() -> Any:
    letters = Letter.objects.select_related("person").order_by("pk")
    return ReportDelivery.objects.prefetch_related(Prefetch("letters", queryset=letters))


def _next(schedule: ReportSchedule) -> dt.date | None:
    return None if schedule.is_paused else next_due(schedule, cairo_today())


def _sentences(filters: Filters) -> list[str]:
    return [str(error) for errors in filters.errors.values() for error in errors]


def _about_mail() -> dict[str, Any]:
    return {"has_mail_server": settings.MAIL_SERVER is not None, "sender": settings.DEFAULT_FROM_EMAIL}
