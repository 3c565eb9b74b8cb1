"""One number is one open lead for a course, whoever sends it at the same moment, and every asking is counted."""

import pytest
from django.db import IntegrityError

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Lead
from backoffice.enrollments.querysets import LeadQuerySet
from backoffice.enrollments.services import (
    NewChild,
    Person,
    Wish,
    close_lead,
    contact_lead,
    conversions,
    convert_lead,
    leads,
    submit_lead,
)
from backoffice.enrollments.tests.makers import make_lead
from backoffice.users.models import Child, CustomUser
from backoffice.users.tests.makers import omar
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WISH = Wish("منى", "01001234567")


def leaving(course, people=4):
    return [lambda: submit_lead(WISH, course=course, source="course", language="ar")] * people


@pytest.mark.parametrize("about", ["a course", "none"])
def test_the_same_number_sent_four_times_at_once_is_one_lead_that_was_asked_four_times(about):
    outcome = at_once(leaving(make_course() if about == "a course" else None))
    assert (len(outcome.done), outcome.refused, outcome.failed) == (4, [], [])
    assert Lead.objects.get().times_asked == 4


def test_where_nobody_looks_again_all_but_one_are_an_error_on_the_screen(monkeypatch):
    calls = leaving(make_course())
    monkeypatch.setattr(leads, "_open_lead", Meeting(4).after(leads._open_lead))
    monkeypatch.setattr(leads, "_LOOKS", 1)
    outcome = at_once(calls)
    assert (len(outcome.done), len(outcome.failed)) == (1, 3)
    assert all(isinstance(error, IntegrityError) for error in outcome.failed)


def test_without_the_leads_lock_an_asking_is_lost(monkeypatch):
    course = make_course()
    make_lead(course, phone_number=WISH.phone_number)
    take_lock_out(monkeypatch, LeadQuerySet, Meeting(4).wait)
    at_once(leaving(course))
    assert Lead.objects.get().times_asked < 5


def test_who_asks_while_the_lead_is_closed_is_not_lost():
    lead, registrar = make_lead(phone_number=WISH.phone_number), omar()
    outcome = at_once([*leaving(None, 3), lambda: close_lead(lead.pk, by=registrar, reason="لم ترد")])
    assert outcome.failed == []
    last = Lead.objects.order_by("created_at").last()
    # Either it was closed first, and somebody waits anew; or all that was asked stands in it.
    assert sum(Lead.objects.values_list("times_asked", flat=True)) == 4
    assert last.status == "new" or Lead.objects.get().status == "closed"


def converting():
    lead, registrar, course = make_lead(phone_number=WISH.phone_number), omar(), make_course()
    person, child = Person("منى", "الجندي"), NewChild("يوسف", "boy")
    return [lambda: convert_lead(lead.pk, by=registrar, person=person, participant=child, course_id=course.pk)] * 2


def test_two_registrars_who_turn_one_lead_into_a_family_make_one():
    outcome = at_once(converting())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["illegal_step"], [])
    assert (Child.objects.count(), CustomUser.objects.filter(role="parent").count()) == (1, 1)


def test_without_the_leads_lock_the_second_registrar_gets_as_far_as_the_account(monkeypatch):
    calls = converting()
    take_lock_out(monkeypatch, LeadQuerySet)
    monkeypatch.setattr(conversions, "owner_of_number", Meeting(2).after(conversions.owner_of_number))
    outcome = at_once(calls)
    assert len(outcome.done) == 1
    assert outcome.refused != ["illegal_step"]


def test_a_call_and_a_closing_at_once_leave_a_state_that_both_agree_on():
    lead, registrar = make_lead(), omar()
    at_once(
        [
            lambda: contact_lead(lead.pk, by=registrar),
            lambda: close_lead(lead.pk, by=registrar, reason="س"),
        ]
    )
    lead.refresh_from_db()
    assert (lead.status, lead.close_reason) in (("contacted", ""), ("closed", "س"))
