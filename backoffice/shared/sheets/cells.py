"""What a cell of an .xlsx sheet holds and where it stands; the same for both ways of reading its XML."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from .formats import Cell, SharedTexts, as_date, cell_name, unescape
from .refusals import refusal

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
LONGEST_TEXT: Final = 200_000
_WHOLE_DIGITS: Final = 15


class Columns(dict[str, int]):
    """Letters of a column → its number from 0, worked out once."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters:
            if not "A" <= letter <= "Z":
                raise ValueError(letters)
            number = number * 26 + ord(letter) - 64
        if not 1 <= number <= LAST_COLUMN:
            raise ValueError(letters)
        self[letters] = number - 1
        return number - 1


class Cells:
    """Turns the text of a cell into its value, and puts the value in its place in the line."""

    def __init__(
        self, name: str, shared: SharedTexts, date_kinds: Mapping[str, str], epoch: datetime, most_columns: int
    ) -> None:
        self.name, self.shared, self.date_kinds, self.epoch = name, shared, date_kinds, epoch
        self.most_columns = most_columns
        self.columns = Columns()

    def value(self, text: str, kind: str | None, style: str | None) -> Cell:
        """A cell's text, without its blanks at both ends, as what it stands for."""
        if len(text) > LONGEST_TEXT:
            raise ValueError("a cell's text is too long")
        if kind == "s":
            return self.shared[int(text)]
        if kind is None or kind == "n":
            date_kind = self.date_kinds.get(style or "0")
            if date_kind is not None:
                return as_date(float(text), date_kind, self.epoch)
            is_whole = text.isdecimal() or (text[0] == "-" and text[1:].isdecimal())
            return int(text) if is_whole and len(text) <= _WHOLE_DIGITS else float(text)
        if kind == "d":
            moment = datetime.fromisoformat(text)
            return moment if "T" in text else moment.date()
        if kind == "b":
            return text == "1"
        return unescape(text).strip()

    def place(self, line: list[Cell], row: int, column: int, value: Cell) -> None:
        """Put a value into its column, if a sheet of people may have so many."""
        if column >= self.most_columns:
            cell = cell_name(column, row)
            raise refusal("too_many_columns", self.name, cell=cell, limit=self.most_columns)
        if column == len(line):
            line.append(value)
        else:
            line.extend([""] * (column + 1 - len(line)))
            line[column] = value
