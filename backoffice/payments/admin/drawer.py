"""A drawer is counted blind: until then no screen adds up for its cashier what should lie in it.

Each payment can be looked at by itself, on its page and on its receipt. What lists many shows no amounts of the cash in
the viewer's own open session, and what adds many up waits until the session is closed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backoffice.shared.admin.figures import money

from ..models import Payment
from ..selectors.drawers import has_to_count

type Page = Callable[..., HttpResponseBase]


class BlindAmounts:
    """A list in which the cash of the viewer's own open session has no amounts; its rows are, or have, payments."""

    def payment_of(self, row: Any) -> Payment:
        """The payment of a row; its session must be at hand."""
        payment: Payment = row
        return payment

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with a mark on the rows whose amount isn't shown."""
        changelist = super().get_changelist_instance(request)  # type: ignore[misc]
        for row in changelist.result_list:
            session = self.payment_of(row).cash_session
            row.kept_blind = session is not None and session.is_blind_to(request.user)
        return changelist

    def amount_of(self, row: Any) -> SafeString | str:
        """The amount, or dots where the list marked the row."""
        if getattr(row, "kept_blind", False):
            return format_html('<span title="{}">•••</span>', _("In your open drawer: on the payment's own page."))
        return money(self.payment_of(row).amount)


def once_counted(page: Page) -> Page:
    """A page that adds payments up, for who has no drawer open or may not see the page anyway."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm("payments.export_payment") and has_to_count(request.user):
            messages.warning(request, _("Close your cash session first: sums are shown once the drawer is counted."))
            address = reverse("admin:payments_payment_changelist")
            return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}")
        return page(request, *args, **kwargs)

    return guarded
