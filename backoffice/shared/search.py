"""Search that folds Arabic letters and digits: a folded copy of a row's words, kept by the row itself."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models

from .text import fold


class SearchQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that carry `search_text`."""

    def search(self, typed: str) -> Self:
        """Rows that hold every typed word, whatever its marks, letter forms or digits."""
        rows = self
        for word in fold(typed).split():
            rows = rows.filter(search_text__contains=word)
        return rows


class Searchable(models.Model):
    """A row that is found by its folded words; `search_words()` says which."""

    search_text = models.TextField(editable=False, default="", blank=True)

    class Meta:
        abstract = True

    SEARCH_FIELDS: ClassVar[tuple[str, ...]] = ()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folded copy in step with the row."""
        self.search_text = fold(" ".join(self.search_words()))
        fields = kwargs.get("update_fields")
        if fields is not None and not set(fields).isdisjoint(self.SEARCH_FIELDS):
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def search_words(self) -> Iterable[str]:
        """What the row is found by."""
        return [str(getattr(self, name) or "") for name in self.SEARCH_FIELDS]
