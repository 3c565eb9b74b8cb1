"""The accountant filters the payments and takes the payment sheet away, as XLSX and as CSV."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
from playwright.sync_api import Locator, expect

from ..screen import Screen, ar
from . import cashier
from .plan import TODAY, typed

HEADINGS = ("Receipt", "Paid at", "Participant", "Payer", "Course", "Method", "Amount (EGP)", "Net received (EGP)")


def filter_the_payments(screen: Screen) -> None:
    """Those of today that came with no sheet: the two that the cashier took."""
    screen.go("Money", "Payments")
    filters = _open_filters(screen)
    filters.locator("input[name=paid_at_from]").fill(typed(TODAY))
    filters.locator("input[name=paid_at_to]").fill(typed(TODAY))
    screen.picture("filters")
    screen.press("Apply Filters", within=filters)
    _open_filters(screen).get_by_role("link", name=ar("Entered by hand")).click()
    expect(screen.page.locator("#result_list tbody tr")).to_have_count(2)
    screen.picture("payments")


def _open_filters(screen: Screen) -> Locator:
    screen.page.locator(".filter-open-button").click()
    filters = screen.page.locator("#changelist-filter")
    expect(filters).to_be_visible()
    return filters


def take_the_sheets(screen: Screen, receipt: str) -> None:
    """What the list shows, as two files."""
    links = screen.page.locator("#payment-sheet")
    xlsx = screen.download(links.get_by_role("link", name="Excel"), of_people=True)
    _check_xlsx(xlsx, receipt)
    _check_csv(screen.download(links.get_by_role("link", name="CSV")), receipt)


def _check_xlsx(path: Path, receipt: str) -> None:
    """Right-to-left, Arabic headings, real numbers and dates, totals."""
    sheet = openpyxl.load_workbook(path).active
    assert sheet.sheet_view.rightToLeft
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if ar("Receipt") in row)
    columns = {heading: rows[head].index(ar(heading)) for heading in HEADINGS}
    payments, total = rows[head + 1 : -1], rows[-1]
    assert {row[columns["Amount (EGP)"]] for row in payments} == {cashier.CASH, cashier.TRANSFER}
    assert all(isinstance(row[columns["Amount (EGP)"]], int | float) for row in payments)
    assert all(isinstance(row[columns["Paid at"]], dt.datetime) for row in payments)
    assert all(row[columns["Paid at"]].date() == TODAY for row in payments)
    assert receipt in [row[columns["Receipt"]] for row in payments]
    computed = openpyxl.load_workbook(path, data_only=True).active
    last = [cell.value for cell in computed[computed.max_row]]
    assert last[columns["Net received (EGP)"]] == cashier.CASH + cashier.TRANSFER, total


def _check_csv(path: Path, receipt: str) -> None:
    """UTF-8 with the mark that spreadsheets want, the same headings and rows."""
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    *payments, total = rows
    assert Decimal(total[ar("Amount (EGP)")]) == cashier.CASH + cashier.TRANSFER
    assert receipt in [row[ar("Receipt")] for row in payments]
    assert {Decimal(row[ar("Amount (EGP)")]) for row in payments} == {cashier.CASH, cashier.TRANSFER}
