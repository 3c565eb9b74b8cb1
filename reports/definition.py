"""What a report is: one small class, from which its page, its chart, its sheets and its paper are made."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from django.db.models import QuerySet

from backoffice.shared.plain_rows import PlainRows

from .filters import Filters

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Kind = Literal[
    "text", "code", "phone", "money", "integer", "percent", "number", "date", "datetime", "month", "duration"
]
type Given = Mapping[str, Any]
#: A queryset that has every column under its key, or rows that were put together from several.
type Rows = QuerySet[Any, Any] | PlainRows | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its values in the rows, its heading, and what it holds.

    `total` columns are added up by the database over all rows of the filters. `words` says what codes are called.
    `link` is the admin page a cell leads to (`app_model`), by the row's value under `link_key`. A column with a
    `permission` (`app.codename`) isn't there for who doesn't hold it.
    """

    key: str
    label: "StrOrPromise"
    kind: Kind = "text"
    total: bool = False
    width: int = 16
    words: Mapping[Any, Any] | None = None
    link: str = ""
    link_key: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of the rows: a point for each of the first `most`, or with `of_totals` a bar for each column's sum."""

    kind: Literal["bar", "line", "doughnut"]
    series: tuple[str, ...]
    label: str = ""
    of_totals: bool = False
    most: int = 31


class Report:
    """A report. A subclass in `reports.catalogue` that is registered is all there is to write."""

    slug: ClassVar[str]
    title: ClassVar["StrOrPromise"]
    #: What it says, in a sentence that stands above its figures.
    about: ClassVar["StrOrPromise"] = ""
    #: Under which heading the list of reports has it.
    group: ClassVar["StrOrPromise"]
    filters: ClassVar[type[Filters]] = Filters
    columns: tuple[Column, ...]
    chart: ClassVar[Chart | None] = None
    #: Sums that take long come by a second request, after the first rows.
    totals_later: ClassVar[bool] = False
    #: Has a row for each of many people: taking it along wants the password.
    of_people: ClassVar[bool] = False
    #: Adds up what cashiers took: whoever has a drawer open counts it first.
    counts_drawers: ClassVar[bool] = False

    def rows(self, given: Given) -> Rows:
        """The rows of the filters' cleaned values, in their order."""
        raise NotImplementedError

    def sums(self, given: Given) -> Mapping[str, Any]:
        """The sums of rows that were put together, by another question to the database; empty adds the rows up."""
        return {}

    @property
    def codename(self) -> str:
        """Its own permission, within `reports`."""
        return f"view_{self.slug.replace('-', '_')}"

    @property
    def permission(self) -> str:
        """Its own permission, whole."""
        return f"reports.{self.codename}"

    @property
    def all_permissions(self) -> frozenset[str]:
        """Its own and those of its columns: what somebody needs who is handed all of it."""
        return frozenset({self.permission, *(one.permission for one in self.columns if one.permission)})

    def seen_by(self, user: Any) -> Self:
        """The report with the columns that the person may see."""
        mine = copy(self)
        mine.columns = tuple(one for one in self.columns if not one.permission or user.has_perm(one.permission))
        return mine

    def column(self, key: str) -> Column:
        """The column of a key."""
        return next(column for column in self.columns if column.key == key)


#: Addresses beside the reports' own.
RESERVED = frozenset({"views", "schedules"})
_registered: dict[str, Report] = {}


def register[R: type[Report]](report: R) -> R:
    """Put a report on the list; its slug is its address and its permission, so it is there once."""
    if report.slug in RESERVED:
        raise ValueError(f"{report.slug} is the address of another page of reports")
    if report.slug in _registered:
        raise ValueError(f"two reports are called {report.slug}")
    _registered[report.slug] = report()
    return report


def registered() -> Iterable[Report]:
    """Every report that was registered so far; ask `registry.reports` instead, which looks for them first."""
    return _registered.values()
