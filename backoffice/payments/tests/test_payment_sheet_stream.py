"""The payment sheet as it streams: both ways of reading give the same cells, and a cut shows."""

import csv
import datetime as dt
import io
import shutil
import subprocess
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment
from backoffice.payments.resources import COLUMNS, payment_sheet, payment_table
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.models import AuditEntry
from backoffice.shared.sheets import tables
from backoffice.users.tests.makers import huda, make_child, ziad

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]

NASTY = (
    '=1+1', '+20', '-1', '@x', '\t=1', '\r=1', '\n=1', '  =1', '\u200f=1', '\u00a0+1', '＝1', '\x01=1', '\x1f=1', "'=1",
    'a "quoted", text', 'two\nlines', 'two\r\nlines', '<b>&amp;</b>', '\x11\x12\x13\x1d\x1e\x1f',
    'a\x1fb', 'x\x0by\ufffez',     'أحمد ٱلمصري', '😀', '', ' ', '\\.', 'ـ', 'x' * 40_000,
)  # fmt: skip
#: Around both changes of Cairo's clock, and a winter's day with a fraction of a second.
MOMENTS = (
    dt.datetime(2026, 4, 23, 21, 59, tzinfo=dt.UTC), dt.datetime(2026, 4, 23, 22, 1, tzinfo=dt.UTC),
    dt.datetime(2025, 10, 30, 20, 30, tzinfo=dt.UTC), dt.datetime(2025, 10, 30, 21, 30, tzinfo=dt.UTC),
    dt.datetime(2026, 1, 10, 21, 30, 15, 999_999, tzinfo=dt.UTC),
)  # fmt: skip


def nasty_payments():
    place = make_enrollment(make_course(name="=HYPERLINK(1)"), child=make_child(name="@سلمى"))
    first = make_payment(place, amount=Decimal("1.50"), method="card", reference_number="+1")
    Payment.objects.bulk_create(
        Payment(
            enrollment=place,
            payer_parent=first.payer_parent,
            amount=Decimal("0.01"),
            method="other",
            status="paid" if number % 2 else "pending",
            paid_at=MOMENTS[number % len(MOMENTS)] if number % 3 or number % 2 else None,
            notes=text,
        )
        for number, text in enumerate(NASTY)
    )
    return Payment.objects.order_by("recorded_at", "id")


def made(kind, *, by_copy=None, payments=None):
    table = payment_table(nasty_payments() if payments is None else payments)
    table.by_copy = by_copy
    table.open()
    data = b"".join(payment_sheet(table, kind))
    table.close()
    return data


def cells_of(data):
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
    return [tuple(row) for row in page.iter_rows(values_only=True)]


@pytest.mark.postgres
def test_copy_and_python_spell_every_cell_alike():
    payments = nasty_payments()
    one, other = (made("csv", by_copy=way, payments=payments).decode("utf-8-sig") for way in (True, False))
    lines = [list(csv.reader(io.StringIO(text, newline=""))) for text in (one, other)]
    assert lines[0] == lines[1]
    one, other = (made("xlsx", by_copy=way, payments=payments) for way in (True, False))
    sheets = [zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml") for data in (one, other)]
    assert sheets[0] == sheets[1]


def test_nasty_texts_are_whole_in_a_workbook_and_no_formulas_in_a_csv():
    payments = nasty_payments()
    data = made("xlsx", payments=payments)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        assert b"<f" not in book.read("xl/worksheets/sheet1.xml").replace(b"<font", b"")
    notes = {row[-1] for row in cells_of(data)}
    assert {"=1+1", 'a "quoted", text', "<b>&amp;</b>", "أحمد ٱلمصري", "ab", "xyz"} <= notes
    assert max(len(str(note)) for note in notes) == 32_767
    for line in list(csv.reader(io.StringIO(made("csv", payments=payments).decode("utf-8-sig"), newline="")))[1:]:
        for cell in line:
            assert cell.strip("\u200f\u00a0 \t\r\n")[:1] not in {"=", "+", "-", "@", "＝"}


def test_the_csv_ends_with_its_totals_so_that_a_cut_shows():
    lines = list(csv.reader(io.StringIO(made("csv").decode("utf-8-sig"), newline="")))
    assert str(len(NASTY) + 1) in lines[-1][0]
    amount = [column.key for column in COLUMNS].index("amount")
    assert lines[-1][amount] == str(Decimal("1.50") + Decimal("0.01") * len(NASTY))


def test_rows_past_a_sheet_go_on_in_the_next_and_totals_stand_on_the_last():
    table = payment_table(nasty_payments())
    table.open()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(table.xlsx(rows_in_sheet=12))))
    pages = book.worksheets
    assert len(pages) == 3
    assert all(page.sheet_view.rightToLeft and page.freeze_panes == "A2" for page in pages)
    assert all(page["A1"].value == str(COLUMNS[0].heading) and page.print_title_rows == "$1:$1" for page in pages)
    assert [page.max_row for page in pages[:2]] == [11, 11]
    assert all(page.page_setup.orientation == "landscape" and page.page_setup.paperSize == 9 for page in pages)
    assert str(len(NASTY) + 1) in pages[-1].cell(pages[-1].max_row, 1).value


def test_a_broken_query_breaks_the_download(client, monkeypatch):
    client.force_login(huda())
    make_payment()
    response = client.get(reverse("admin:payments_payment_sheet", args=["csv"]))

    def broken(self):
        raise RuntimeError("the server is gone")

    monkeypatch.setattr(tables.Table, "totals", broken)
    with pytest.raises(RuntimeError):
        b"".join(response.streaming_content)


# Outside a transaction, as in the server: there the reading has a connection of its own, which the cut ends.
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_reader_who_goes_away_leaves_nothing_open(client):
    client.force_login(huda())
    make_payment()
    response = client.get(reverse("admin:payments_payment_sheet", args=["csv"]))
    next(iter(response.streaming_content))
    response.close()
    assert AuditEntry.objects.get(action="export").changes["rows"] == [None, 1]


def test_the_preview_shows_totals_by_method_and_the_first_rows(client):
    client.force_login(huda())
    make_payment(amount=Decimal("100.50"), method="card", reference_number="R7")
    make_payment(amount=Decimal("20"), method="instapay", reference_number="ANOTHER-REFERENCE")
    where = reverse("admin:payments_payment_sheet", args=["preview"])
    response = client.get(where, {"method__exact": "card"})
    assert response.context["total"]["rows"] == 1
    assert response.context["total"]["paid"] == Decimal("100.50")
    assert "R7" in response.text
    assert "ANOTHER-REFERENCE" not in response.text
    assert "method__exact=card" in response.text
    assert not AuditEntry.objects.filter(action="export").exists()


def test_who_may_not_export_sees_no_preview(client):
    client.force_login(ziad())
    assert client.get(reverse("admin:payments_payment_sheet", args=["preview"])).status_code == 302


# The quick tests run on a bare machine too; .ci/run installs LibreOffice, so this is always shown there.
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_the_workbook(tmp_path):
    (tmp_path / "sheet.xlsx").write_bytes(made("xlsx"))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "--outdir",
        str(tmp_path),
        "sheet.xlsx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert "أحمد ٱلمصري" in (tmp_path / "sheet.csv").read_text()
