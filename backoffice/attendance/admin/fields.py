"""Fields that several dialogs of attendance have."""

from typing import Any

from django import forms

from backoffice.shared.text import ascii_digits


class RatingField(forms.DecimalField):
    """A rating in whichever digits it is typed."""

    def to_python(self, value: Any) -> Any:
        """The number behind Arabic or Western digits."""
        return super().to_python(ascii_digits(value) if isinstance(value, str) else value)
