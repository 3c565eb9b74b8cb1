"""Reads across requests, places, courses and people."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared.dates import day_begins
from backoffice.shared.errors import DomainError
from backoffice.shared.figures import Figured
from backoffice.shared.statements import KeptStatement
from backoffice.users.models import Child, CustomUser, StudentUser

from .models import Enrollment, EnrollmentRequest, Lead
from .pricing import Discount, PriceStep, agree_price, to_the_piastre
from .querysets import UNDECIDED_REQUESTS, offer_lasts
from .querysets import with_charged as with_charged

type Participant = Child | StudentUser


def why_not(course: Course, participant: Participant, *, today: dt.date) -> list[DomainError]:
    """Every reason for which this participant can't ask for a place in this course on this day; none is empty.

    Looks at what it is given only (the course with its season, a student with the user), so an import may ask
    it for a hundred thousand lines. What stands in other rows (a seat had already, …) is `why_not_again`'s.
    """
    reasons = [*why_not_running(course, today=today)]
    if not _registration_is_open(course, today):
        reasons.append(DomainError("registration_closed", _registration_words(course, today), field="course"))
    reasons += _why_not_of_this_age(course, participant, today)
    return reasons


def why_not_running(course: Course, *, today: dt.date) -> list[DomainError]:
    """The reasons for which a course takes nobody at all any more."""
    reasons = []
    if not course.is_active:
        reasons.append(DomainError("course_inactive", _("This course is not active."), field="course"))
    last_day = course.end_date or course.season.end_date
    if last_day is not None and last_day < today:
        message = _("This course ended on %(day)s.") % {"day": f"{last_day:%Y-%m-%d}"}
        reasons.append(DomainError("course_ended", message, field="course"))
    return reasons


def why_not_again(course: Course, participant: Participant) -> list[DomainError]:
    """The reasons why a participant who has, or asked for, a place can't ask for it again."""
    who = participant_filter(participant)
    reasons = []
    if EnrollmentRequest.objects.open().filter(who, course=course).exists():
        message = _("There is an open request for this participant in this course already.")
        reasons.append(DomainError("request_open_already", message, field="course"))
    if Enrollment.objects.holding_seat().filter(who, course=course).exists():
        message = _("This participant has a place in this course already.")
        reasons.append(DomainError("has_place_already", message, field="course"))
    return reasons


def why_not_for(participant: Participant, user: CustomUser | None) -> list[DomainError]:
    """The reason why this user can't act for the participant: the office may for all, a family for its own."""
    if user is None or user.has_perm("enrollments.add_enrollmentrequest"):
        return []
    if isinstance(participant, StudentUser):
        if participant.pk == user.pk:
            return []
        return [DomainError("not_you", _("You can ask for a place for yourself and for your own children only."))]
    if Child.objects.of_parent(user).filter(pk=participant.pk).exists():
        return []
    return [DomainError("not_your_child", _("This is not one of your children."), field="child")]


def participant_filter(participant: Participant) -> Q:
    """The rows of one participant."""
    return Q(child=participant) if isinstance(participant, Child) else Q(student=participant)


def free_seats(course: Course, *, besides: UUID | None = None) -> int:
    """Seats that can be given away: not held, and not kept for somebody called from the waiting list.

    `besides` is a request whose own claim doesn't count, for it is the one that is asking.
    """
    claims = EnrollmentRequest.objects.called().filter(course=course)
    if besides is not None:
        claims = claims.exclude(pk=besides)
    return max(seats_not_held(course) - claims.count(), 0)


def seats_not_held(course: Course) -> int:
    """Seats that nobody holds, some of which may be kept for somebody called from the waiting list."""
    # Whoever was called keeps the seat when another was taken above the capacity: it is counted there.
    return max(course.capacity + course.overbooked - course.enrolled_count, 0)


def with_free_seats(courses: QuerySet[Course]) -> QuerySet[Course]:
    """Courses with `free`: for each what `free_seats` says, in the same query."""
    claims = (
        EnrollmentRequest.objects.called()
        .filter(course=OuterRef("pk"))
        .order_by()
        .values("course")
        .annotate(count=Count("pk"))
        .values("count")
    )
    whole = IntegerField()
    taken = F("enrolled_count") + Coalesce(Subquery(claims, output_field=whole), 0)
    left = ExpressionWrapper(F("capacity") + F("overbooked") - taken, output_field=whole)
    return courses.annotate(free=Greatest(left, 0, output_field=whole))


def takes_requests(today: dt.date, *, last_day: dt.date | None, opens: dt.date | None, closes: dt.date | None) -> bool:
    """Whether a place can be asked for today in an active course, by its days; a full one has a waiting list."""
    over = last_day is not None and last_day < today
    return not over and _within(opens, closes, today)


def offer_ends(request: EnrollmentRequest) -> dt.datetime | None:
    """Until when a seat is kept for the request; None for one that has no offer."""
    open_offer = request.called_at is not None and request.status in UNDECIDED_REQUESTS
    return request.called_at + offer_lasts() if open_offer and request.called_at else None


def charged_of(enrollment: Enrollment) -> Decimal:
    """What a place costs by now, in EGP: the price agreed and its later changes."""
    changes = enrollment.price_changes.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return to_the_piastre(enrollment.price + changes)


def price_steps(enrollment: Enrollment) -> list[PriceStep]:
    """How the price of a place came about: the course's price, the discount, and each later change."""
    off = [Discount(enrollment.discount, enrollment.discount_reason)] if enrollment.discount else []
    changes = [PriceStep("change", one.amount, one.reason) for one in enrollment.price_changes.order_by("at", "pk")]
    return [*agree_price(enrollment.list_price, off).steps, *changes]


