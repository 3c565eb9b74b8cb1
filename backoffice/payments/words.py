"""An amount in Arabic words, as a receipt and a cheque have it."""

from decimal import Decimal
from typing import Final, NamedTuple

from backoffice.shared.money import CENT


class Noun(NamedTuple):
    """A counted word in the forms that its number asks for: one, two, three to ten, eleven to ninety-nine, hundreds."""

    one: str
    two: str
    few: str
    many: str
    hundreds: str


# fmt: off
POUND: Final = Noun("جنيه مصري واحد", "جنيهان مصريان", "جنيهات مصرية", "جنيهًا مصريًا", "جنيه مصري")
PIASTRE: Final = Noun("قرش واحد", "قرشان", "قروش", "قرشًا", "قرش")
# After other words a single pound is not "Egyptian" again.
_LAST_POUND: Final = POUND._replace(one="جنيه واحد", two="جنيهان")

_UNITS: Final = (
    "", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة",
    "أحد عشر", "اثنا عشر", "ثلاثة عشر", "أربعة عشر", "خمسة عشر", "ستة عشر", "سبعة عشر", "ثمانية عشر", "تسعة عشر",
)
_TENS: Final = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
_HUNDREDS: Final = (
    "", "مائة", "مائتان", "ثلاثمائة", "أربعمائة", "خمسمائة", "ستمائة", "سبعمائة", "ثمانمائة", "تسعمائة",
)
# fmt: on
_SCALES: Final = (
    (10**9, Noun("مليار", "ملياران", "مليارات", "مليارًا", "مليار")),
    (10**6, Noun("مليون", "مليونان", "ملايين", "مليونًا", "مليون")),
    (10**3, Noun("ألف", "ألفان", "آلاف", "ألفًا", "ألف")),
)
_BEYOND: Final = 10**12
_AND: Final = " و"
_ONLY: Final = "فقط لا غير"


def amount_in_arabic_words(amount: Decimal) -> str:
    """120.50 → «مائة وعشرون جنيهًا مصريًا وخمسون قرشًا فقط لا غير». Raises ValueError below zero or with half piastres."""
    if amount < 0 or amount >= _BEYOND or amount != amount.quantize(CENT):
        raise ValueError(f"no amount in words: {amount}")
    pounds, piastres = divmod(int(amount * 100), 100)
    parts = [_counted(pounds, POUND, last=_LAST_POUND)] if pounds else []
    if piastres:
        parts.append(_counted(piastres, PIASTRE, last=PIASTRE))
    return f"{_AND.join(parts) or 'صفر جنيه مصري'} {_ONLY}"


def _counted(count: int, noun: Noun, *, last: Noun) -> str:
    """A number with what it counts. 101 and 102 name the noun twice: «مائة جنيه مصري وجنيه واحد»."""
    rest = count % 100
    if count == 1:
        return noun.one
    if count == 2:
        return noun.two
    if rest in (1, 2):
        return _counted(count - rest, noun, last=last) + _AND + (last.one if rest == 1 else last.two)
    if rest == 0:
        return f"{_bare_before_noun(_number(count))} {noun.hundreds}"
    return f"{_number(count)} {noun.few if rest <= 10 else noun.many}"


def _number(count: int) -> str:
    """A number in words: thousands and above counted as nouns, then the hundreds."""
    parts = []
    for size, name in _SCALES:
        times, count = divmod(count, size)
        if times:
            parts.append(_counted(times, name, last=name))
    if count:
        parts.append(_below_thousand(count))
    return _AND.join(parts)


def _below_thousand(count: int) -> str:
    hundreds, rest = divmod(count, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if rest < 20:
        parts += [_UNITS[rest]] if rest else []
    else:
        tens, unit = divmod(rest, 10)
        parts += [_UNITS[unit], _TENS[tens]] if unit else [_TENS[tens]]
    return _AND.join(parts)


def _bare_before_noun(number: str) -> str:
    """Right before its noun a number loses the end of its dual, and its tanween: مائتا، ألفا، أحد عشر ألف."""
    for dual in ("مائتان", "ألفان", "مليونان", "ملياران"):
        if number.endswith(dual):
            return number.removesuffix("ن")
    for tanween in ("ألفًا", "مليونًا", "مليارًا"):
        if number.endswith(tanween):
            return number.removesuffix("ًا")
    return number
