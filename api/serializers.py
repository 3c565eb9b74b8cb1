"""The base of what the apps send: every field is one we know, and each typed number is one number."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone

UNKNOWN = _("There is no such field.")
READ_ONLY = _("This field can't be changed here.")
# Past this a password is no password, and hashing it is work for an attacker's sake.
LONGEST_PASSWORD = 128


class StrictMixin:
    """Refuse, by its name, each field that isn't one of ours or that can't be written; dropping it would deceive."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values; all faults of a body come in one answer."""
        refused = self.refused(data) if isinstance(data, Mapping) else {}
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
