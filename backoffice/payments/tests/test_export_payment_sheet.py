"""The payment sheet as accountants open it."""

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal
from urllib.parse import unquote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment
from backoffice.payments.resources import COLUMNS, payment_sheet, payment_table
from backoffice.payments.services import approve_refund, process_refund, record_promise, request_refund
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, make_child, make_parent, make_staff, manager, omar, ziad

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]

LIST = reverse("admin:payments_payment_changelist")
XLSX = reverse("admin:payments_payment_sheet", args=["xlsx"])
CSV = reverse("admin:payments_payment_sheet", args=["csv"])
KEYS = [column.key for column in COLUMNS]
PLACE = {key: place for place, key in enumerate(KEYS)}


def body(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(body(response))).active


def rows(response):
    """The lines of the XLSX below its headings, without the totals, as `{key: value}`."""
    lines = list(sheet(response).iter_rows(min_row=2, values_only=True))
    return [dict(zip(KEYS, line, strict=True)) for line in lines[:-1]]


def csv_rows(response):
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))


@pytest.fixture
def accountant(client):
    user = huda()
    client.force_login(user)
    return user


def test_only_who_may_export_gets_a_sheet(client):
    make_payment()
    for user, status in (
        (ziad(), 302),
        (omar(), 403),
        (karima(), 403),
        (make_staff("Supervisors"), 403),
        (make_staff("Instructors"), 403),
        (manager(), 200),
    ):
        client.force_login(user)
        assert {client.get(one).status_code for one in (XLSX, CSV)} == {status}
    assert AuditEntry.objects.filter(action="export").count() == 2


def test_a_sheet_of_another_kind_is_404(client, accountant):
    assert client.get(reverse("admin:payments_payment_sheet", args=["exe"])).status_code == 404


def test_the_sheet_has_real_numbers_and_dates_from_right_to_left_and_totals(client, accountant):
    mother = make_parent(phone_number1="+201001234567", first_name="منى", last_name="علي")
    place = make_enrollment(make_course(name="السباحة"), child=make_child(mother, name="أحمد"))
    cashier = karima()
    open_session(cashier)
    when = dt.datetime(2026, 1, 10, 21, 30, tzinfo=dt.UTC)
    payment = make_payment(place, amount=Decimal("400.50"), by=cashier, paid_at=when, notes="دفعة أولى")
    refund = request_refund(payment.pk, amount=Decimal("100"), reason="x", by=cashier)
    approve_refund(refund.pk, by=accountant)
    process_refund(refund.pk, by=cashier)
    record_promise(enrollment_id=place.pk, amount=Decimal("50"), method="card", reference_number="R1", by=None)

    page = sheet(client.get(XLSX))
    assert page.sheet_view.rightToLeft
    assert [cell.value for cell in page[1]] == [str(column.heading) for column in COLUMNS]
    found = rows(client.get(XLSX))
    assert len(found) == 2
    row = next(one for one in found if one["receipt"])
    # Half past nine in London is half past eleven at night in Cairo.
    assert row["paid_at"] == dt.datetime(2026, 1, 10, 23, 30)
    assert (row["amount"], row["refunded"], row["net"]) == (400.5, 100, 300.5)
    assert (row["participant"], row["payer"], row["phone"]) == ("أحمد", "منى علي", "+201001234567")
    assert (row["course"], row["notes"], row["receipt"]) == ("السباحة", "دفعة أولى", payment.receipt.number)
    totals = dict(zip(KEYS, [cell.value for cell in page[page.max_row]], strict=True))
    assert (totals["amount"], totals["refunded"], totals["net"]) == (450.5, 100, 300.5)
    assert page.cell(2, PLACE["amount"] + 1).number_format == "#,##0.00"


def test_the_sheet_is_the_list_as_it_is_filtered_searched_and_ordered(client, accountant):
    course = make_course()
    wanted = [make_payment(make_enrollment(course), method="card", amount=Decimal(amount)) for amount in (10, 30, 20)]
    make_payment(make_enrollment(course), amount=Decimal(40))
    make_payment(method="card")
    amount = client.get(LIST).context["cl"].list_display.index("sum")
    query = {"enrollment__course__id__exact": str(course.pk), "method__exact": "card", "o": str(amount)}
    numbers = [one.receipt.number for one in sorted(wanted, key=lambda one: one.amount)]
    assert [row["receipt"] for row in rows(client.get(XLSX, query))] == numbers
    assert [line[0] for line in csv_rows(client.get(CSV, query))[1:-1]] == numbers
    name = wanted[0].enrollment.child.name
    assert [row["receipt"] for row in rows(client.get(XLSX, {"q": name}))] == [wanted[0].receipt.number]


