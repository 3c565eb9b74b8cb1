"""The first page of the site's admin tells marketing which courses need a page, and which fill up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.config.roles import MARKETING
from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_staff
from cms.course_work import FEW, PAGE_SIZE, Kind, courses_of, dashboard_lists

from .makers import make_course_page, make_index

pytestmark = pytest.mark.django_db
HOME = reverse("wagtailadmin_home")


def names(kind):
    return [course.name for course in courses_of(kind)]


@pytest.fixture
def index(home):
    return make_index()


@pytest.fixture
def marketing(client):
    client.force_login(make_staff(MARKETING))
    client.cookies["django_language"] = "ar"
    return client


def test_each_course_on_show_is_listed_by_what_its_page_needs(index):
    make_course(name="بلا صفحة")
    make_course_page(index, make_course(name="مسودة"), live=False)
    make_course_page(index, make_course(name="منشورة"))
    make_course(name="انتهى أمرها", is_active=False)
    assert names(Kind.MISSING) == ["بلا صفحة"]
    assert names(Kind.DRAFT) == ["مسودة"]


def test_courses_stand_in_the_order_of_the_share_of_seats_taken(index):
    make_course(name="نصف", capacity=10, enrolled_count=5)
    make_course(name="خالية", capacity=10)
    make_course(name="كاملة", capacity=4, enrolled_count=4)
    assert names(Kind.FULLEST) == ["كاملة", "نصف"]
    assert names(Kind.EMPTIEST) == ["خالية", "نصف"]
    assert [(one.taken, one.seats) for one in courses_of(Kind.FULLEST)] == [(4, 4), (5, 10)]


def test_a_few_of_each_kind_stand_on_the_first_page_with_the_way_to_all(marketing, index):
    for _n in range(FEW + 2):
        make_course()
    missing = dashboard_lists()[0]
    assert (len(missing.courses), missing.total) == (FEW, FEW + 2)
    shown = marketing.get(HOME).content.decode()
    assert reverse("cms-courses", args=["missing"]) in shown
    assert f"كل الدورات ({FEW + 2})" in shown
    assert shown.count("course-work-name") >= FEW
    assert reverse("cms-course-draft", args=[missing.courses[0].pk]) in shown


def test_the_whole_list_pages(marketing, index):
    for _n in range(PAGE_SIZE + 1):
        make_course()
    first = marketing.get(reverse("cms-courses", args=["missing"])).content.decode()
    assert first.count("course-work-name") == PAGE_SIZE
    second = marketing.get(reverse("cms-courses", args=["missing"]), {"p": 2}).content.decode()
    assert second.count("course-work-name") == 1
    assert marketing.get(reverse("cms-courses", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize("address", [HOME, reverse("cms-courses", args=["emptiest"])])
def test_more_courses_ask_no_more(marketing, index, address):
    make_course(enrolled_count=3)
    make_course_page(index, make_course(), live=False)
    assert marketing.get(address).status_code == 200
    with CaptureQueriesContext(connection) as few:
        marketing.get(address)
    for _n in range(8):
        make_course(enrolled_count=3)
        make_course_page(index, make_course(), live=False)
    with CaptureQueriesContext(connection) as many:
        marketing.get(address)
    assert len(many) <= len(few)


def test_the_lists_are_closed_to_who_may_not_come_in(client, home):
    client.force_login(make_staff("Registrars"))
    assert client.get(reverse("cms-courses", args=["missing"])).status_code == 302
