"""The cashier takes money for a place and hands out the paper."""

import re

from playwright.sync_api import expect

from ..screen import Screen, ar
from .plan import arabic_digits

PRICE, CASH, TRANSFER, REFERENCE = 400, 150, 120, "IP20261123"


def open_the_drawer(screen: Screen) -> None:
    """The day begins with a float."""
    screen.go("Money", "Cash sessions")
    screen.add()
    screen.field("Float in the drawer (EGP)").fill("200")
    screen.press("Open the session")
    screen.expect_message(ar("Your cash session is open: cash can be taken."))


def take_two_payments(screen: Screen, child: str) -> None:
    """A part in cash, and some more by InstaPay."""
    _open_place(screen, child)
    _expect_money(screen, paid=0)
    dialog = screen.open_dialog("Record a payment")
    amount = screen.field("Amount (EGP)", within=dialog)
    # What is owed stands there; more than that is refused, and nothing typed is lost.
    expect(amount).to_have_value(str(PRICE))
    amount.fill(str(PRICE + 1))
    screen.send(dialog)
    expect(dialog.get_by_text(f"{PRICE + 1}.00")).to_be_visible()
    expect(amount).to_have_value(str(PRICE + 1))
    amount.fill(arabic_digits(CASH))
    screen.picture("payment-dialog")
    screen.send(dialog)
    screen.expect_message(_receipt_said(CASH))
    _expect_money(screen, paid=CASH)

    dialog = screen.open_dialog("Record a payment")
    screen.field("Amount (EGP)", within=dialog).fill(str(TRANSFER))
    screen.field("Method", within=dialog).select_option(label=ar("InstaPay"))
    screen.send(dialog)
    # A transfer without its number is refused at the field.
    expect(dialog.locator(".text-red-600, .errorlist").filter(has_text=re.compile("[ء-ي]{3}")).last).to_be_visible()
    screen.field("Reference number", within=dialog).fill(REFERENCE)
    screen.send(dialog)
    screen.expect_message(_receipt_said(TRANSFER))
    _expect_money(screen, paid=CASH + TRANSFER)
    story = screen.page.locator("#story")
    for amount_shown in (f"{CASH}.00", f"{TRANSFER}.00"):
        expect(story).to_contain_text(amount_shown)
    screen.picture("place")


def _receipt_said(amount: int) -> re.Pattern[str]:
    said = re.escape(ar("%(amount)s EGP taken, receipt %(number)s.", amount=f"{amount}.00", number="NUMBER"))
    # The number may stand between marks that keep it from turning over in Arabic text.
    return re.compile(said.replace("NUMBER", "[\u2066-\u2069]?\\d{4}-\\d{6}[\u2066-\u2069]?"))


def _open_place(screen: Screen, child: str) -> None:
    screen.go("Enrolments", "Enrolments")
    screen.search(child)
    screen.page.locator("#result_list").get_by_role("link", name=child).first.click()
    screen.page.wait_for_load_state()


def _expect_money(screen: Screen, *, paid: int) -> None:
    """Price, paid and balance as the page shows them."""
    figures = screen.page.locator("#money .money-figures > div")
    for label, amount in (("Price (EGP)", PRICE), ("Paid (EGP)", paid), ("Balance (EGP)", PRICE - paid)):
        expect(figures.filter(has_text=ar(label))).to_contain_text(f"{amount}.00")


def print_the_receipt(screen: Screen) -> str:
    """The paper of the cash payment: its number, and the amount in words. The number is returned."""
    row = screen.page.locator("#payments-group").get_by_role("row").filter(has_text=f"{CASH}.00")
    link = row.get_by_role("link", name=re.compile(r"\d{4}-\d{6}"))
    number = link.inner_text()
    link.click()
    with screen.context.expect_page() as opened:
        screen.page.get_by_role("link", name=ar("Print the receipt")).first.click()
    sheet = opened.value
    paper = sheet.locator("article.paper")
    preview = ar("Preview: not for handing out")
    expect(paper).to_contain_text(preview)
    sheet.get_by_role("button", name=ar("Print"), exact=True).click()
    expect(paper).not_to_contain_text(preview)
    assert sheet.locator("html").get_attribute("dir") == "rtl"
    for words in (number, f"{CASH}.00", "مائة وخمسون جنيه", f"{PRICE}.00", f"{PRICE - CASH}.00", "نقد"):
        expect(paper).to_contain_text(words)
    screen.picture("receipt", of=sheet)
    return number
