"""A family asks for its own money back, once however often it presses, and takes its request back itself."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import RefundRequest
from backoffice.payments.selectors import enrollment_history
from backoffice.payments.services import (
    approve_refund,
    cancel_refund_request,
    process_refund,
    record_credit,
    request_own_refund,
    request_refund,
    use_credit,
)
from backoffice.payments.tests.makers import make_payment, next_reference
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.models import ChildParent
from backoffice.users.tests.makers import huda, make_child, make_parent, make_student, manager, omar, ziad

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona():
    return make_parent()


@pytest.fixture
def place(mona):
    """Yusuf's place: 300 by card, then 200 in cash."""
    place = make_enrollment(child=make_child(mona, name="يوسف"))
    make_payment(place, method="card", amount=Decimal(300))
    make_payment(place, amount=Decimal(200))
    return place


def ask(place, by, **more):
    return request_own_refund(place.pk, **({"reason": "سفر", "by": by.user} | more))


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def amounts(refunds):
    return [(one.payment.method, one.amount) for one in refunds]


def test_without_an_amount_all_that_can_go_back_is_asked_for_the_newest_payment_first(mona, place):
    assert amounts(ask(place, mona)) == [("cash", 200), ("card", 300)]
    assert refusal_of(ask, place, mona) == "nothing_to_refund"


def test_an_amount_takes_from_the_newest_payment_and_then_from_the_one_before(mona, place):
    assert amounts(ask(place, mona, amount="٢٥٠")) == [("cash", 200), ("card", 50)]
    assert amounts(ask(place, mona, amount=Decimal(100))) == [("card", 100)]
    assert refusal_of(ask, place, mona, amount=Decimal("150.01")) == "more_than_paid"


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "150,50", "1e12", "$5", ""])
def test_no_amount_is_refused_at_its_field(mona, place, amount):
    with pytest.raises(DomainError) as refused:
        ask(place, mona, amount=amount)
    assert (refused.value.code.startswith("amount_"), refused.value.field) == (True, "amount")


def test_money_that_was_moved_to_the_place_is_asked_for_too(mona):
    place = make_enrollment(child=make_child(mona))
    record_credit(mona, amount=80, method="other", why="مقدم", by=None)
    use_credit(place.pk, amount=80, by=None)
    (refund,) = ask(place, mona)
    assert (refund.enrollment, refund.amount) == (place, 80)


def test_only_the_family_of_the_place_asks_and_a_stranger_learns_nothing(mona, place):
    for stranger in (ziad(), make_parent().user, manager()):
        assert refusal_of(request_own_refund, place.pk, reason="سفر", by=stranger) == "not_your_place"
    nowhere = "00000000-0000-0000-0000-000000000000"
    assert refusal_of(request_own_refund, nowhere, reason="سفر", by=mona.user) == "not_your_place"
    assert not RefundRequest.objects.exists()


def test_a_further_parent_and_an_adult_student_ask_for_their_own(place):
    father = make_parent()
    ChildParent.objects.create(child=place.child, parent=father)
    assert len(ask(place, father, amount=10)) == 1
    student = make_student()
    own = make_enrollment(make_course(for_adults=True), student=student)
    make_payment(own)
    assert len(request_own_refund(own.pk, reason="سفر", by=student.user)) == 1


def test_a_reason_is_needed(mona, place):
    assert refusal_of(ask, place, mona, reason=" ") == "reason_missing"


def test_the_same_key_again_gives_the_same_requests(mona, place):
    first = ask(place, mona, idempotency_key="tap")
    trail = AuditEntry.objects.count()
    assert ask(place, mona, idempotency_key="tap") == first
    assert ask(place, mona, amount=500, idempotency_key="tap") == first
    assert (RefundRequest.objects.count(), AuditEntry.objects.count()) == (2, trail)


