"""What we add to Wagtail's admin."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import URLPattern
from wagtail import hooks

from .choosers import course_chooser, instructor_chooser
from .course_work_screens import CoursesPanel, addresses
from .rich_text import DocumentLinks, ReadablePageLinks


@hooks.register("register_admin_viewset")
def choosers() -> list[Any]:
    """The choosers of what belongs to the back office."""
    return [course_chooser, instructor_chooser]


@hooks.register("register_admin_urls")
def course_work() -> list[URLPattern]:
    """Marketing's lists of courses."""
    return addresses


@hooks.register("construct_homepage_panels")
def courses_panel(request: HttpRequest, panels: list[Any]) -> None:
    """How the courses stand, on the first page."""
    panels.append(CoursesPanel())


@hooks.register("register_rich_text_features", order=1000)
def links(features: Any) -> None:
    """After Wagtail's own, in whose place it comes."""
    features.register_link_type(ReadablePageLinks)
    features.register_link_type(DocumentLinks)


@hooks.register("before_serve_document")
def only_what_is_there(document: Any, request: HttpRequest) -> None:
    """A document whose file is gone is a page that isn't there, and no error of ours."""
    if not document.file.storage.exists(document.file.name):
        raise Http404
