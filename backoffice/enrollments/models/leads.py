"""Somebody who isn't known yet would like to be called."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from backoffice.courses.models import Course
from backoffice.shared.phones import local_form
from backoffice.shared.search import Searchable
from backoffice.users.participants import ParticipantRow

from ..querysets import OPEN_LEADS, LeadQuerySet
from .requests import EnrollmentRequest

# A child's age, as a parent says it; who is older is asked on the telephone.
YOUNGEST, OLDEST = 1, 18
LONGEST_NAME, LONGEST_MESSAGE = 120, 2000


class Lead(Searchable, ParticipantRow):
    """A visitor left a number: the registrars call, and mostly a family comes of it.

    One number has one open lead for a course (and one for no course): who asks again is counted there. Child, adult
    student and request are what it was turned into.
    """

    class Status(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Called")
        CONVERTED = "converted", _("Became a family")
        CLOSED = "closed", _("Closed without an enrolment")

    class Source(models.TextChoices):
        COURSE = "course", _("A course's page")
        CONTACT = "contact", _("The contact page")

    TRANSITIONS = {
        Status.NEW: frozenset({Status.CONTACTED, Status.CONVERTED, Status.CLOSED}),
        # Called once more; or the visitor asks again, and waits for a call again.
        Status.CONTACTED: frozenset({Status.CONTACTED, Status.NEW, Status.CONVERTED, Status.CLOSED}),
        Status.CLOSED: frozenset({Status.CONTACTED}),
        Status.CONVERTED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    phone_number = PhoneNumberField(_("phone number"))
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, verbose_name=_("course"), related_name="leads"
    )
    child_age = models.PositiveSmallIntegerField(_("child's age"), null=True, blank=True)
    message = models.CharField(_("message"), max_length=LONGEST_MESSAGE, blank=True)
    source = models.CharField(_("came by"), max_length=7, choices=Source.choices)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.NEW)
    times_asked = models.PositiveIntegerField(_("times asked"), default=1)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_again_at = models.DateTimeField(_("asked again"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("handled by"), related_name="+"
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    close_reason = models.TextField(_("why it is closed"), blank=True)
    request = models.OneToOneField(
        EnrollmentRequest, models.PROTECT, null=True, blank=True, verbose_name=_("request"), related_name="lead"
    )

    objects: ClassVar[Any] = LeadQuerySet.as_manager()

    SEARCH_FIELDS: ClassVar[tuple[str, ...]] = ("name", "phone_number")

    class Meta:
        verbose_name = _("number to call")
        verbose_name_plural = _("numbers to call")
        ordering = ["created_at"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number", "course"],
                condition=Q(status__in=OPEN_LEADS),
                name="enrollments_lead_one_open",
                violation_error_message=_("This number waits for a call about this course already."),
            ),
            # In an index one missing course differs from another.
            models.UniqueConstraint(
                fields=["phone_number"],
                condition=Q(status__in=OPEN_LEADS, course__isnull=True),
                name="enrollments_lead_one_open_without_a_course",
                violation_error_message=_("This number waits for a call already."),
            ),
            models.CheckConstraint(
                condition=Q(phone_number__regex=r"^\+[1-9][0-9]{6,14}$"), name="enrollments_lead_number_is_e164"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="enrollments_lead_has_a_name"),
            models.CheckConstraint(
                condition=Q(child_age__isnull=True) | Q(child_age__gte=YOUNGEST, child_age__lte=OLDEST),
                name="enrollments_lead_age_of_a_child",
            ),
            models.CheckConstraint(condition=Q(times_asked__gte=1), name="enrollments_lead_asked_once_at_least"),
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(close_reason=""),
                name="enrollments_lead_closed_with_reason",
                violation_error_message=_("Say why it is closed."),
            ),
            models.CheckConstraint(
                condition=Q(status="new") | Q(handled_at__isnull=False), name="enrollments_lead_handled_has_time"
            ),
            models.CheckConstraint(
                condition=Q(status="converted", child__isnull=False, student__isnull=True)
                | Q(status="converted", child__isnull=True, student__isnull=False)
                | Q(child__isnull=True, student__isnull=True, request__isnull=True) & ~Q(status="converted"),
                name="enrollments_lead_became_one_participant",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["new", "contacted", "converted", "closed"]),
                name="enrollments_lead_status_is_known",
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="enrollments_lead_queue")]

    def __str__(self) -> str:
        return self.name

    def search_words(self) -> list[str]:
        """The name, and the number as stored and as typed at home."""
        number = str(self.phone_number)
        return [self.name, number, local_form(number)]
