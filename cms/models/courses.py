"""The index of courses and the page of one; what a course is and costs comes from the back office."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from backoffice.courses.models import Course

from ..blocks import BODY_HELP, body_blocks, schedule_block
from ..facts import courses_on_show, facts_of, facts_with_offers, pages_of
from ..looking import CourseSearch
from ..structured import breadcrumbs, course_data, event_data, list_of_courses
from .base import SitePage

PAGE_SIZE = 12


class CourseIndexPage(SitePage):
    """Every course that is active and not over, with or without a page of its own."""

    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("A sentence or two above the list. May stay empty.")
    )

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.CoursePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("courses' index")

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """The form and a page of what it finds."""
        search = CourseSearch(request.GET)
        rows, found = search.page(courses_on_show(), request.GET.get("page"), PAGE_SIZE)
        return {"search": search, "found": found, "courses": facts_of(rows), "asked": _asked(request)}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """The courses' pages."""
        return pages_of(context["courses"])

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """The courses that are shown, those with a page by its address."""
        return [list_of_courses(context["courses"], context["request"]), breadcrumbs(self, context)]


class CoursePage(SitePage):
    """Marketing's words about one course; the facts show themselves."""

    course = models.ForeignKey(
        Course,
        models.PROTECT,
        related_name="+",
        verbose_name=_("course"),
        help_text=_("Price, days, ages, instructor and seats come from here each time the page is opened."),
    )
    summary = models.TextField(
        _("summary"), max_length=300, blank=True, help_text=_("Two sentences under the title and in search engines.")
    )
    body = StreamField(body_blocks(schedule_block()), verbose_name=_("body"), blank=True, help_text=BODY_HELP)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("course"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["cms.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    def clean(self) -> None:
        """A course has one page in each language."""
        super().clean()
        if not self.course_id:
            return
        others = CoursePage.objects.filter(course_id=self.course_id, locale_id=self.locale_id).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError({"course": _("This course has a page already.")})

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """The facts, and what is open instead when this course takes nobody."""
        facts, offered = facts_with_offers(self.course_id)
        return {"facts": facts, "offered": offered}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """The pages of what is offered."""
        return pages_of(context["offered"])

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """The course with its dates, hours and offer as they are now."""
        told = (self, context["facts"], context["canonical"])
        return [course_data(*told), *event_data(*told), breadcrumbs(self, context)]


def _asked(request: HttpRequest) -> str:
    """The question without the page's number, for links to other pages of its answer."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
