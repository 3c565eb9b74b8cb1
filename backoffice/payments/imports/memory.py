"""What the earlier lines of a children's list said: by it the later lines are judged as if those were written."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import NamedTuple
from uuid import UUID, uuid4

from .known import Family, Key, Known, KnownChild


class Said(NamedTuple):
    """A line of this sheet, by its number, and what it says of money, as a hash of it."""

    line: int
    money: int


class _Layer:
    """What some lines said. Keys are hashes: a hundred thousand lines are to fit beside everything else."""

    __slots__ = ("children", "families", "places", "references")

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self.children: dict[int, tuple[KnownChild, ...]] = {}
        self.places: dict[int, Said] = {}
        self.references: dict[int, int] = {}


class Memory:
    """The sheet so far: the chunks that are done, and the one that is being judged."""

    def __init__(self, *, written: bool) -> None:
        # Families and children of a chunk that was written are found in the database by the next.
        self._written = written
        self._kept, self._fresh = _Layer(), _Layer()
        self._numbers: Iterator[int] = count(1)

    def new_id(self) -> Key:
        """The id of a row to be made; in a preview a number stands for it."""
        return uuid4() if self._written else next(self._numbers)

    def family(self, phone: str, known: Known) -> Family | None:
        """Whoever has the number by now."""
        return self._fresh.families.get(phone) or self._kept.families.get(phone) or known.families.get(phone)

    def add_family(self, phone: str, family: Family) -> None:
        """The number has a family, or another second number, from this line on."""
        self._fresh.families[phone] = family

    def children(self, family: Key, folded_name: str, known: Known) -> list[KnownChild]:
        """The family's children of this name by now."""
        key = hash((family, folded_name))
        found = {child.id: child for child in known.children.get((family, folded_name), ())}
        for layer in (self._kept, self._fresh):
            for child in layer.children.get(key, ()):
                found[child.id] = child
        return list(found.values())

    def add_child(self, family: Key, folded_name: str, child: KnownChild) -> None:
        """The family has this child, or knows its birthday, from this line on."""
        key = hash((family, folded_name))
        others = tuple(other for other in self._fresh.children.get(key, ()) if other.id != child.id)
        self._fresh.children[key] = (*others, child)

    def place(self, child: Key, course: UUID) -> Said | None:
        """The line of this sheet that asks for this place, if one did."""
        key = hash((child, course))
        return self._fresh.places.get(key) or self._kept.places.get(key)

    def add_place(self, child: Key, course: UUID, *, line: int, money: tuple[Decimal | None, str, str]) -> None:
        """This line asks for the place, and its reference number is used."""
        self._fresh.places[hash((child, course))] = Said(line, hash(money))
        paid, method, reference = money
        if paid and reference:
            self._fresh.references[hash((method, reference))] = line

    def reference(self, method: str, reference: str) -> int | None:
        """The line of this sheet that gives this reference number."""
        key = hash((method, reference))
        return self._fresh.references.get(key) or self._kept.references.get(key)

    def keep(self) -> None:
        """The chunk is done."""
        fresh, kept = self._fresh, self._kept
        if not self._written:
            kept.families |= fresh.families
            for key, children in fresh.children.items():
                ids = {child.id for child in children}
                kept.children[key] = (*(one for one in kept.children.get(key, ()) if one.id not in ids), *children)
        kept.places |= fresh.places
        kept.references |= fresh.references
        self._fresh = _Layer()

    def forget(self) -> None:
        """The chunk was undone."""
        self._fresh = _Layer()


class Birthday(NamedTuple):
    """How a line's birthday finds its child among the family's children of one name."""

    child: KnownChild | None
    is_ambiguous: bool = False


def child_of(children: list[KnownChild], dob: dt.date | None) -> Birthday:
    """The child that a line means: of its birthday, else the one whose birthday nobody knows yet.

    A line without a birthday means the only child of the name; of several it could mean any.
    """
    if dob is None:
        return Birthday(children[0] if len(children) == 1 else None, is_ambiguous=len(children) > 1)
    same = next((child for child in children if child.dob == dob), None)
    return Birthday(same or next((child for child in children if child.dob is None), None))
