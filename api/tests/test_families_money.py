"""What a family paid, its receipts, and asking for money back."""

import subprocess
from decimal import Decimal

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import bulk_enroll, make_enrollment
from backoffice.payments.models import RefundRequest
from backoffice.payments.services import approve_refund, request_own_refund, request_refund
from backoffice.payments.tests.makers import make_payment
from backoffice.users.services import add_further_parent
from backoffice.users.tests.makers import PASSWORD, huda, make_child, make_parent

from .conftest import sign_in
from .counting import assert_constant_queries

pytestmark = pytest.mark.django_db

PAYMENTS, REFUNDS = "/api/v1/payments/", "/api/v1/refund-requests/"


@pytest.fixture
def signed_in(app, mona):
    sign_in(app)
    return app


@pytest.fixture
def place(mona):
    return make_enrollment(make_course(price=Decimal(900)), child=make_child(mona.parent, name="يوسف علي حسن"))


class TestPayments:
    def test_mine_with_the_receipts_number(self, signed_in, place):
        payment = make_payment(place, amount=Decimal("250.00"), method="instapay", reference_number="IP1")
        make_payment(make_enrollment())
        (shown,) = signed_in.get(PAYMENTS).json()["results"]
        assert shown == signed_in.get(f"{PAYMENTS}{payment.pk}/").json()
        assert (shown["amount"], shown["refunded"], shown["status"]) == ("250.00", "0.00", "paid")
        assert shown["receipt"] == payment.receipt.number
        assert shown["child"]["name"] == "يوسف علي حسن"
        assert signed_in.get(PAYMENTS, {"enrollment": str(place.pk)}).json()["count"] == 1
        assert signed_in.get(PAYMENTS, {"status": "void"}).json()["count"] == 0

    def test_a_strangers_payment_and_receipt_look_like_none(self, signed_in):
        theirs = make_payment()
        assert signed_in.get(f"{PAYMENTS}{theirs.pk}/").status_code == 404
        assert signed_in.get(f"{PAYMENTS}{theirs.pk}/receipt/").status_code == 404

    def test_the_receipt_is_a_pdf_in_arabic_and_says_that_it_is_a_copy(self, signed_in, place, tmp_path):
        payment = make_payment(place, amount=Decimal("250.00"))
        answer = signed_in.get(f"{PAYMENTS}{payment.pk}/receipt/")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert "no-store" in answer["Cache-Control"]
        file = tmp_path / "receipt.pdf"
        file.write_bytes(answer.content)
        said = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
        assert payment.receipt.number in said
        assert "250.00" in said
        payment.receipt.refresh_from_db()
        assert payment.receipt.times_printed == 0

    @pytest.mark.slow
    def test_queries_stay_the_same(self, signed_in, mona):
        course = make_course(capacity=1000)

        def make(number):
            for place in bulk_enroll(course, [make_child(mona.parent) for _ in range(number)]):
                make_payment(place)

        assert_constant_queries(lambda: signed_in.get(PAYMENTS, {"page_size": 100}), make)


