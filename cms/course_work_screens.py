"""Marketing's work on courses in Wagtail's admin: a panel on the first page, whole lists, and the button of a draft."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.components import Component

from backoffice.courses.models import Course
from backoffice.shared.errors import DomainError

from .course_work import Kind, dashboard_lists, page_of_kind
from .drafts import draft_page, may_draft


class CoursesPanel(Component):
    """On the first page: courses that need a page, and how courses fill."""

    name = "courses"
    template_name = "cms/admin/courses_panel.html"
    # After what waits for the person (Wagtail: 210 and 220), before what they edited last.
    order = 240

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The lists, as they are now."""
        outer = parent_context or {}
        return {
            "lists": dashboard_lists(),
            "may_draft": may_draft(outer["request"].user),
            "csrf_token": outer.get("csrf_token"),
        }


def all_courses(request: HttpRequest, kind: str) -> HttpResponse:
    """GET: every course of a kind, a page at a time."""
    if kind not in Kind.values:
        raise Http404
    chosen = Kind(kind)
    context = {
        "kind": chosen,
        "kinds": Kind,
        "found": page_of_kind(chosen, request.GET.get("p")),
        "may_draft": may_draft(request.user),
        "page_title": _("Courses on the site"),
        "header_title": _("Courses on the site"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Courses on the site")},
        ],
    }
    return render(request, "cms/admin/all_courses.html", context)


@require_POST
def make_draft(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """POST: make the course's page, or find the one it has, and go on to its editor."""
    if not Course.objects.filter(pk=course_id).exists():
        raise Http404
    try:
        page = draft_page(course_id, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("wagtailadmin_home")
    return redirect("wagtailadmin_pages:edit", page.pk)


#: Below Wagtail's own, which let in only who may come to its admin.
addresses: list[URLPattern] = [
    path("courses/<uuid:course_id>/draft/", make_draft, name="cms-course-draft"),
    path("courses/<str:kind>/", all_courses, name="cms-courses"),
]
