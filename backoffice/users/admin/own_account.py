"""Signing in to the staff admin by phone number, and changing one's own password with an entry in the trail."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from .. import services
from ..sign_ins import sign_in_at_hand


class PhoneLoginForm(AuthenticationForm):
    """A number in any spelling, and the password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The number or the password is wrong, or the account may not open the staff admin."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["username"]
        number.label = _("Phone number")
        number.widget.input_type = "tel"
        number.widget.attrs |= {"dir": "ltr", "inputmode": "tel", "autocomplete": "username"}


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """One's own new password, written by the service."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001
        """Let the service write it."""
        services.set_password(
            self.user.pk,
            password=self.cleaned_data["new_password1"],
            by=self.user,
            keep=sign_in_at_hand(self.user),
        )
        self.user.refresh_from_db()
        return self.user


def change_own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """The page on which staff change their own password."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context={**admin.site.each_context(request), **(extra_context or {})},
    )
    return view(request)


admin.site.login_form = PhoneLoginForm
# The admin has no setting for this form.
admin.site.password_change = change_own_password  # type: ignore[assignment, method-assign]
