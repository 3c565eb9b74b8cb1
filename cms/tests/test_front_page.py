"""The front page shows the courses as they are when it is asked for."""

import datetime as dt

import pytest
from django.apps import apps
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from backoffice.config.roles import sync_groups
from backoffice.courses.tests.makers import make_course, make_schedule
from backoffice.users.tests.makers import make_staff
from cms.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site():
    """The site as migrate leaves it: a race's test empties every table behind it, the pages of the migrations too."""
    if not HomePage.objects.exists():
        Locale.objects.get_or_create(language_code="ar")
        root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
        home = root.add_child(instance=HomePage(title="واحة الرضوان", slug="home"))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
        sync_groups(apps.get_app_config("config"), using="default")
    # Wagtail remembers site roots in the cache, past a test's rollback.
    Site.clear_site_root_paths_cache()


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
