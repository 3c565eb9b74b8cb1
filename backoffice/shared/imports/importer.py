"""What an app brings for a kind of sheet, and the list of the kinds that there are."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import DomainError
from ..models import ImportBatch
from ..sheets.columns import map_columns
from .lines import Cells, Line

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from backoffice.users.models import CustomUser


class Checker(ABC):
    """One reading of one sheet: knows what its earlier lines said, so that later ones are judged by them.

    The engine calls, for each chunk of lines: `read`, (when importing) `hold`, `decide`, (when importing) `write`, and
    then `keep`, or `forget` when the chunk's transaction was undone and will be tried again.
    """

    @abstractmethod
    def read(self, line: Line) -> None:
        """Read the line's cells into `values`; what can't be read becomes its faults. Touches no database."""

    def hold(self, lines: Sequence[Line]) -> None:
        """Lock what the lines use up, until the transaction ends; nothing, where the import's own lock is enough."""
        return

    @abstractmethod
    def decide(self, lines: Sequence[Line]) -> None:
        """Compare with what the system has and what earlier lines said; settle each line's outcome. Writes nothing."""

    @abstractmethod
    def write(self, lines: Sequence[Line], *, by: "CustomUser | None", batch: ImportBatch) -> None:
        """Write the new and the changed lines, each with its entries in the audit trail."""

    @abstractmethod
    def keep(self) -> None:
        """Remember what this chunk said."""

    @abstractmethod
    def forget(self) -> None:
        """Drop what this chunk said."""


class Importer(ABC):
    """A kind of sheet."""

    kind: ClassVar[str]
    #: Who may hand it in and confirm it (`app.codename`).
    permission: ClassVar[str]
    #: Key → the headings the column may have; the first is its name to people.
    columns: ClassVar[Mapping[str, tuple[str, ...]]]
    optional: ClassVar[Collection[str]]
    #: The words of `Line.made` as the report shows them.
    made_words: ClassVar[Mapping[str, "StrOrPromise"]]

    def cells(self, headers: Sequence[str]) -> Cells:
        """Where this kind's columns stand in a sheet; DomainError `missing_columns` or `duplicate_columns`."""
        return Cells(map_columns(headers, self.columns, optional=self.optional), headers)

    @property
    def title(self) -> str:
        """The kind in words."""
        return str(ImportBatch.Kind(self.kind).label)

    def column_names(self) -> list[dict[str, object]]:
        """The columns by their names to people, and which of them must be there."""
        return [{"name": names[0], "needed": key not in self.optional} for key, names in self.columns.items()]

    @abstractmethod
    def checker(self, cells: Cells, *, imports: bool) -> Checker:
        """Begin a reading; `imports` tells that chunks will be written, and so be found in the database."""


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Make a kind of sheet known; called once by the app it belongs to."""
    _importers[importer.kind] = importer


def importers() -> Mapping[str, Importer]:
    """The kinds of sheets by their keys."""
    return _importers


def importer_of(kind: str) -> Importer:
    """The importer of a kind."""
    try:
        return _importers[kind]
    except KeyError:
        raise DomainError("unknown_kind", "no app takes in this kind of sheet", field="kind", kind=kind) from None


def may_import(user: Any, kind: str) -> bool:
    """Whether the person may hand in and confirm sheets of this kind."""
    importer = _importers.get(kind)
    return importer is not None and user.has_perm(importer.permission)
