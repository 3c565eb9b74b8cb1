"""What nobody else may learn of Mona's family, and how it is looked for in an answer."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from backoffice.shared.text import ascii_digits

from .asking import schema, strings
from .world import NOTES, STAFFS_NOTES, YUSUFS_NUMBER, World

# Keys and ids of requests: drawn at random, so now and then a telephone's digits stand in one.
_DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32,}\b")
_WHEN = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")
# Egyptian mobiles in any spelling, once spaces and dashes are out.
_NUMBER = re.compile(r"(?:(?<!\d)0|20|(?<!\d))(1[0125]\d{8})(?!\d)")
_MONEY = re.compile(r"price|paid|balance|refund|amount|salary|discount|owed|fee(?!dback)|receipt|reference")
# Shorter ones are states and roles.
_SHORTEST = 5


def secrets_of(world: World, answers: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Every text that Mona is shown and that isn't shown to everybody, and what she herself isn't shown."""
    told = [answer for name, answer in answers["mona"].items() if _is_told(name) and answer.status_code == 200]
    shown = {one for answer in told for one in _texts(answer)}
    known = {one for name, answer in answers["nobody"].items() if is_public(name) for one in _texts(answer)}
    known |= set(_states(schema()))
    named = {
        world.yusuf.name, world.yusuf.unique_code, world.laila.name, world.laila.unique_code, world.mona.first_name,
        world.mona.last_name, str(world.mona.phone_number1)[1:], YUSUFS_NUMBER[1:], NOTES, STAFFS_NOTES,
        world.yusuf.notes, world.payment.reference_number, world.payment.receipt.number, "311.75", "655.75", "45.50",
    }  # fmt: skip
    rows = (
        world.mona, world.yusuf, world.laila, world.link, world.asked, world.place, world.payment, world.refund,
        world.lecture, world.exam,
    )  # fmt: skip
    return frozenset((shown - known) | named | {str(row.pk) for row in rows})


def is_public(name: str) -> bool:
    """Whether everybody is told, by design: the catalogue."""
    return name.startswith(("GET /api/v1/seasons/", "GET /api/v1/courses/", "GET /api/v1/instructors/"))


def answer_text(answer: Any) -> str:
    """Everything an answer says, headers too, in the letters people read."""
    said = answer.content.decode("utf-8", "replace")
    if answer.headers.get("Content-Type", "").startswith("application/json") and said:
        said = json.dumps(json.loads(said), ensure_ascii=False)
    return "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), said])


def numbers_in(text: str) -> set[str]:
    """Every phone number, as E.164."""
    plain = re.sub(r"(?<=\d)[ \-.()](?=\d)", "", _DRAWN.sub("", ascii_digits(text)))
    return {f"+20{number}" for number in _NUMBER.findall(plain)}


def money_in(answer: Any) -> set[str]:
    """Every name of money in an answer, however deep."""
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return set()
    return {name for name in _names(json.loads(answer.content)) if _MONEY.search(name)}


def _is_told(name: str) -> bool:
    """Answers of Mona's with things that are there, not what she enters by the walk itself or her tokens."""
    return name.startswith("GET ") and "calendar" not in name


def _texts(answer: Any) -> Iterator[str]:
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return
    for text in strings(json.loads(answer.content)):
        if len(text) >= _SHORTEST and not _WHEN.fullmatch(text):
            yield text


def _states(part: Any) -> Iterator[str]:
    """Every value that a field of the contract may have by itself."""
    if isinstance(part, Mapping):
        yield from (str(one) for one in part.get("enum", ()))
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _states(one)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _names(part)
