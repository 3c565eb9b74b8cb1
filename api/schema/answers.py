"""Refusals that many operations share, as components of the schema."""

from typing import Any, Final

# Status → the component's name, what it means, the codes that can come with it.
_SHARED: Final[dict[int, tuple[str, str, tuple[str, ...]]]] = {
    304: ("NotModified", "It is as it was when it had the ETag of `If-None-Match`.", ()),
    400: ("BadRequest", "Something in the body or the address is wrong: by field, or as a whole.", ("parse_error",)),
    401: (
        "NotSignedIn",
        "No token, or one that isn't good.",
        ("device_refused", "not_authenticated", "token_not_valid", "wrong_number_or_password"),
    ),
    403: ("NotAllowed", "This role may not.", ("permission_denied",)),
    404: ("NotFound", "There is no such thing, or it is somebody else's.", ("not_found", "no_such_page")),
    409: ("Conflict", "It can't be done as things stand now.", ("still_running",)),
    413: ("TooLarge", "The body is larger than 1 MB.", ("body_too_large",)),
    415: ("NotJson", "The body isn't of a type that is read here.", ("unsupported_media_type",)),
    422: ("KeyUsed", "The Idempotency-Key came with another body before.", ("idempotency_key_used",)),
    429: ("TooMany", "Too often; `Retry-After` says for how many seconds to wait.", ("throttled", "locked")),
    503: ("Busy", "Somebody else is working on the same thing; try again in a moment.", ("busy",)),
}
CODES: Final = {code: status for status, (_name, _words, codes) in _SHARED.items() for code in codes}
NAMES: Final = {status: name for status, (name, _words, _codes) in _SHARED.items()}

REFUSAL: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A refusal: `code` is stable; `detail` is Arabic, or English with `Accept-Language: en`.",
    "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
    "required": ["detail", "code"],
    "additionalProperties": False,
}
_LINE: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}
FAULTS: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What is wrong, by field; `non_field_errors` is of the whole. Faults in nested fields are nested, "
    "those in lines under the line's place, from 0.",
    "additionalProperties": {
        "anyOf": [
            _LINE,
            {"type": "object", "additionalProperties": True},
        ]
    },
}


def schemas() -> dict[str, Any]:
    """The two shapes of a refusal."""
    return {"Refusal": REFUSAL, "Faults": FAULTS}


def responses() -> dict[str, Any]:
    """The shared answers."""
    return {name: _response(status, words, codes) for status, (name, words, codes) in _SHARED.items()}


def _response(status: int, words: str, codes: tuple[str, ...]) -> dict[str, Any]:
    if status < 400:
        return {"description": words, "x-codes": []}
    refusal: dict[str, Any] = {"$ref": "#/components/schemas/Refusal"}
    examples: dict[str, Any] = {code: {"value": {"detail": "…", "code": code}} for code in codes}
    schema = refusal
    if status == 400:
        schema = {"anyOf": [refusal, {"$ref": "#/components/schemas/Faults"}]}
        examples["by field"] = {"value": {"course": ["This field is required."]}}
    answer: dict[str, Any] = {
        "description": words,
        "content": {"application/json": {"schema": schema, "examples": examples}},
        "x-codes": sorted(codes),
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return answer
