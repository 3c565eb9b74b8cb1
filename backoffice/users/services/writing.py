"""How a row of people is checked and saved: details cleaned, every rule asked, a refusal with its field."""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.storage import Storage
from django.db import IntegrityError, models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.pictures import redraw
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
    if isinstance(field, models.ImageField):
        return picture(value, field=name) if value else value
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


def picture(handed_in: Any, *, field: str) -> Any:
    """The picture drawn anew, or a refusal at the field; the one that is kept already stays."""
    if isinstance(handed_in, FieldFile):
        return handed_in
    try:
        return redraw(handed_in)
    except DomainError as error:
        raise DomainError(error.code, error.message, field=field, **error.params) from error


def check(instance: models.Model, *, but: Collection[str] = ()) -> None:
    """Ask every rule of the model (of all fields `but` these), and raise the first refusal."""
    try:
        instance.full_clean(exclude=set(but))
    except ValidationError as error:
        raise _refusal(error) from error


def save(instance: models.Model) -> None:
    """Save the row once every rule of the model and of the database agrees; a picture that was replaced goes."""
    check(instance)
    replaced = _replaced_pictures(instance)
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError as error:
        # Between the check and the write somebody else wrote the same.
        raise DomainError("taken_meanwhile", TAKEN) from error
    for storage, name in replaced:
        transaction.on_commit(partial(storage.delete, name))


def _replaced_pictures(instance: models.Model) -> list[tuple[Storage, str]]:
    """The files of the row as it is kept that it won't hold any more."""
    fields = [one for one in instance._meta.concrete_fields if isinstance(one, models.FileField)]
    if not fields or instance._state.adding:
        return []
    kept = type(instance)._default_manager.filter(pk=instance.pk).values(*(one.name for one in fields)).first() or {}
    now = {one.name: getattr(instance, one.name).name for one in fields}
    return [(one.storage, kept[one.name]) for one in fields if kept.get(one.name) and kept[one.name] != now[one.name]]


def _refusal(error: ValidationError) -> DomainError:
    field, faults = next(iter(error.error_dict.items()))
    fault = faults[0]
    code = _CODES.get((field, fault.code or ""), "invalid")
    return DomainError(code, fault.messages[0], field=None if field == NON_FIELD_ERRORS else field)
