"""What was sent of a scheduled report: one row for each business day, one for each letter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .schedule import ReportSchedule


class ReportDelivery(models.Model):
    """The sending of a scheduled report on one business day; the row is there before the first letter goes."""

    schedule = models.ForeignKey(
        ReportSchedule, verbose_name=_("schedule"), on_delete=models.CASCADE, related_name="deliveries"
    )
    business_day = models.DateField(_("business day"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Empty once there is nothing more to try.
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    # In words, for whoever made the schedule.
    trouble = models.TextField(_("what went wrong"), blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("sending of a report")
        verbose_name_plural = _("sendings of reports")
        ordering = ["-business_day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "business_day"], name="reports_reportdelivery_once_a_business_day"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, next_try_at__isnull=False)
                | Q(finished_at__isnull=False, next_try_at=None),
                name="reports_reportdelivery_tried_until_finished",
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(finished_at=None), name="reports_delivery_to_try")]

    def __str__(self) -> str:
        return f"{self.schedule} · {self.business_day:%Y-%m-%d}"


class Letter(models.Model):
    """One letter of a sending: to whom, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not sent yet")
        SENT = "sent", _("sent")
        CLOSED = "closed", _("not sent: the account is closed or no longer of the staff")
        FORBIDDEN = "forbidden", _("not sent: may no longer see this report")
        DRAWER = "drawer", _("not sent: has a cash session open, and this report adds up the drawers")
        NO_ADDRESS = "no_address", _("not sent: the account has no e-mail address")
        REFUSED = "refused", _("the mail server refused the letter")
        FAILED = "failed", _("given up: the letter couldn't be handed to the mail server")

    delivery = models.ForeignKey(
        ReportDelivery, verbose_name=_("sending"), on_delete=models.CASCADE, related_name="letters"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("to"), on_delete=models.CASCADE, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("letter with a report")
        verbose_name_plural = _("letters with reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "person"], name="reports_letter_once_a_person"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "sent", "closed", "forbidden", "drawer", "no_address", "refused", "failed"]
                ),
                name="reports_letter_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="reports_letter_sent_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_state_display()}"
