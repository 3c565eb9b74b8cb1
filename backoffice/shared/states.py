"""State machines as a table beside the model, and the one function that takes a step."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .errors import DomainError

type Transitions = Mapping[str, frozenset[str]]


def may_advance(instance: Model, to: str, *, field: str = "status") -> bool:
    """Tell whether the table beside the model allows the step."""
    transitions: Transitions = type(instance).TRANSITIONS  # type: ignore[attr-defined]
    return to in transitions.get(getattr(instance, field), frozenset())


def advance(instance: Model, to: str, *, field: str = "status") -> tuple[Any, Any]:
    """Set the new state on the (locked) instance and return (old, new); the caller saves.

    Raises DomainError `illegal_step` when the table has no such step.
    """
    old = getattr(instance, field)
    if not may_advance(instance, to, field=field):
        labels = dict(instance._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
        message = _("This can't go from “%(old)s” to “%(new)s”.") % {
            "old": labels.get(old, old),
            "new": labels.get(to, to),
        }
        raise DomainError("illegal_step", message)
    setattr(instance, field, to)
    return old, to
