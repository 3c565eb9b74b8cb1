"""What students and parents think of an instructor."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared.validators import MAX_RATING, MIN_RATING, rating_validators
from backoffice.users.models import Instructor, Parent, StudentUser


class InstructorRating(models.Model):
    """A rating of an instructor in one course."""

    instructor = models.ForeignKey(Instructor, models.PROTECT, verbose_name=_("instructor"))
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"))
    rating = models.DecimalField(_("rating"), max_digits=4, decimal_places=2, validators=rating_validators)
    feedback = models.TextField(_("in words"), blank=True)
    created_at = models.DateTimeField(_("given"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.instructor} · {self.rating}"


def _rating_in_range(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(rating__gte=MIN_RATING) & Q(rating__lte=MAX_RATING),
        name=name,
        violation_error_message=_("A rating is from 1 to 10."),
    )


class StudentInstructorRating(InstructorRating):
    """By an adult student of the instructor's course."""

    student = models.ForeignKey(StudentUser, models.PROTECT, verbose_name=_("adult student"))

    class Meta:
        verbose_name = _("rating by a student")
        verbose_name_plural = _("ratings by students")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["student", "instructor", "course"], name="attendance_studentinstructorrating_once"
            ),
            _rating_in_range("attendance_studentinstructorrating_in_range"),
        ]


class ParentInstructorRating(InstructorRating):
    """By a parent whose child is in the instructor's course."""

    parent = models.ForeignKey(Parent, models.PROTECT, verbose_name=_("parent"))

    class Meta:
        verbose_name = _("rating by a parent")
        verbose_name_plural = _("ratings by parents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["parent", "instructor", "course"], name="attendance_parentinstructorrating_once"
            ),
            _rating_in_range("attendance_parentinstructorrating_in_range"),
        ]
