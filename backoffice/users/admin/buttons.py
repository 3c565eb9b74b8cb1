"""Buttons of an account: one-time code, password, rights, closing; and of the profiles that stand on it."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.shared.admin import StaffDialog, dialog_button

from .. import services
from ..groups import NAMES, group_name
from ..models import CustomUser
from ..selectors import GRANTS_ACCESS, groups_one_may_give
from .codes import CodeButton

_password_rules = lazy(password_validators_help_text_html, str)


class PasswordDialog(StaffDialog):
    """A new password, twice."""

    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_password_rules(),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=128,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        data = super().clean() or self.cleaned_data
        if data.get("new_password") and data.get("again") and data["new_password"] != data["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return data


class RightsDialog(StaffDialog):
    """The groups of a person."""

    groups = forms.ModelMultipleChoiceField(
        label=_("Groups"),
        queryset=Group.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("With a group the person may open the staff admin; without any they may not."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = CustomUser.objects.filter(pk=self.object_id).first()
        given = groups_one_may_give(self.request.user)
        held = user.groups.all() if user else Group.objects.none()
        field: Any = self.fields["groups"]
        ours = given.filter(name__in=NAMES).values_list("pk", flat=True)
        field.queryset = Group.objects.filter(pk__in=[*ours, *(one.pk for one in held)])
        field.label_from_instance = group_name
        field.initial = list(held)


class ReasonDialog(StaffDialog):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class AccountButtons(CodeButton):
    """All buttons of an account."""

    @dialog_button(title=_("New password"), permission=GRANTS_ACCESS, form=PasswordDialog, icon="password")
    def new_password(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Set a password for somebody."""
        services.set_password(obj.pk, password=form.cleaned_data["new_password"], by=request.user)  # type: ignore[arg-type]
        return str(_("%(name)s has a new password.") % {"name": obj})

    @dialog_button(title=_("Staff rights"), permission=GRANTS_ACCESS, form=RightsDialog, icon="shield_person")
    def rights(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Put somebody into groups."""
        services.set_groups(obj.pk, groups=form.cleaned_data["groups"], by=request.user)  # type: ignore[arg-type]
        return str(_("The rights of %(name)s are saved.") % {"name": obj})

    @dialog_button(
        title=_("Take the second factor away"),
        description=_("For a lost telephone: the password alone signs in until a new one is set up."),
        permission=GRANTS_ACCESS,
        form=ReasonDialog,
        icon="phonelink_erase",
    )
    def take_second_factor(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Let somebody in whose telephone is lost."""
        reason = form.cleaned_data["reason"]
        services.remove_second_factor(obj.pk, by=request.user, reason=reason)  # type: ignore[arg-type]
        return str(_("%(name)s signs in by the password alone now.") % {"name": obj})

    @dialog_button(
        title=_("Sign out everywhere"),
        description=_("Ends every sign-in of the account, in browsers and apps. The password stays as it is."),
        permission=GRANTS_ACCESS,
        form=ReasonDialog,
        icon="devices_off",
    )
    def sign_out_everywhere(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """End whatever is open in somebody's name."""
        services.end_all_sign_ins(obj.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("%(name)s is signed out everywhere.") % {"name": obj})

    @dialog_button(
        title=_("Close the account"),
        description=_("The person can't sign in any more. Money, places and attendance stay."),
        permission="users.change_customuser",
        form=ReasonDialog,
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def close(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Close the account."""
        services.deactivate_user(obj.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The account of %(name)s is closed.") % {"name": obj})

    @dialog_button(title=_("Open the account again"), permission="users.change_customuser", icon="lock_open")
    def reopen(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Open a closed account."""
        services.reactivate_user(obj.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("The account of %(name)s is open again.") % {"name": obj})

    @dialog_button(title=_("Make a parent"), permission="users.add_parent", icon="family_restroom")
    def make_parent(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Give the person the profile of a parent."""
        services.add_parent_profile(obj.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("%(name)s is a parent now.") % {"name": obj})

    @dialog_button(title=_("Make an adult student"), permission="users.add_studentuser", icon="school")
    def make_student(self, request: HttpRequest, form: Any, obj: CustomUser) -> str:
        """Give the person the profile of an adult student."""
        student = services.add_student_profile(obj.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("%(name)s is a student now, with the code %(code)s.") % {"name": obj, "code": student.unique_code})
