"""The search of payments finds by index what reading everything finds."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment
from backoffice.payments.search import search_payments
from backoffice.payments.services import record_credit
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.admin.search import folded_search
from backoffice.users.tests.makers import karima, make_child, make_parent, make_student

pytestmark = pytest.mark.django_db

COLUMNS = admin.site._registry[Payment].search_fields

TERMS = [
    "أحمد", "احمد", "منى", "مني محمود", "أحمد منى", "احمد محمود مني", "أحمد السباحة", "سباحه", "برمجة 2", "برمجه ٢ عمر",
    "01001234567", "٠١٠٠١٢٣٤٥٦٧", "+20 100 123 4567", "12345", "0100", "tx00ab", "TX00AB9", "tx00 أحمد", "tx00 سباحه",
    "-00000", "2", "20", "{receipt}", "{end}", "R-{receipt}", "{receipt} احمد", "عمر 0109", "{code}", "{student_code}",
    "{student_code} عمر", "عمر", "عمر برمجة", "تحويل", "100%", "_", "\\", "لا أحد", "احمد tx00 سباحه مني", "ا",
    "1 2 3 4 5 6 7 8",
]  # fmt: skip


@pytest.fixture(scope="module")
def centre(once_for_module):
    return once_for_module(make_centre)


def make_centre():
    """Payments of children, of a student and on an account, in two courses, with cash and transfers."""
    swimming, coding = make_course(name="السباحة"), make_course(name="برمجة 2", for_adults=True)
    mother = make_parent(phone_number1="+201001234567", first_name="منى", last_name="محمود")
    ahmad = make_enrollment(swimming, child=make_child(mother, name="أحمد محمود السيد"))
    omar = make_student(first_name="عمر", last_name="أحمد", phone_number1="+201091111111")
    adult = make_enrollment(coding, child=None, student=omar)
    paid = make_payment(ahmad, method="card", reference_number="TX00AB9")
    make_payment(ahmad)
    make_payment(adult, method="instapay", reference_number="202600000123")
    make_payment()
    more = {"method": "instapay", "by": karima(), "why": "بلا مكان"}
    record_credit(mother, amount=Decimal(10), reference_number="تحويل 7", **more)
    record_credit(omar, amount=Decimal(10), reference_number="A_1%", **more)
    return {
        "receipt": paid.receipt.number,
        "end": paid.receipt.number[-6:],
        "code": ahmad.child.unique_code,
        "student_code": omar.unique_code,
    }


@pytest.mark.parametrize("typed", TERMS)
def test_it_finds_what_reading_every_payment_finds(centre, typed):
    typed = typed.format(**centre)
    everything = Payment.objects.all()
    wanted = set(folded_search(everything, typed, COLUMNS).values_list("pk", flat=True))
    assert set(search_payments(everything, typed, COLUMNS).values_list("pk", flat=True)) == wanted


def test_the_terms_find_something_and_not_everything(centre):
    counts = {term: search_payments(Payment.objects.all(), term.format(**centre), COLUMNS).count() for term in TERMS}
    assert counts["احمد"] == 4
    assert (counts["tx00 أحمد"], counts["أحمد منى"], counts["لا أحد"], counts["عمر برمجة"]) == (1, 2, 0, 1)


def test_more_rows_than_can_be_named_are_found_too(centre, monkeypatch):
    monkeypatch.setattr("backoffice.payments.search.FEW", 1)
    assert search_payments(Payment.objects.all(), "احمد", COLUMNS).count() == 4


def test_a_search_is_narrowed_by_the_filters_before_it(centre):
    cash = Payment.objects.filter(method="cash")
    assert {one.method for one in search_payments(cash, "أحمد", COLUMNS)} == {"cash"}


def test_a_page_far_down_shows_its_rows_in_the_list_s_order(client, centre, monkeypatch):
    monkeypatch.setattr(admin.site._registry[Payment], "list_per_page", 2)
    client.force_login(karima())
    pages = [client.get(reverse("admin:payments_payment_changelist"), {"p": page}) for page in (1, 2, 3)]
    shown = [row for page in pages for row in page.context["cl"].result_list]
    assert shown == list(Payment.objects.order_by("-recorded_at", "id"))