def must_wait(course: Course) -> bool:
    """Whether a new request goes to the waiting list: no seat is free, or somebody waits who came first."""
    return free_seats(course) == 0 or EnrollmentRequest.objects.waitlisted().filter(course=course).exists()


def waiting_position(request: EnrollmentRequest) -> int | None:
    """The request's place on its course's waiting list, from 1; None when it doesn't wait."""
    if request.status != EnrollmentRequest.Status.WAITLISTED:
        return None
    earlier = Q(created_at__lt=request.created_at) | Q(created_at=request.created_at, pk__lt=request.pk)
    return EnrollmentRequest.objects.waitlisted().filter(earlier, course_id=request.course_id).count() + 1


def waiting_positions(requests: Iterable[EnrollmentRequest]) -> dict[UUID, int]:
    """`waiting_position` of every one of the requests that waits, by its key; one query, or none."""
    waiting = [request.pk for request in requests if request.status == EnrollmentRequest.Status.WAITLISTED]
    if not waiting:
        return {}
    same_moment = Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    earlier = EnrollmentRequest.objects.waitlisted().filter(
        Q(created_at__lt=OuterRef("created_at")) | same_moment, course=OuterRef("course")
    )
    ahead = earlier.order_by().values("course").annotate(count=Count("pk")).values("count")
    counted = EnrollmentRequest.objects.filter(pk__in=waiting).order_by()
    return {pk: count + 1 for pk, count in counted.values_list("pk", Coalesce(Subquery(ahead, IntegerField()), 0))}


@dataclass(frozen=True, slots=True)
class FamilyPlace:
    """One line of a family's list of places; exactly one of `child_id` and `student_id` is there."""

    id: UUID
    status: str
    enrolled_at: dt.datetime
    ended_at: dt.datetime | None
    course_id: UUID
    course_name: str
    course_slug: str
    child_id: UUID | None
    child_name: str | None
    student_id: UUID | None


def places_of_family(user_id: UUID) -> list[FamilyPlace]:
    """Every place of the person as a student, or of their children, the newest first; one query, no model instances.

    A family has few enough for the list to be filtered and paged where it is.
    """
    places = {row[0]: FamilyPlace(*row) for row in _PLACES_OF_FAMILY.rows(user_id=user_id)}
    return sorted(places.values(), key=lambda place: (place.enrolled_at, place.id), reverse=True)


def _places_of_family(user_id: Any) -> QuerySet[Any, Any]:
    # Three branches that each have an index; an OR over the joins reads every place of the centre.
    columns = ("id", "status", "enrolled_at", "ended_at", "course_id", "course__name", "course__slug")
    whose = ("child_id", "child__name", "student_id")
    places: QuerySet[Any, Any] = Enrollment.objects.order_by().values_list(*columns, *whose)
    own = places.filter(student=user_id)
    first, further = places.filter(child__primary_parent=user_id), places.filter(child__further_parent__parent=user_id)
    return own.union(first, further, all=True)


_PLACES_OF_FAMILY = KeptStatement(_places_of_family)


def age_on(birthday: dt.date, day: dt.date) -> int:
    """Full years lived on a day."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


def _registration_is_open(course: Course, today: dt.date) -> bool:
    return _within(course.registration_opens, course.registration_closes, today)


def _within(opens: dt.date | None, closes: dt.date | None, today: dt.date) -> bool:
    return (opens is None or opens <= today) and (closes is None or closes >= today)


def _registration_words(course: Course, today: dt.date) -> str:
    if course.registration_opens and course.registration_opens > today:
        return _("Registration for this course opens on %(day)s.") % {"day": f"{course.registration_opens:%Y-%m-%d}"}
    return _("Registration for this course closed on %(day)s.") % {"day": f"{course.registration_closes:%Y-%m-%d}"}


def _why_not_of_this_age(course: Course, participant: Participant, today: dt.date) -> list[DomainError]:
    """Adults' courses are for adult students and children's for children; then the course's own limits.

    The age counts on the course's first day, or today once it has begun. Who has no birthday on record is let in:
    the office knows the person, and a missing date is no proof of anything.
    """
    if course.for_adults and isinstance(participant, Child):
        return [DomainError("adults_only", _("This course is for adults."), field="course")]
    if not course.for_adults and isinstance(participant, StudentUser):
        return [DomainError("children_only", _("This course is for children."), field="course")]
    birthday = participant.dob if isinstance(participant, Child) else participant.user.dob
    if birthday is None:
        return []
    age = age_on(birthday, max(today, course.start_date))
    too_young = course.min_age is not None and age < course.min_age
    too_old = course.max_age is not None and age > course.max_age
    if not (too_young or too_old):
        return []
    message = _("This course is for ages %(from)s to %(to)s, and the participant is %(age)s.") % {
        "from": course.min_age if course.min_age is not None else 0,
        "to": course.max_age if course.max_age is not None else "∞",
        "age": age,
    }
    return [DomainError("age_out_of_range", message, field="course", age=age)]


def requests_to_answer() -> Figured:
    """Requests that nobody has decided on; `part` counts those that wait for the office, not for a seat."""
    waiting = Count("pk", filter=Q(status__in=UNDECIDED_REQUESTS))
    return Figured(EnrollmentRequest.objects.open(), part=waiting)


def numbers_to_call() -> Figured:
    """Numbers that visitors left and nobody has called."""
    return Figured(Lead.objects.new())


def places_given_on(day: dt.date) -> Figured:
    """Places in courses that were given on a day in Cairo, whatever became of them since."""
    ends = day_begins(day + dt.timedelta(days=1))
    return Figured(Enrollment.objects.filter(enrolled_at__gte=day_begins(day), enrolled_at__lt=ends))
