"""The page that asks for the password again and then goes on with what was asked, form and all.

It stands at the address that was asked for, and carries what was sent to it: there is no way on that could lead to
another host, and nothing typed is lost.
"""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from backoffice.shared.errors import DomainError

from .fresh_password import Act, give_password, needs_password

#: How the page that asks was come to; it is in what the page itself sends, and in nothing else.
CAME_BY: Final = "password_came_by"
_OURS: Final = (CAME_BY, "password", "csrfmiddlewaretoken")


def password_field() -> forms.CharField:
    """One's own password, once more."""
    attrs = {"dir": "ltr", "autocomplete": "current-password", "autofocus": True}
    widget = UnfoldAdminPasswordWidget(attrs=attrs)
    return forms.CharField(label=gettext_lazy("Your password"), strip=False, widget=widget)


class PasswordForm(forms.Form):
    """Asks for it."""

    password = password_field()


def password_first(act: Act, request: HttpRequest, *, back: str) -> HttpResponse | None:
    """The answer that comes before what was asked for; None when the door may go on.

    `back` is where somebody goes who doesn't want it after all. What the page sends comes here first: the password is
    taken out of it, and a page that was asked for by a link is asked for anew.
    """
    is_ours = CAME_BY in request.POST
    form = PasswordForm(request.POST if is_ours else None)
    if needs_password(act, request) and not (is_ours and form.is_valid() and _taken(request, form)):
        return _page(request, form, back)
    if not is_ours:
        return None
    if request.POST[CAME_BY] != "POST":
        return HttpResponseRedirect(request.get_full_path())
    sent = request.POST.copy()
    for name in _OURS:
        sent.pop(name, None)
    request.POST = sent  # type: ignore[assignment]
    return None


def _taken(request: HttpRequest, form: PasswordForm) -> bool:
    try:
        give_password(request, form.cleaned_data["password"])
    except DomainError as error:
        form.add_error("password", str(error))
        return False
    return True


def _page(request: HttpRequest, form: PasswordForm, back: str) -> HttpResponse:
    sent = [(name, one) for name, values in request.POST.lists() if name not in _OURS for one in values]
    came_by = request.POST.get(CAME_BY) or ("POST" if request.method == "POST" else "GET")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Your password, please"),
        "form": form,
        "sent": [*sent, (CAME_BY, came_by)],
        "back": back,
    }
    page = TemplateResponse(request, "admin/password_again.html", context)
    add_never_cache_headers(page)
    return page.render()
