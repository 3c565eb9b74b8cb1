"""What staff type into dialogs and pages, in any spelling they have the habit of."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from .dates import parse_date
from .errors import DomainError
from .money import parse_amount


class AmountField(forms.CharField):
    """An amount in EGP in whichever digits it is typed; what can be read in two ways is asked about."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}
        kwargs.setdefault("widget", UnfoldAdminTextInputWidget(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Decimal | None:
        """The amount, or the sentence why it can't be one."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_amount(typed)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error


class DayField(forms.CharField):
    """A day of the centre's calendar, typed; the browser's own picker would show the month first to many."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}
        kwargs.setdefault("widget", UnfoldAdminTextInputWidget(attrs=attrs))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The day as Egypt writes it."""
        return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> dt.date | None:
        """The day, or the sentence why it can't be one."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_date(typed)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error


class TextField(forms.CharField):
    """Some lines of text: a reason, a note."""

    def __init__(self, *, rows: int = 2, **kwargs: Any) -> None:
        kwargs.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": rows}))
        super().__init__(**kwargs)


class LineField(forms.CharField):
    """One line of text; `direction="ltr"` for numbers and codes."""

    def __init__(self, *, direction: str = "", **kwargs: Any) -> None:
        attrs = {"autocomplete": "off"} | ({"dir": direction} if direction else {})
        kwargs.setdefault("widget", UnfoldAdminTextInputWidget(attrs=attrs))
        super().__init__(**kwargs)


def reason_field(label: Any = None) -> TextField:
    """A reason that has to be given."""
    return TextField(label=label or _("Reason"))


def moment_of(day: dt.date | None) -> dt.datetime | None:
    """The moment that stands for a day that was typed without an hour: none for today (now), else its noon."""
    today = timezone.localdate()
    if day is None or day == today:
        return None
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
