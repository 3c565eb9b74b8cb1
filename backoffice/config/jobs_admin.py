"""The page of the scheduled jobs: how each stands, how the queue stands, and the log."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.attendance.models import AttendanceCronLog
from backoffice.shared.admin import ReadOnly, StaffAdmin, StaffDialog, dialog_button
from backoffice.shared.admin.dialogs import htmx_redirect
from backoffice.shared.admin.figures import display, two_lines
from backoffice.shared.admin.refusals import refusal
from backoffice.shared.errors import DomainError
from backoffice.shared.form_fields import DayField
from workers.running import ask_for
from workers.schedules import DAY_JOBS, counts_in_words, title_of

from .jobs_overview import overview, standing_of

_RUN = "attendance.run_attendancecronlog"
_HANDED_OVER = _("“%(job)s” of %(day)s is handed to the worker: look again in a minute.")


class JobDialog(StaffDialog):
    """A job and one of its days."""

    job = forms.ChoiceField(
        label=_("job"), choices=[(job.name, job.title) for job in DAY_JOBS], widget=UnfoldAdminSelectWidget
    )
    day = DayField(label=_("business day"))


class JobFilter(admin.SimpleListFilter):
    """One job, by its title."""

    title = _("job")
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Those of the table."""
        return [(job.name, job.title) for job in DAY_JOBS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen one."""
        return queryset.filter(job=self.value()) if self.value() else queryset


@admin.register(AttendanceCronLog)
class AttendanceCronLogAdmin(ReadOnly, StaffAdmin):
    """What the scheduled jobs did, above it how they and the queue stand."""

    list_before_template = "admin/jobs/overview.html"
    list_display = ("title", "standing", "business_day", "counted", "started_at", "attempts", "begun")
    list_filter = (JobFilter, ("business_day", RangeDateFilter))
    fields = (
        ("title", "business_day"),
        ("standing", "counted"),
        ("started_at", "finished_at"),
        ("attempts", "begun"),
        "fault",
    )
    readonly_fields = ("title", "standing", "counted", "begun", "fault")
    actions_list = ("do_by_hand",)
    actions_detail = ("do_again",)
    actions_row = ("do_again",)

    class Media:
        css = {"all": ("css/jobs.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttendanceCronLog]:
        """Without the rows that only say when a clock began."""
        return super().get_queryset(request).exclude(origin=AttendanceCronLog.Origin.START)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The log below the overview."""
        response: HttpResponse = super().changelist_view(request, {"overview": overview(), **(extra_context or {})})
        return response

    @display(description=_("job"), ordering="job")
    def title(self, log: AttendanceCronLog) -> str:
        """The job in words."""
        return title_of(log.job)

    @display(description=_("result"), label={"success": "success", "danger": "danger", "info": "info"})
    def standing(self, log: AttendanceCronLog) -> tuple[str, Any]:
        """What became of it."""
        standing = standing_of(log)
        return standing.colour, standing.word

    @display(description=_("counts"))
    def counted(self, log: AttendanceCronLog) -> SafeString | str:
        """What it counted, or with which number the fault is found."""
        if log.finished_at is not None:
            return counts_in_words(log.counts)
        number = _("number %(id)s of the log") % {"id": log.pk}
        return two_lines(standing_of(log).note, number)

    @display(description=_("begun"), ordering="origin")
    def begun(self, log: AttendanceCronLog) -> str:
        """By the clock or by hand."""
        return str(log.get_origin_display())

    @display(description=_("error"))
    def fault(self, log: AttendanceCronLog) -> SafeString | str:
        """What was raised and where, as programs write it."""
        return format_html('<pre dir="ltr" class="jobs-error">{}</pre>', log.error) if log.error else ""

    @dialog_button(
        title=_("Do it again"),
        permission=_RUN,
        icon="replay",
        description=_("The worker takes this day up at once. What was done of it already isn't done twice."),
    )
    def do_again(self, request: HttpRequest, form: Any, log: AttendanceCronLog) -> str:
        """Hand an unfinished day to the worker."""
        ask_for(log.job, log.business_day, by=request.user)  # type: ignore[arg-type]
        return str(_HANDED_OVER % {"job": title_of(log.job), "day": f"{log.business_day:%d/%m/%Y}"})

    @action(
        description=_("Do a job by hand"),
        permissions=[_RUN],
        icon="play_arrow",
        dialog={
            "title": _("Do a job by hand"),
            "description": _("For a day that was missed, or lies too far back to be made up for by itself."),
            "form_class": JobDialog,
            "form_submit_text": _("Do it"),
        },
    )
    def do_by_hand(self, request: HttpRequest, form: Any) -> HttpResponse:
        """Hand any day of any job to the worker."""
        name, day = form.cleaned_data["job"], form.cleaned_data["day"]
        try:
            ask_for(name, day, by=request.user)  # type: ignore[arg-type]
        except (DomainError, OperationalError) as error:
            form.add_error(error.field if isinstance(error, DomainError) else None, refusal(error))
            dialog = self.do_by_hand.dialog
            context = {"dialog": dialog, "form": form, "form_submit_text": dialog["form_submit_text"]}
            return render(request, "unfold/helpers/dialog.html", context)
        messages.success(request, str(_HANDED_OVER % {"job": title_of(name), "day": f"{day:%d/%m/%Y}"}))
        return htmx_redirect(reverse("admin:attendance_attendancecronlog_changelist"))
