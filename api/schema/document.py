"""The contract as a text for people."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .promises import METHODS

type Schema = Mapping[str, Any]


def as_markdown(schema: Schema) -> str:
    """Every operation by chapter: what it takes, what it answers, which codes, an example; then every shape."""
    return "\n".join([*_head(schema), *_chapters(schema), *_refusals(schema), *_shapes(schema)]).rstrip() + "\n"


def _head(schema: Schema) -> Iterator[str]:
    yield f"# {schema['info']['title']}"
    yield ""
    yield "Made from the code by `manage.py document_api`; don't edit it by hand."
    yield ""
    yield schema["info"]["description"]
    yield ""


def _chapters(schema: Schema) -> Iterator[str]:
    by_tag: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                by_tag.setdefault(methods[method]["tags"][0], []).append((method.upper(), path, methods[method]))
    for tag in (one["name"] for one in schema["tags"]):
        if tag not in by_tag:
            continue
        yield from (f"## {tag}", "")
        for method, path, operation in by_tag[tag]:
            yield from _operation(schema, method, path, operation)


def _operation(schema: Schema, method: str, path: str, operation: Schema) -> Iterator[str]:
    yield from (f"### {operation['summary']}", "", f"`{method} {path}`", "")
    if operation.get("description"):
        yield from (operation["description"], "")
    if "security" not in operation:
        yield from ("No token is asked.", "")
    asked = [one for one in operation.get("parameters", ()) if one["in"] != "path"]
    if asked:
        yield from ("| Parameter | Type | |", "|---|---|---|")
        for one in asked:
            yield f"| `{one['name']}` | {_type(schema, one['schema'])} | {one.get('description', '')} |"
        yield ""
    yield from _body(schema, operation)
    for status, answer in operation["responses"].items():
        if "$ref" not in answer:
            yield from _answer(schema, status, answer)
    refs = {status: answer["$ref"] for status, answer in operation["responses"].items() if "$ref" in answer}
    shared = {status: ref.rpartition("/")[2] for status, ref in refs.items()}
    yield from (f"Also: {', '.join(f'[{status} {name}](#refusals)' for status, name in shared.items())}.", "")


def _body(schema: Schema, operation: Schema) -> Iterator[str]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield from (f"Body, {media_type}: {_type(schema, content['schema'])}", "")
        yield from _examples(content)


def _answer(schema: Schema, status: str, answer: Schema) -> Iterator[str]:
    if not answer.get("content"):
        yield from (f"Answer {status}, without a body.", "")
    for media_type, content in answer.get("content", {}).items():
        kind = "" if media_type == "application/json" else f", {media_type}"
        yield from (f"Answer {status}{kind}: {_type(schema, content['schema'])}", "")
        yield from _examples(content)


def _examples(content: Schema) -> Iterator[str]:
    for example in content.get("examples", {}).values():
        yield from ("```json", json.dumps(example["value"], ensure_ascii=False, indent=2), "```", "")


def _refusals(schema: Schema) -> Iterator[str]:
    yield from ("## Refusals", "", "| Status | | Codes |", "|---|---|---|")
    for name, answer in schema["components"]["responses"].items():
        codes = ", ".join(f"`{code}`" for code in answer["x-codes"])
        yield f"| {name} | {answer['description']} | {codes} |"
    yield ""


def _shapes(schema: Schema) -> Iterator[str]:
    yield from ("## Shapes", "")
    for name, shape in schema["components"]["schemas"].items():
        yield from (f"### {name}", "")
        if shape.get("description"):
            yield from (shape["description"], "")
        if not shape.get("properties"):
            continue
        yield from ("| Field | Type | |", "|---|---|---|")
        for field, part in shape["properties"].items():
            always = "" if field in shape.get("required", ()) else "may be left out"
            words = "; ".join(filter(None, (always, part.get("description", ""))))
            yield f"| `{field}` | {_type(schema, part)} | {words} |"
        yield ""


def _type(schema: Schema, part: Schema) -> str:
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if len(part.get("allOf", ())) == 1:
        return _type(schema, part["allOf"][0])
    if "items" in part:
        return f"list of {_type(schema, part['items'])}"
    if "enum" in part:
        kind = " \\| ".join(f"`{value}`" for value in part["enum"] if value not in ("", None))
    elif choices := part.get("oneOf") or part.get("anyOf"):
        kind = " or ".join(_type(schema, choice) for choice in choices)
    else:
        kind = part.get("format") or part.get("type", "anything")
    return f"{kind}, or null" if part.get("nullable") else str(kind)
