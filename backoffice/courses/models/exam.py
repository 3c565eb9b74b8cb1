"""Exams and their results."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.users.participants import ParticipantRow, exactly_one, once_per_participant

from .course import Course


class Exam(models.Model):
    """A test of a course with its full and its pass mark."""

    class Type(models.TextChoices):
        QUIZ = "quiz", _("Quiz")
        MIDTERM = "midterm", _("Midterm")
        FINAL = "final", _("Final exam")
        ASSIGNMENT = "assignment", _("Assignment")
        OTHER = "other", _("Other test")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"), related_name="exams")
    title = models.CharField(_("title"), max_length=150)
    type = models.CharField(_("kind"), max_length=10, choices=Type.choices)
    day = models.DateField(_("day"))
    total_marks = models.DecimalField(_("full marks"), max_digits=7, decimal_places=2)
    pass_marks = models.DecimalField(_("pass mark"), max_digits=7, decimal_places=2)

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_marks__gt=0),
                name="courses_exam_total_above_zero",
                violation_error_message=_("Full marks must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(pass_marks__gte=0) & Q(pass_marks__lte=F("total_marks")),
                name="courses_exam_pass_within_total",
                violation_error_message=_("The pass mark must be between zero and the full marks."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.course}"


class ExamResult(ParticipantRow):
    """One participant's marks; percentage and pass are derived, never typed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, models.PROTECT, verbose_name=_("exam"), related_name="results")
    # The exam's full marks, copied so that the database itself can hold marks within them.
    total_marks = models.DecimalField(_("full marks"), max_digits=7, decimal_places=2, editable=False)
    marks = models.DecimalField(_("marks"), max_digits=7, decimal_places=2)
    notes = models.TextField(_("notes"), blank=True)
    entered_at = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("exam result")
        verbose_name_plural = _("exam results")
        ordering = ["exam", "-marks"]
        constraints = [
            exactly_one("child", "student", name="courses_examresult_one_participant"),
            *once_per_participant(
                "exam", name="courses_examresult_once", message=_("This participant has a result already.")
            ),
            models.CheckConstraint(
                condition=Q(marks__gte=0) & Q(marks__lte=F("total_marks")),
                name="courses_examresult_marks_within_total",
                violation_error_message=_("Marks must be between zero and the full marks."),
            ),
        ]
        # What an exam's results come to is read from the index alone.
        indexes = [models.Index(fields=["exam", "marks", "total_marks"], name="courses_examresult_marks")]

    def __str__(self) -> str:
        return f"{self.participant} · {self.exam}"

    @property
    def percentage(self) -> Decimal:
        """Marks of a hundred, two decimals."""
        return (self.marks * 100 / self.total_marks).quantize(Decimal("0.01"))

    @property
    def passed(self) -> bool:
        """Whether the pass mark was reached."""
        return self.marks >= self.exam.pass_marks
