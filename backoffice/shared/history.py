"""The audit trail in the reader's words: fields by their names, choices, dates and people as everybody writes them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import AuditEntry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What is told of a sheet or file that was taken, whatever it was about.
_OF_FILES = {
    "format": gettext_lazy("format"),
    "rows": gettext_lazy("rows"),
    "filters": gettext_lazy("filters"),
    "export": gettext_lazy("export"),
}

type Fields = dict[str, models.Field[Any, Any]]
type Names = dict[tuple[type[models.Model], str], str]


@dataclass(frozen=True)
class Change:
    """One field of one entry; None for what was empty."""

    label: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ReadableEntry:
    """An entry with its changes in words."""

    entry: AuditEntry
    changes: list[Change]


def readable(entries: Iterable[AuditEntry]) -> list[ReadableEntry]:
    """The entries in words; the rows that they point to are asked for once a table, however many entries there are."""
    listed = list(entries)
    fields = {name: _fields_of(name) for name in {entry.model for entry in listed}}
    names = _names(listed, fields)
    return [ReadableEntry(entry, _changes(entry, fields[entry.model], names)) for entry in listed]


def _fields_of(model: str) -> Fields:
    try:
        return {field.attname: field for field in apps.get_model(model)._meta.concrete_fields}
    except LookupError:
        # The model went; its trail stays.
        return {}


def _labels_of(model: str) -> Mapping[str, "StrOrPromise"]:
    """What is no column and yet in the trail: people chosen, a row that hangs on this one, what a file was about.

    A model says in `TRAIL_WORDS` what else its services tell.
    """
    try:
        known = apps.get_model(model)
    except LookupError:
        return _OF_FILES
    chosen = {field.name: field.verbose_name for field in known._meta.many_to_many}
    hanging = {
        str(relation.get_accessor_name()): relation.related_model._meta.verbose_name
        for relation in known._meta.related_objects
        if relation.one_to_one
    }
    return {**_OF_FILES, **hanging, **chosen, **getattr(known, "TRAIL_WORDS", {})}


def _changes(entry: AuditEntry, fields: Fields, names: Names) -> list[Change]:
    labels = _labels_of(entry.model)
    return [
        Change(
            label=str(fields[name].verbose_name if name in fields else labels.get(name, name)),
            old=_in_words(fields.get(name), old, names),
            new=_in_words(fields.get(name), new, names),
        )
        for name, (old, new) in entry.changes.items()
        if not _is_for_machines(fields.get(name))
    ]


def _is_for_machines(field: models.Field[Any, Any] | None) -> bool:
    """A row's own number, and what a program keeps in a column of JSON."""
    return field is not None and ((field.primary_key and not field.is_relation) or isinstance(field, models.JSONField))


def _names(entries: Iterable[AuditEntry], fields: dict[str, Fields]) -> Names:
    wanted: dict[type[models.Model], set[str]] = defaultdict(set)
    for entry in entries:
        for name, pair in entry.changes.items():
            field = fields[entry.model].get(name)
            if field is not None and field.related_model is not None:
                wanted[field.related_model].update(str(key) for key in pair if key is not None)
    return {
        (model, str(row.pk)): str(row)
        for model, keys in wanted.items()
        for row in model._base_manager.filter(pk__in=keys).select_related(*_name_needs(model))
    }


def _name_needs(model: type[models.Model]) -> list[str]:
    """What the model's name is made of besides its own columns: a person's profile shows the person."""
    return [field.name for field in model._meta.concrete_fields if field.one_to_one]


def _in_words(field: models.Field[Any, Any] | None, value: Any, names: Names) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field is None:
        return value
    if field.related_model is not None:
        return names.get((field.related_model, str(value)), value)
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    return _moment(field, str(value)) or value


def _moment(field: models.Field[Any, Any], text: str) -> str | None:
    match field:
        case models.DateTimeField():
            moment = parse_datetime(text)
            return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else None
        case models.DateField():
            return _formatted(parse_date(text), "SHORT_DATE_FORMAT")
        case models.TimeField():
            return _formatted(parse_time(text), "TIME_FORMAT")
    return None


def _formatted(value: dt.date | dt.time | None, style: str) -> str | None:
    if value is None:
        return None
    return formats.time_format(value, style) if isinstance(value, dt.time) else formats.date_format(value, style)
