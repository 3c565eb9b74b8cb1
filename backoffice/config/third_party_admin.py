"""Screens that packages bring: dressed like ours."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_q import admin as queue_admin  # noqa: F401  registers what is replaced here
from django_q.models import Failure, OrmQ, Schedule, Success
from taggit.models import Tag
from unfold.decorators import display
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from backoffice.shared.admin import ReadOnly, StaffAdmin
from workers.schedules import often, title_of


class QueueScreen(ReadOnly, StaffAdmin):
    """The queue, to look at: schedules come from code, one made by hand with a fault stops them all."""

    actions = None
    # The column that has the schedule's name.
    named = "group"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything."""
        return self.fields

    @display(description=_("work"), ordering="func")
    def work(self, row: Any) -> str:
        """What is done, in words; what isn't in the table of schedules as it is written in the code."""
        name = getattr(row, self.named)
        return title_of(name) if name else str(row.func)


class TaskScreen(QueueScreen):
    """Work that was done, or failed."""

    list_display = ("work", "started", "stopped", "attempt_count")
    fields = ("work", "started", "stopped", "attempt_count", "result")
    search_fields = ("name", "func")


class SuccessScreen(TaskScreen):
    """Work that was done."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without failures."""
        return super().get_queryset(request).filter(success=True)


class FailureScreen(TaskScreen):
    """Work that failed."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without what was done."""
        return super().get_queryset(request).filter(success=False)


class ScheduleScreen(QueueScreen):
    """What is to be done when."""

    list_display = ("work", "often", "next_run")
    fields = ("work", "often", "next_run")
    named = "name"

    @display(description=_("how often"))
    def often(self, row: Any) -> str:
        """Every so many minutes, or each night."""
        return often(row.name)


class WaitingScreen(QueueScreen):
    """Work that waits."""

    list_display = ("key", "lock")
    fields = ("key", "lock")


# Marketing works on these in the site's own admin; here they would stand without an audit trail.
for model in (get_image_model(), get_document_model(), Tag):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

for model, screen in (
    (Success, SuccessScreen),
    (Failure, FailureScreen),
    (Schedule, ScheduleScreen),
    (OrmQ, WaitingScreen),
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
    admin.site.register(model, screen)
