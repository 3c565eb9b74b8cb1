"""Fields that several dialogs of attendance have."""

from typing import Any, Final

from django import forms

from backoffice.shared.text import ascii_digits

# The Arabic decimal mark, and the commas that are typed for it; no rating has thousands.
_POINT: Final = str.maketrans("٫،,", "...")


class RatingField(forms.DecimalField):
    """A rating in whichever digits it is typed."""

    def to_python(self, value: Any) -> Any:
        """The number behind Arabic or Western digits and either decimal mark."""
        return super().to_python(ascii_digits(value).translate(_POINT) if isinstance(value, str) else value)
