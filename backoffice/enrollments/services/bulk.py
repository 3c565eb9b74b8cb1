"""The same decision for many requests: each in its own transaction, the oldest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import OperationalError
from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import EnrollmentRequest
from .decisions import accept_request, refuse_request
from .seats import put_on_waiting_list


@dataclass
class BulkOutcome:
    """How many were done, and the requests that were not, each with the sentence why."""

    done: int = 0
    refused: list[tuple[EnrollmentRequest, str]] = field(default_factory=list)


def accept_many(ids: Iterable[UUID], *, by: CustomUser | None) -> BulkOutcome:
    """Accept requests in the order they were made, so that the last seats go to who came first."""
    return _each(ids, partial(accept_request, by=by))


def refuse_many(ids: Iterable[UUID], *, by: CustomUser | None, reason: str) -> BulkOutcome:
    """Refuse requests for one reason."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the request is refused."), field="reason")
    return _each(ids, partial(refuse_request, by=by, reason=reason))


def waitlist_many(ids: Iterable[UUID], *, by: CustomUser | None) -> BulkOutcome:
    """Put requests on the waiting list."""
    return _each(ids, partial(put_on_waiting_list, by=by))


def _each(ids: Iterable[UUID], step: Callable[[UUID], object]) -> BulkOutcome:
    outcome = BulkOutcome()
    rows = EnrollmentRequest.objects.filter(pk__in=list(ids)).select_related("course", "child", "student__user")
    for request in rows.order_by("created_at", "id"):
        try:
            step(request.pk)
        except DomainError as error:
            outcome.refused.append((request, str(error)))
        except OperationalError:
            # The row is somebody else's for the moment; the others can still be done.
            busy = _("Somebody else is working on this right now. Try again in a moment.")
            outcome.refused.append((request, busy))
        else:
            outcome.done += 1
    return outcome
