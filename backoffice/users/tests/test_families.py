"""Children, and who their parents are."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.models import Child, ChildParent, ParentLinkRequest
from backoffice.users.tests.makers import (
    huda,
    make_child,
    make_parent,
    make_student,
    omar,
    ziad,
)

pytestmark = pytest.mark.django_db

BORN = dt.date(2016, 5, 1)


def refused(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_child_gets_a_code_and_an_entry_in_the_trail():
    by = omar()
    child = services.create_child(primary_parent=make_parent(), name=" يوسف  أحمد", gender="boy", dob=BORN, by=by)
    assert child.name == "يوسف أحمد"
    assert child.unique_code.startswith("M")
    assert AuditEntry.objects.get(model="users.child").changes["unique_code"] == [None, child.unique_code]


@pytest.mark.parametrize("born", [BORN, None])
def test_the_same_child_twice_in_a_family_is_refused(born):
    parent = make_parent()
    details = {"primary_parent": parent, "name": "يوسف", "gender": "boy", "dob": born, "by": None}
    services.create_child(**details)
    assert refused(services.create_child, **details) == "child_exists"
    services.create_child(**(details | {"primary_parent": make_parent()}))
    services.create_child(**(details | {"name": "حسن"}))


def test_a_refused_child_uses_up_no_code():
    parent = make_parent()
    future = dt.date(2990, 1, 1)
    first = services.create_child(primary_parent=parent, name="أ", gender="boy", dob=BORN, by=None)
    assert refused(services.create_child, primary_parent=parent, name="ب", gender="boy", dob=future, by=None)
    again = services.create_child(primary_parent=parent, name="ب", gender="boy", dob=BORN, by=None)
    gap = (int(again.unique_code[1:]) - int(first.unique_code[1:])) % 100_000
    assert gap == 61_387


def test_a_childs_number_is_kept_in_its_one_form_and_a_wrong_one_is_refused():
    child = make_child()
    assert str(services.update_child(child.pk, by=None, phone_number="٠١٠٠١٢٣٤٥٦٧").phone_number) == "+201001234567"
    assert services.update_child(child.pk, by=None, phone_number="").phone_number == ""
    assert refused(services.update_child, child.pk, by=None, phone_number="12") == "phone_too_short"


def test_the_code_cant_be_written():
    with pytest.raises(TypeError):
        services.update_child(make_child().pk, by=None, unique_code="M00001")


def test_a_second_parent_asks_by_the_code_and_the_primary_parent_approves():
    child, mother = make_child(), make_parent()
    typed = f" {child.unique_code[0].lower()} {child.unique_code[1:]} ".translate(
        str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    )
    asked = services.ask_to_join_child(unique_code=typed, by=mother.user)
    assert services.ask_to_join_child(unique_code=child.unique_code, by=mother.user) == asked
    assert not Child.objects.of_parent(mother.user).exists()
    services.approve_link(asked.pk, by=child.primary_parent.user)
    assert list(Child.objects.of_parent(mother.user)) == [child]
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == ("approved", child.primary_parent.user)
    assert AuditEntry.objects.filter(model="users.parentlinkrequest", action="transition").count() == 1


def seen(asked, father):
    """What who asked is told: all but the code they typed and the row's own key and hour."""
    return {"status": asked.status_for(father.user), "parent": asked.parent_id, "decided": asked.decided_at}


def test_a_childs_code_a_students_nobodys_and_that_of_a_child_that_cant_be_joined_look_alike():
    child, full, father = make_child(), make_child(), make_parent()
    services.add_further_parent(full.pk, parent=make_parent(), by=None)
    codes = (child.unique_code, "M99999", make_student().unique_code, full.unique_code)
    asked = [services.ask_to_join_child(unique_code=code, by=father.user) for code in codes]
    assert [seen(one, father) for one in asked] == [seen(asked[0], father)] * 4
    assert [services.ask_to_join_child(unique_code=code, by=father.user) for code in codes] == asked
    assert {one.pk for one in ParentLinkRequest.objects.of_user(father.user)} == {one.pk for one in asked}
    assert list(ParentLinkRequest.objects.answerable()) == asked[:1]
    for one in asked[1:]:
        assert refused(services.approve_link, one.pk, by=omar()) == "not_found"


