"""Form fields of people: a number in any spelling, a picture of a bearable size, a file without a public address."""

from typing import Any

from django import forms
from django.db.models.fields.files import FieldFile
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from phonenumber_field.formfields import PhoneNumberField
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.shared.admin.figures import badge, phone
from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.pictures import redraw

from ..models import CustomUser


class PhoneWidget(UnfoldAdminTextInputWidget):
    """Left to right on a page that runs the other way, with a telephone's keys on a telephone."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "ltr", "inputmode": "tel", "autocomplete": "off", **(attrs or {})})


class PhoneFormField(PhoneNumberField):
    """A number in any spelling; what is wrong with it is said at the field."""

    widget = PhoneWidget

    def to_python(self, value: Any) -> Any:
        """The number in its one form."""
        if value in self.empty_values:
            return self.empty_value
        try:
            return super().to_python(normalise_phone(value))
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


class PictureField(forms.ImageField):
    """A picture, drawn anew; what is wrong with it is said at the field."""

    default_validators = []

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        """What may be chosen; asked for these, an iPhone hands its HEIC over as a JPEG."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return {**attrs, "accept": "image/jpeg,image/png,image/webp"} if "accept" in attrs else attrs

    def to_python(self, data: Any) -> Any:
        """The picture as it will be kept."""
        handed_in = forms.FileField.to_python(self, data)
        if handed_in is None:
            return None
        try:
            return redraw(handed_in)
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


class ServedFile(FieldFile):
    """A private file as a form shows it: its address is a page of the admin that asks who is there."""

    def __init__(self, stored: FieldFile, address: str) -> None:
        super().__init__(stored.instance, stored.field, stored.name or "")
        self.address = address

    @property
    def url(self) -> str:
        """The page that hands it out."""
        return self.address


def number_shown(number: Any) -> SafeString | str:
    """A number that doesn't turn over in a line of Arabic."""
    return phone(number) or "—"


def number_of(user: CustomUser) -> SafeString | str:
    """The number to call, and a word in its colour as long as nobody has shown that it is theirs."""
    shown = number_shown(user.phone_number1)
    if user.is_verified:
        return shown
    beside = '<div class="flex flex-col gap-1 items-start lg:flex-row lg:items-center">{} {}</div>'
    return format_html(beside, shown, badge(_("not verified"), "warning"))


def standing_of(user: CustomUser) -> SafeString:
    """Whether the number is known to be the person's, in words and colour."""
    return badge(_("verified"), "success") if user.is_verified else badge(_("not verified"), "warning")
