"""Seats and the waiting list: counted, given, given back and offered under the course's lock.

A seat that frees is kept for the first who waits: the request becomes pending with `called_at`, and from then on
its claim counts like a seat that is taken, until it is accepted, refused, cancelled or expired. So nobody who comes
later (a new request, a bulk acceptance, an import) can slip in between.
"""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..events import request_closed
from ..models import EnrollmentRequest
from ..querysets import UNDECIDED_REQUESTS
from ..selectors import free_seats, why_not_running

Status = EnrollmentRequest.Status


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


def lock_request_of(course: Course, request_id: UUID) -> EnrollmentRequest:
    """A request of the locked course, locked, with whom it is for."""
    people = EnrollmentRequest.objects.select_related("child", "student__user")
    request: EnrollmentRequest = people.lock(request_id)
    request.course = course
    return request


def take_seat(course: Course, *, above: bool = False) -> None:
    """One seat of the locked course is held from now on; `above` says that it is one the course doesn't have."""
    counts = ["enrolled_count", "overbooked"] if above else ["enrolled_count"]
    Course.objects.filter(pk=course.pk).update(**{count: F(count) + 1 for count in counts})
    course.enrolled_count += 1
    course.overbooked += int(above)


def give_seat_back(course: Course, *, by: CustomUser | None) -> None:
    """One seat of the locked course is free again, and offered to the first who waits."""
    Course.objects.filter(pk=course.pk).update(enrolled_count=F("enrolled_count") - 1)
    course.enrolled_count -= 1
    # Offers that lapsed are left to whoever looks next: closing one may take a counter, and a refund isn't at its end.
    call_waiting(course, by=by, lapse=False)


def call_waiting(
    course: Course,
    *,
    by: CustomUser | None,
    besides: UUID | None = None,
    lapse: bool = True,
    now: dt.datetime | None = None,
) -> list[EnrollmentRequest]:
    """Offer the locked course's free seats to those who wait, first come first; `besides` just gave its claim up.

    Offers nobody took in time lapse first (but not that of `besides`). Nobody is called to a course that takes nobody
    any more. Returns the requests called.
    """
    now = now or timezone.now()
    lapsed = _lapse(course, besides=besides, now=now) if lapse else []
    called = _call(course, by=by, besides=besides, now=now)
    # The last step, for it may take a receipt number: counters are locked last.
    for request in lapsed:
        request_closed(request, None)
    return called


def call_waiting_besides(course: Course, request: EnrollmentRequest, *, by: CustomUser | None) -> None:
    """Offer the course's free seats before this locked request is decided on; maybe it is called itself.

    An offer that it has doesn't lapse while it is being taken.
    """
    offered = request.called_at is not None and request.status in UNDECIDED_REQUESTS
    for called in call_waiting(course, by=by, besides=request.pk if offered else None):
        if called.pk == request.pk:
            request.status, request.called_at = called.status, called.called_at


def _call(course: Course, *, by: CustomUser | None, besides: UUID | None, now: dt.datetime) -> list[EnrollmentRequest]:
    _keep_overbooked(course)
    if why_not_running(course, today=timezone.localdate(now)):
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
        advance(request, Status.PENDING)
        request.called_at = now
        request.save(update_fields=["status", "called_at"])
        audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION)
    return called


def _lapse(course: Course, *, besides: UUID | None, now: dt.datetime) -> list[EnrollmentRequest]:
    """End the offers of the locked course that nobody took in time."""
    offers = EnrollmentRequest.objects.lapsed(now).filter(course=course).order_by("called_at", "pk")
    if besides is not None:
        offers = offers.exclude(pk=besides)
    lapsed = list(offers.select_for_update(of=("self",), no_key=True))
    for request in lapsed:
        before = audit.snapshot(request)
        advance(request, Status.EXPIRED)
        request.decision_reason = lapsed_words()
        request.decided_at = now
        request.decided_by = None
        request.save(update_fields=["status", "decision_reason", "decided_at", "decided_by"])
        audit.record_changed(request, before, by=None, action=audit.Action.TRANSITION, reason=request.decision_reason)
    return lapsed


def lapsed_words() -> str:
    """Why an offer came to its end."""
    sentence = _("The seat was kept for %(hours)s hours and nobody took it: it goes to the next who waits.")
    return str(sentence) % {"hours": settings.WAITING_LIST_OFFER_HOURS}


def _keep_overbooked(course: Course) -> None:
    """No more places count as above the capacity than are: seats may have been added, or given back, since."""
    if not course.overbooked:
        return
    claims = EnrollmentRequest.objects.called().filter(course=course).count()
    above = min(course.overbooked, max(course.enrolled_count + claims - course.capacity, 0))
    if above != course.overbooked:
        Course.objects.filter(pk=course.pk).update(overbooked=above)
        course.overbooked = above


def expire_offers(now: dt.datetime | None = None) -> int:
    """End the offers that nobody took in time and call the next, each course in its own transaction.

    Safe to run twice and at once. A course that somebody else holds is left to the next run. Returns how many lapsed.
    """
    now = now or timezone.now()
    lapsed = EnrollmentRequest.objects.lapsed(now)
    count = 0
    for course_id in lapsed.order_by("course_id").values_list("course_id", flat=True).distinct():
        try:
            count += _expire_offers_of(course_id, now=now)
        except OperationalError:
            continue
    return count


@transaction.atomic
def _expire_offers_of(course_id: UUID, *, now: dt.datetime) -> int:
    course = lock_course(course_id)
    count: int = EnrollmentRequest.objects.lapsed(now).filter(course=course).count()
    call_waiting(course, by=None, now=now)
    return count


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
    advance(request, Status.WAITLISTED)
    if not was_called and free_seats(course):
        raise DomainError("seats_free", _("This course has a free seat: accept the request instead."))
    request.called_at = None
    request.save(update_fields=["status", "called_at"])
    audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION)
    if was_called:
        call_waiting(course, by=by, besides=request.pk)
    return request
