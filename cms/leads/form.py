"""What a visitor fills in, and what only machines do: a field that people don't see, and the hour the form was made."""

import time
from typing import Any, Final

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.courses.models import Course
from backoffice.enrollments.models import LONGEST_MESSAGE, LONGEST_NAME
from backoffice.enrollments.services import Wish
from backoffice.shared.errors import DomainError

from ..looking import AgeField

#: The name of the field that people don't see. Nothing that a browser would fill in by itself.
TRAP: Final = "homepage"
_SALT: Final = "cms.leads"
#: Nobody writes a name and a number in less; and a form that lay open for longer gets a new stamp before it is taken.
SOONEST: Final = 3
LATEST: Final = 24 * 60 * 60


class PhoneField(forms.CharField):
    """A number in any spelling; what is wrong with it the service says."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Left to right on a page that runs the other way, with a telephone's keys on a telephone."""
        return {"type": "tel", "inputmode": "tel", "dir": "ltr", "autocomplete": "tel", "maxlength": 40}


class LeadForm(forms.Form):
    """Name and number; age and message for who wants to say more. Lengths are the service's to refuse, in its words."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        error_messages={"required": gettext_lazy("Tell us your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": LONGEST_NAME}),
    )
    phone_number = PhoneField(
        label=gettext_lazy("Your phone number"),
        error_messages={"required": gettext_lazy("Tell us the number that we may call.")},
    )
    child_age = AgeField(
        label=gettext_lazy("Child's age"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("Leave it empty for an adult."),
    )
    message = forms.CharField(
        label=gettext_lazy("Your message"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_MESSAGE}),
    )

    def __init__(self, data: Any = None, *, course: Course | None = None) -> None:
        super().__init__(data, auto_id="call-%s", label_suffix="")
        self.course = course
        self.sent_stamp = str(data.get("stamp", "")) if data is not None else ""

    @property
    def stamp(self) -> str:
        """When the form was first shown, signed; a new one where there is none that is good."""
        age = _age_of(self.sent_stamp)
        return self.sent_stamp if age is not None and age <= LATEST else _new_stamp()

    @property
    def is_trapped(self) -> bool:
        """Whether the field that people don't see is filled in."""
        return bool(self.data.get(TRAP))

    @property
    def wish(self) -> Wish:
        """What was typed, for the service."""
        said = self.cleaned_data
        return Wish(said["name"], said["phone_number"], said["message"], said["child_age"])

    def clean(self) -> None:
        """What the service would refuse, at its field; and the time it took, once all else is right."""
        super().clean()
        if self.errors:
            return
        try:
            self.cleaned_data["phone_number"] = self.wish.checked().phone_number
        except DomainError as error:
            self.add_error(error.field, ValidationError(str(error), code=error.code))
            return
        self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        age = _age_of(self.sent_stamp)
        if age is None or age > LATEST:
            sentence = _("This page was open for a long time. What you wrote is still here: send it once more.")
            raise ValidationError(sentence, code="stale")
        if age < SOONEST:
            sentence = _("That was very quick. Look over what you wrote, and send it once more.")
            raise ValidationError(sentence, code="too_quick")


def _new_stamp() -> str:
    return signing.dumps(time.time(), salt=_SALT)


def _age_of(stamp: str) -> float | None:
    """Seconds since the form was made; None for a stamp that isn't ours."""
    try:
        return time.time() - float(signing.loads(stamp, salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
