"""Drawers that are open, and what should lie in them."""

from django.utils.translation import gettext_lazy as _

from backoffice.payments.selectors.drawers import open_drawers

from ..definition import Column, Given, Report, Rows, register
from ..groups import MONEY


@register
class CashInHand(Report):
    """Open cash sessions as `open_drawers` has them; who has one of them counts it first."""

    slug = "cash-in-hand"
    title = _("Cash in hand")
    about = _(
        "The cash sessions that are open, and what should lie in each drawer: float and cash less what went back."
    )
    group = MONEY
    columns = (
        Column("cashier_name", _("Cashier"), width=26, link="payments_cashsession", link_key="pk"),
        Column("opened_at", _("Opened"), "datetime", width=18),
        Column("opening_float", _("Float (EGP)"), "money", total=True),
        Column("taken", _("Cash taken (EGP)"), "money", total=True),
        Column("given", _("Given back (EGP)"), "money", total=True),
        Column("due", _("Should be there (EGP)"), "money", total=True),
    )
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """The one that was opened first stands first: it may have been forgotten."""
        return open_drawers().order_by("opened_at", "pk")
