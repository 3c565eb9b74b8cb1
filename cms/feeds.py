"""News for who reads them elsewhere."""

import datetime as dt

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .addresses import absolute
from .models import ArticlePage

NEWEST = 30


class NewsFeed(Feed[ArticlePage, None]):
    """GET /news.rss and /en/news.rss: the newest articles of one language."""

    feed_type = Rss201rev2Feed

    def title(self) -> str:
        """The centre's news."""
        return _("News of %(centre)s") % {"centre": settings.WAGTAIL_SITE_NAME}

    def link(self) -> str:
        """The site in this language."""
        return absolute("/" if get_language() == settings.LANGUAGE_CODE else f"/{get_language()}/")

    def feed_url(self) -> str:
        """Where the feed itself lies."""
        return absolute(reverse("news-feed"))

    def description(self) -> str:
        """What it holds."""
        return _("What is new at the centre, and which courses begin.")

    def items(self) -> QuerySet[ArticlePage]:
        """Articles that anybody may read."""
        rows: QuerySet[ArticlePage] = ArticlePage.objects.live().public().filter(locale__language_code=get_language())
        return rows.order_by("-day", "-pk")[:NEWEST]

    def item_title(self, item: ArticlePage) -> str:  # type: ignore[override]  # the stubs take any model
        """The headline."""
        title: str = item.title
        return title

    def item_description(self, item: ArticlePage) -> str:
        """The summary."""
        return item.summary

    def item_link(self, item: ArticlePage) -> str:
        """The article's own address."""
        return absolute(item.url or "/")

    def item_pubdate(self, item: ArticlePage) -> dt.datetime:
        """When it was published."""
        return item.first_published_at or timezone.make_aware(dt.datetime.combine(item.day, dt.time(9)))
