"""The first complete trip: from two spreadsheets to the payment sheet, in Arabic, as the centre's people do it."""

from collections.abc import Callable

import pytest

from .centre import Centre
from .screen import Screen
from .trip import accountant, cashier, manager, registrar
from .trip.plan import CHILDREN_LINES, STAFF_LINES

pytestmark = pytest.mark.browser

# Three of the children's list: the first has paid nothing yet, the last asks for the course of few seats.
ACCEPTED, REFUSED, WAITING = "بلال هشام عمر", "عبدالله هشام عمر", "علي خديجة عمر"


def test_a_season_goes_from_spreadsheet_to_payment_sheet(
    new_centre: Centre, open_screen: Callable[..., Screen]
) -> None:
    season = open_screen(new_centre)
    season.sign_in("manager")
    manager.make_the_season(season)
    manager.make_the_courses(season)
    manager.look_at_the_lectures(season)

    desk = open_screen(new_centre)
    desk.sign_in("registrar")
    for kind, file, lines in (
        ("Staff form", "staff_form.xlsx", STAFF_LINES),
        ("Children's list", "children.xlsx", CHILDREN_LINES),
    ):
        registrar.import_sheet(desk, kind, file, lines)
        registrar.import_again(desk, kind, file, lines)
    registrar.accept_one(desk, ACCEPTED, "تحفيظ جزء عم")
    registrar.refuse_one(desk, REFUSED)
    registrar.accept_more_than_fit(desk)
    registrar.let_one_wait(desk, WAITING)

    # The registrar is a cashier too.
    cashier.open_the_drawer(desk)
    cashier.take_two_payments(desk, ACCEPTED)
    receipt = cashier.print_the_receipt(desk)

    books = open_screen(new_centre)
    books.sign_in("accountant")
    accountant.filter_the_payments(books)
    accountant.take_the_sheets(books, receipt)
