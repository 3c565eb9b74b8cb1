"""How a row of people is checked and saved: details cleaned, every rule asked, a refusal with its field."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.text import clean

# What a refusal is called, by (field, Django's code); all else is "invalid".
_CODES = {("phone_number1", "unique"): "number_taken", ("email", "unique"): "email_taken"}
TAKEN = _("Somebody else has entered this meanwhile. Look again.")


def apply(instance: models.Model, details: dict[str, Any]) -> None:
    """Put the details on the row: text cleaned, numbers in their one form, files as a form gives them."""
    for name, value in details.items():
        field = instance._meta.get_field(name)
        if not isinstance(field, models.Field) or not field.editable:
            raise TypeError(f"{instance._meta.label} has no detail {name}")
        field.save_form_data(instance, _cleaned(field, name, value))


def _cleaned(field: "models.Field[Any, Any]", name: str, value: Any) -> Any:
    if name.startswith("phone_number"):
        return phone(value, field=name) if value or not field.blank else ""
    if name == "email":
        return (value or "").strip().lower() or None
    if isinstance(field, models.CharField) and isinstance(value, str):
        # An empty text in a unique column that may be null is nobody's.
        return clean(value) or (None if field.null else "")
    return value


def phone(typed: object, *, field: str) -> str:
    """The number in E.164, or a refusal at the field."""
    try:
        return normalise_phone(typed)
    except DomainError as error:
        raise DomainError(error.code, error.message, field=field, **error.params) from error


def check(instance: models.Model, *, but: Collection[str] = ()) -> None:
    """Ask every rule of the model (of all fields `but` these), and raise the first refusal."""
    try:
        instance.full_clean(exclude=set(but))
    except ValidationError as error:
        raise _refusal(error) from error


def save(instance: models.Model) -> None:
    """Save the row once every rule of the model and of the database agrees."""
    check(instance)
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError as error:
        # Between the check and the write somebody else wrote the same.
        raise DomainError("taken_meanwhile", TAKEN) from error


def _refusal(error: ValidationError) -> DomainError:
    field, faults = next(iter(error.error_dict.items()))
    fault = faults[0]
    code = _CODES.get((field, fault.code or ""), "invalid")
    return DomainError(code, fault.messages[0], field=None if field == NON_FIELD_ERRORS else field)