def test_all_pages_of_the_list_are_in_the_sheet(client, accountant):
    place = make_enrollment()
    for _ in range(60):
        make_payment(place, amount=Decimal("1"))
    assert len(rows(client.get(XLSX))) == 60
    assert len(rows(client.get(XLSX, {"p": "2"}))) == 60


def test_a_filter_that_cant_be_read_gives_no_file(client, accountant):
    make_payment()
    for query in ({"paid_at_from": "أمس"}, {"no_such_field": "1"}):
        assert client.get(XLSX, query).status_code == 302
    assert not AuditEntry.objects.filter(action="export").exists()


HOSTILE = ["=cmd|'/c calc'!A0", "+201001234567+1", "-1+1", "@SUM(1)", "\t=1+1", "＝1+1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(client, accountant, text):
    place = make_enrollment(child=make_child(name=text))
    make_payment(place, notes=text, method="card", reference_number=f"={text[:5]}")
    data = body(client.get(XLSX))
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert {cell.data_type for line in page.iter_rows() for cell in line} <= {"s", "n", "d"}
    assert page.cell(2, PLACE["participant"] + 1).value == text
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    line = csv_rows(client.get(CSV))[1]
    for key in ("participant", "notes", "reference", "phone"):
        assert line[PLACE[key]].startswith("'")


def test_the_csv_has_its_mark_headings_and_plain_numbers(client, accountant):
    make_payment(amount=Decimal("100.50"))
    data = body(client.get(CSV))
    assert data.startswith(b"\xef\xbb\xbf")
    head, line, totals = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert head == [str(column.heading) for column in COLUMNS]
    assert line[PLACE["amount"]] == totals[PLACE["amount"]] == "100.50"


@pytest.mark.parametrize("which", [XLSX, CSV])
def test_the_file_is_named_in_arabic_with_the_day(client, accountant, which):
    disposition = unquote(client.get(which).headers["Content-Disposition"])
    assert disposition.startswith("attachment")
    assert f"كشف المدفوعات {timezone.localdate():%Y-%m-%d}.{which.rstrip('/').rsplit('/', 1)[1]}" in disposition


def test_an_empty_list_is_an_empty_sheet(client, accountant):
    assert rows(client.get(XLSX)) == []
    assert len(csv_rows(client.get(CSV))) == 2


def test_an_export_is_in_the_trail_with_its_filters_and_rows(client, accountant):
    make_payment()
    client.get(XLSX, {"method__exact": "cash", "q": "طفل"})
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.source, entry.model) == (accountant, "admin", "payments.payment")
    assert entry.changes == {
        "format": [None, "xlsx"],
        "rows": [None, 1],
        "filters": [None, "method__exact=cash&q=طفل"],
    }


def test_a_sheet_of_thirty_lines_makes_as_many_queries_as_one_of_three(client, accountant):
    def queries(which):
        with CaptureQueriesContext(connection) as counted:
            body(client.get(which))
        return len(counted)

    for _ in range(3):
        make_payment()
    client.get(XLSX)
    few = {which: queries(which) for which in (XLSX, CSV)}
    for _ in range(27):
        make_payment()
    assert {which: queries(which) for which in (XLSX, CSV)} == few


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_memory_doesnt_grow_with_the_lines(kind):
    place = make_enrollment()
    first = make_payment(place, amount=Decimal("0.01"))

    def peak():
        tracemalloc.start()
        for _piece in payment_sheet(payment_table(Payment.objects.order_by("pk")), kind):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    def more(count):
        copies = [
            Payment(
                enrollment=place,
                payer_parent=first.payer_parent,
                amount=Decimal("0.01"),
                method="other",
                status="paid",
                paid_at=timezone.now(),
                notes="ملاحظة " * 10,
            )
            for _ in range(count)
        ]
        Payment.objects.bulk_create(copies, batch_size=500)

    # Both are more than the two portions of rows that are at hand at once.
    more(5000)
    few = peak()
    more(5000)
    assert peak() < few * 1.3
