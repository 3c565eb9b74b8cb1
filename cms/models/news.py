"""News: an index and its articles."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from ..blocks import body_blocks
from ..structured import article, breadcrumbs
from .base import SitePage
from .pictures import SitePicture

PAGE_SIZE = 12
ON_THE_FRONT_PAGE = 3


class NewsIndexPage(SitePage):
    """All articles, the newest first."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.ArticlePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With a page of articles."""
        context = super().get_context(request, *args, **kwargs)
        context["articles"] = Paginator(articles_below(self), PAGE_SIZE).get_page(request.GET.get("page"))
        return context


class ArticlePage(SitePage):
    """One piece of news."""

    day = models.DateField(_("day"), default=timezone.localdate)
    summary = models.TextField(
        _("summary"), max_length=300, help_text=_("Two sentences, for the list and for who shares it.")
    )
    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("day"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["cms.NewsIndexPage"]
    subpage_types: ClassVar = []

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def structured_data(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """The article."""
        return [article(self, context["canonical"]), breadcrumbs(self)]


def articles_below(page: Page) -> QuerySet[ArticlePage]:
    """Articles under a page that anybody may read, the newest first, with their pictures."""
    pictures = Prefetch("picture", SitePicture.objects.in_shapes("card"))
    rows: QuerySet[ArticlePage] = ArticlePage.objects.descendant_of(page).live().public()
    return rows.order_by("-day", "-pk").prefetch_related(pictures)


def latest_articles(page: Page) -> list[ArticlePage]:
    """The newest few under a front page."""
    return list(articles_below(page)[:ON_THE_FRONT_PAGE])
