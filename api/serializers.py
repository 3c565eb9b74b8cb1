"""The base of what the apps send: every field is one we know, and each typed number is one number."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.users.passwords import LONGEST_PASSWORD

UNKNOWN = _("There is no such field.")
READ_ONLY = _("This field can't be changed here.")

# REST framework would also take 5 for "5", "yes" for true, 1e2 for an amount, 20000101 for a day: the contract doesn't.
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_SPELLINGS: Final[tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], re.Pattern[str] | None], ...]] = (
    (serializers.DecimalField, re.compile(r"-?\d+(\.\d{1,2})?", re.ASCII)),
    (serializers.DateField, re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)),
    (serializers.UUIDField, _UUID),
    (serializers.ChoiceField, None),
    (serializers.CharField, None),
)


def is_spelt_well(field: Any, value: Any) -> bool:
    """Whether a value has the type, and a day or an amount the spelling, that the contract names."""
    if value is None:
        return True
    if isinstance(field, serializers.BooleanField):
        return isinstance(value, bool)
    for kind, spelling in _SPELLINGS:
        if isinstance(field, kind):
            return isinstance(value, str) and (spelling is None or value == "" or bool(spelling.fullmatch(value)))
    return True


def _misspelt(field: Any, value: Any) -> str:
    """The field's own words for a value that isn't one of its kind."""
    words = field.error_messages.get("invalid") or field.error_messages["invalid_choice"]
    return str(words).format(value=value, input=value, format="YYYY-MM-DD")


class StrictMixin:
    """Refuse, by its name, each field that isn't one of ours or that can't be written; dropping it would deceive."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values; all faults of a body come in one answer."""
        refused = {**self.misspelt(data), **self.refused(data)} if isinstance(data, Mapping) else {}
        if not refused:
            return super().to_internal_value(data)  # type: ignore[misc]
        try:
            super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            refused = {**error.detail, **refused}  # type: ignore[dict-item]
        raise serializers.ValidationError(refused)

    def refused(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        """What may not stand in the body."""
        fields = self.fields  # type: ignore[attr-defined]
        unknown = {name: [UNKNOWN] for name in data if name not in fields}
        fixed = {name: [READ_ONLY] for name in data if name in fields and fields[name].read_only}
        return unknown | fixed

    def misspelt(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        """What is there, but of another type."""
        fields = self.fields  # type: ignore[attr-defined]
        sent = {name: value for name, value in data.items() if name in fields and not fields[name].read_only}
        wrong = {name: value for name, value in sent.items() if not is_spelt_well(fields[name], value)}
        return {name: [_misspelt(fields[name], value)] for name, value in wrong.items()}


class StrictSerializer(StrictMixin, serializers.Serializer[Any]):
    """Shape only: a service writes."""


class PhoneField(serializers.CharField):
    """A number in any spelling, as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The number as it is kept."""
        typed = super().to_internal_value(data)
        if not typed and self.allow_blank:
            return ""
        try:
            return normalise_phone(typed)
        except DomainError as error:
            raise serializers.ValidationError(str(error), code=error.code) from error


class ParticipantField(serializers.CharField):
    """`child:<id>` or `student:<id>`; who reads it says what is wrong with it, by its line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)


class PasswordField(serializers.CharField):
    """A password: kept as typed, never sent back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            max_length=LONGEST_PASSWORD,
            style={"input_type": "password"},
            **kwargs,
        )
