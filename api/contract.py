"""What each method of an address promises; the schema is made from it, and views carry no word of drf-spectacular.

drf-spectacular and what it brings are loaded by whoever writes the schema, never by the process that answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rest_framework.serializers import BaseSerializer

type Shape = type[BaseSerializer[Any]]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A query parameter that isn't one of a list's filters."""

    schema: Mapping[str, Any]
    description: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What one method does, what it takes, and what it answers.

    `id` names the method in generated clients, so it never changes. `answer` is the shape of what succeeds: for the
    GET of a list, of one row; a plain schema will do; None for no body. `needed` are the fields that a PATCH, of which
    everything may be left out, can't do without: those that say which row. `codes` are the refusals that an app may
    have to tell apart; their status is that of `api.errors.STATUS`. `errors` are statuses beside those that the kind
    of view brings.
    """

    id: str
    tag: str
    summary: str
    description: str = ""
    body: Shape | None = None
    needed: tuple[str, ...] = ()
    answer: Shape | Mapping[str, Any] | None = None
    status: int = 200
    media_type: str = "application/json"
    codes: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    example: Any = None
    body_example: Any = None


class Tag:
    """The chapters of the contract."""

    ACCOUNTS: Final = "Accounts"
    CATALOGUE: Final = "Catalogue"
    FAMILY: Final = "Family"
    PLACES: Final = "Places"
    MONEY: Final = "Money"
    TIMETABLE: Final = "Timetable"
    TEACHING: Final = "Teaching"
    DEVICES: Final = "Devices"
    LIVE: Final = "Live"
