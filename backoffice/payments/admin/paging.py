"""Pages of a list of a million rows."""

from typing import Any

from django.core.paginator import Page, Paginator


class DeepPaginator(Paginator):
    """The keys of a page are counted off from the index; people, courses and papers are fetched for those rows only."""

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
