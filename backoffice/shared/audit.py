"""The audit trail: written in the same transaction as the change, by whoever makes it, and never edited."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.utils import timezone

from .bulk import insert
from .models import AuditEntry

Source = AuditEntry.Source
Action = AuditEntry.Action

_source: ContextVar[str] = ContextVar("audit_source", default=Source.COMMAND)

# Written as "changed", never with their value: the trail is read by more people than the row.
SECRET_FIELDS = frozenset({"password", "key_hash", "identity_number"})
# Noise: kept by the machine itself, or derived from other fields.
DERIVED_FIELDS = frozenset({"search_text", "document_hash", "last_login", "updated_at"})

_FIELDS: Final = [field for field in AuditEntry._meta.concrete_fields if not field.primary_key]

type Snapshot = dict[str, Any]


@contextmanager
def by_way_of(source: str) -> Iterator[None]:
    """Say through which door the changes inside come (`Source.ADMIN`, `Source.API`, …)."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def as_json(value: Any) -> Any:
    """A value as the trail keeps it: text for dates, ids and money, so that nothing is rounded."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal() | uuid.UUID():
            return str(value)
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Model():
            return str(value.pk)
        case _:
            return str(value)


def snapshot(instance: Model) -> Snapshot:
    """The instance's own columns, as the trail keeps them; take it before a change."""
    fields = (field for field in instance._meta.concrete_fields if field.attname not in DERIVED_FIELDS)
    return {field.attname: as_json(field.value_from_object(instance)) for field in fields}


def difference(before: Snapshot, after: Snapshot) -> dict[str, list[Any]]:
    """`{field: [old, new]}` for what differs; secrets say only that they changed."""
    changed = {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
    return {key: (["•••", "•••"] if key in SECRET_FIELDS else pair) for key, pair in changed.items()}


def entry(
    instance: Model,
    action: str,
    *,
    by: AbstractBaseUser | None,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """An unsaved entry about the instance; `by=None` is the system itself (a job, a command)."""
    return AuditEntry(
        at=timezone.now(),
        actor_id=by.pk if by else None,
        actor_name=str(by)[:200] if by else "",
        action=action,
        source=_source.get(),
        model=instance._meta.label_lower,
        object_id=str(instance.pk),
        object_name=str(instance)[:250],
        changes=dict(changes or {}),
        reason=reason,
    )


def record(
    instance: Model,
    action: str,
    *,
    by: AbstractBaseUser | None,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one entry with explicit changes."""
    entry(instance, action, by=by, changes=changes, reason=reason).save(force_insert=True)


def creation(instance: Model, *, by: AbstractBaseUser | None, reason: str = "") -> AuditEntry:
    """An unsaved entry saying that the instance is new, with every value it began with."""
    values = {key: [None, value] for key, value in snapshot(instance).items() if value not in (None, "")}
    hidden = {key: (["•••", "•••"] if key in SECRET_FIELDS else pair) for key, pair in values.items()}
    return entry(instance, Action.CREATE, by=by, changes=hidden, reason=reason)


def record_created(instance: Model, *, by: AbstractBaseUser | None, reason: str = "") -> None:
    """Write that the instance is new, with every value it began with."""
    creation(instance, by=by, reason=reason).save(force_insert=True)


def record_changed(
    instance: Model,
    before: Snapshot,
    *,
    by: AbstractBaseUser | None,
    action: str = Action.UPDATE,
    reason: str = "",
) -> bool:
    """Write what changed since `before` (see `snapshot`); nothing when nothing did. Returns whether it wrote."""
    changes = difference(before, snapshot(instance))
    if not changes:
        return False
    record(instance, action, by=by, changes=changes, reason=reason)
    return True


def record_deleted(instance: Model, *, by: AbstractBaseUser | None, reason: str = "") -> None:
    """Write that the instance is about to be deleted, with its last values; call it before the delete."""
    values = {key: [value, None] for key, value in snapshot(instance).items() if value not in (None, "")}
    hidden = {key: (["•••", "•••"] if key in SECRET_FIELDS else pair) for key, pair in values.items()}
    record(instance, Action.DELETE, by=by, changes=hidden, reason=reason)


def record_thousands(entries: Iterable[AuditEntry]) -> None:
    """Write entries by COPY where there is one: for jobs, whose work is in SQL and whose trail would take as long."""
    values = attrgetter(*(field.attname for field in _FIELDS))
    insert(AuditEntry, [field.name for field in _FIELDS], map(values, entries))


def record_many(entries: Iterable[AuditEntry]) -> None:
    """Write many entries at once (bulk services)."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)
