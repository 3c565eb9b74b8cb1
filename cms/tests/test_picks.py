"""What editors want to be found first stands on top, and what visitors ask for is counted."""

import pytest
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from .test_search import make_plain

pytestmark = pytest.mark.django_db


def test_what_editors_want_first_stands_on_top_and_questions_are_counted(client, home):
    page = make_plain(home, "نادي الصيف", "نص")
    hidden = make_plain(home, "نادي سري", "نص", live=False)
    question = Query.get("المخيّم")
    for order, one in enumerate((hidden, page)):
        SearchPromotion.objects.create(query=question, page=one, description="تعال والعب", sort_order=order)
    shown = client.get("/search/", {"q": "مخيم"}).content.decode()
    assert "تعال والعب" in shown
    assert page.url in shown
    assert hidden.title not in shown
    client.get("/search/", {"q": "المخيم"})
    assert [query.hits for query in Query.get_most_popular()] == [2]
