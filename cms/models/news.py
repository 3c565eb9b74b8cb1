"""News: an index and its articles."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from ..blocks import BODY_HELP, body_blocks
from ..frame import readable
from ..structured import article, breadcrumbs
from .base import SitePage

PAGE_SIZE = 12
ON_THE_FRONT_PAGE = 3


class NewsIndexPage(SitePage):
    """All articles, the newest first."""

    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("A sentence or two above the list. May stay empty.")
    )

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.ArticlePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("news")

    def own_context(self, request: HttpRequest) -> dict[str, Any]:
        """A page of articles."""
        return {"articles": Paginator(articles_below(self), PAGE_SIZE).get_page(request.GET.get("page"))}

    def pages_shown(self, context: dict[str, Any]) -> list[Page]:
        """The articles."""
        return list(context["articles"])


class ArticlePage(SitePage):
    """One piece of news."""

    day = models.DateField(
        _("day"), default=timezone.localdate, help_text=_("Articles stand in the order of their days.")
    )
    summary = models.TextField(
        _("summary"), max_length=300, help_text=_("Two sentences, for the list and for who shares it.")
    )
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True, help_text=BODY_HELP)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("day"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["cms.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """The article."""
        return [article(self, context["canonical"]), breadcrumbs(self, context)]


def articles_below(page: Page) -> QuerySet[ArticlePage]:
    """Articles under a page that anybody may read, the newest first."""
    rows: QuerySet[ArticlePage] = readable(ArticlePage.objects.descendant_of(page))
    return rows.order_by("-day", "-pk").defer("body")


def latest_articles(page: Page) -> list[ArticlePage]:
    """The newest few under a front page."""
    return list(articles_below(page)[:ON_THE_FRONT_PAGE])
