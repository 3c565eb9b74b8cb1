"""The code by which a participant is known: a letter M or F and five digits."""

from backoffice.shared.counters import take

# n → (n·61 387 + 4 211) mod 100 000 visits every number once, for 61 387 shares no factor with 100 000: codes don't
# collide, yet a neighbour's code can't be guessed by adding one.
_STEP, _OFFSET, _SPAN = 61_387, 4_211, 100_000


def code(letter: str, number: int) -> str:
    """The code of the letter's `number`-th participant (from 1); six digits once a letter's 100,000 are used up."""
    if number <= _SPAN:
        return f"{letter}{(number * _STEP + _OFFSET) % _SPAN:05d}"
    return f"{letter}{number:06d}"


def take_codes(letter: str, count: int) -> list[str]:
    """`count` new codes of the letter ("M" or "F"), for children and adult students alike; inside a transaction."""
    first = take(f"code:{letter}", count)
    return [code(letter, number) for number in range(first, first + count)]


def letter_of(gender: str) -> str:
    """M for a boy or a man, F for a girl or a woman."""
    return "M" if gender in ("boy", "male") else "F"
