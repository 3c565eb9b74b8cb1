"""A call is made as somebody, answered, and undone."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache as counters
from django.db import transaction

from api.schema.making import kept_schema
from api.tests.described import DescribedClient

from .calls import Call, calls_of
from .world import Person, World

BESIDE = "other methods"
# Codes that say no more than their status.
_PLAIN = ("not_authenticated", "permission_denied", "not_found", "method_not_allowed")


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is gone afterwards, and no throttle counts it."""
    counters.clear()
    around = transaction.atomic()
    # Like the transaction around a test: inside, one that must be the outermost is let be.
    around._from_testcase = True
    with around:
        yield
        transaction.set_rollback(True)


class Asker:
    """A person with an app, which holds every answer to the contract and never raises."""

    def __init__(self, world: World, person: Person) -> None:
        self.person, self.calls = person, calls_of(world, person)
        self.client = DescribedClient(raise_request_exception=False)
        token = {"HTTP_AUTHORIZATION": f"{person.scheme} {person.access}"} if person.access else {}
        self.client.credentials(HTTP_ACCEPT_LANGUAGE="en", **token)

    def ask(self, name: str, call: Call | None = None) -> Any:
        """The answer to `METHOD /path/`, by its own call or by another."""
        method, _, path = name.partition(" ")
        call = call or self.calls[name]
        address = path.partition("?")[0].format(**call.path) + (f"?{urlencode(call.query)}" if call.query else "")
        body = {} if call.body is None else {"data": json.dumps(call.body), "content_type": "application/json"}
        with undone():
            return self.client.generic(method, address, **body)

    def walk(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, Any]]:
        """Each call, or each of these, with its answer."""
        for name in names or self.calls:
            yield name, self.ask(name)

    def walk_beside(self) -> Iterator[tuple[str, Any]]:
        """Each path by a method that it doesn't offer; which of them is all one to a view."""
        for path, offered in schema()["paths"].items():
            there = self.calls[f"{next(iter(offered)).upper()} {path}"].path
            method = next(one for one in ("put", "delete", "post", "patch") if one not in offered)
            yield f"{BESIDE} {path}", self.ask(f"{method.upper()} {path}", Call(there))


@cache
def schema() -> dict[str, Any]:
    """The contract as it is written down."""
    return kept_schema()


def operations() -> list[str]:
    """`METHOD /path/` for every one of the contract."""
    return [f"{method.upper()} {path}" for path, offered in schema()["paths"].items() for method in offered]


def cell(answer: Any) -> str:
    """An answer as the table has it: the status; how many rows of a list; what is special of a refusal."""
    status = str(answer.status_code)
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return status
    said = json.loads(answer.content)
    if isinstance(said, Mapping) and {"count", "results"} <= said.keys():
        return f"{status} of {said['count']}"
    if answer.status_code < 400:
        return status
    code = said["code"] if "code" in said else " ".join(sorted(said))
    return status if code in _PLAIN else f"{status} {code}"


def strings(value: Any) -> Iterator[str]:
    """Every text in an answer, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
