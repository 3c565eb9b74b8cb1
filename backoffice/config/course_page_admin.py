"""The way from a course to its page on the site; the course's own screen knows nothing of a site."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from backoffice.courses.admin.course import CourseAdmin
from backoffice.courses.models import Course
from backoffice.shared.admin.dialogs import dialog_button, htmx_redirect
from cms.drafts import draft_page, may_draft, page_of


class CourseWithPage(CourseAdmin):
    """Courses, with a button to the page of each for those who may write pages."""

    actions_detail = (*CourseAdmin.actions_detail, "make_page", "open_page")  # type: ignore[assignment]  # a tuple of more

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """One of the two buttons: there is a page, or there is none."""
        buttons: list[Any] = super().get_actions_detail(request, object_id)
        course = self.get_object(request, str(object_id))
        hidden = {"make_page", "open_page"}
        if course is not None and may_draft(request.user):
            hidden = {"make_page"} if page_of(course.pk) else {"open_page"}
        return [one for one in buttons if one.path not in hidden]

    @dialog_button(
        title=_("Make its page"),
        description=_(
            "A draft on the public site, with the course's name; nobody sees it before it is published. "
            "Price, days and seats show themselves."
        ),
        permission="wagtailadmin.access_admin",
        icon="note_add",
    )
    def make_page(self, request: HttpRequest, form: Any, obj: Course) -> HttpResponse:
        """Make the draft and go on to write it."""
        return htmx_redirect(_editor(draft_page(obj.pk, by=request.user)))

    @action(description=_("Page on the site"), permissions=["wagtailadmin.access_admin"], icon="web")
    def open_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the page in the site's editor."""
        course = self.get_object(request, object_id)
        page = page_of(course.pk) if course else None
        back = reverse("admin:courses_course_change", args=[object_id])
        return HttpResponseRedirect(_editor(page) if page else back)


def _editor(page: Any) -> str:
    address: str = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return address


admin.site.unregister(Course)
admin.site.register(Course, CourseWithPage)
