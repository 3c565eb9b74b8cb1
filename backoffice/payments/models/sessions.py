"""A cashier's day."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import CashSessionQuerySet

USER = settings.AUTH_USER_MODEL


class CashSession(models.Model):
    """A cashier's day: opened with a float, closed with counted cash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cashier = models.ForeignKey(USER, models.PROTECT, verbose_name=_("cashier"), related_name="cash_sessions")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opening_float = models.DecimalField(_("float (EGP)"), max_digits=10, decimal_places=2)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    expected = models.DecimalField(_("expected (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    counted = models.DecimalField(_("counted (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    difference = models.DecimalField(_("difference (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    # Who counted: the cashier, or whoever closed a session that was forgotten.
    closed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("closed by"), related_name="+"
    )
    number = models.CharField(_("Z number"), max_length=20, unique=True, null=True, blank=True)
    difference_reason = models.TextField(_("reason of the difference"), blank=True)
    confirmed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("difference confirmed by"), related_name="+"
    )
    confirmed_at = models.DateTimeField(_("difference confirmed at"), null=True, blank=True)
    confirmation_note = models.TextField(_("note of the confirmation"), blank=True, default="", db_default="")
    times_printed = models.PositiveIntegerField(_("times printed"), default=0, db_default=0)
    # The same key is the same morning: a form that is sent again at night opens no other session.
    idempotency_key = models.CharField(max_length=100, unique=True, null=True, blank=True, editable=False)

    objects: ClassVar[Any] = CashSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash session")
        verbose_name_plural = _("cash sessions")
        ordering = ["-opened_at"]
        default_permissions = ("add", "change", "view")
        permissions = [
            ("view_all_cashsessions", _("May see every cashier's sessions")),
            ("confirm_cashsession", _("May confirm the difference of another's cash session")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cashier"],
                condition=Q(closed_at__isnull=True),
                name="payments_cashsession_one_open",
                violation_error_message=_("This cashier has an open session already."),
            ),
            models.CheckConstraint(
                condition=Q(opening_float__gte=0),
                name="payments_cashsession_float_not_negative",
                violation_error_message=_("A float can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=True, expected__isnull=True, counted__isnull=True, difference__isnull=True
                )
                | Q(
                    closed_at__isnull=False,
                    expected__isnull=False,
                    counted__isnull=False,
                    difference__isnull=False,
                    counted__gte=0,
                    # Rounded, for SQLite keeps amounts as floats: 300 − 323.45 is not −23.45 there.
                    difference=Round(F("counted") - F("expected"), precision=2),
                ),
                name="payments_cashsession_closed_with_count",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False)
                | Q(number__isnull=True, closed_by__isnull=True, difference_reason="", times_printed=0),
                name="payments_cashsession_ended_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True, confirmation_note="")
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False, closed_at__isnull=False)
                    & ~Q(difference_reason="")
                    & ~Q(confirmed_by=F("cashier"))
                    & (Q(closed_by__isnull=True) | ~Q(confirmed_by=F("closed_by")))
                ),
                name="payments_cashsession_confirmed_by_another",
                violation_error_message=_(
                    "A difference is confirmed by somebody who neither had the drawer nor counted."
                ),
            ),
        ]

    def __str__(self) -> str:
        # The moment first: after an Arabic name its numbers would turn over.
        return f"{timezone.localtime(self.opened_at):%Y-%m-%d %H:%M} · {self.cashier}"

    def is_blind_to(self, user: Any) -> bool:
        """Whether this is the user's own drawer and not counted yet: until then nothing adds it up for them."""
        return self.closed_at is None and self.cashier_id == user.pk

    @property
    def differs(self) -> bool:
        """Whether the count was another than what the books expected; false as long as nothing is counted."""
        return bool(self.difference)

    @property
    def waits_for_reason(self) -> bool:
        """Counted, different, and the cashier hasn't said why."""
        return self.differs and not self.difference_reason

    @property
    def waits_for_confirmation(self) -> bool:
        """Different, explained, and no second person has confirmed it."""
        return self.differs and bool(self.difference_reason) and self.confirmed_by_id is None
