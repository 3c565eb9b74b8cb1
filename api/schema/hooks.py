"""Which addresses are in the contract, and what is added to the whole."""

from typing import Any

from . import answers

OURS = ("/api/v1/", "/auth/")


def only_ours(endpoints: list[Any]) -> list[Any]:
    """Wagtail's own API and whatever else a package brings isn't part of it."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(OURS)]


def with_shared_answers(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The refusals as components, and a tidied whole."""
    _tidy(result)
    used = {tag for methods in result["paths"].values() for one in methods.values() for tag in one["tags"]}
    result["tags"] = [tag for tag in result["tags"] if tag["name"] in used]
    components = result.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **answers.schemas()}.items()))
    components["responses"] = answers.responses()
    return result


def _tidy(part: Any) -> None:
    if isinstance(part, dict):
        # Left by drf-spectacular for a hook that isn't used.
        part.pop("x-spec-enum-id", None)
        if "oneOf" in part:
            # An empty text is a text as well: exactly one would be wrong.
            part["anyOf"] = part.pop("oneOf")
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            _tidy(one)
