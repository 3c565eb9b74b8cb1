"""The screen of accounts: whoever signs in."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter

from backoffice.shared.admin.figures import display

from ..groups import group_name
from ..models import CustomUser
from ..second_factor import second_factor_of
from ..selectors import may_edit_account
from .base import FURTHER_FIELDSET, NAMES, NUMBERS, FoundByDocument, PeopleAdmin, links
from .buttons import AccountButtons
from .fields import number_of
from .forms import AccountForm

# What a person is at the centre: the profile, its screen, and the word for it.
PROFILES = (
    ("parent", "parent", _("Parent")),
    ("student", "studentuser", _("Adult student")),
    ("instructor", "instructor", _("Instructor")),
)


_MORE = ("make_parent", "make_student", "take_second_factor", "sign_out_everywhere", "close", "reopen")


@admin.register(CustomUser)
class CustomUserAdmin(AccountButtons, FoundByDocument, PeopleAdmin):
    """Accounts; passwords, rights and closing have their own buttons."""

    form = AccountForm
    list_display = ("name", "number", "role_shown", "active", "staff")
    list_filter = (
        ("role", ChoicesDropdownFilter),
        ("is_active", BooleanRadioFilter),
        ("is_verified", BooleanRadioFilter),
        ("is_staff", BooleanRadioFilter),
        ("date_joined", RangeDateFilter),
    )
    search_fields = ("search_text",)
    search_help_text = _("A name, an e-mail, a phone number or a whole national number")
    readonly_fields = ("profiles", "groups_shown", "active", "date_joined", "last_login")
    add_fieldsets: ClassVar[Any] = (
        (None, {"fields": (NAMES, NUMBERS, ("role", "is_verified"))}),
        FURTHER_FIELDSET,
    )
    fieldsets = (
        (None, {"fields": (NAMES, NUMBERS, ("role", "is_verified"))}),
        FURTHER_FIELDSET,
        (_("Access"), {"fields": (("profiles", "groups_shown"), ("active", "date_joined", "last_login"))}),
    )
    actions_detail = (
        "give_code",
        "new_password",
        "rights",
        {"title": _("More"), "icon": "more_vert", "items": [*_MORE]},
    )

    def has_change_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        """A staff account's details are for managers."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_edit_account(request.user, obj))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: CustomUser | None = None) -> bool:
        """Nobody: an account is closed, its money and attendance stay."""
        return False

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons that make sense for this person."""
        user = self.get_object(request, str(object_id))
        buttons = super().get_actions_detail(request, object_id)
        if user is None or not may_edit_account(request.user, user):  # type: ignore[arg-type]
            return []
        hidden = self._hidden(request, user)
        return [one for one in buttons if one.action_name.removeprefix("users_customuser_") not in hidden]

    def _hidden(self, request: HttpRequest, user: CustomUser) -> set[str]:
        hidden = {"close", "give_code"} if not user.is_active else {"reopen"}
        if user == request.user or second_factor_of(user) is None:
            hidden.add("take_second_factor")
        if user == request.user:
            # One's own stand on a page of their own.
            hidden |= {"close", "rights", "new_password", "give_code", "sign_out_everywhere"}
        if hasattr(user, "parent"):
            hidden.add("make_parent")
        if hasattr(user, "student"):
            hidden.add("make_student")
        return hidden

    @display(description=_("name"), ordering="first_name")
    def name(self, user: CustomUser) -> str:
        """All four names."""
        return str(user)

    @display(description=_("phone number"), ordering="phone_number1")
    def number(self, user: CustomUser) -> Any:
        """The number to call."""
        return number_of(user)

    @display(
        description=_("role"),
        ordering="role",
        label={
            "parent": "info",
            "student": "success",
            "instructor": "warning",
            "supervisor": "warning",
            "admin": "danger",
        },
    )
    def role_shown(self, user: CustomUser) -> tuple[str, str]:
        """The role in its colour."""
        return user.role, user.get_role_display()

    @display(description=_("active"), boolean=True, ordering="is_active")
    def active(self, user: CustomUser) -> bool:
        """Whether the account is open."""
        return user.is_active

    @display(description=_("staff"), boolean=True, ordering="is_staff")
    def staff(self, user: CustomUser) -> bool:
        """Whether they may open the staff admin."""
        return user.is_staff

    @display(description=_("groups"))
    def groups_shown(self, user: CustomUser) -> str:
        """The groups by name."""
        return "، ".join(group_name(group) for group in user.groups.all()) or "—"

    @display(description=_("is here as"))
    def profiles(self, user: CustomUser) -> Any:
        """The way to what the person is at the centre."""
        return links(
            [
                (reverse(f"admin:users_{screen}_change", args=[user.pk]), word)
                for name, screen, word in PROFILES
                if hasattr(user, name)
            ]
        )
