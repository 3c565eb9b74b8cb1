"""The weekly schedule becomes lectures."""

from uuid import UUID

from django.db import transaction

from backoffice.users.models import CustomUser

from ..models import Course, Lecture
from ..selectors import LecturePlan, clash_error, lectures_of, plan_lectures
from .writing import refused_when_in_two_places, write_plan


@transaction.atomic
def rebuild_lectures(course_id: UUID, *, by: CustomUser | None) -> LecturePlan:
    """Make a course's lectures to come as its schedule, dates and holidays say; returns what was done.

    Leaves alone what somebody touched; run again with nothing changed, it writes nothing. Raises DomainError
    `lecture_clash` with the lectures that clash (then nothing is written), `too_many_lectures`, `lecture_in_use`.
    """
    course = Course.objects.lock(course_id)
    # Marking attendance locks the lecture, not the course: after this nobody marks one that is about to go.
    list(Lecture.objects.filter(course_id=course_id).select_for_update().order_by("pk").values_list("pk"))
    plan = plan_lectures(course, list(course.schedules.select_related("room")), lectures=lectures_of(course))
    if plan.clashes:
        raise clash_error(plan.clashes)
    if not plan.changes_nothing:
        with refused_when_in_two_places():
            write_plan(plan, by=by)
    return plan
