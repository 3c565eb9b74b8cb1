"""Fields as families fill them in: numbers and birthdays in any digits."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.text import ascii_digits
from backoffice.users.passwords import LONGEST_PASSWORD

_LONGEST_SPELLING: Final = 40
_OLDEST: Final = 100
_SHORTEST_PASSWORD: Final = 8
_PARTS: Final = {"day": _("Day"), "month": _("Month"), "year": _("Year")}


class TypedNumber(forms.CharField):
    """A number as it was typed: whoever signs in isn't told whether it could be one."""

    def __init__(self, **kwargs: Any) -> None:
        # Without a direction "+20 100" would be turned over in a page that runs from right to left.
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}
        widget = forms.TextInput(attrs=attrs)
        super().__init__(label=_("Phone number"), max_length=_LONGEST_SPELLING, widget=widget, **kwargs)


class PhoneField(TypedNumber):
    """A number in any spelling, as E.164."""

    def clean(self, value: Any) -> str:
        """The number as it is kept."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        try:
            return normalise_phone(typed)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error


class PasswordField(forms.CharField):
    """A password, kept as typed; `autocomplete` says whether it is one that is known or a new one."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        attrs = {"autocomplete": autocomplete, "dir": "ltr"}
        if autocomplete == "new-password":
            # The browser says so before a try is used up; the rule itself is the settings'.
            attrs["minlength"] = str(_SHORTEST_PASSWORD)
        widget = forms.PasswordInput(attrs=attrs)
        super().__init__(strip=False, max_length=LONGEST_PASSWORD, widget=widget, **kwargs)


class BirthdaySelect(forms.SelectDateWidget):
    """Day, month and year, each chosen: no browser turns the day and the month around."""

    def __init__(self) -> None:
        # Lazy, so that each is said in the language of whoever looks.
        empty: Any = (_PARTS["year"], _PARTS["month"], _PARTS["day"])
        super().__init__(empty_label=empty)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each of the three says what it is; the years end with this one."""
        this_year = timezone.localdate().year
        self.years = range(this_year, this_year - _OLDEST, -1)
        # Nothing is chosen before somebody chooses.
        self.is_required = False
        context = super().get_context(name, value, attrs)
        for part in context["widget"]["subwidgets"]:
            kind = part["name"].rpartition("_")[2]
            own = {"autocomplete": f"bday-{kind}"} if self.attrs.get("autocomplete") == "bday" else {}
            part["attrs"] = part["attrs"] | {"aria-label": _PARTS[kind]} | own
        return context


class BirthdayField(forms.DateField):
    """A birthday; typed as a text it may be in any digits."""

    widget = BirthdaySelect

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        super().__init__(label=_("Date of birth"), **kwargs)
        self.widget.attrs["autocomplete"] = autocomplete

    def to_python(self, value: Any) -> dt.date | None:
        """١/٥/١٩٩٠ is the first of May."""
        day: dt.date | None = super().to_python(ascii_digits(value) if isinstance(value, str) else value)
        return day
