"""The front page shows the courses as they are when it is asked for."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.users.tests.makers import make_staff
from cms.models import CentreSettings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(home):
    """The site as migrate leaves it."""


def test_the_front_page_is_in_arabic(client):
    page = client.get("/").content.decode()
    assert "واحة الرضوان" in page
    assert 'lang="ar" dir="rtl"' in page


def test_an_open_course_is_shown_with_the_seats_of_this_moment(client):
    course = make_course(name="نور البيان", capacity=20)
    make_schedule(course)
    assert "نور البيان" in client.get("/").content.decode()
    type(course).objects.filter(pk=course.pk).update(enrolled_count=20)
    assert "قائمة الانتظار" in client.get("/").content.decode()


@pytest.mark.parametrize(
    "closed",
    [
        {"is_active": False},
        {"end_date": timezone.localdate() - dt.timedelta(days=1)},
        {"registration_opens": timezone.localdate() + dt.timedelta(days=1)},
        {"registration_closes": timezone.localdate() - dt.timedelta(days=1)},
    ],
    ids=lambda value: next(iter(value)),
)
def test_a_course_that_takes_nobody_is_not_shown(client, closed):
    make_course(name="دورة مغلقة", **closed)
    assert "دورة مغلقة" not in client.get("/").content.decode()


@pytest.mark.parametrize(("group", "status"), [("Marketing", 200), ("Managers", 200), ("Accountants", 302)])
def test_only_marketing_and_managers_get_into_the_sites_admin(client, group, status):
    client.force_login(make_staff(group))
    assert client.get("/cms/").status_code == status


def test_marketing_edits_the_front_page(client):
    client.force_login(make_staff("Marketing"))
    home = Site.objects.get().root_page
    assert client.get(f"/cms/pages/{home.pk}/edit/").status_code == 200


@pytest.mark.parametrize(
    "name", ["wagtailimages:add", "wagtailsnippets_cms_question:add", "wagtailsnippets_cms_testimonial:add"]
)
def test_marketing_adds_pictures_questions_and_testimonials_and_nobody_else_of_the_office_does(client, name):
    client.force_login(make_staff("Marketing"))
    assert client.get(reverse(name)).status_code == 200
    client.force_login(make_staff("Registrars", "Cashiers", "Accountants", "Supervisors"))
    assert client.get(reverse(name)).status_code == 302


def test_an_editor_writes_the_centres_numbers_and_a_wrong_one_is_named(client):
    client.force_login(make_staff("Marketing", "Editors"))
    site = Site.objects.get()
    address = reverse("wagtailsettings:edit", args=["cms", "centresettings", site.pk])
    kept = {"phones": "٠١٠٠٠٠٠٠٠٠١\n+20 100 000 0003", "whatsapp": "01000000003", "notice": "إجازة الخميس"}
    assert client.post(address, {**kept, "whatsapp": "12"}).status_code == 200
    assert "إجازة الخميس" not in client.get("/").content.decode()
    assert client.post(address, kept).status_code == 302
    page = client.get("/").content.decode()
    assert 'href="tel:+201000000001"' in page
    assert 'href="https://wa.me/201000000003"' in page
    assert "إجازة الخميس" in page


def test_a_notice_goes_by_itself_after_its_last_day(client):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    CentreSettings.objects.create(site=Site.objects.get(), notice="انتهى أمس", notice_until=yesterday)
    assert "انتهى أمس" not in client.get("/").content.decode()
