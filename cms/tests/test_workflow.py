"""From an author's draft to a page that visitors see: handed in, read, sent back or published."""

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_staff
from cms.models import CoursePage

from .makers import make_course_page, make_index
from .test_editors_rights import author, editor, form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(home):
    """The site as migrate leaves it."""


@pytest.fixture
def handed_in(client):
    """A draft that an author wrote and handed in."""
    page = make_course_page(title="مسودة", live=False)
    client.force_login(author())
    client.post(f"/cms/pages/{page.pk}/edit/", form(page, title="دورة الخط") | {"action-submit": "1"})
    return CoursePage.objects.get(pk=page.pk)


def decide(client, page, action, **comment):
    state = TaskState.objects.get(status="in_progress")
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return client.post(address, comment, HTTP_X_REQUESTED_WITH="XMLHttpRequest")


def test_an_author_begins_a_course_page_and_hands_it_in(client):
    index, course = make_index(), make_course()
    rana = author()
    client.force_login(rana)
    address = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", index.pk])
    shown = client.get(address).content.decode()
    assert 'name="action-submit"' in shown
    assert 'name="action-publish"' not in shown
    page = CoursePage(title="الخط العربي", slug="الخط", course=course)
    client.post(address, form(page) | {"action-submit": "1"})
    page = CoursePage.objects.get()
    assert not page.live
    assert client.get(f"/{index.slug}/{page.slug}/").status_code == 404
    assert page.current_workflow_state.requested_by == rana


def test_what_waits_stands_on_the_editors_first_page_and_nobody_gets_a_letter(client, handed_in):
    for who in (editor(), make_staff("Managers")):
        client.force_login(who)
        shown = client.get("/cms/").content.decode()
        assert "دورة الخط" in shown
        assert "بانتظار مراجعتك" in shown
    assert mail.outbox == []


def test_an_editor_publishes_what_was_handed_in(client, handed_in):
    client.force_login(editor())
    decide(client, handed_in, "approve")
    handed_in.refresh_from_db()
    assert (handed_in.live, handed_in.title) == (True, "دورة الخط")
    client.logout()
    assert "دورة الخط" in client.get(handed_in.url).content.decode()


def test_an_editor_sends_it_back_with_a_word_and_the_author_hands_it_in_again(client, handed_in):
    client.force_login(editor())
    decide(client, handed_in, "reject", comment="أضف صورة من فضلك")
    client.force_login(author())
    shown = client.get(f"/cms/pages/{handed_in.pk}/edit/").content.decode()
    assert "أضف صورة من فضلك" in shown
    client.post(f"/cms/pages/{handed_in.pk}/edit/", form(handed_in, title="دورة الخط") | {"action-submit": "1"})
    state = WorkflowState.objects.get()
    assert state.status == "in_progress"


def test_an_author_cant_approve_and_cant_change_what_is_being_read(client, handed_in):
    decide(client, handed_in, "approve")
    handed_in.refresh_from_db()
    assert not handed_in.live
    client.force_login(author())
    client.post(f"/cms/pages/{handed_in.pk}/edit/", form(handed_in, title="غيرته") | {"action-publish": "1"})
    assert handed_in.get_latest_revision_as_object().title == "دورة الخط"


def test_two_versions_are_laid_side_by_side(client):
    page = make_course_page(title="الأول")
    first = page.save_revision()
    page.title = "الثاني"
    second = page.save_revision()
    client.force_login(author())
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk])
    shown = client.get(address).content.decode()
    assert "الأول" in shown
    assert "الثاني" in shown
    assert 'class="deletion"' in shown


def test_a_preview_is_as_wide_as_a_telephone_a_tablet_and_a_desk(client):
    page = make_course_page()
    assert [(one["name"], one["device_width"]) for one in page.preview_sizes] == [
        ("phone", 390), ("tablet", 820), ("desktop", 1400)]  # fmt: skip
    client.force_login(author())
    shown = client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert 'data-device-width="390"' in shown
    assert "كما تظهر على الهاتف" in shown


def test_the_preview_shows_the_words_that_are_typed_and_the_price_of_this_moment(client):
    course = make_course(price=500)
    page = make_course_page(course=course)
    client.force_login(author())
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(address, form(page, title="عنوان لم يُحفظ")).json()["is_valid"]
    type(course).objects.filter(pk=course.pk).update(price=725)
    shown = client.get(address).content.decode()
    assert "عنوان لم يُحفظ" in shown
    assert "725 <small>" in shown
    client.logout()
    assert client.get(address).status_code == 302