def test_a_code_that_met_a_child_costs_the_queries_of_one_that_met_none():
    father, verbs = make_parent(), {}
    for code in (make_child().unique_code, "M99999"):
        with CaptureQueriesContext(connection) as queries:
            services.ask_to_join_child(unique_code=code, by=father.user)
        verbs[code] = [one["sql"].split()[0] for one in queries]
    assert len(set(map(tuple, verbs.values()))) == 1


def test_who_was_not_let_in_is_told_what_who_met_no_child_is_told():
    child, father = make_child(), make_parent()
    asked = services.ask_to_join_child(unique_code=child.unique_code, by=father.user)
    services.reject_link(asked.pk, by=child.primary_parent.user)
    asked.refresh_from_db()
    assert asked.status_for(father.user) == "pending"
    assert asked.status_for(child.primary_parent.user) == "rejected"
    assert services.ask_to_join_child(unique_code=child.unique_code, by=father.user) == asked


@pytest.mark.parametrize("code", ["rubbish", "", "M1234", "X12345", "M1234567"])
def test_what_can_be_no_code_is_said_at_the_field(code):
    assert refused(services.ask_to_join_child, unique_code=code, by=make_parent().user) == "code_form"


def test_nobody_asks_for_their_own_child_and_only_parents_ask():
    child = make_child()
    assert (
        refused(services.ask_to_join_child, unique_code=child.unique_code, by=child.primary_parent.user)
        == "already_yours"
    )
    assert refused(services.ask_to_join_child, unique_code=child.unique_code, by=ziad()) == "not_a_parent"


@pytest.mark.parametrize("who", ["ziad", "huda", "asker", "other parent"])
def test_only_the_primary_parent_or_the_office_decides(who):
    child, asker = make_child(), make_parent()
    asked = services.ask_to_join_child(unique_code=child.unique_code, by=asker.user)
    by = {"ziad": ziad, "huda": huda, "asker": lambda: asker.user, "other parent": lambda: make_parent().user}[who]()
    assert refused(services.approve_link, asked.pk, by=by) == "not_found"
    assert refused(services.reject_link, asked.pk, by=by) == "not_found"
    asked.refresh_from_db()
    assert asked.status == "pending"


def test_the_registrar_decides_for_the_parent():
    child = make_child()
    asked = services.ask_to_join_child(unique_code=child.unique_code, by=make_parent().user)
    by = omar()
    assert services.approve_link(asked.pk, by=by).decided_by == by


def test_a_decision_is_final():
    child = make_child()
    asked = services.ask_to_join_child(unique_code=child.unique_code, by=make_parent().user)
    services.reject_link(asked.pk, by=None)
    assert refused(services.approve_link, asked.pk, by=None) == "illegal_step"
    assert not ChildParent.objects.exists()


def test_a_child_has_one_further_parent_at_most():
    child = make_child()
    asked = [services.ask_to_join_child(unique_code=child.unique_code, by=make_parent().user) for _ in range(2)]
    services.approve_link(asked[0].pk, by=None)
    assert refused(services.approve_link, asked[1].pk, by=None) == "has_further_parent"
    asked[1].refresh_from_db()
    assert asked[1].status == "pending"
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildParent.objects.create(child=child, parent=make_parent())


def test_one_person_isnt_both_parents():
    child = make_child()
    assert refused(services.add_further_parent, child.pk, parent=child.primary_parent, by=None) == "parent_twice"
    further = make_parent()
    services.add_further_parent(child.pk, parent=further, by=None)
    assert refused(services.update_child, child.pk, by=None, primary_parent=further) == "parent_twice"


def test_a_further_parent_can_be_taken_away_again():
    child = make_child()
    services.add_further_parent(child.pk, parent=make_parent(), by=None)
    services.remove_further_parent(child.pk, by=omar(), reason="طلب الأسرة")
    assert not ChildParent.objects.exists()
    assert AuditEntry.objects.get(action="delete").reason == "طلب الأسرة"


def test_one_open_request_per_parent_and_child_holds_in_the_database_too():
    child, parent = make_child(), make_parent()
    ParentLinkRequest.objects.create(child=child, parent=parent, unique_code=child.unique_code)
    with pytest.raises(IntegrityError), transaction.atomic():
        ParentLinkRequest.objects.create(child=child, parent=parent, unique_code="M99999")
    with pytest.raises(IntegrityError), transaction.atomic():
        ParentLinkRequest.objects.create(child=None, parent=parent, unique_code=child.unique_code)
