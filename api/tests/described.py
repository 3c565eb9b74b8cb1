"""A client that holds every answer against the contract: its status, its shape, and nothing beside it."""

import json
import re
from functools import cache
from typing import Any

import jsonschema
from django.test import override_settings
from rest_framework.test import APIClient

from api.schema.hooks import OURS
from api.schema.making import make_schema

# Answers that any address can give, and that no operation lists: another method, nothing there, our own fault.
_ANYWHERE = {404, 405, 500}


class DescribedClient(APIClient):
    """REST framework's client; an answer that the contract doesn't describe fails the test."""

    def request(self, **kwargs: Any) -> Any:
        """The answer, checked."""
        answer = super().request(**kwargs)
        check(kwargs.get("REQUEST_METHOD", "GET"), kwargs["PATH_INFO"], answer)
        return answer


def check(method: str, path: str, answer: Any) -> None:
    """Fail unless the contract has this answer."""
    operation = _operation(method.lower(), str(path))
    if operation is None:
        return
    status = str(answer.status_code)
    if status not in operation["responses"]:
        assert answer.status_code in _ANYWHERE, f"{method} {path} answers {status}, which isn't in the contract"
        return
    described = _resolved(operation["responses"][status])
    content = described.get("content", {})
    if not content:
        assert not answer.content, f"{method} {path} answers {status} with a body"
        return
    media_type = answer["Content-Type"].partition(";")[0]
    assert media_type in content, f"{method} {path} answers {media_type}"
    if media_type == "application/json":
        _checker(content[media_type]["schema"]).validate(json.loads(answer.content))


@cache
def schema() -> dict[str, Any]:
    """Made once for all tests, of the real addresses: whichever test comes first may have addresses of its own."""
    with override_settings(ROOT_URLCONF="backoffice.config.urls"):
        return make_schema()


_checkers: dict[int, jsonschema.Draft202012Validator] = {}


def _checker(described: dict[str, Any]) -> jsonschema.Draft202012Validator:
    """Of a part of the schema above, which is never another; made once, for making one costs more than it checks."""
    if id(described) not in _checkers:
        _checkers[id(described)] = jsonschema.Draft202012Validator(_strict(described))
    return _checkers[id(described)]


@cache
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    found = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in schema()["paths"]]
    return sorted(found, key=lambda pair: "{" in pair[1])


def _operation(method: str, path: str) -> dict[str, Any] | None:
    if not path.startswith(OURS):
        return None
    for pattern, name in _addresses():
        if pattern.fullmatch(path):
            return schema()["paths"][name].get(method)
    return None


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = schema()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _strict(part: Any) -> Any:
    """OpenAPI 3.0 as JSON schema: null where it is allowed, and no field that isn't described."""
    if isinstance(part, list):
        return [_strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    part = dict(_resolved(part))
    nullable = part.pop("nullable", False)
    names = part.pop("properties", None)
    strict = {name: _strict(value) for name, value in part.items() if name not in ("example", "examples", "default")}
    if names is not None:
        strict["properties"] = {name: _strict(value) for name, value in names.items()}
        strict.setdefault("additionalProperties", False)
    return {"anyOf": [strict, {"type": "null"}]} if nullable else strict
