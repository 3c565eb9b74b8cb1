"""What can't be money is said in Arabic at its field, in every form that asks for money; nothing of it is written."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, PriceChange
from backoffice.enrollments.services import end_refunded
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.models import Allocation, CashSession, Payment, RefundRequest
from backoffice.payments.selectors.pots import family_of
from backoffice.payments.services import record_credit, record_promise, void_payment
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.tests.makers import make_child, manager

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOTHING = ("0", "٠", "0.00")
NO_AMOUNT = (
    "150,50",
    "١٥٠٫٥٠٠",
    "-5",
    "−5",
    "0.001",
    "1000000000000",
    "9" * 40,
    "$20",
    "20 €",
    "٢٠ ريال",
    "مائة",
    "1e3",
    "NaN",
)
# What each form writes when it takes what was typed.
WRITTEN = (Payment, Allocation, RefundRequest, PriceChange, CashSession, Enrollment)


def of(row, button="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{button}", args=[row.pk])


def paid_place():
    place = make_enrollment(make_course(price=Decimal(1000)))
    make_payment(place, amount=Decimal(400))
    return place


def take_payment(by):
    open_session(by)
    return of(paid_place(), "take_payment"), "amount", {"method": "cash"}


def add_payment(by):
    open_session(by)
    return f"{reverse('admin:payments_payment_add')}?enrollment={paid_place().pk}", "amount", {"method": "cash"}


def promise(by):
    return of(paid_place(), "note_promise"), "amount", {"method": "other"}


def credit(by):
    parent = make_child().primary_parent.pk
    return (
        reverse("admin:payments_accounttask_add"),
        "amount",
        {"parent": parent, "method": "other", "why": "بعد الاكتمال"},
    )


def split(by):
    one = paid_place()
    two = make_enrollment(one.course, child=make_child(one.child.primary_parent))
    address = f"{reverse('admin:payments_payment_split')}?parent={two.child.primary_parent.pk}"
    return address, "place_0", {"method": "other", "place_1": "20"}


def pay_from_account(by):
    place = paid_place()
    record_credit(family_of(place), amount=300, method="other", why="مقدم", by=None)
    return of(place, "pay_from_account"), "amount", {}


def move_to_account(by):
    return of(paid_place(), "to_account"), "amount", {"reason": "نقل"}


def refund_of_payment(by):
    return of(paid_place().payments.get(), "ask_refund"), "amount", {"reason": "سفر"}


def refund_of_place(by):
    place = paid_place()
    return of(place, "ask_refund"), "amount", {"reason": "سفر", "payment": place.payments.get().pk}


def change_price(by):
    return of(paid_place(), "reprice"), "amount", {"direction": "more", "reason": "كتب"}


ABOVE_ZERO = [
    take_payment,
    add_payment,
    promise,
    credit,
    split,
    pay_from_account,
    move_to_account,
    refund_of_payment,
    refund_of_place,
    change_price,
]


def float_in_the_drawer(by):
    return reverse("admin:payments_cashsession_add"), "opening_float", {}


def count_of_the_drawer(by):
    return of(open_session(by), "close"), "counted", {}


def discount(by):
    request = make_request(make_course(price=Decimal(1000)))
    return of(request, "accept"), "discount", {"discount_reason": "أخ"}


def discount_of_the_office(by):
    course = make_course(price=Decimal(1000))
    chosen = {"child": make_child().pk, "course": course.pk, "discount_reason": "أخ"}
    return reverse("admin:enrollments_enrollment_add"), "discount", chosen


MAY_BE_NOTHING = [float_in_the_drawer, count_of_the_drawer, discount, discount_of_the_office]


@pytest.fixture
def boss(client):
    """A manager, who may press every button."""
    user = manager()
    client.force_login(user)
    return user


def send(client, address, **typed):
    return client.post(address, {"_form_submitted": "1", "idempotency_key": "k", "key": "k", **typed})


def errors_of(answer, typed):
    assert answer.status_code == 200, (typed, getattr(answer, "url", ""))
    assert "HX-Redirect" not in answer.headers, typed
    return answer.context["form"].errors


def written():
    return [model.objects.count() for model in WRITTEN] + list(
        CashSession.objects.order_by("pk").values_list("closed_at")
    )


@pytest.mark.parametrize("form", [*ABOVE_ZERO, *MAY_BE_NOTHING], ids=lambda form: form.__name__)
def test_what_is_no_amount_is_said_in_arabic_at_its_field_and_nothing_is_written(client, boss, form):
    address, field, rest = form(boss)
    before = written()
    for typed in (*NO_AMOUNT, *(NOTHING if form in ABOVE_ZERO else ())):
        errors = errors_of(send(client, address, **rest, **{field: typed}), typed)
        assert list(errors) == [field], (typed, errors)
        (sentence,) = errors[field]
        assert re.search("[ء-ي]{2}", sentence.replace(typed, "")), (typed, sentence)
    assert written() == before


def test_two_ways_to_read_an_amount_are_both_named(client, boss):
    address, field, rest = promise(boss)
    (sentence,) = errors_of(send(client, address, **rest, **{field: "150,50"}), "")["amount"]
    assert "150.50" in sentence
    assert "15050" in sentence


def test_more_than_a_place_of_a_split_owes_is_said_at_that_place(client, boss):
    address, _field, rest = split(boss)
    errors = errors_of(send(client, address, **rest | {"place_0": "20", "place_1": "1000.01"}), "")
    assert list(errors) == ["place_1"]
    assert not Payment.objects.filter(split_of__isnull=False).exists()


@pytest.mark.parametrize("form", [*ABOVE_ZERO, *MAY_BE_NOTHING], ids=lambda form: form.__name__)
def test_an_amount_in_arabic_digits_is_that_amount(client, boss, form):
    address, field, rest = form(boss)
    before = written()
    answer = send(client, address, **rest, **{field: "١٥٠"})
    assert answer.status_code == 302 or "HX-Redirect" in answer.headers, answer.context["form"].errors
    assert written() != before
    amounts = [
        *Payment.objects.values_list("amount", flat=True),
        *Allocation.objects.values_list("amount", flat=True),
        *RefundRequest.objects.values_list("amount", flat=True),
        *PriceChange.objects.values_list("amount", flat=True),
        *CashSession.objects.values_list("opening_float", flat=True),
        *CashSession.objects.values_list("counted", flat=True),
        *Enrollment.objects.values_list("discount", flat=True),
    ]
    assert Decimal(150) in amounts


@pytest.mark.parametrize("form", [take_payment, add_payment, credit, split], ids=lambda form: form.__name__)
@pytest.mark.parametrize("day", ["01/01/2090", "٢٠٩٠-١-١", "31/02/2026", "أمس", "5/6/26"])
def test_a_day_in_the_future_or_none_at_all_is_said_at_its_field(client, boss, form, day):
    address, field, rest = form(boss)
    before = written()
    errors = errors_of(send(client, address, **rest, **{field: "10", "paid_at": day}), day)
    assert list(errors) == ["paid_at"]
    assert re.search("[ء-ي]{2}", errors["paid_at"][0])
    assert written() == before


def ended_place():
    """A place whose money went back, and 300 on its family's account."""
    place = make_enrollment()
    record_credit(family_of(place), amount=300, method="other", why="مقدم", by=None)
    end_refunded(place.pk, by=None)
    return place


