"""What schemathesis is told beside the contract: how its role signs in, and which rows there are to speak of."""

import json
import os
from functools import cache
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

import schemathesis

_SECONDS_OF_A_TOKEN = 10 * 60
NUMBER = os.environ.get("FUZZ_NUMBER", "")
# A made-up id is nobody's: every other one in a body becomes that of a row which the role sees in this list.
_SPEAKS_OF = {"course": "courses", "child": "children", "enrollment": "enrollments", "instructor": "instructors"}


def _asked(path: str, token: str = "", body: dict[str, str] | None = None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"JWT {token}"} if token else {})
    sent = json.dumps(body).encode() if body else None
    with urlopen(Request(f"{os.environ['FUZZ_ADDRESS']}{path}", sent, headers), timeout=60) as answer:
        return json.load(answer)


def _sign_in() -> str:
    person = {"phone_number1": NUMBER, "password": os.environ["FUZZ_PASSWORD"]}
    token: str = _asked("/auth/jwt/create/", body=person)["access"]
    return token


@cache
def _first_token() -> str:
    return _sign_in()


@cache
def _ids(rows: str) -> list[str]:
    try:
        return [row["id"] for row in _asked(f"/api/v1/{rows}/?page_size=100", _first_token())["results"]]
    except HTTPError:
        # A role that may not.
        return []


def _of_a_row(name: str, value: object) -> object:
    if name not in _SPEAKS_OF or not isinstance(value, str):
        return value
    try:
        number = UUID(value).int
    except ValueError:
        return value
    ids = _ids(_SPEAKS_OF[name])
    return ids[number // 2 % len(ids)] if ids and number % 2 else value


if NUMBER:

    @schemathesis.auth(refresh_interval=_SECONDS_OF_A_TOKEN)
    class SignedIn:
        """The access token of the role's account."""

        def get(self, case: Any, context: Any) -> str:
            """Sign in, as the apps do."""
            return _sign_in()

        def set(self, case: Any, data: str, context: Any) -> None:
            """In the header."""
            case.headers = {**(case.headers or {}), "Authorization": f"JWT {data}"}

    @schemathesis.hook
    def map_body(context: Any, body: Any) -> Any:
        """Speak of rows that there are, so that more than their absence is asked about."""
        if not isinstance(body, dict):
            return body
        return {name: _of_a_row(name, value) for name, value in body.items()}
