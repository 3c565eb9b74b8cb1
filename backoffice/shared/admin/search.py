"""Search that folds Arabic letters and digits."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import QuerySet

from ..phones import search_forms
from ..text import fold


def folded_search(queryset: QuerySet[Any], typed: str, columns: Iterable[str]) -> QuerySet[Any]:
    """Rows where every typed word stands in one of the folded columns; a number in any spelling."""
    numbers = search_forms(typed)
    words = [numbers] if numbers else [(word,) for word in fold(typed).split()]
    # A plain column (a receipt's number, a card's code) holds no Arabic, but its letters may be capitals.
    lookups = [f"{one}__contains" if one.endswith("search_text") else f"{one}__icontains" for one in columns]
    for spellings in words:
        either = models.Q.create([(lookup, one) for lookup in lookups for one in spellings], models.Q.OR)
        queryset = queryset.filter(either)
    return queryset


def folded_search_of_few(queryset: QuerySet[Any], typed: str, columns: Iterable[str]) -> QuerySet[Any]:
    """The same for tables of some dozens of rows without a folded column (rooms, seasons): folded while reading."""
    words = fold(typed).split()
    found = [
        pk
        for pk, *texts in queryset.values_list("pk", *columns)
        if all(word in fold(" ".join(str(text or "") for text in texts)) for word in words)
    ]
    return queryset.filter(pk__in=found)
