"""The front page."""

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.url_routing import RouteResult

from ..blocks import FULL_TEXT, body_blocks
from ..facts import FEW, open_courses
from ..structured import organization, website
from .base import SitePage
from .news import latest_articles


class HomePage(SitePage):
    """The front page: marketing's words, and the courses that are open, as they are when the page is rendered."""

    heading = models.CharField(
        _("heading"), max_length=120, blank=True, help_text=_("The large words at the top; the title, when empty.")
    )
    intro = RichTextField(_("introduction"), blank=True, features=FULL_TEXT)
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("heading"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    picture_shape = "arch"
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "cms.CourseIndexPage",
        "cms.InstructorIndexPage",
        "cms.NewsIndexPage",
        "cms.PlainPage",
        "cms.ContactPage",
    ]
    # One for each language: translating makes the others.
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page at an address below this one, found at once and not step by step.

        An address in a language without a front page of its own leads nowhere: it would show this one under two
        addresses.
        """
        if self.locale.language_code != get_language():
            raise Http404
        if not path_components:
            found: RouteResult = super().route(request, path_components)
            return found
        path = f"{self.url_path}{'/'.join(path_components)}/"
        page = self.get_descendants().filter(url_path=path).specific().first()
        if page is None:
            raise Http404
        return page.route(request, [])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the first open courses and the newest articles."""
        context = super().get_context(request, *args, **kwargs)
        context |= {"courses": open_courses()[:FEW], "articles": latest_articles(self)}
        return context

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """Who the centre is."""
        return [organization(context["request"]), website(self)]
