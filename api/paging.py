"""Pages of a list: `page` from 1, `page_size` 20 and at most 100."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from backoffice.shared.statements import KeptRows

PAGE: Final = "page"
PAGE_SIZE: Final = "page_size"
DEFAULT_SIZE: Final = 20
LARGEST_SIZE: Final = 100
# Past this a number is no page, and SQL's OFFSET has its limits.
_LONGEST_NUMBER: Final = 9

type Columns = Callable[[Any], Iterable[Any]]


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and where they stand in it."""

    rows: Sequence[Any]
    count: int
    number: int
    size: int

    def answer(self, request: Request, shown: Sequence[Any]) -> dict[str, Any]:
        """The page as the apps get it; `shown` are its rows in their shape."""
        address = request.build_absolute_uri()
        more = self.number * self.size < self.count
        return {
            "count": self.count,
            "next": replace_query_param(address, PAGE, self.number + 1) if more else None,
            "previous": _before(address, self.number),
            "results": shown,
        }


def read_page(request: Request, rows: QuerySet[Any] | KeptRows, columns: Columns) -> Page:
    """The page that is asked for; two queries. Raises a 400 for what is no number, a 404 past the end.

    `columns` says what is read of each row: it joins other tables, which the count needs not.
    """
    asked = _Asked.by(request)
    first = asked.first_of(rows.count())
    return asked.page(list(columns(rows[first : first + asked.size])))


def slice_page(request: Request, rows: Sequence[Any]) -> Page:
    """The page of rows that are all here; raises what `read_page` raises."""
    asked = _Asked.by(request)
    first = asked.first_of(len(rows))
    return asked.page(rows[first : first + asked.size])


@dataclass
class _Asked:
    """Which page an address asks for."""

    number: int
    size: int
    count: int = 0

    @classmethod
    def by(cls, request: Request) -> Self:
        number = _whole(request, PAGE, 1, most=10**_LONGEST_NUMBER)
        return cls(number, _whole(request, PAGE_SIZE, DEFAULT_SIZE, most=LARGEST_SIZE))

    def first_of(self, count: int) -> int:
        """Where the page begins among so many rows."""
        self.count = count
        first = (self.number - 1) * self.size
        if first and first >= count:
            last = max(-(-count // self.size), 1)
            words = {"page": self.number, "last": last}
            raise exceptions.NotFound(_("There is no page %(page)s: the last one is %(last)s.") % words, "no_such_page")
        return first

    def page(self, rows: Sequence[Any]) -> Page:
        return Page(rows=rows, count=self.count, number=self.number, size=self.size)


def _whole(request: Request, name: str, otherwise: int, *, most: int) -> int:
    typed = request.query_params.get(name)
    if typed is None:
        return otherwise
    if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER and 1 <= int(typed) <= most:
        return int(typed)
    raise exceptions.ValidationError({name: [_("A whole number from 1 to %(most)s.") % {"most": most}]})


def _before(address: str, number: int) -> str | None:
    if number == 1:
        return None
    return remove_query_param(address, PAGE) if number == 2 else replace_query_param(address, PAGE, number - 1)
