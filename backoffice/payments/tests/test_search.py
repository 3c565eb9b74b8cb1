"""The search of payments finds by index what reading everything finds."""

import random
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment
from backoffice.payments.search import TRIGRAM, search_payments
from backoffice.payments.services import record_credit
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.admin.search import folded_search
from backoffice.users.tests.makers import karima, make_child, make_parent, make_student

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

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


MEN, FAMILIES = ["أحمد", "محمود", "عبدالله", "عز", "Adam"], ["الشافعي", "السيد", "منى", "2025", "برمجة"]


def make_random_centre(chance):
    """Families of a few names, adults, credits; then people and courses get other names, and children other parents."""

    def name():
        return {"first_name": chance.choice(MEN), "last_name": f"{chance.choice(MEN)} {chance.choice(FAMILIES)}"}

    parents = [make_parent(**name()) for _ in range(3)]
    children = [
        make_child(parent, name=f"{chance.choice(MEN)} {parent.user.first_name} {number}")
        for number, parent in enumerate(parents * 2)
    ]
    courses = [make_course(name=one, for_adults=adults) for one in ("برمجة 2", "السباحة") for adults in (False, True)]
    places = [make_enrollment(courses[0], child=child) for child in children]
    places += [make_enrollment(courses[2], child=child) for child in children[:3]]
    places += [make_enrollment(course, child=None, student=make_student(**name())) for course in courses[1::2] * 2]
    for number, place in enumerate(places):
        reference = f"{chance.choice(['TX', '2025', 'منى', '01'])}{chance.randint(100, 999)}{number}"
        make_payment(place, method=chance.choice(["cash", "card"]), reference_number=reference)
    for number, parent in enumerate(parents):
        record_credit(
            parent, amount=Decimal(10), reference_number=f"R{number}", method="card", by=karima(), why="بلا مكان"
        )
    for parent in parents[:2]:
        parent.user.first_name, parent.user.phone_number2 = (
            chance.choice(MEN),
            f"+2011{chance.randint(10**7, 10**8 - 1)}",
        )
        parent.user.save()
    children[0].name, children[1].primary_parent = "ليلى عبدالله", parents[2]
    for child in children[:2]:
        child.save()
    courses[2].name = "الروبوت 7"
    courses[2].save()


def what_can_be_typed():
    """Every word that stands anywhere about a payment."""
    columns = [*COLUMNS, "enrollment__child__name", "payer_parent__user__last_name", "enrollment__course__name"]
    rows = Payment.objects.values_list(*columns)
    return sorted({word for row in rows for text in row if text for word in text.split()})


@pytest.mark.parametrize("few", [1000, 3])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_it_finds_what_reading_every_payment_finds(seed, few, monkeypatch):
    chance = random.Random(seed)
    make_random_centre(chance)
    monkeypatch.setattr("backoffice.payments.search.FEW", few)
    words, everything, found_some = what_can_be_typed(), Payment.objects.all(), 0
    for _ in range(120):
        parts = []
        for word in chance.choices(words, k=chance.choice([1, 1, 2, 2, 3, 4])):
            first = chance.randrange(len(word))
            parts.append(chance.choice([word, word[first : first + chance.randint(1, 6)]]))
        if any(is_too_short_for_a_reference(part) for part in parts):
            continue
        typed = " ".join(parts)
        wanted = sorted(folded_search(everything, typed, COLUMNS).values_list("pk", flat=True))
        assert sorted(search_payments(everything, typed, COLUMNS).values_list("pk", flat=True)) == wanted, typed
        found_some += bool(wanted)
    assert found_some > 40


def is_too_short_for_a_reference(part):
    """Arabic of one or two letters isn't looked for in transfers' numbers, see `_known`; does it stand in one?"""
    stands_there = Payment.objects.filter(reference_number__icontains=part.strip()).exists()
    return not part.isascii() and len(part.strip()) < TRIGRAM and stands_there


@pytest.mark.postgres
def test_a_payment_without_a_party_is_found_all_the_same(centre):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_payment DISABLE TRIGGER payments_payment_party")
        cursor.execute("UPDATE payments_payment SET party_id = NULL WHERE method = 'card'")
        cursor.execute("ALTER TABLE payments_payment ENABLE TRIGGER payments_payment_party")
    for typed, count in (("أحمد", 4), ("tx00 أحمد", 1), ("لا أحد", 0)):
        assert search_payments(Payment.objects.all(), typed, COLUMNS).count() == count


@pytest.mark.postgres
def test_a_payment_that_is_written_again_keeps_its_party(centre):
    payment = Payment.objects.filter(method="cash").first()
    party = payment.party_id
    payment.party = None
    payment.save()
    assert Payment.objects.get(pk=payment.pk).party_id == party


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


@pytest.mark.postgres
def test_a_search_of_very_many_says_so_and_every_row_can_be_reached(client, centre, monkeypatch):
    """With one on a page and two pages to go to, the four of Ahmad are more than are counted at first."""
    monkeypatch.setattr("backoffice.payments.search.FEW", 1)
    monkeypatch.setattr("backoffice.payments.admin.paging.PAGES_AHEAD", 2)
    monkeypatch.setattr(admin.site._registry[Payment], "list_per_page", 1)
    client.force_login(karima())
    url = reverse("admin:payments_payment_changelist")
    pages, page = [], 1
    while True:
        pages.append(client.get(url, {"q": "أحمد", "p": page}))
        if page == pages[-1].context["cl"].paginator.num_pages:
            break
        page += 1
    lists = [page.context["cl"] for page in pages]
    assert [(one.result_count, one.paginator.is_above) for one in lists] == [
        (2, True),
        (3, True),
        (4, False),
        (4, False),
    ]
    assert "أكثر من 2 نتيجة" in pages[0].content.decode()
    assert "أكثر من" not in pages[2].content.decode()
    found = folded_search(Payment.objects.order_by("-recorded_at", "id"), "أحمد", COLUMNS)
    assert [row for one in lists for row in one.result_list] == list(found)
    # The sheet is made of the list's rows, all of them.
    assert [one.queryset.count() for one in lists] == [4] * 4
