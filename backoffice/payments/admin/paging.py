"""Pages of a list of a million rows."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

# Of more rows than anybody counts, the pages up to so many ahead can be gone to.
PAGES_AHEAD = 20


class DeepPaginator(Paginator):
    """The keys of a page are counted off from the index; people, courses and papers are fetched for those rows only.

    A search that found more than a few (`known_above`) is counted as far as the pages that can be gone to from here,
    and `is_above` says that there are more; from the last of them one goes on.
    """

    wanted_page = 1

    @property
    def count(self) -> int:
        """All rows, or those that are counted."""
        return self._counted[0]

    @property
    def is_above(self) -> bool:
        """Whether there are more than were counted."""
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, bool]:
        rows: Any = self.object_list
        if rows.known_count is not None:
            return rows.known_count, False
        if rows.known_above is None:
            return rows.count(), False
        reach = (max(self.wanted_page - 1, 0) + PAGES_AHEAD) * self.per_page
        if rows.known_above >= reach:
            return reach, True
        counted = rows.order_by()[: reach + 1].count()
        return min(counted, reach), counted > reach

    def page(self, number: Any) -> Page[Any]:
        """One page, however far down."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        wanted: Any = self.object_list
        keys = list(wanted.values_list("pk", flat=True)[first : first + self.per_page])
        rows = wanted.model.objects.all()
        rows.query.select_related = wanted.query.select_related
        found = rows.in_bulk(keys)
        return Page([found[key] for key in keys if key in found], number, self)
