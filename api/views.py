"""The bases of every view below /api/v1/.

A view names its operations, for the contract; reads its body with `read`; and answers with plain dictionaries, made
from rows of a queryset or a selector of `backoffice`. Serializers describe shapes and check
bodies; they render nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from backoffice.shared.statements import KeptStatement
from backoffice.users.models import CustomUser

from . import idempotency
from .contract import Operation
from .filters import Filters, refuse_unknown
from .paging import PAGE, PAGE_SIZE, read_page
from .serializers import StrictSerializer


class PersonalView(APIView):
    """A view that answers somebody: nothing between us and the app keeps what it says."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    operations: ClassVar[Mapping[str, Operation]] = {}
    cache_control: ClassVar[str | None] = "no-store"

    @property
    def person(self) -> CustomUser:
        """Whoever is signed in; only where the permission asks for somebody."""
        return cast(CustomUser, self.request.user)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Refusals, too, tell of somebody."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.cache_control:
            answer.headers.setdefault("Cache-Control", self.cache_control)
        return answer


class ApiView(PersonalView):
    """A view whose address takes the parameters it names and no others, and whose POST may carry a key."""

    # Whether an `Idempotency-Key` is looked at: not where what is sent has numbers of its own.
    has_keys: ClassVar[bool] = True

    def read(self, shape: type[BaseSerializer[Any]], **kwargs: Any) -> Any:
        """The checked body."""
        body = shape(data=self.request.data, context={"request": self.request, "view": self}, **kwargs)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def parameters(self, method: str) -> frozenset[str]:
        """The names that may stand behind the ? of a method's address."""
        operation = self.operations.get("GET" if method == "HEAD" else method)
        return frozenset(operation.parameters) if operation else frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, then how it is asked."""
        super().initial(request, *args, **kwargs)
        if not self._has(str(request.method).lower()):
            # REST framework answers 405, whatever the address names.
            return
        refuse_unknown(request.query_params, self.parameters(str(request.method)))
        self._refuse_unread_body(request)
        has_key = self.has_keys and idempotency.HEADER in request.headers
        if has_key and request.method == "POST" and hasattr(self, "post"):
            self._repeatable(self.post)

    def _has(self, method: str) -> bool:
        return method in self.http_method_names and hasattr(self, method)

    def _refuse_unread_body(self, request: Request) -> None:
        """Where no body is read, what somebody sends is refused by its name; dropping it would deceive."""
        operation = self.operations.get(str(request.method))
        if request.method not in SAFE_METHODS and operation and operation.body is None and request.data:
            self.read(StrictSerializer)

    def _repeatable(self, handler: Any) -> None:
        """REST framework takes the handler from the instance after this."""

        def post(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return idempotency.once(self, request, lambda: handler(request, *args, **kwargs))

        self.post = post


class OpenView(ApiView):
    """For everyone: no token is asked, and an old one in the header does no harm."""

    authentication_classes = []
    permission_classes = []
    cache_control = None


class RowsView(ApiView):
    """A view that shows rows: which ones this person may see, and what each looks like."""

    def rows(self) -> QuerySet[Any]:
        """The rows that exist for whoever asks, in the list's order, which ends with the key."""
        raise NotImplementedError

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What is read of each row; by default the whole. Here a list joins, after it was filtered and counted."""
        return rows

    def shown(self, rows: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """Rows in their shape; what belongs to them is read for all at once."""
        raise NotImplementedError

    def one(self, **key: Any) -> Any:
        """The row, or a 404: somebody else's looks like none."""
        row = self.columns(self.rows().filter(**key)).first()
        if row is None:
            raise exceptions.NotFound(_("There is no such thing, or it isn't yours."))
        return row


class ListView(RowsView):
    """GET of a list: filtered, in pages."""

    filters: ClassVar[type[Filters] | None] = None
    # The same rows and columns, where a list is so much asked for that its SQL is worth keeping.
    kept: ClassVar[KeptStatement | None] = None

    def kept_values(self) -> Mapping[str, Any]:
        """What the kept statement is asked with, such as whose rows."""
        return {}

    def parameters(self, method: str) -> frozenset[str]:
        """Those of the filters and of the page."""
        named = super().parameters(method)
        if method not in ("GET", "HEAD"):
            return named
        return named | {PAGE, PAGE_SIZE} | (self.filters.base_filters.keys() if self.filters else frozenset())

    def get(self, request: Request) -> Response:
        """A page."""
        if self.kept and not (self.filters and self.filters.are_asked(request.query_params)):
            page = read_page(request, self.kept.of(**self.kept_values()), list)
        else:
            rows = self.filters.narrow(request.query_params, self.rows()) if self.filters else self.rows()
            page = read_page(request, rows, self.columns)
        return Response(page.answer(request, self.shown(page.rows)))


class DetailView(RowsView):
    """GET of one row by its key."""

    def get(self, request: Request, id: UUID) -> Response:
        """The row."""
        return Response(self.shown([self.one(pk=id)])[0])
