"""The pages of the second factor: asked after the password, set up with a telephone, and looked after by oneself."""

from collections.abc import Callable
from itertools import batched
from typing import Any, cast
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.shared.admin.qr import qr_svg
from backoffice.shared.errors import DomainError
from backoffice.shared.text import isolated

from .. import services
from ..models import CustomUser, SecondFactor
from ..second_factor import must_have_second_factor, second_factor_of

_PASSED = "second_factor"


class CodeForm(forms.Form):
    """Six digits of the telephone, or a code from the paper."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget(
            attrs={"dir": "ltr", "inputmode": "text", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )


def has_passed(request: HttpRequest, factor: SecondFactor) -> bool:
    """Whether this sign-in has given a code of the factor as it is now."""
    return bool(request.session.get(_PASSED) == _stamp(factor))


def where_to_first(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where somebody of the staff must go before any page of the staff: to type a code, or to set a telephone up."""
    user = request.user
    if not user.is_authenticated or not user.is_staff:
        return None
    factor = second_factor_of(user)
    if factor is not None:
        return None if has_passed(request, factor) else _to(request, "second-factor-ask")
    return _to(request, "second-factor-set-up") if must_have_second_factor(user) else None


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """A code of the telephone or of the paper, after the password."""
    user = cast(CustomUser, request.user)
    factor = second_factor_of(user)
    if factor is None or has_passed(request, factor):
        return redirect(_next(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        passed = _try(form, lambda code: services.check_second_factor(user, code))
        if passed is not None:
            # Whoever had the session before the code doesn't have it after.
            request.session.cycle_key()
            request.session[_PASSED] = _stamp(passed)
            return redirect(_next(request))
    return _page(request, "ask", {"form": form, "next": _next(request), "title": _("A code as well")})


@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """One's own second factor: whether it is in use, new codes for the paper, turning it off."""
    user = cast(CustomUser, request.user)
    factor = second_factor_of(user)
    if factor is None:
        return redirect("second-factor-set-up")
    form = CodeForm(request.POST or None)
    since = isolated(f"{timezone.localdate(factor.confirmed_at):%Y-%m-%d}")
    wanted = must_have_second_factor(user)
    context = {"form": form, "since": since, "is_wanted": wanted, "title": _("Second factor")}
    if request.method == "POST" and form.is_valid():
        if "remove" in request.POST and not context["is_wanted"]:
            if _try(form, lambda code: _removed(user, code)):
                messages.success(request, _("The second factor is off: the password alone signs you in."))
                return redirect("admin:index")
        elif "renew" in request.POST and (codes := _try(form, lambda code: services.renew_recovery_codes(user, code))):
            return _page(request, "codes", {"codes": codes, "title": _("Recovery codes")})
    context["left"] = factor.recovery_codes.filter(used_at__isnull=True).count()
    return _page(request, "own", context)


@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """A telephone scans the secret and shows its first code; then the codes for the paper are shown, once."""
    user = cast(CustomUser, request.user)
    if second_factor_of(user) is not None:
        return redirect("second-factor")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = _try(form, lambda code: services.confirm_second_factor(user, code))
        if codes:
            request.session.cycle_key()
            request.session[_PASSED] = _stamp(SecondFactor.objects.get(user=user))
            context = {"codes": codes, "next": _next(request), "title": _("Recovery codes")}
            return _page(request, "codes", context)
    factor = _begun(user, again=request.method != "POST")
    shown = {"qr": qr_svg(_link(user, factor)), "secret": " ".join("".join(four) for four in batched(factor.secret, 4))}
    wanted = must_have_second_factor(user)
    return _page(request, "set_up", {"form": form, "is_wanted": wanted, "title": _("Second factor"), **shown})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out instead."""
    logout(request)
    return redirect("admin:login")


def _begun(user: CustomUser, *, again: bool) -> SecondFactor:
    """A new secret for each look at the page; while a code is typed, the one that was scanned."""
    known = None if again else SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    return known or services.begin_second_factor(user)


def _removed(user: CustomUser, code: str) -> bool:
    services.remove_second_factor(user.pk, by=user, code=code)
    return True


def _try[Done](form: CodeForm, do: Callable[[str], Done]) -> Done | None:
    """Do it with the code that was typed; what the service refuses stands at the field."""
    try:
        return do(form.cleaned_data["code"])
    except DomainError as error:
        form.add_error("code", str(error))
        return None


def _stamp(factor: SecondFactor) -> str:
    return factor.confirmed_at.isoformat() if factor.confirmed_at else ""


def _link(user: CustomUser, factor: SecondFactor) -> str:
    """What authenticator apps read off the QR code."""
    asked = urlencode({"secret": factor.secret, "issuer": settings.WAGTAIL_SITE_NAME})
    return f"otpauth://totp/{quote(user.get_username())}?{asked}"


def _to(request: HttpRequest, name: str) -> HttpResponseRedirect:
    asked = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("admin:index")
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': asked})}")


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is within this house."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("admin:index")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    frame = {**admin.site.each_context(request), **context}
    return render(request, f"admin/second_factor/{template}.html", frame)


def _page_of_staff(view: Callable[[HttpRequest], HttpResponse]) -> Any:
    return admin.site.admin_view(view)


urlpatterns = [
    path("", _page_of_staff(own), name="second-factor"),
    path("code/", _page_of_staff(ask), name="second-factor-ask"),
    path("set-up/", _page_of_staff(set_up), name="second-factor-set-up"),
    path("leave/", _page_of_staff(leave), name="second-factor-leave"),
]
