"""The price agreed and its steps, and the rows that change it later."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from backoffice.enrollments import events
from backoffice.enrollments.models import Enrollment, PriceChange
from backoffice.enrollments.pricing import Discount, agree_price
from backoffice.enrollments.selectors import charged_of, price_steps
from backoffice.enrollments.services import change_price
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import make_child, manager, omar

AMOUNTS = st.decimals(min_value=0, max_value=99_999, places=4)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=5))
def test_a_price_is_the_sum_of_its_steps_to_the_piastre_and_never_below_zero(list_price, offs):
    price = agree_price(list_price, [Discount(off, "س") for off in offs])
    assert price.total == sum(step.amount for step in price.steps) >= 0
    assert all(step.amount == step.amount.quantize(Decimal("0.01")) for step in price.steps)
    assert [step.kind for step in price.steps] == ["list_price"] + ["discount"] * len(offs)
    assert all(step.amount <= 0 for step in price.steps[1:])


def test_half_a_piastre_goes_up():
    assert agree_price(Decimal("10.005")).total == Decimal("10.01")


def changed(place, amount, **more):
    return change_price(place.pk, amount=Decimal(amount), **({"reason": "منحة", "by": manager()} | more))


def refused(*args, **more):
    with pytest.raises(DomainError) as refusal:
        changed(*args, **more)
    assert not PriceChange.objects.exists()
    return refusal.value.code


@pytest.mark.django_db
def test_a_change_is_a_row_and_the_price_agreed_stays():
    place = make_enrollment()
    changed(place, "-120.50")
    changed(place, "20")
    place.refresh_from_db()
    assert (place.price, charged_of(place)) == (Decimal(500), Decimal("399.50"))
    assert Enrollment.objects.with_charged().get().charged == Decimal("399.50")
    steps = [step.amount for step in price_steps(place)]
    assert steps == [Decimal(500), Decimal("-120.50"), Decimal(20)]


@pytest.mark.django_db
def test_only_managers_change_a_price_with_a_reason_and_never_below_zero():
    place = make_enrollment()
    assert refused(place, "-5", by=omar()) == "price_change_not_allowed"
    assert refused(place, "-5", by=None) == "price_change_not_allowed"
    assert refused(place, "-5", reason="  ") == "reason_missing"
    assert refused(place, "0") == "amount_zero"
    assert refused(place, "-0.001") == "amount_decimals"
    assert refused(place, "-500.01") == "price_below_zero"


@pytest.mark.django_db
def test_a_key_changes_a_price_once():
    place, by = make_enrollment(), manager()
    first = changed(place, "-5", by=by, idempotency_key="k")
    assert changed(place, "-5", by=by, idempotency_key="k") == first
    with pytest.raises(DomainError, match=r".") as other:
        changed(place, "-6", by=by, idempotency_key="k")
    assert (other.value.code, charged_of(place)) == ("key_used", Decimal(495))


@pytest.mark.django_db
def test_higher_apps_may_refuse_a_new_price_before_it_is_written(monkeypatch):
    seen = []

    def refuse(enrollment, charged, by):
        seen.append(charged)
        raise DomainError("below_paid", "no")

    monkeypatch.setattr(events.price_changing, "_functions", [refuse])
    assert refused(make_enrollment(), "-5") == "below_paid"
    assert seen == [Decimal("495.00")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bend",
    [
        lambda rows: rows.update(list_price=400, price=400),
        lambda rows: rows.update(discount=1, price=499, discount_reason="س"),
        lambda rows: rows.update(child=make_child()),
        lambda rows: rows.update(accepted_by=omar()),
        lambda rows: rows.delete(),
    ],
)
def test_the_database_bends_nothing_that_was_agreed(bend):
    place = make_enrollment()
    with pytest.raises(IntegrityError), transaction.atomic():
        bend(Enrollment.objects.filter(pk=place.pk))
    assert Enrollment.objects.get().price == 500


@pytest.mark.django_db
@pytest.mark.parametrize("bend", [lambda rows: rows.update(amount=1), lambda rows: rows.delete()])
def test_the_database_bends_no_change_of_a_price(bend):
    row = changed(make_enrollment(), "-5")
    with pytest.raises(IntegrityError), transaction.atomic():
        bend(PriceChange.objects.filter(pk=row.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"amount": 0}, {"reason": ""}])
def test_the_database_takes_no_empty_change(wrong):
    place, by = make_enrollment(), manager()
    with pytest.raises(IntegrityError), transaction.atomic():
        PriceChange.objects.create(**({"enrollment": place, "amount": 5, "reason": "س", "by": by} | wrong))