@pytest.mark.parametrize("button", ["take_payment", "note_promise", "pay_from_account"])
def test_a_refunded_place_takes_no_money_by_any_button(client, boss, button):
    place = ended_place()
    open_session(boss)
    before = written()
    assert of(place, button) not in client.get(of(place)).text
    errors = errors_of(send(client, of(place, button), amount="10", method="cash"), button)
    assert re.search("[ء-ي]{2}", errors["__all__"][0])
    assert written() == before


def test_a_refunded_place_is_refused_where_it_is_chosen(client, boss):
    place = ended_place()
    answer = client.get(reverse("admin:payments_payment_add"), {"enrollment": place.pk})
    (sentence,) = answer.context["form"].errors["enrollment"]
    assert re.search("[ء-ي]{2}", sentence)


@pytest.mark.parametrize("struck_out", [True, False])
def test_what_was_never_taken_does_not_go_back(client, boss, struck_out):
    place = make_enrollment()
    payment = record_promise(enrollment_id=place.pk, amount=100, method="other", by=None)
    if struck_out:
        void_payment(payment.pk, by=None, reason="خطأ")
    assert of(payment, "ask_refund") not in client.get(of(payment)).text
    errors = errors_of(send(client, of(payment, "ask_refund"), amount="10", reason="سفر"), "")
    assert re.search("[ء-ي]{2}", errors["__all__"][0])
    chosen = {"payment": payment.pk, "amount": "10", "reason": "سفر"}
    errors = errors_of(send(client, of(place, "ask_refund"), **chosen), "")
    assert re.search("[ء-ي]{2}", errors["payment"][0])
    assert not RefundRequest.objects.exists()


def test_a_second_click_on_a_step_is_said_in_arabic_and_takes_no_second_step(client, boss):
    """Settling, striking out, closing, moving to another course: the state lets each happen once."""
    open_session(boss)
    place = make_enrollment()
    promised = record_promise(enrollment_id=place.pk, amount=100, method="cash", by=None)
    struck = record_promise(enrollment_id=place.pk, amount=100, method="other", by=None)
    other = make_course()
    steps = [
        (of(promised, "settle"), {}),
        (of(struck, "void"), {"reason": "لم يصل"}),
        (of(CashSession.objects.get(), "close"), {"counted": "300"}),
        (of(place, "move"), {"course": other.pk, "reason": "موعد أنسب"}),
    ]
    for address, typed in steps:
        assert "HX-Redirect" in send(client, address, **typed).headers, address
        before = written()
        errors = errors_of(send(client, address, **typed), address)
        assert re.search("[ء-ي]{2}", errors["__all__"][0])
        assert written() == before
