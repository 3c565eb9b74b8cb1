"""Coming in and going out: the Django session of the site, by the rules and in the counts of the apps."""

import datetime as dt
import math
from typing import Any, ClassVar, Final

from django import forms
from django.contrib.auth import login, logout
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from backoffice.shared.addresses import client_address
from backoffice.shared.errors import DomainError
from backoffice.shared.limits import count_by_both
from backoffice.users.models import CustomUser
from backoffice.users.passwords import NumberLocked, unlock, who_has
from backoffice.users.services import claim_account, register_person

from .forms import NewPasswordForm, SignInForm, SignUpForm
from .pages import Room, retry_after

# Whose session it is when nobody tried a password: Django asks by which backend they are found again.
_BACKEND: Final = "backoffice.users.backends.PhoneBackend"
# Before the other was written, and after.
_TAKEN: Final = frozenset(["number_taken", "taken_meanwhile"])
_SENT_TWICE_WITHIN: Final = dt.timedelta(minutes=1)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class Door(Room, RedirectURLMixin, FormView[forms.Form]):
    """A form with a number; tries are counted as the apps count theirs, and who is in already goes on."""

    #: As which the apps' rates know it.
    counted_as: ClassVar[str]
    next_page = "account"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for who isn't signed in yet."""
        if request.user.is_authenticated:
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the try before anything of it is looked at."""
        # A field that was left empty is nobody's number: it must not count for all who leave it so.
        typed = request.POST.get("phone_number1", "").strip() or None
        counted = count_by_both(self.counted_as, address=client_address(request), typed=typed)
        if not counted.allowed:
            refusal = DomainError("throttled", _too_many(counted.wait))
            return retry_after(self.refused(self.get_form(), refusal), counted.wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Let them in, or say why not."""
        try:
            user = self.who(form.cleaned_data)
        except NumberLocked as locked:
            return retry_after(self.refused(form, locked), locked.wait)
        except DomainError as error:
            return self.refused(form, error)
        # A key that somebody else put into this browser before is none any more.
        login(self.request, user, backend=_BACKEND)
        return HttpResponseRedirect(self.get_success_url())

    def who(self, said: dict[str, Any]) -> CustomUser:
        """Whoever the form lets in; raises DomainError."""
        raise NotImplementedError

    def refused(self, form: Any, error: DomainError) -> HttpResponse:
        """The form once more, with the sentence in its place."""
        form.is_valid()
        form.refuse(error)
        return self.render_to_response(self.get_context_data(form=form, refusal=error.code))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where it goes from here, as far as that is within the site."""
        return super().get_context_data(**{"next": self.get_redirect_url()} | kwargs)


class SignIn(Door):
    """/account/sign-in/"""

    template_name = "cms/account/sign_in.html"
    form_class = SignInForm
    counted_as = "login"
    title = gettext_lazy("Sign in")

    def who(self, said: dict[str, Any]) -> CustomUser:
        """An unknown number is answered in the words and the time of a wrong password."""
        user = who_has(self.request, said["phone_number1"], said["password"])
        if user is None:
            raise DomainError("wrong_number_or_password", _("The number or the password is wrong."))
        return user


class SignUp(Door):
    """/account/sign-up/"""

    template_name = "cms/account/sign_up.html"
    form_class = SignUpForm
    counted_as = "register"
    title = gettext_lazy("A new account")

    def who(self, said: dict[str, Any]) -> CustomUser:
        """A parent or an adult student; sent twice, it is the account that the first one made."""
        try:
            return register_person(**said)
        except DomainError as error:
            user = self._just_made(said) if error.code in _TAKEN else None
            if user is None:
                raise
            return user

    def _just_made(self, said: dict[str, Any]) -> CustomUser | None:
        moments_ago = timezone.now() - _SENT_TWICE_WITHIN
        made = CustomUser.objects.of_number(said["phone_number1"]).filter(date_joined__gte=moments_ago)
        return who_has(self.request, said["phone_number1"], said["password"]) if made.exists() else None


class NewPassword(Door):
    """/account/password/"""

    template_name = "cms/account/new_password.html"
    form_class = NewPasswordForm
    counted_as = "password"
    title = gettext_lazy("A new password")

    def who(self, said: dict[str, Any]) -> CustomUser:
        """Whoever has the centre's code for the number."""
        user = claim_account(**said)
        unlock(user)
        return user


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """POST /account/sign-out/"""
    logout(request)
    return redirect("sign-in")


def _too_many(wait: float) -> str:
    minutes = math.ceil(wait / 60)
    words = ngettext(
        "Too many tries. Try again in %(count)d minute.", "Too many tries. Try again in %(count)d minutes.", minutes
    )
    return words % {"count": minutes}
