"""From a view's operations to OpenAPI; loaded by whoever writes the schema, never by a request."""

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_media_type_object
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticated

from ..contract import Operation, Shape
from ..errors import STATUS
from ..serializers import StrictMixin
from ..views import ApiView, ListView
from . import parameters
from .answers import CODES, NAMES


class TokenSchemes(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two spellings of the same header."""

    target_class = "api.authentication.TokenAuthentication"
    name = ["JWT", "Bearer"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """OpenAPI knows Bearer; JWT is a header like any other to it."""
        jwt = {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: JWT <access>`, with the access token of `POST /auth/jwt/create/`.",
        }
        bearer = {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The same as `Authorization: Bearer <access>`.",
        }
        return [jwt, bearer]


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The key of a reader at a door."""

    target_class = "api.devices.authentication.DeviceAuthentication"
    name = "Device"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A header like any other to OpenAPI."""
        words = "`Authorization: Device <device_id>:<key>`, as the staff admin shows it once."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


class AmountShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Amounts and marks are strings with two decimals."""

    target_class = "rest_framework.fields.DecimalField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Read with at most two decimals, sent with two."""
        if direction != "request":
            return {"type": "string", "pattern": r"^-?\d+\.\d{2}$"}
        whole = self.target.max_digits - self.target.decimal_places
        sign = "" if self.target.min_value is not None and self.target.min_value >= 0 else "-?"
        return {"type": "string", "pattern": rf"^{sign}\d{{1,{whole}}}(\.\d{{1,2}})?$"}


class ParticipantShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A participant by kind and id."""

    target_class = "api.serializers.ParticipantField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """As child:3f333df6-90a4-4fda-8dd3-9485d27cee36."""
        digits = "[0-9a-fA-F]"
        name = rf"^(child|student):{digits}{{8}}(-{digits}{{4}}){{3}}-{digits}{{12}}$"
        return {"type": "string", "pattern": name}


class HourShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An hour of the centre's clock; OpenAPI's `time` would have an offset."""

    target_class = "rest_framework.fields.TimeField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """As 16:30:00."""
        return {"type": "string", "pattern": r"^\d{2}:\d{2}:\d{2}$"}


class ContractSchema(AutoSchema):
    """What a view says of itself in `operations`."""

    view: Any

    @property
    def operation(self) -> Operation:
        """Of the method that is written now; a method without one is a fault."""
        try:
            return self.view.operations[self.method]  # type: ignore[no-any-return]
        except (AttributeError, KeyError) as error:
            raise LookupError(f"{type(self.view).__name__} has no operation for {self.method}") from error

    @property
    def is_list(self) -> bool:
        """Whether the answer is a page."""
        return isinstance(self.view, ListView) and self.method == "GET"

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """With the answers that every operation of its kind can get, and its codes."""
        written: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if written is None:
            return None
        for status in sorted(self._refusals()):
            written["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{NAMES[status]}"})
        if self.operation.codes:
            written["x-codes"] = {code: _status_of(code) for code in sorted(self.operation.codes)}
        return written

    def get_operation_id(self) -> str:
        """The stable name."""
        return self.operation.id

    def get_summary(self) -> str:
        """A line."""
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        """What a line can't hold, and the codes."""
        one = self.operation
        codes = ", ".join(f"`{code}` ({_status_of(code)})" for code in sorted(one.codes))
        return "\n\n".join(filter(None, (one.description, codes and f"Codes: {codes}.")))

    def get_tags(self) -> list[str]:
        """Its chapter."""
        return [self.operation.tag]

    def get_auth(self) -> list[dict[str, Any]]:
        """Either spelling, where a token is asked for."""
        if self._is_open():
            return []
        return [{name: scopes} for both in super().get_auth() for name, scopes in both.items()]

    def get_filter_backends(self) -> list[Any]:
        """None: filters are a view's own."""
        return []

    def get_override_parameters(self) -> list[OpenApiParameter]:  # type: ignore[override]
        """Filters, the page, what the operation names, and the key of a POST."""
        named = self.operation.parameters.items()
        found = [parameters.in_query(name, dict(one.schema), one.description, one.required) for name, one in named]
        if self.is_list:
            filters = self.view.filters.base_filters if self.view.filters else {}
            found += [parameters.of_filter(name, one) for name, one in filters.items()] + parameters.OF_PAGES
        if self._is_repeatable():
            found.append(parameters.IDEMPOTENCY_KEY)
        return found

    def get_request_serializer(self) -> Any:
        """The body's shape."""
        return self.operation.body

    def get_response_serializers(self) -> Any:
        """The answer that succeeds; refusals are added to the whole."""
        one = self.operation
        if one.media_type != "application/json":
            return {(one.status, one.media_type): OpenApiTypes.BINARY if "pdf" in one.media_type else OpenApiTypes.STR}
        shape = _page_of(one.answer) if self.is_list and isinstance(one.answer, type) else one.answer
        return {one.status: OpenApiResponse(shape, description=one.summary)}

    def get_examples(self) -> list[OpenApiExample]:
        """One of the body, one of the answer."""
        one, found = self.operation, []
        if one.body_example is not None:
            found.append(OpenApiExample("body", value=one.body_example, request_only=True))
        if one.example is not None:
            page = {"count": 1, "next": None, "previous": None, "results": [one.example]}
            value = page if self.is_list else one.example
            found.append(OpenApiExample("answer", value=value, response_only=True, status_codes=[str(one.status)]))
        return found

    def _get_request_body(self, direction: str = "request") -> Any:
        """Also for DELETE, where leaving asks for the password."""
        if self.method != "DELETE" or not self.operation.body:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        shape = self.resolve_serializer(cast(Any, self.operation.body), "request").ref
        examples = self._get_examples(self.operation.body, "request", "application/json")  # type: ignore[no-untyped-call]
        return {"content": {"application/json": build_media_type_object(shape, examples)}, "required": True}

    def _map_serializer(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> Any:  # noqa: FBT001  as inherited
        """An unknown field in a body is refused."""
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(serializer, StrictMixin):
            schema["additionalProperties"] = False
            if self.method == "PATCH" and self.operation.needed:
                schema["required"] = sorted(self.operation.needed)
        return schema

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _is_open(self) -> bool:
        return not self.view.authentication_classes or not self.view.permission_classes

    def _is_repeatable(self) -> bool:
        of_kind = isinstance(self.view, ApiView) and self.view.has_keys
        return self.method == "POST" and of_kind and not self._is_open()

    def _refusals(self) -> set[int]:
        """Statuses that this kind of operation can end with besides success."""
        one = self.operation
        found = {503, *one.errors, *map(_status_of, one.codes)}
        if isinstance(self.view, ApiView) or one.body:
            found.add(400)
        if one.body or self.method not in SAFE_METHODS:
            found |= {413, 415}
        if not self._is_open():
            found.add(401)
            if set(self.view.permission_classes) - {IsAuthenticated, AllowAny}:
                found.add(403)
        if "{" in self.path or self.is_list:
            found.add(404)
        if self._is_repeatable():
            found |= {409, 422}
        if self.view.throttle_classes:
            found.add(429)
        return found


_pages: dict[Shape, Shape] = {}


def _page_of(row: Shape) -> Shape:
    """A page of rows; one class for each shape, for the registry goes by identity."""
    if row not in _pages:
        fields = {
            "__doc__": "A page of a list.",
            "count": serializers.IntegerField(help_text="Rows in all pages."),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        }
        name = row.__name__.removesuffix("Serializer")
        _pages[row] = type(f"{name}PageSerializer", (serializers.Serializer,), fields)
    return _pages[row]


def _status_of(code: str) -> int:
    return STATUS.get(code) or CODES.get(code, 400)
