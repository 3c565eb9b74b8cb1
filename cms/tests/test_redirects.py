"""An address that was given away keeps leading to its page."""

from urllib.parse import unquote

import pytest
from wagtail.contrib.redirects.models import Redirect

from .makers import make_course_page, make_english, make_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(home):
    """A course's page at a first address."""
    return make_course_page(make_index(), slug="الأول")


@pytest.fixture
def rename(django_capture_on_commit_callbacks):
    """Give a page another slug, as publishing does; Wagtail writes the redirect when all is committed."""

    def give(page, slug):
        page = type(page).objects.get(pk=page.pk)
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()
        return type(page).objects.get(pk=page.pk)

    return give


def lands(client, address):
    """Where a visitor comes to, and over how many addresses."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    assert {status for _url, status in answer.redirect_chain} <= {301}
    # WSGI keeps the bytes of an address as Latin letters.
    return answer.request["PATH_INFO"].encode("latin-1").decode(), len(answer.redirect_chain)


def test_a_changed_slug_leads_from_the_old_address_for_good(client, page, rename):
    old = page.url
    page = rename(page, "الثاني")
    assert lands(client, old) == (path(page), 1)


def path(page):
    """The page's address in letters."""
    return unquote(page.url)


def test_two_changes_lead_from_both_addresses_in_one_step(client, page, rename):
    first = page.url
    second = rename(page, "الثاني").url
    page = rename(page, "الثالث")
    assert lands(client, first) == (path(page), 1)
    assert lands(client, second) == (path(page), 1)


def test_a_slug_that_comes_back_makes_no_circle(client, page, rename):
    first = page.url
    second = rename(page, "الثاني").url
    page = rename(page, "الأول")
    assert lands(client, first) == (path(page), 0)
    assert lands(client, second) == (path(page), 1)


def test_a_draft_with_another_slug_changes_no_address(client, page):
    page.slug = "مسودة"
    page.save_revision()
    assert lands(client, page.url) == (path(page), 0)
    assert not Redirect.objects.exists()


def test_pages_below_a_renamed_one_are_found_too(client, page, rename):
    old = page.url
    rename(page.get_parent().specific, "كل-الدورات")
    page = type(page).objects.get(pk=page.pk)
    assert "كل-الدورات" in path(page)
    assert lands(client, old) == (path(page), 1)


def test_a_page_that_moved_is_found(client, home):
    from cms.models import PlainPage

    one, two = (home.add_child(instance=PlainPage(title=name, slug=name)) for name in ("عن-المركز", "قواعد"))
    old = two.url
    two.move(one, pos="last-child")
    two = PlainPage.objects.get(pk=two.pk)
    assert lands(client, old) == (path(two), 1)


def test_a_translated_page_keeps_its_old_address_and_the_arabic_one_is_untouched(client, home, page, rename):
    make_english(home, title="Home", slug="home-en")
    make_english(page.get_parent().specific, title="Courses", slug="courses")
    english = make_english(page, title="First", slug="first")
    old = english.url
    assert old == "/en/courses/first/"
    english = rename(english, "second")
    assert lands(client, old) == ("/en/courses/second/", 1)
    assert lands(client, page.url) == (path(page), 0)


def test_an_old_address_of_a_page_that_was_taken_down_leads_nowhere(client, page, rename):
    old = page.url
    page = rename(page, "الثاني")
    page.unpublish()
    assert client.get(old, follow=True).status_code == 404
