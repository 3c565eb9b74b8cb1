"""A course gets its page by a button: once, as a draft, for whoever may write pages."""

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry

from backoffice.config.roles import MANAGERS, MARKETING, REGISTRARS
from backoffice.courses.tests.makers import make_course
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import make_staff
from cms.drafts import draft_page
from cms.models import CoursePage

from .makers import make_course_page, make_english, make_index

pytestmark = pytest.mark.django_db
WHERE = "admin:courses_course_make_page"


def editor_of(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.fixture
def index(home):
    return make_index()


@pytest.fixture
def course(index):
    return make_course(name="تجويد للمبتدئين", slug="تجويد-للمبتدئين")


def test_the_draft_has_the_courses_name_and_address_its_writer_a_revision_and_a_line_in_the_log(course, index, client):
    writer = make_staff(MARKETING)
    page = draft_page(course.pk, by=writer)
    assert (page.title, page.slug, page.owner, page.live) == ("تجويد للمبتدئين", "تجويد-للمبتدئين", writer, False)
    assert page.get_parent().specific == index
    assert page.locale.language_code == "ar"
    assert page.get_latest_revision().user == writer
    log = PageLogEntry.objects.filter(page=page.pk, user=writer)
    assert set(log.values_list("action", flat=True)) == {"wagtail.create", "wagtail.edit"}
    assert client.get(page.url).status_code == 404


def test_a_second_press_finds_the_page_of_the_first(course):
    writer = make_staff(MARKETING)
    assert draft_page(course.pk, by=writer) == draft_page(course.pk, by=make_staff(MANAGERS))
    assert CoursePage.objects.count() == 1


def test_the_arabic_page_is_the_one_that_opens_where_there_is_a_translation(course, index, home):
    make_english(home, title="Redwan", slug="home-en")
    make_english(index, title="Courses", slug="courses")
    arabic = make_course_page(index, course)
    make_english(arabic, title="Tajweed", slug="tajweed")
    assert draft_page(course.pk, by=make_staff(MARKETING)) == arabic


def test_an_address_that_another_page_has_gets_a_number(course, index):
    make_course_page(index, slug=course.slug)
    assert draft_page(course.pk, by=make_staff(MARKETING)).slug == "تجويد-للمبتدئين-1"


def test_a_site_without_an_index_says_so(home):
    with pytest.raises(DomainError) as refused:
        draft_page(make_course().pk, by=make_staff(MARKETING))
    assert refused.value.code == "no_index"


@pytest.mark.parametrize("groups", [[REGISTRARS], [REGISTRARS, MARKETING], [MANAGERS]])
def test_the_courses_page_has_the_button_for_who_may_write_pages(client, course, groups):
    client.force_login(make_staff(*groups))
    shown = client.get(reverse("admin:courses_course_change", args=[course.pk])).content.decode()
    may_write = groups != [REGISTRARS]
    assert reverse("admin:courses_course_open_page", args=[course.pk]) not in shown
    assert (reverse(WHERE, args=[course.pk]) in shown) == may_write
    answer = client.post(reverse(WHERE, args=[course.pk]), {"_form_submitted": "on"})
    assert CoursePage.objects.filter(course=course).exists() == may_write
    if may_write:
        page = CoursePage.objects.get()
        assert answer.headers["HX-Redirect"] == editor_of(page)
        assert client.get(editor_of(page)).status_code == 200


def test_looking_at_the_dialog_makes_nothing(client, course):
    client.force_login(make_staff(MANAGERS))
    assert client.get(reverse(WHERE, args=[course.pk])).status_code == 200
    assert not CoursePage.objects.exists()


def test_a_course_with_a_page_has_a_button_that_opens_it(client, course, index):
    page = make_course_page(index, course)
    client.force_login(make_staff(MANAGERS))
    opens = reverse("admin:courses_course_open_page", args=[course.pk])
    shown = client.get(reverse("admin:courses_course_change", args=[course.pk])).content.decode()
    assert opens in shown
    assert reverse(WHERE, args=[course.pk]) not in shown
    assert client.get(opens).url == editor_of(page)


@pytest.mark.parametrize("how", ["get", "post"])
def test_the_button_of_the_sites_own_admin_works_by_post_alone(client, course, how):
    client.force_login(make_staff(MARKETING))
    answer = getattr(client, how)(reverse("cms-course-draft", args=[course.pk]))
    made = CoursePage.objects.filter(course=course).first()
    assert (answer.status_code, bool(made)) == ((302, True) if how == "post" else (405, False))
    assert made is None or answer.url == editor_of(made)


def test_who_may_not_come_to_the_sites_admin_makes_nothing(client, course):
    client.force_login(make_staff(REGISTRARS))
    assert client.post(reverse("cms-course-draft", args=[course.pk])).status_code == 302
    assert not CoursePage.objects.exists()
