"""A page asks the database so many times and no more, however much stands on it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from backoffice.courses.models import Tag
from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.users.tests.makers import make_instructor
from cms.models import Question, Testimonial

from .makers import make_article, make_contact, make_course_page, make_english, make_index, make_news, make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOST = 15


def asked(client, address):
    """How many queries a page takes once its pictures were shown before and Wagtail knows its sites."""
    Site.get_site_root_paths()
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def fill(index, count):
    tag, _created = Tag.objects.get_or_create(name="قرآن")
    for _n in range(count):
        course = make_course(instructor=make_instructor())
        course.tags.add(tag)
        make_schedule(course)
        make_schedule(course, weekday=3)
        make_course_page(index, course, picture=make_picture())


@pytest.fixture
def site(home):
    """Every kind of page with a little on it."""
    index, news = make_index(), make_news()
    said = Testimonial.objects.create(locale=home.locale, words="مكان رائع", name="أم يوسف")
    question = Question.objects.create(locale=home.locale, question="كيف أحجز؟", answer="<p>اتصل</p>")
    body = [{"type": "testimonials", "value": [said.pk]}, {"type": "questions", "value": [question.pk]}]
    home.refresh_from_db()
    home.body, home.picture = json.dumps(body), make_picture()
    home.save()
    make_article(news, picture=make_picture())
    make_contact()
    fill(index, 2)
    gone = make_course_page(index, make_course(is_active=False), picture=make_picture())
    course_page = index.get_children().first()
    return {"home": home, "index": index, "news": news, "course": course_page, "gone": gone}


@pytest.mark.parametrize("which", ["home", "index", "news", "course", "gone"])
def test_each_page_asks_at_most_fifteen_times_and_more_content_asks_no_more(client, site, which):
    page = site[which]
    few = asked(client, page.url)
    assert few <= MOST
    fill(site["index"], 6)
    for _n in range(5):
        make_article(site["news"], picture=make_picture())
    assert asked(client, page.url) == few


def test_a_gallery_of_many_pictures_is_read_at_once(client, site):
    few = make_course_page(
        site["index"], body=json.dumps([{"type": "gallery", "value": [make_picture().pk for _n in range(2)]}])
    )
    many = make_course_page(
        site["index"], body=json.dumps([{"type": "gallery", "value": [make_picture().pk for _n in range(12)]}])
    )
    assert asked(client, few.url) == asked(client, many.url) <= MOST


def test_looking_asks_no_more_than_seeing_everything(client, site):
    address = site["index"].url
    assert asked(client, f"{address}?age=9&weekday=3&seats=on") <= asked(client, address)


def test_the_translated_pages_ask_once_more_for_who_translates_the_front_page(client, site):
    make_english(site["home"], title="Redwan", slug="home-en")
    english = make_english(site["index"], title="Courses", slug="courses")
    assert asked(client, english.url) <= MOST + 1
