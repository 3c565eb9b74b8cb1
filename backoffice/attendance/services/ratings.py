"""What students and parents say of an instructor."""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.validators import check_rating
from backoffice.users.models import Instructor, StudentUser

from ..models import ParentInstructorRating, StudentInstructorRating
from ..selectors.ratings import Rating, rater_in, teaches

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@transaction.atomic
def rate_instructor(
    *, instructor_id: UUID, course_id: UUID, rating: Decimal, by: "CustomUser", feedback: str = ""
) -> Rating:
    """Say what one thinks of an instructor in a course in which one has a place, or one's child has; once.

    Raises DomainError `unknown_instructor`, `unknown_course`, `not_their_course`, `no_place_there`,
    `rating_out_of_range`, `rated_already`. Source: domain.md, Attendance.
    """
    check_rating(rating)
    instructor = Instructor.objects.select_related("user").filter(pk=instructor_id).first()
    if instructor is None:
        raise DomainError("unknown_instructor", _("There is no such instructor."), field="instructor")
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise DomainError("unknown_course", _("There is no such course."), field="course")
    if not teaches(instructor, course):
        raise DomainError("not_their_course", _("This instructor doesn't teach this course."), field="instructor")
    said = _blank(course, by)
    said.instructor, said.course, said.rating, said.feedback = instructor, course, round(rating, 2), feedback
    try:
        # Of two at the same moment the unique constraint lets one in.
        with transaction.atomic():
            said.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("You rated this instructor in this course already: change that rating instead.")
        raise DomainError("rated_already", sentence) from error
    audit.record_created(said, by=by)
    return said


@transaction.atomic
def change_rating(
    *,
    instructor_id: UUID,
    course_id: UUID,
    by: "CustomUser",
    rating: Decimal | None = None,
    feedback: str | None = None,
) -> Rating:
    """Change what one said of an instructor in a course; what is None stays. Who has left the course still may.

    Raises DomainError `not_found`, `rating_out_of_range`.
    """
    said = _lock(instructor_id, course_id, by)
    before = audit.snapshot(said)
    if rating is not None:
        check_rating(rating)
        said.rating = round(rating, 2)
    if feedback is not None:
        said.feedback = feedback
    said.save(update_fields=["rating", "feedback", "updated_at"])
    audit.record_changed(said, before, by=by)
    return said


def _blank(course: Course, by: "CustomUser") -> Rating:
    rater = rater_in(course, by)
    if rater is None:
        raise DomainError("no_place_there", _("Only who has a place in the course, or whose child has, may rate."))
    if isinstance(rater, StudentUser):
        return StudentInstructorRating(student=rater)
    return ParentInstructorRating(parent=rater)


def _lock(instructor_id: UUID, course_id: UUID, by: "CustomUser") -> Rating:
    which = {"instructor": instructor_id, "course": course_id}
    named = ("instructor__user", "course")
    own = StudentInstructorRating.objects.select_for_update(of=("self",)).select_related(*named)
    parents = ParentInstructorRating.objects.select_for_update(of=("self",)).select_related(*named)
    said = own.filter(student=by.pk, **which).first() or parents.filter(parent=by.pk, **which).first()
    if said is None:
        raise DomainError("not_found", _("You haven't rated this instructor in this course."))
    return said
