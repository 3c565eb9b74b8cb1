"""The audit trail of thousands of new rows: gathered while they are made, written with them at once."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from .. import audit
from ..bulk import insert
from ..models import AuditEntry

if TYPE_CHECKING:
    from uuid import UUID

    from backoffice.users.models import CustomUser

_FIELDS: Final = (
    "at", "actor_id", "actor_name", "action", "source", "model", "object_id", "object_name", "changes", "reason",
)  # fmt: skip


class Trail:
    """Entries of rows that are made in bulk; the same words as `audit.record_created` would write."""

    def __init__(self, *, by: "CustomUser | None") -> None:
        self._by_id = by.pk if by else None
        self._by_name = str(by)[:200] if by else ""
        self._at = timezone.now()
        self._rows: list[tuple[Any, ...]] = []

    def created(self, model: str, object_id: "UUID", name: str, values: Mapping[str, Any]) -> None:
        """A row is new, with the values it begins with; empty ones and secrets are left out as ever."""
        changes = {
            key: ["•••", "•••"] if key in audit.SECRET_FIELDS else [None, audit.as_json(value)]
            for key, value in values.items()
            if value is not None and value != ""
        }
        text = json.dumps(changes, ensure_ascii=False, separators=(",", ":"))
        self._rows.append(
            (
                self._at,
                self._by_id,
                self._by_name,
                audit.Action.CREATE.value,
                audit.Source.IMPORT.value,
                model,
                str(object_id),
                name[:250],
                text,
                "",
            )
        )

    def write(self) -> None:
        """Add the entries, in the order in which they were gathered."""
        insert(AuditEntry, _FIELDS, self._rows)
        self._rows = []
