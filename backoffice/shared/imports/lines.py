"""A line of a sheet on its way in: what was read, what is wrong with it, what it would change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model

from ..errors import DomainError
from ..sheets.read import Cell


class Outcome(StrEnum):
    """What becomes of a line; exactly one of these."""

    NEW = "new"
    CHANGED = "changed"
    REPEATED = "repeated"
    FAULTY = "faulty"


@dataclass(slots=True)
class Fault:
    """Why a line can't go in: the cell, by its column's heading, and a sentence."""

    heading: str
    value: Cell | None
    sentence: str


@dataclass(slots=True)
class Change:
    """A field of something the system has, from what to what, in words."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class Line:
    """A line of the sheet; a kind of sheet keeps what it read in `values` and what it will write in `plan`."""

    number: int
    cells: list[Cell]
    what: str = ""
    values: Any = None
    plan: Any = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    #: The line of this sheet that said the same before; None when the system has it, or when it is no repeat.
    repeats: int | None = None
    outcome: Outcome = Outcome.NEW
    #: What it adds, by the words that the report counts it under.
    made: tuple[str, ...] = ()

    def settle(self, outcome: Outcome) -> None:
        """Say what becomes of the line; a fault outweighs everything."""
        self.outcome = Outcome.FAULTY if self.faults else outcome


class Cells:
    """The cells of a line by the keys of the columns; what can't be read becomes a fault of the line."""

    __slots__ = ("_headers", "_places")

    def __init__(self, places: Mapping[str, int], headers: Sequence[str]) -> None:
        self._places = places
        self._headers = {key: headers[place] for key, place in places.items()}

    def value(self, line: Line, key: str) -> Cell:
        """The cell as it was read; "" when it is empty or the sheet lacks the column."""
        place = self._places.get(key)
        return "" if place is None else line.cells[place]

    def read[T](self, line: Line, key: str, parse: Callable[[Any], T]) -> T | None:
        """The cell through `parse`; what that refuses is the line's fault, and the answer is None."""
        value = self.value(line, key)
        try:
            return parse(value)
        except DomainError as error:
            self.refuse(line, key, error)
            return None

    def read_filled[T](self, line: Line, key: str, parse: Callable[[Any], T]) -> T | None:
        """The cell through `parse`, None when nothing is written in it."""
        value = self.value(line, key)
        return None if value == "" else self.read(line, key, parse)

    def refuse(self, line: Line, key: str, error: DomainError) -> None:
        """Make the refusal a fault of the line at this cell."""
        line.faults.append(Fault(self._headers.get(key, ""), self.value(line, key), str(error)))


def word_of_field(model: type[Model], name: str) -> str:
    """A field's name to people, for a `Change`."""
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
