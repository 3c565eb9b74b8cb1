"""How bodies are read and answers written: JSON, of a size that a form has, without what no text may hold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

# A batch of 500 scans is some 80 KB.
LARGEST_BODY: Final = 2**20
UNKEEPABLE: Final = _("This holds a character that no text can have.")


class BodyTooLarge(exceptions.APIException):
    """More than any body of ours can need."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is larger than 1 MB.")
    default_code = "body_too_large"


class JSONParser(BaseParser):
    """JSON of at most 1 MB whose strings can be kept: no NUL, no half of a surrogate pair."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value; raises ParseError with the reason, or BodyTooLarge."""
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        except RecursionError as error:
            raise exceptions.ParseError(_("The body is nested too deeply.")) from error
        except ValueError as error:
            raise exceptions.ParseError(_("The body isn't valid JSON: %(reason)s") % {"reason": error}) from error
        # Only an escape can bring in what UTF-8 itself doesn't let through.
        if b"\\u" in body:
            _refuse_what_cant_be_kept(value)
        return value


class OnlyJSON(BaseContentNegotiation):
    """JSON whatever `Accept` says: a calendar or a receipt is asked for by its address."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:  # type: ignore[override]
        """The parser of the body's type; None, and so a 415, for any other."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first."""
        return renderers[0], str(renderers[0].media_type)


def _refuse_what_cant_be_kept(value: Any) -> None:
    """Raise a 400: by field, where the fault lies in a field's value."""
    if isinstance(value, dict) and all(map(_can_be_kept, value)):
        faults = {name: [UNKEEPABLE] for name, part in value.items() if not all(map(_can_be_kept, _strings(part)))}
        if faults:
            raise exceptions.ValidationError(faults)
    elif not all(map(_can_be_kept, _strings(value))):
        raise exceptions.ParseError(UNKEEPABLE)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _can_be_kept(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
