"""What everybody asks at the course's turnstile, put by hand: Django takes longer to word a question than PostgreSQL to
answer it, and when a popular course opens hundreds ask at once.

`refuse_hopeless` comes before any lock: whoever can't get a seat any more is told so without standing in the queue
behind the course's lock. `standing_of` comes under the locks, where each round trip holds everybody up.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance

from ..models import EnrollmentRequest
from ..querysets import SEAT_HOLDING, UNDECIDED_REQUESTS

_HAS_PLACE = f"""EXISTS (
    SELECT 1 FROM enrollments_enrollment e
    WHERE e.course_id = r.course_id AND e.status IN {SEAT_HOLDING}
      AND (e.child_id = r.child_id OR e.student_id = r.student_id)
)"""  # noqa: S608  names of our own states
# Every seat is held at this moment, and nothing else is wrong that would be said first.
_HOPELESS = f"""SELECT r.course_id, r.status, c.name,
    r.status IN {UNDECIDED_REQUESTS} AND r.called_at IS NULL
    AND c.is_active AND c.enrolled_count >= c.capacity
    AND coalesce(c.end_date, s.end_date, %s) >= %s
    AND NOT {_HAS_PLACE}
FROM enrollments_enrollmentrequest r
JOIN courses_course c ON c.id = r.course_id
JOIN courses_season s ON s.id = c.season_id
WHERE r.id = %s"""  # noqa: S608
_STANDING = f"""SELECT {_HAS_PLACE}, EXISTS (
    SELECT 1 FROM enrollments_enrollmentrequest l
    WHERE l.course_id = r.course_id
      AND (l.status = 'waitlisted' OR (l.status IN {UNDECIDED_REQUESTS} AND l.called_at IS NOT NULL))
)
FROM enrollments_enrollmentrequest r WHERE r.id = %s"""  # noqa: S608


@dataclass(frozen=True)
class Standing:
    """Where a request stands in its locked course."""

    # The participant holds a seat of the course already.
    has_place: bool
    # Somebody waits, or has an offer: maybe this very request.
    line: bool


def refuse_hopeless(request_id: UUID, *, overbook_reason: str) -> UUID:
    """Refuse a request that is decided for good, or (unless it is overbooked) of a course without a free seat.

    Returns the key of the course, which is the first to be locked for all others. A decision is never taken back, so
    it needs no lock to be believed; and where every seat is held, nobody without an offer gets one. Whatever else may
    be wrong is left to the checks under the locks. Raises DomainError `illegal_step` or `course_full`.
    """
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    course_id, status, course, no_seat = _ask(_HOPELESS, [today, today], request_id)
    if not EnrollmentRequest.TRANSITIONS[status]:
        advance(EnrollmentRequest(status=status), EnrollmentRequest.Status.ACCEPTED)
    if no_seat and not overbook_reason:
        raise course_full(course)
    return UUID(str(course_id))


def standing_of(request: EnrollmentRequest) -> Standing:
    """Where the locked request stands; whoever changes it holds the same course."""
    has_place, line = _ask(_STANDING, [], request.pk)
    return Standing(bool(has_place), bool(line))


def course_full(course: object) -> DomainError:
    """The refusal of a course, or its name, that has no seat left."""
    message = _("No seat is left in “%(course)s”: put the request on the waiting list.") % {"course": course}
    return DomainError("course_full", message)


def _ask(question: str, words: list[Any], request_id: UUID) -> Any:
    key = EnrollmentRequest._meta.pk.get_db_prep_value(request_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(question, [*words, key])
        answer = cursor.fetchone()
    if answer is None:
        raise EnrollmentRequest.DoesNotExist(f"There is no request {request_id}.")
    return answer
