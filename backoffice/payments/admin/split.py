"""The page of a transfer that pays for several places of one family."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.shared.admin.service_pages import Page, Submit, service_page

from .account_forms import ChooseParentForm, SplitForm, owing

SEVERAL = 2


def split_transfer(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Choose the parent, then an amount for each place that owes something."""
    if not request.user.has_perm("payments.add_payment"):
        raise PermissionDenied
    title = _("One transfer for several places")
    chosen = ChooseParentForm(request.GET if "parent" in request.GET else None)
    if not chosen.is_valid():
        page = Page(title=title, submits=[Submit(_("Next"), "")], method="get")
        return service_page(model_admin, request, page, lambda data: chosen)
    parent = chosen.cleaned_data["parent"]
    if len(owing(parent)) < SEVERAL:
        messages.warning(request, _("Fewer than two places of this family owe anything: record a plain payment."))
        return HttpResponseRedirect(reverse("admin:payments_payment_split"))
    page = Page(title=f"{title} · {parent.user}", submits=[Submit(_("Record the payment"))])
    return service_page(model_admin, request, page, lambda data: SplitForm(data, parent=parent))