def test_the_same_key_with_other_contents_or_of_somebody_else_is_a_conflict(mona, place):
    other = make_enrollment(child=place.child)
    make_payment(other)
    ask(place, mona, amount=100, idempotency_key="tap")
    assert refusal_of(ask, place, mona, amount=99, idempotency_key="tap") == "idempotency_conflict"
    assert refusal_of(ask, other, mona, amount=100, idempotency_key="tap") == "idempotency_conflict"
    stranger = make_enrollment()
    make_payment(stranger)
    family = stranger.child.primary_parent
    assert refusal_of(ask, stranger, family, amount=100, idempotency_key="tap") == "idempotency_conflict"
    assert RefundRequest.objects.count() == 1


def test_staff_ask_once_with_a_key_too(place):
    payment, registrar = place.payments.get(method="card"), omar()
    fields = {"amount": 100, "reason": "سفر", "by": registrar, "idempotency_key": "click"}
    first = request_refund(payment.pk, **fields)
    assert request_refund(payment.pk, **fields) == first
    assert refusal_of(request_refund, payment.pk, **(fields | {"amount": 99})) == "idempotency_conflict"
    assert refusal_of(request_refund, payment.pk, **(fields | {"by": huda()})) == "idempotency_conflict"
    assert refusal_of(request_refund, make_payment().pk, **fields) == "idempotency_conflict"
    assert refusal_of(request_refund, payment.pk, **(fields | {"idempotency_key": "k" * 101})).endswith("too_long")


def test_a_key_stands_in_one_row_by_the_database_and_stays(mona, place):
    one, two = ask(place, mona, idempotency_key="tap")
    assert (one.idempotency_key, two.idempotency_key) == ("tap", None)
    for key in ("tap", "another"):
        with pytest.raises(IntegrityError), transaction.atomic():
            RefundRequest.objects.filter(pk=two.pk).update(idempotency_key=key)


def test_parts_are_no_way_around_the_managers_limit(settings, mona, place):
    settings.REFUND_NEEDS_MANAGER_ABOVE = 400
    assert [one.needs_manager for one in ask(place, mona)] == [True, True]


def test_all_or_nothing_is_asked_for(mona, place):
    with pytest.raises(DomainError):
        ask(place, mona, amount="500.01")
    assert not RefundRequest.objects.exists()


def test_who_asked_takes_the_request_back_and_the_money_is_free_again(mona, place):
    (refund,) = ask(place, mona, amount=200)
    assert refusal_of(cancel_refund_request, refund.pk, by=manager()) == "not_your_request"
    cancelled = cancel_refund_request(refund.pk, by=mona.user, reason=" عدلنا عن السفر ")
    assert (cancelled.status, cancelled.decision_reason, cancelled.decided_by) == ("cancelled", "عدلنا عن السفر", None)
    assert cancelled.cancelled_at
    entry = AuditEntry.objects.get(object_id=str(refund.pk), action="transition")
    assert (entry.actor, entry.reason) == (mona.user, "عدلنا عن السفر")
    assert "refund_cancelled" in [row.code for row in enrollment_history(place)]
    assert amounts(ask(place, mona)) == [("cash", 200), ("card", 300)]


def test_a_request_is_taken_back_once_and_only_before_anybody_decided(mona, place):
    one, two = ask(place, mona)
    cancel_refund_request(one.pk, by=mona.user)
    assert refusal_of(cancel_refund_request, one.pk, by=mona.user) == "illegal_step"
    assert refusal_of(approve_refund, one.pk, by=huda()) == "illegal_step"
    approve_refund(two.pk, by=huda())
    assert refusal_of(cancel_refund_request, two.pk, by=mona.user) == "illegal_step"


def test_the_database_bends_nothing_of_a_request_that_was_taken_back(mona, place):
    (refund,) = ask(place, mona, amount=100)
    cancelled = cancel_refund_request(refund.pk, by=mona.user)
    for change in ({"status": "requested", "cancelled_at": None}, {"cancelled_at": cancelled.requested_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RefundRequest.objects.filter(pk=refund.pk).update(**change)


def test_a_family_gets_its_money_back_by_two_people_of_the_staff(mona, place):
    for refund in ask(place, mona):
        approve_refund(refund.pk, by=huda())
    card = RefundRequest.objects.get(payment__method="card")
    assert process_refund(card.pk, by=huda(), reference_number=next_reference()).number
