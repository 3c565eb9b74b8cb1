"""What editors want to be found first, and what visitors ask for: where Wagtail's promotions are installed."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import apps
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.search.utils import normalise_query_string

from backoffice.shared.addresses import client_address
from backoffice.shared.limits import count_try

from ..frame import readable
from .words import asked_words

_PROMOTIONS: Final = "wagtail.contrib.search_promotions"
#: So many questions of one address in a minute are written down; nobody fills the list alone.
_COUNTED_A_MINUTE: Final = 20


def picks_for(asked: Sequence[str]) -> list[Any]:
    """Promotions of this question, however its letters are written, that may be shown; one query."""
    if not asked or not apps.is_installed(_PROMOTIONS):
        return []
    from wagtail.contrib.search_promotions.models import SearchPromotion

    spoken = readable(Page.objects.filter(locale__language_code=get_language())).values("pk")
    shown = Q(page__in=spoken) | Q(page=None)
    rows = SearchPromotion.objects.filter(shown).select_related("query", "page").order_by("sort_order")
    return [row for row in rows if asked_words(row.query.query_string) == list(asked)]


def count_question(request: HttpRequest, asked: Sequence[str]) -> None:
    """Write down what was asked, for the editors' list; folded, so that one question is one line."""
    if not asked or not apps.is_installed(_PROMOTIONS):
        return
    if not count_try("site_search", client_address(request), limit=_COUNTED_A_MINUTE, seconds=60).allowed:
        return
    from wagtail.contrib.search_promotions.models import Query, QueryDailyHits

    words = normalise_query_string(" ".join(asked))
    today = QueryDailyHits.objects.filter(query__query_string=words, date=timezone.now().date())
    # Wagtail asks three times; only a question's first of the day needs them.
    if not today.update(hits=F("hits") + 1):
        Query.get(words).add_hit()
