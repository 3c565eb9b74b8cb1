"""What the apps are told when something is refused: one shape, stable codes, never a page of HTML."""

import logging
from collections.abc import Collection
from typing import Any, Final

from django.core.exceptions import ValidationError as ModelValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from backoffice.shared.errors import DomainError
from backoffice.shared.request_ids import current_request_id
from backoffice.shared.room import NO_ROOM, is_no_room
from backoffice.users.passwords import LOCKED, LOCKED_SECONDS

logger = logging.getLogger(__name__)

PREFIXES: Final = ("/api/", "/auth/")
# A database that is restarted is back in about this time.
_SECONDS_AWAY: Final = 10

# What a rule's refusal is in HTTP; what isn't named here is a 400: the caller asked for what can't be.
STATUS: Final[dict[str, int]] = {
    "device_refused": status.HTTP_401_UNAUTHORIZED,
    "not_found": status.HTTP_404_NOT_FOUND,
    "not_a_parent": status.HTTP_403_FORBIDDEN,
    "not_primary_parent": status.HTTP_403_FORBIDDEN,
    "not_your_request": status.HTTP_403_FORBIDDEN,
    "staff_account": status.HTTP_403_FORBIDDEN,
    "own_access": status.HTTP_403_FORBIDDEN,
    "access_not_yours": status.HTTP_403_FORBIDDEN,
    "above_oneself": status.HTTP_403_FORBIDDEN,
    "may_not_mark": status.HTTP_403_FORBIDDEN,
    "may_not_enter_results": status.HTTP_403_FORBIDDEN,
    "no_place_there": status.HTTP_403_FORBIDDEN,
    "not_begun": status.HTTP_409_CONFLICT,
    "rated_already": status.HTTP_409_CONFLICT,
    "illegal_step": status.HTTP_409_CONFLICT,
    "child_has_history": status.HTTP_409_CONFLICT,
    "course_full": status.HTTP_409_CONFLICT,
    "request_open_already": status.HTTP_409_CONFLICT,
    "has_place_already": status.HTTP_409_CONFLICT,
    "has_further_parent": status.HTTP_409_CONFLICT,
    "taken_meanwhile": status.HTTP_409_CONFLICT,
}


class Locked(exceptions.APIException):
    """Five wrong passwords lock a number for a quarter of an hour."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = LOCKED
    default_code = "locked"
    wait = LOCKED_SECONDS


class Busy(exceptions.APIException):
    """Somebody else holds the row for too long."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("Somebody else is working on this right now. Try again in a moment.")
    default_code = "busy"
    wait = 1


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error of a view; None, and so a 500, for what nobody foresaw."""
    translated = _as_rest_error(error, _promised(context))
    response = rest_exception_handler(translated, context)
    if response is None:
        return None
    if isinstance(response.data, list):
        response.data = {"non_field_errors": response.data}
    elif isinstance(translated, exceptions.APIException) and isinstance(response.data.get("detail"), str):
        # `detail` of an ErrorDetail knows its code; a subclass of str, it would be lost in JSON.
        code = getattr(response.data["detail"], "code", None) or translated.default_code
        response.data = {"detail": response.data["detail"], "code": code}
    return response


def _promised(context: dict[str, Any]) -> Collection[str]:
    """The codes that the operation's part of the contract names."""
    request, operations = context.get("request"), getattr(context.get("view"), "operations", {})
    operation = operations.get(request.method) if request else None
    codes: Collection[str] = operation.codes if operation else ()
    return codes


def _as_rest_error(error: Exception, promised: Collection[str]) -> Exception:
    if isinstance(error, DomainError):
        return _as_refusal(error, promised)
    if isinstance(error, ModelValidationError):
        return exceptions.ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)
    # A full disk isn't over in a moment: `server_error` has words for it.
    if isinstance(error, OperationalError) and not is_no_room(error):
        logger.warning("busy: %s", error)
        return Busy()
    return error


def _as_refusal(error: DomainError, promised: Collection[str]) -> exceptions.APIException:
    # A refusal that an app tells apart by its code keeps it; what else is wrong in a field stands at the field.
    if error.field and error.code not in STATUS and error.code not in promised:
        return exceptions.ValidationError({error.field: [str(error)]}, code=error.code)
    refusal = exceptions.APIException(detail=str(error), code=error.code)
    refusal.status_code = STATUS.get(error.code, status.HTTP_400_BAD_REQUEST)
    return refusal


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for the whole site: JSON under the apps' addresses, the page elsewhere."""
    if request.path_info.startswith(PREFIXES):
        return JsonResponse({"detail": _("There is nothing at this address."), "code": "not_found"}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for the whole site: JSON under the apps' addresses, the page elsewhere.

    Both say the request's id, under which the log has the reason.
    """
    request_id = current_request_id()
    if request.path_info.startswith(PREFIXES):
        detail = _("Something went wrong on our side. Try again later.")
        return JsonResponse({"detail": detail, "code": "error", "request_id": request_id}, status=500)
    return _page_alone(request, 500)


def away(request: HttpRequest) -> HttpResponse:
    """503 for the whole site: the database can't be asked right now. Who waits a little is served."""
    if request.path_info.startswith(PREFIXES):
        answer: HttpResponse = JsonResponse({"detail": str(Busy.default_detail), "code": Busy.default_code}, status=503)
    else:
        answer = _page_alone(request, 503)
    answer["Retry-After"] = str(_SECONDS_AWAY)
    return answer


def _page_alone(request: HttpRequest, status: int) -> HttpResponse:
    """Nothing is asked of a session or the database, which may be what is broken."""
    page = get_template(f"{status}.html").render({"request": request, "request_id": current_request_id()})
    return HttpResponse(page, status=status)


def no_room(request: HttpRequest) -> HttpResponse:
    """507 for the apps' addresses: the disk is full."""
    return JsonResponse({"detail": str(NO_ROOM), "code": "no_room"}, status=507)
