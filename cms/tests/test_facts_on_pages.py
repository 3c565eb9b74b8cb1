"""What a course is and costs comes from the back office at the moment a page is rendered."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from backoffice.courses.models import Tag
from backoffice.courses.tests.makers import make_course, make_schedule, make_season
from backoffice.enrollments.tests.makers import make_request
from backoffice.users.tests.makers import make_instructor, make_staff

from .makers import make_course_page, make_english, make_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


def words(client, page):
    return client.get(page.url).content.decode()


def change(course, **fields):
    type(course).objects.filter(pk=course.pk).update(**fields)


def test_a_page_never_shows_a_stale_price_or_seat(client):
    course = make_course(price=500, capacity=20, instructor=make_instructor(first_name="سامي"))
    make_schedule(course)
    page = make_course_page(course=course)
    first = words(client, page)
    assert "500 <small>جنيه</small>" in first
    assert "20" in first
    assert "سامي" in first
    assert "الأحد" in first
    change(course, price=650, enrolled_count=17)
    second = words(client, page)
    assert "650 <small>جنيه</small>" in second
    assert "500 <small>" not in second
    assert "باقٍ 3 مقاعد" in second
    change(course, enrolled_count=20)
    assert "قائمة الانتظار" in words(client, page)


def test_the_preview_shows_the_facts_of_this_moment_too(client):
    course = make_course(price=500)
    page = make_course_page(course=course)
    client.force_login(make_staff("Marketing"))
    page.save_revision()
    change(course, price=725)
    shown = client.get(f"/cms/pages/{page.pk}/revisions/{page.latest_revision_id}/view/").content.decode()
    assert "725 <small>" in shown


def test_a_seat_that_is_kept_for_who_was_called_is_not_free(client):
    course = make_course(capacity=1)
    page = make_course_page(course=course)
    assert "باق" in words(client, page)
    make_request(course=course, status="pending", called_at=timezone.now())
    assert "قائمة الانتظار" in words(client, page)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"start_date": YESTERDAY, "end_date": YESTERDAY}, "انتهت هذه الدورة"),
        ({"is_active": False}, "هذه الدورة متوقفة الآن"),
    ],
)
def test_a_course_that_is_over_says_so_and_offers_what_is_open(client, state, sentence):
    course = make_course(**state)
    alike, _other, full = (make_course(name=name) for name in ("دورة شبيهة", "دورة أخرى", "دورة مكتملة"))
    tag = Tag.objects.create(name="قرآن")
    for tagged in (course, alike):
        tagged.tags.add(tag)
    change(full, enrolled_count=20)
    shown = words(client, make_course_page(course=course))
    assert sentence in shown
    assert "اطلب مكانًا" not in shown
    assert shown.index("دورة شبيهة") < shown.index("دورة أخرى") < shown.index("دورة مكتملة")


def test_a_course_that_ended_with_its_season_is_over(client):
    season = make_season(start_date=TODAY - dt.timedelta(days=60), end_date=YESTERDAY)
    course = make_course(season=season, start_date=TODAY - dt.timedelta(days=30), end_date=None, num_lectures=8)
    page = make_course_page(course=course)
    assert "انتهت هذه الدورة" in words(client, page)
    assert course.name not in client.get(page.get_parent().url).content.decode()
    assert course.name not in client.get("/").content.decode()


def test_an_open_course_offers_nothing_else(client):
    make_course(name="دورة أخرى")
    shown = words(client, make_course_page())
    assert "دورة أخرى" not in shown


@pytest.mark.parametrize("fields", [{"registration_opens": TOMORROW}, {"registration_closes": YESTERDAY}])
def test_outside_its_registration_a_course_stays_in_the_index_without_a_way_to_ask(client, fields):
    course = make_course(**fields)
    page = make_course_page(course=course)
    shown = words(client, page)
    assert "اطلب مكانًا" not in shown
    assert "مفتوح للتسجيل الآن" not in shown
    assert course.name in client.get(page.get_parent().url).content.decode()


def test_a_course_without_a_page_or_with_a_draft_stands_in_the_index_with_its_facts_and_can_be_asked_for(client):
    index = make_index()
    bare, drafted = make_course(name="بلا صفحة", price=310), make_course(name="مسودة", price=320)
    draft = make_course_page(index, drafted, live=False, title="عنوان سري")
    shown = client.get(index.url).content.decode()
    for course in (bare, drafted):
        assert course.name in shown
        assert f"{course.price:.0f} <small>" in shown
        assert f'href="/ask/{course.pk}/"' in shown
    assert "عنوان سري" not in shown
    assert draft.url not in shown
    assert client.get(draft.url).status_code == 404


def test_a_private_page_is_not_told_of(client):
    page = make_course_page(title="صفحة خاصة")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    for address in (page.get_parent().url, "/", "/sitemap.xml"):
        assert page.url not in client.get(address).content.decode()
    assert client.get(page.url).status_code == 302


def test_a_card_leads_to_the_page_in_the_language_that_is_spoken_or_else_to_the_arabic_one(client, home):
    index = make_index()
    translated, only_arabic = make_course_page(index), make_course_page(index)
    make_english(home, title="Home", slug="home-en")
    english = make_english(index, title="Courses", slug="courses")
    make_english(translated, title="Programming", slug="programming")
    shown = client.get(english.url).content.decode()
    assert 'href="/en/courses/programming/"' in shown
    assert f'href="{only_arabic.url}"' in shown
    assert translated.url not in shown
    assert "500 <small>EGP</small>" in shown
