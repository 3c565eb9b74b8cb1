"""What the contract promises the apps, line by line, so that a line that goes can be seen.

A promise is something an app may rely on: an address, a field of an answer, that it is always there, a value it can
have, a code. A demand is something an app must send. A contract breaks when a promise goes, or when an address that
there was before demands more.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

type Schema = Mapping[str, Any]

METHODS: Final = ("get", "post", "put", "patch", "delete")
_DEEPEST: Final = 8


def breaks(old: Schema, new: Schema) -> list[str]:
    """Each line of the old contract that the new one doesn't keep, and each thing it demands anew."""
    gone = set(promises(old)) - set(promises(new))
    there_was = {_name(method, path) for path, method, _ in _operations(old)}
    asked = set(demands(new)) - set(demands(old))
    return sorted(gone | {line for line in asked if line.partition(" needs ")[0] in there_was})


def promises(schema: Schema) -> Iterator[str]:
    """What the apps may rely on."""
    for path, method, operation in _operations(schema):
        name = _name(method, path)
        yield name
        yield f"{name} is called {operation['operationId']}"
        for parameter in operation.get("parameters", ()):
            yield from _of_field(schema, f"{name} takes {parameter['in']} {parameter['name']}", parameter["schema"], 0)
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield from _of_value(schema, f"{name} takes {media_type}", content.get("schema", {}), 0)
        for status, answer in operation["responses"].items():
            yield f"{name} answers {status}"
            for content in resolved(schema, answer).get("content", {}).values():
                yield from _of_value(schema, f"{name} answers {status}", content.get("schema", {}), 0)
            yield from (f"{name} has code {code}" for code in resolved(schema, answer).get("x-codes", ()))
        yield from (f"{name} has code {code} with {status}" for code, status in operation.get("x-codes", {}).items())


def demands(schema: Schema) -> Iterator[str]:
    """What the apps must send."""
    for path, method, operation in _operations(schema):
        name = _name(method, path)
        for parameter in operation.get("parameters", ()):
            if parameter.get("required"):
                yield f"{name} needs {parameter['in']} {parameter['name']}"
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield from _needed(schema, f"{name} needs ", content.get("schema", {}), 0)


def _operations(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _name(method: str, path: str) -> str:
    return f"{method.upper()} {path}"


def resolved(schema: Schema, part: Schema) -> Schema:
    while "$ref" in part:
        found: Any = schema
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _of_field(schema: Schema, name: str, part: Schema, depth: int) -> Iterator[str]:
    part = resolved(schema, part)
    yield f"{name}: {_type_of(part)}"
    yield from (f"{name} may be {value}" for value in part.get("enum", ()) if value is not None)
    yield from _of_value(schema, name, part, depth + 1)


def _of_value(schema: Schema, name: str, part: Schema, depth: int) -> Iterator[str]:
    part = resolved(schema, part)
    if depth > _DEEPEST:
        return
    for choice in (*part.get("oneOf", ()), *part.get("anyOf", ()), *part.get("allOf", ())):
        yield from _of_value(schema, name, choice, depth + 1)
    if "items" in part:
        yield from _of_field(schema, f"{name}[]", part["items"], depth)
    for field, of_field in part.get("properties", {}).items():
        yield from _of_field(schema, f"{name} {field}", of_field, depth)
        if field in part.get("required", ()) and " answers " in name:
            yield f"{name} {field} is always there"
        if " answers " in name and not resolved(schema, of_field).get("nullable"):
            yield f"{name} {field} is never null"


def _needed(schema: Schema, name: str, part: Schema, depth: int) -> Iterator[str]:
    part = resolved(schema, part)
    if depth > _DEEPEST:
        return
    for choice in part.get("allOf", ()):
        yield from _needed(schema, name, choice, depth + 1)
    if "items" in part:
        yield from _needed(schema, f"{name}[]", part["items"], depth + 1)
    for field, of_field in part.get("properties", {}).items():
        if field in part.get("required", ()):
            yield f"{name}{field}"
        yield from _needed(schema, f"{name}{field}.", of_field, depth + 1)


def _type_of(part: Schema) -> str:
    kind = part.get("type") or ("one of several" if {"oneOf", "anyOf", "allOf"} & part.keys() else "anything")
    return f"{kind} ({part['format']})" if "format" in part else str(kind)
