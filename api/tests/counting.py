"""Query counts of lists: the same with 3 rows and with 300."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST = 8


def assert_constant_queries(
    ask: Callable[[], Any], make: Callable[[int], Any], *, few: int = 3, many: int = 300, most: int = MOST
) -> None:
    """Ask with few rows and with many: as many queries, and no more than `most`.

    `make(n)` makes n more rows that the answer shows; `ask()` asks, for a page of 100 where there are pages.
    """
    make(few)
    ask()
    at_few, first = _count(ask)
    make(many - few)
    at_many, second = _count(ask)
    assert len(second.content) > len(first.content), "the rows that were made aren't in the answer"
    assert at_few == at_many, f"{len(at_few)} queries with {few} rows, {len(at_many)} with {many}"
    assert len(at_many) <= most, "\n".join(at_many)


class _Queries(list[str]):
    """Compared by their number, shown by their words."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and len(self) == len(other)

    __hash__ = None


def _count(ask: Callable[[], Any]) -> tuple[_Queries, Any]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = ask()
    assert answer.status_code == 200, answer.content
    return _Queries(query["sql"] for query in caught.captured_queries), answer
