"""What a family fills in on the site; the rules are asked by the services, in the same words as in the apps."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.text import clean
from backoffice.users.models import Child, Gender, Role, StudentUser
from backoffice.users.passwords import check_new_password
from backoffice.users.selectors import Family, age_on

from .fields import BirthdayField, PasswordField, PhoneField, TypedNumber

LONGEST_NOTES: Final = 2000
_LONGEST_CODE: Final = 32
MYSELF: Final = "me"


class SiteForm(forms.Form):
    """A form in the site's dress."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    def refuse(self, error: DomainError) -> None:
        """Show a rule's sentence at its field, or above the form where it has none."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class SignInForm(SiteForm):
    """A number in any spelling, and its password."""

    phone_number1 = TypedNumber()
    password = PasswordField(label=gettext_lazy("Password"), autocomplete="current-password")


class SignUpForm(SiteForm):
    """Somebody new, as a parent or as an adult who studies."""

    role = forms.ChoiceField(
        label=gettext_lazy("I would like a place"),
        choices=[(Role.PARENT, gettext_lazy("for my children")), (Role.STUDENT, gettext_lazy("for myself"))],
        initial=Role.PARENT,
        widget=forms.RadioSelect,
    )
    first_name = forms.CharField(
        label=gettext_lazy("First and second name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Third and fourth name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), choices=Gender.choices, widget=forms.RadioSelect)
    dob = BirthdayField(autocomplete="bday")
    phone_number1 = PhoneField(help_text=gettext_lazy("You sign in with it, and the centre calls you on it."))
    password = PasswordField(
        label=gettext_lazy("Password"),
        autocomplete="new-password",
        help_text=gettext_lazy("At least 8 characters, not only digits, and none of your names."),
    )
    re_password = PasswordField(label=gettext_lazy("The password once more"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        """Both passwords the same, and no weak one; `re_password` goes no further."""
        said = dict(self.cleaned_data)
        again = said.pop("re_password", None)
        if "password" not in said:
            return said
        if again is not None and again != said["password"]:
            self.add_error("re_password", _("The two passwords are not the same."))
        try:
            check_new_password(**said)
        except ValidationError as error:
            self.add_error("password", error)
        return said


class NewPasswordForm(SiteForm):
    """The first password, or a forgotten one, by the centre's one-time code."""

    phone_number1 = TypedNumber()
    code = forms.CharField(
        label=gettext_lazy("The centre's code"),
        max_length=_LONGEST_CODE,
        help_text=gettext_lazy("Eight digits, on paper or by WhatsApp; good for seven days."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )
    new_password = PasswordField(
        label=gettext_lazy("New password"),
        autocomplete="new-password",
        help_text=gettext_lazy("At least 8 characters, not only digits, and none of your names."),
    )
    re_new_password = PasswordField(label=gettext_lazy("The password once more"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        """Both passwords the same, and no weak one, before the code is tried."""
        said = dict(self.cleaned_data)
        again = said.pop("re_new_password", None)
        if "new_password" not in said:
            return said
        if again is not None and again != said["new_password"]:
            self.add_error("re_new_password", _("The two passwords are not the same."))
        try:
            check_new_password(said["new_password"])
        except ValidationError as error:
            self.add_error("new_password", error)
        return said


class AskForm(SiteForm):
    """For whom a place is asked."""

    #: Refusals that are about whoever the place is for.
    ABOUT_WHOM: Final = frozenset(
        ["age_out_of_range", "adults_only", "children_only", "has_place_already", "not_your_child", "not_you"]
    )

    who = forms.ChoiceField(
        label=gettext_lazy("For whom is the place?"),
        widget=forms.RadioSelect,
        # Somebody else's child and none at all look alike.
        error_messages={"invalid_choice": gettext_lazy("This is not one of your children.")},
    )
    notes = forms.CharField(
        label=gettext_lazy("A word to the centre"),
        help_text=gettext_lazy("If there is something we should know. You may leave it empty."),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, family: Family, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._children = {str(child.pk): child for child in family.children}
        self._student = family.student
        choices: list[tuple[str, str | Promise]] = [(key, _with_age(child)) for key, child in self._children.items()]
        if family.student:
            choices.insert(0, (MYSELF, _("For myself")))
        self.fields["who"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["who"].initial = choices[0][0]

    def participant(self) -> Child | StudentUser:
        """Whoever was chosen."""
        who = self.cleaned_data["who"]
        return self._student if who == MYSELF and self._student else self._children[who]

    def refuse(self, error: DomainError) -> None:
        """What is about the participant stands there, whatever the service named."""
        if error.code in self.ABOUT_WHOM:
            error = DomainError(error.code, error.message, field="who")
        super().refuse(error)


class ChildForm(SiteForm):
    """A child to enter."""

    name = forms.CharField(
        label=gettext_lazy("The child's full name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Boy or girl?"), choices=Child.Gender.choices, widget=forms.RadioSelect
    )
    dob = BirthdayField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Beside the other form of the page no field has the other's name.
        super().__init__(*args, prefix="child", **kwargs)

    def same_in(self, family: Family) -> UUID | None:
        """The child of this name and birthday whom the family has already: the form was sent twice."""
        said = self.cleaned_data
        same = (said["name"], said["dob"])
        return next((one.pk for one in family.children if (one.name, one.dob) == same), None)

    def clean_name(self) -> str:
        """As it is kept."""
        return clean(self.cleaned_data["name"])


def _with_age(child: Child) -> str:
    age = age_on(cairo_today(), child.dob)
    # Apart from what stands around it: an Arabic name before a number would turn an English line over.
    name = f"\u2068{child.name}\u2069"
    if age is None:
        return name
    return ngettext("%(name)s, %(age)d year", "%(name)s, %(age)d years", age) % {"name": name, "age": age}
