"""Seats and the waiting list: counted, given, given back and offered under the course's lock.

A seat that frees is kept for the first who waits: the request becomes pending with `called_at`, and from then on
its claim counts like a seat that is taken, until it is accepted, refused, cancelled or expired. So nobody who comes
later (a new request, a bulk acceptance, an import) can slip in between.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..models import EnrollmentRequest
from ..selectors import free_seats, why_not_running


def lock_course_of(request_id: UUID) -> Course:
    """The course of a request, locked; the first lock of whatever decides about a seat."""
    return lock_course(EnrollmentRequest.objects.values_list("course_id", flat=True).get(pk=request_id))


def lock_course(course_id: UUID) -> Course:
    """The course, locked, with its seats as they are now."""
    course: Course = Course.objects.lock(course_id)
    return course


def lock_request(request_id: UUID) -> EnrollmentRequest:
    """The request, locked."""
    request: EnrollmentRequest = EnrollmentRequest.objects.lock(request_id)
    return request


def take_seat(course: Course) -> None:
    """One seat of the locked course is held from now on."""
    Course.objects.filter(pk=course.pk).update(enrolled_count=F("enrolled_count") + 1)
    course.enrolled_count += 1


def give_seat_back(course: Course, *, by: CustomUser | None) -> None:
    """One seat of the locked course is free again, and offered to the first who waits."""
    Course.objects.filter(pk=course.pk).update(enrolled_count=F("enrolled_count") - 1)
    course.enrolled_count -= 1
    call_waiting(course, by=by)


def call_waiting(course: Course, *, by: CustomUser | None, besides: UUID | None = None) -> list[EnrollmentRequest]:
    """Offer the locked course's free seats to those who wait, first come first; `besides` just gave its claim up.

    Nobody is called to a course that takes nobody any more. Returns the requests called.
    """
    if why_not_running(course, today=timezone.localdate()):
        return []
    queue = EnrollmentRequest.objects.waitlisted().filter(course=course)
    if besides is not None:
        queue = queue.exclude(pk=besides)
    free = free_seats(course)
    if not free:
        return []
    called = list(queue.select_for_update(of=("self",), no_key=True)[:free])
    for request in called:
        before = audit.snapshot(request)
        advance(request, EnrollmentRequest.Status.PENDING)
        request.called_at = timezone.now()
        request.save(update_fields=["status", "called_at"])
        audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION)
    return called


@transaction.atomic
def seats_added(course_id: UUID, *, by: CustomUser | None) -> list[EnrollmentRequest]:
    """The course has more seats than before (its capacity was raised): call who waits; returns the requests called."""
    return call_waiting(lock_course(course_id), by=by)


def call_to_new_seats(course_id: UUID, by: CustomUser | None) -> None:
    """What a course whose capacity was raised causes: see `seats_added`."""
    seats_added(course_id, by=by)


@transaction.atomic
def put_on_waiting_list(request_id: UUID, *, by: CustomUser | None) -> EnrollmentRequest:
    """Put a request of a full course on the waiting list, in its place by the time it was made.

    Refused with `seats_free` while a seat could be given to it: nobody waits beside an empty chair. One who was
    called and isn't ready gives the claim up this way, and the next is called.
    """
    course = lock_course_of(request_id)
    request = lock_request(request_id)
    was_called = request.called_at is not None
    before = audit.snapshot(request)
    advance(request, EnrollmentRequest.Status.WAITLISTED)
    if not was_called and free_seats(course):
        raise DomainError("seats_free", _("This course has a free seat: accept the request instead."))
    request.called_at = None
    request.save(update_fields=["status", "called_at"])
    audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION)
    if was_called:
        call_waiting(course, by=by, besides=request.pk)
    return request
