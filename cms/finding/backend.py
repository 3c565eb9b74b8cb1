"""Wagtail's search in the database (PostgreSQL's full text, SQLite's FTS5) with Arabic letters folded on both sides.

All that Wagtail indexes goes through it, and all that is looked for: on the site and in marketing's screens.
"""

from typing import Any

from django.db import connection
from modelsearch.backends.base import BaseIndex, BaseSearchBackend
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from modelsearch.query import MATCH_NONE, And, Boost, Not, Or, Phrase, PlainText, SearchQuery

from .words import asked_words, folded


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:
    """The one for the database that is used."""
    if connection.vendor == "postgresql":
        from .postgresql import FoldedPostgres

        # No language's endings and stop words: PostgreSQL has some for Arabic, SQLite has none.
        return FoldedPostgres({"SEARCH_CONFIG": "simple"} | params)
    from .sqlite import FoldedSqlite

    return FoldedSqlite(params)


class FoldsQuestions:
    """A backend that folds what is asked."""

    def _search(self, compiler: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        return super()._search(compiler, _folded_query(query), model_or_queryset, **kwargs)  # type: ignore[misc]


class FoldsEntries(BaseIndex):
    """An index that folds what it keeps."""

    def add_items(self, model: Any, objs: Any) -> None:
        """Keep these rows' words."""
        super().add_items(model, [_Entry(one) for one in objs])


class _Entry:
    """A row as the index reads it."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.pk = row.pk

    def get_search_fields(self) -> list[Any]:
        """The row's own fields, each telling its folded words."""
        return [_folding(field) for field in self.row.get_search_fields()]


class _Search(SearchField):
    def get_value(self, obj: Any) -> Any:
        return _folded_value(super().get_value(_row(obj)))


class _Autocomplete(AutocompleteField):
    def get_value(self, obj: Any) -> Any:
        return _folded_value(super().get_value(_row(obj)))


class _Related(RelatedFields):
    def get_value(self, obj: Any) -> Any:
        return super().get_value(_row(obj))


def _row(obj: Any) -> Any:
    return obj.row if isinstance(obj, _Entry) else obj


def _folding(field: Any) -> Any:
    if isinstance(field, SearchField):
        return _Search(field.field_name, boost=field.boost, **field.kwargs)
    if isinstance(field, AutocompleteField):
        return _Autocomplete(field.field_name, **field.kwargs)
    if isinstance(field, RelatedFields):
        return _Related(field.field_name, [_folding(one) for one in field.fields])
    return field


def _folded_value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_folded_value(one) for one in value)
    return folded(str(value)) if value is not None else ""


def _folded_query(query: Any) -> Any:
    """The question folded, whatever it is made of; one without a word finds nothing."""
    if isinstance(query, str):
        return " ".join(asked_words(query))
    folded_one = _folded_part(query)
    return MATCH_NONE if folded_one is None else folded_one


def _folded_part(query: SearchQuery) -> SearchQuery | None:
    if isinstance(query, PlainText):
        words = " ".join(asked_words(query.query_string))
        return PlainText(words, operator=query.operator, boost=query.boost) if words else None
    if isinstance(query, Phrase):
        words = " ".join(asked_words(query.query_string))
        return Phrase(words) if words else None
    if isinstance(query, (And, Or)):
        parts = [part for part in map(_folded_part, query.subqueries) if part is not None]
        return type(query)(parts) if parts else None
    if isinstance(query, (Not, Boost)):
        part = _folded_part(query.subquery)
        if part is None:
            return None
        return Not(part) if isinstance(query, Not) else Boost(part, query.boost)
    return query
