"""Every address of the staff's admin that names a row, from the URLconf, filled with the rows of a small centre."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.urls import get_resolver

NOBODYS = UUID(int=7)
_MODEL = re.compile(r"^courses-admin/(?P<app>[a-z_]+)/(?P<model>[a-z_]+)/<")
_PART = re.compile(r"<(?:(?P<kind>[a-z]+):)?(?P<name>[a-z_]+)>")
# Of addresses that name more than a row.
_WORDS = {"kind": "csv", "name": "pause", "slug": "receivables", "content_type_id": "1"}


@dataclass(frozen=True)
class Route:
    """An address as the URLconf has it, and the model whose rows it names, if it is one's."""

    pattern: str
    model: type[Model] | None

    def filled(self, row: Any) -> str:
        """With the row's key."""

        def value(part: re.Match[str]) -> str:
            name = part["name"]
            return _WORDS.get(name) or ("7" if part["kind"] == "int" else str(row))

        return "/" + _PART.sub(value, self.pattern)


@cache
def routes() -> tuple[Route, ...]:
    """All of them, once each."""
    patterns = dict.fromkeys(one for one in _walk(get_resolver()) if one.startswith("courses-admin/") and "<" in one)
    return tuple(Route(one, _model_of(one)) for one in patterns if "(?P" not in one)


def key_of(model: type[Model] | None) -> Any:
    """The key of a row that is there, or of none."""
    row = model._default_manager.first() if model is not None else None
    return NOBODYS if row is None else row.pk


def may_enter(user: Any, model: type[Model]) -> bool:
    """Whether the person holds any permission on the model."""
    opts = model._meta
    names = [*opts.default_permissions, *(name for name, _words in opts.permissions)]
    codes = [name if "_" in name else f"{name}_{opts.model_name}" for name in names]
    return any(user.has_perm(f"{opts.app_label}.{code}") for code in codes)


def _model_of(pattern: str) -> type[Model] | None:
    found = _MODEL.match(pattern)
    if found is None:
        return None
    try:
        return apps.get_model(found["app"], found["model"])
    except LookupError:
        return None


def _walk(resolver: Any, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _walk(one, before + str(one.pattern))
        else:
            yield before + str(one.pattern)