class TestRefunds:
    def test_asked_for_and_taken_back(self, signed_in, place, mona):
        make_payment(place, amount=Decimal(300))
        body = {"enrollment": str(place.pk), "amount": "100.00", "reason": "انتقلنا"}
        made = signed_in.post(REFUNDS, body)
        assert made.status_code == 201
        (refund,) = made.json()["requests"]
        assert (refund["amount"], refund["status"], refund["asked_by_me"]) == ("100.00", "requested", True)
        assert signed_in.get(f"{REFUNDS}{refund['id']}/").json() == refund
        assert signed_in.post(f"{REFUNDS}{refund['id']}/cancel/").json()["status"] == "cancelled"
        assert signed_in.post(f"{REFUNDS}{refund['id']}/cancel/").status_code == 409

    def test_an_amount_over_two_payments_takes_the_newest_first(self, signed_in, place):
        make_payment(place, amount=Decimal(100))
        newest = make_payment(place, amount=Decimal(200))
        made = signed_in.post(REFUNDS, {"enrollment": str(place.pk), "reason": "انتقلنا"}).json()["requests"]
        assert (made[0]["payment"], made[0]["amount"]) == (str(newest.pk), "200.00")
        assert sum(Decimal(one["amount"]) for one in made) == 300

    def test_more_than_was_paid_and_strangers_places_are_refused(self, signed_in, place):
        make_payment(place, amount=Decimal(100))
        theirs = make_enrollment()
        ask = lambda **body: signed_in.post(REFUNDS, {"reason": "انتقلنا"} | body)  # noqa: E731
        assert ask(enrollment=str(place.pk), amount="100.01").json()["code"] == "more_than_paid"
        assert ask(enrollment=str(make_enrollment(child=place.child).pk)).json()["code"] == "nothing_to_refund"
        assert set(ask(enrollment=str(place.pk), amount="-1").json()) == {"amount"}
        assert set(ask(enrollment=str(place.pk), amount="0.001").json()) == {"amount"}
        assert set(ask(enrollment=str(theirs.pk)).json()) == {"enrollment"}
        assert set(signed_in.post(REFUNDS, {"enrollment": str(place.pk)}).json()) == {"reason"}
        assert not RefundRequest.objects.exists()

    def test_what_the_office_decided_on_is_not_taken_back(self, signed_in, place):
        make_payment(place, amount=Decimal(100))
        (made,) = signed_in.post(REFUNDS, {"enrollment": str(place.pk), "reason": "انتقلنا"}).json()["requests"]
        approve_refund(made["id"], by=huda())
        answer = signed_in.post(f"{REFUNDS}{made['id']}/cancel/")
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_step")

    def test_strangers_refunds_look_like_none(self, signed_in, app, place):
        other = make_parent()
        theirs = make_enrollment(child=make_child(other))
        make_payment(theirs)
        (refund,) = request_own_refund(theirs.pk, reason="سفر", by=other.user)
        assert signed_in.get(f"{REFUNDS}{refund.pk}/").status_code == 404
        assert signed_in.post(f"{REFUNDS}{refund.pk}/cancel/").status_code == 404
        assert signed_in.get(REFUNDS).json()["count"] == 0

    def test_the_further_parent_asks_and_learns_no_payment_of_the_first(self, app, place, mona):
        payment = make_payment(place, amount=Decimal(100))
        suad = make_parent(phone_number1="+201112223334", password=PASSWORD)
        add_further_parent(place.child_id, parent=suad, by=None)
        sign_in(app, "+201112223334")
        (made,) = app.post(REFUNDS, {"enrollment": str(place.pk), "reason": "سفر"}).json()["requests"]
        assert (made["payment"], made["asked_by_me"]) == (None, True)
        assert app.get(f"{REFUNDS}{made['id']}/").json() == made
        assert app.get(PAYMENTS).json()["count"] == 0
        sign_in(app)
        (seen,) = app.get(REFUNDS).json()["results"]
        assert (seen["payment"], seen["asked_by_me"]) == (str(payment.pk), False)
        assert app.post(f"{REFUNDS}{seen['id']}/cancel/").json()["code"] == "not_your_request"

    def test_a_parent_who_works_here_sees_no_refund_of_others(self, signed_in, mona):
        payment = make_payment(amount=Decimal(100))
        refund = request_refund(payment.pk, amount="10.00", reason="سفر", by=mona)
        assert signed_in.get(REFUNDS).json()["count"] == 0
        assert signed_in.post(f"{REFUNDS}{refund.pk}/cancel/").status_code == 404

    @pytest.mark.slow
    def test_queries_stay_the_same(self, signed_in, mona):
        course = make_course(capacity=1000)

        def make(number):
            for place in bulk_enroll(course, [make_child(mona.parent) for _ in range(number)]):
                make_payment(place)
                request_own_refund(place.pk, reason="سفر", by=mona)

        assert_constant_queries(lambda: signed_in.get(REFUNDS, {"page_size": 100}), make)
