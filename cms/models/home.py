"""The front page."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from ..blocks import BODY_HELP, FULL_TEXT, body_blocks
from ..facts import open_courses, pages_of
from ..structured import organization, website
from .base import SitePage
from .news import latest_articles


class HomePage(SitePage):
    """The front page: marketing's words, and the courses that are open, as they are when the page is rendered."""

    heading = models.CharField(
        _("heading"), max_length=120, blank=True, help_text=_("The large words at the top; the title, when empty.")
    )
    intro = RichTextField(
        _("introduction"),
        blank=True,
        features=FULL_TEXT,
        help_text=_("Who the centre is for and what is special about it, in three sentences."),
    )
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True, help_text=BODY_HELP)

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
        site = Site.find_for_request(request)
        if get_language() != settings.LANGUAGE_CODE and site and site.root_page_id == self.pk:
            raise Http404
        if not path_components:
            found: RouteResult = super().route(request, path_components)
            return found
        path = f"{self.url_path}{'/'.join(path_components)}/"
        page = self.get_descendants().filter(url_path=path).specific().first()
        if page is None:
            raise Http404
        return page.route(request, [])

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """The first open courses and the newest articles."""
        return {"courses": open_courses(), "articles": latest_articles(self)}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """The pages of both."""
        return [*pages_of(context["courses"]), *context["articles"]]

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """Who the centre is."""
        return [organization(context["request"]), website(context["canonical"])]
