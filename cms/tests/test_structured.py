"""What programs read is complete by the table of each kind, true at this moment, and stays inside its element."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from backoffice.courses.models import Lecture
from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_instructor

from .makers import make_article, make_contact, make_course_page, make_index, make_news

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
# What Google asks of each kind to show it (developers.google.com/search/docs/appearance/structured-data), and what
# schema.org calls its parts.
NEEDED = {
    "Event": {"name", "startDate", "location", "offers", "eventStatus", "eventAttendanceMode", "organizer", "url"},
    "Course": {"name", "description", "provider", "offers", "hasCourseInstance"},
    "CourseInstance": {"courseMode", "location"},
    "Offer": {"price", "priceCurrency", "availability", "url", "category"},
    "Place": {"name", "address"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position"},
    "NewsArticle": {"headline", "datePublished", "publisher"},
    "EducationalOrganization": {"name"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
    "Person": {"name"},
    "ItemList": {"itemListElement"},
    "PostalAddress": {"addressCountry"},
    "QuantitativeValue": {"value"},
    "Schedule": {"repeatFrequency", "byDay", "startTime", "endTime", "scheduleTimezone"},
}


def told(client, address):
    html = client.get(address).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])


def parts(data):
    if isinstance(data, list):
        for one in data:
            yield from parts(one)
    elif isinstance(data, dict):
        if "@type" in data:
            yield data
        for value in data.values():
            yield from parts(value)


def make_camp(**overrides):
    fields = {"name": "معسكر", "start_date": TODAY + dt.timedelta(days=3), "end_date": TODAY + dt.timedelta(days=9)}
    return make_course(**(fields | {"num_lectures": None} | overrides))


def event_of(client, page):
    return next((one for one in told(client, page.url) if one["@type"] == "Event"), None)


def test_every_part_of_every_page_has_what_its_kind_needs(client, home):
    news, index = make_news(), make_index()
    camp = make_course_page(index, make_camp(instructor=make_instructor()))
    pages = [home, index, camp, news, make_article(news), make_contact()]
    seen = set()
    for page in pages:
        for part in parts(told(client, page.url)):
            seen.add(part["@type"])
            if set(part) != {"@id"}:
                assert NEEDED[part["@type"]] <= {name for name, value in part.items() if value is not None}, part
    assert {"Event", "Course", "CourseInstance", "Offer", "WebSite", "SearchAction", "NewsArticle"} <= seen


def test_a_camp_is_an_event_from_its_first_lecture_to_its_last_with_a_live_offer(client, home):
    course = make_camp(price=800, capacity=10, enrolled_count=4, registration_opens=TODAY)
    hours = {"start_time": dt.time(10), "end_time": dt.time(13)}
    for number, day in enumerate((3, 4, 9), 1):
        Lecture.objects.create(course=course, day=TODAY + dt.timedelta(days=day), lecture_number=number, **hours)
    Lecture.objects.filter(lecture_number=1).update(status=Lecture.Status.CANCELLED)
    page = make_course_page(course=course)
    event = event_of(client, page)
    assert event["startDate"].startswith(f"{TODAY + dt.timedelta(days=4)}T10:00:00+0")
    assert event["endDate"].startswith(f"{TODAY + dt.timedelta(days=9)}T13:00:00+0")
    assert (event["offers"]["price"], event["offers"]["availability"]) == ("800.00", "https://schema.org/InStock")
    assert event["offers"]["validFrom"] == TODAY.isoformat()
    type(course).objects.filter(pk=course.pk).update(enrolled_count=10)
    assert event_of(client, page)["offers"]["availability"] == "https://schema.org/SoldOut"


@pytest.mark.parametrize(
    "fields",
    [
        {"end_date": TODAY + dt.timedelta(days=60)},
        {"end_date": None, "num_lectures": 8},
        {"start_date": TODAY - dt.timedelta(days=9), "end_date": TODAY - dt.timedelta(days=1)},
        {"is_active": False},
    ],
    ids=["long", "without an end", "over", "closed"],
)
def test_what_is_no_event_or_none_any_more_is_told_as_a_course_alone(client, home, fields):
    page = make_course_page(course=make_camp(**fields))
    assert event_of(client, page) is None
    assert told(client, page.url)[0]["@type"] == "Course"


def test_an_article_is_no_event(client, home):
    assert event_of(client, make_article(make_news())) is None


@pytest.mark.parametrize("title", ["</script><img src=x>", "<!--<script>", "' \" \\ \u2028", "]]>", "&lt;/script&gt;"])
def test_no_name_ends_the_element_it_stands_in(client, home, title):
    course = make_camp(name=title[:100], description=title)
    page = make_course_page(course=course, title=title, slug="hostile", summary=title)
    html = client.get(page.url).content.decode()
    assert html.count('<script type="application/ld+json">') == 1
    assert "<img src=x>" not in html
    assert all(one["name"] == title for one in told(client, page.url) if one["@type"] in ("Event", "Course"))
