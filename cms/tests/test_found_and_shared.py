"""What search engines and those who share a page are told."""

import json
import re

import pytest
from django.utils import timezone

from backoffice.courses.tests.makers import make_course, make_schedule

from .makers import make_article, make_course_page, make_english, make_index, make_news, make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture(autouse=True)
def _address(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://centre.example"


def structured(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])


def test_a_course_tells_its_instance_and_its_offer_as_they_are_now(client):
    course = make_course(price=450, capacity=8, enrolled_count=6)
    make_schedule(course, weekday=0)
    page = make_course_page(course=course)
    data = structured(client.get(page.url).content.decode())[0]
    assert data["@type"] == "Course"
    assert (data["offers"]["price"], data["offers"]["priceCurrency"]) == ("450.00", "EGP")
    assert data["offers"]["availability"] == "https://schema.org/InStock"
    instance = data["hasCourseInstance"]
    assert instance["startDate"] == course.start_date.isoformat()
    assert instance["remainingAttendeeCapacity"] == 2
    assert instance["courseSchedule"][0]["byDay"] == "https://schema.org/Saturday"
    type(course).objects.filter(pk=course.pk).update(enrolled_count=8)
    sold_out = structured(client.get(page.url).content.decode())[0]
    assert sold_out["offers"]["availability"] == "https://schema.org/SoldOut"


def test_no_title_ends_the_script_it_stands_in(client):
    page = make_course_page(title="</script><img src=x>")
    shown = client.get(page.url).content.decode()
    assert "<img src=x>" not in shown
    assert structured(shown)[0]["name"] == "</script><img src=x>"


def test_a_translated_page_names_its_languages_and_its_own_address(client, home):
    english = make_english(home, title="Redwan", slug="home-en")
    for address in ("/", "/en/"):
        shown = client.get(address).content.decode()
        assert f'<link rel="canonical" href="https://centre.example{address}">' in shown
        assert '<link rel="alternate" hreflang="ar" href="https://centre.example/">' in shown
        assert '<link rel="alternate" hreflang="en" href="https://centre.example/en/">' in shown
    assert english.url == "/en/"
    shown = client.get("/en/").content.decode()
    assert '<html lang="en" dir="ltr">' in shown
    assert "Courses open for registration" in shown


def test_a_language_without_a_front_page_leads_nowhere(client, home):
    index = make_index()
    assert client.get("/en/").status_code == 404
    assert client.get(f"/en{index.url}").status_code == 404


def test_the_staffs_switch_doesnt_change_the_language_of_an_arabic_address(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert 'lang="ar" dir="rtl"' in client.get("/").content.decode()
    assert client.get("/").headers["Content-Language"] == "ar"


def test_a_page_says_what_is_shown_where_it_is_shared(client):
    picture = make_picture()
    page = make_course_page(picture=picture, summary="خلاصة الدورة")
    shown = client.get(page.url).content.decode()
    assert '<meta property="og:description" content="خلاصة الدورة">' in shown
    shared = re.search(r'og:image" content="(.*?)"', shown)[1]
    assert shared.startswith("https://centre.example/media/images/")
    assert shared.endswith(".jpg")
    assert f"<title>{page.title} · واحة الرضوان</title>" in shown


def test_pictures_come_in_two_kinds_and_two_sizes_with_room_kept_for_them(client):
    page = make_course_page(picture=make_picture())
    shown = client.get(page.url).content.decode()
    picture = re.search(r"<picture>.*?</picture>", shown)[0]
    assert re.search(r'type="image/avif" srcset="\S+\.avif 640w(, \S+\.avif \d+w)?" sizes=', picture)
    assert re.search(r'<img src="\S+\.webp"', picture)
    assert re.search(r'width="640" height="360"', picture)
    assert 'alt="مربع أخضر"' in picture


def test_the_sitemap_has_every_language_and_no_draft(client, home):
    page, draft = make_course_page(), make_course_page(live=False)
    make_english(home, title="Redwan", slug="home-en")
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"].startswith("application/xml")
    shown = response.content.decode()
    assert f"<loc>https://centre.example{page.url}</loc>" in shown
    assert "<loc>https://centre.example/en/</loc>" in shown
    assert 'hreflang="en" href="https://centre.example/en/"' in shown
    assert draft.url not in shown


def test_robots_are_kept_out_of_the_staffs_screens_and_told_of_the_sitemap(client):
    shown = client.get("/robots.txt").content.decode()
    assert "Disallow: /courses-admin/" in shown
    assert "Sitemap: https://centre.example/sitemap.xml" in shown


def test_the_feed_has_the_newest_articles_of_its_language(client):
    news = make_news()
    article = make_article(news, title="معرض المشاريع", day=timezone.localdate())
    make_article(news, title="مسودة", live=False)
    shown = client.get("/news.rss").content.decode()
    assert "معرض المشاريع" in shown
    assert f"https://centre.example{article.url}" in shown
    assert "مسودة" not in shown
    assert "معرض المشاريع" not in client.get("/en/news.rss").content.decode()


def test_an_address_that_isnt_there_gets_the_sites_page_and_the_staffs_theirs(client):
    page = client.get("/ليست-هنا/")
    assert page.status_code == 404
    assert 'class="top"' in page.content.decode()
    assert "noindex" in page.content.decode()
    staff = client.get("/cms/nothing-here/x/y/").content.decode()
    assert 'class="top"' not in staff
    assert client.get("/api/v1/nothing/").json()["code"] == "not_found"
