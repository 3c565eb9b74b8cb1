"""Two people press a course's button at once: the course gets one page."""

import pytest

from backoffice.config.roles import MARKETING
from backoffice.courses.tests.makers import make_course
from backoffice.users.tests.makers import make_staff
from cms import drafts
from cms.models import CoursePage
from cms.tests.makers import make_index, the_home
from tests.races.harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def press_twice():
    the_home()
    make_index()
    course, writers = make_course(), [make_staff(MARKETING), make_staff(MARKETING)]
    return at_once([lambda writer=writer: drafts.draft_page(course.pk, by=writer).pk for writer in writers])


def test_two_presses_at_once_make_one_page():
    outcome = press_twice()
    assert outcome.failed == []
    first, second = outcome.done
    assert first == second
    assert CoursePage.objects.count() == 1


def test_without_the_lock_the_second_meets_an_address_that_is_taken(monkeypatch):
    monkeypatch.setattr(drafts, "_hold", lambda index: None)
    monkeypatch.setattr(drafts, "page_of", Meeting(2).after(drafts.page_of))
    outcome = press_twice()
    assert len(outcome.done) == 1
    assert len(outcome.failed) == 1
