"""Who came to a lecture."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Lecture
from backoffice.shared.validators import MAX_RATING, MIN_RATING, rating_validators
from backoffice.users.participants import ParticipantRow, exactly_one, once_per_participant

from ..querysets import LectureAttendanceQuerySet


class MarkedVia(models.TextChoices):
    """How a mark or a check-in came about."""

    MANUAL = "manual", _("By hand")
    QR = "qr", _("QR card")
    RFID = "rfid", _("RFID card")
    FINGERPRINT = "fingerprint", _("Fingerprint")
    AUTO = "auto", _("By the nightly job")


class LectureAttendance(ParticipantRow):
    """One seat holder at one lecture: not marked, present with a rating, or absent."""

    lecture = models.ForeignKey(Lecture, models.PROTECT, verbose_name=_("lecture"), related_name="attendance")
    present = models.BooleanField(_("present"), null=True, blank=True)
    rating = models.DecimalField(
        _("rating"), max_digits=4, decimal_places=2, null=True, blank=True, validators=rating_validators
    )
    notes = models.TextField(_("notes"), blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("marked by"), related_name="+"
    )
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    marked_via = models.CharField(_("marked via"), max_length=11, choices=MarkedVia.choices, blank=True)

    objects: ClassVar[Any] = LectureAttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance at a lecture")
        verbose_name_plural = _("attendance at lectures")
        ordering = ["-lecture__day", "id"]
        constraints = [
            exactly_one("child", "student", name="attendance_lectureattendance_one_participant"),
            *once_per_participant(
                "lecture",
                name="attendance_lectureattendance_once",
                message=_("This participant is on the lecture's list already."),
            ),
            models.CheckConstraint(
                # Spelt with IS NULL throughout: a CHECK that comes out as NULL lets the row pass.
                condition=Q(present__isnull=False, present=True, rating__isnull=False)
                | Q(rating__isnull=True) & (Q(present__isnull=True) | Q(present=False)),
                name="attendance_lectureattendance_rating_with_presence",
                violation_error_message=_("Who is present has a rating; who is absent has none."),
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=MIN_RATING) & Q(rating__lte=MAX_RATING),
                name="attendance_lectureattendance_rating_in_range",
                violation_error_message=_("A rating is from 1 to 10."),
            ),
            models.CheckConstraint(
                condition=Q(present__isnull=True) | (Q(marked_at__isnull=False) & ~Q(marked_via="")),
                name="attendance_lectureattendance_mark_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["lecture"], condition=Q(present__isnull=True), name="attendance_lecture_unmarked")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.lecture}"
