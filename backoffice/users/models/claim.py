"""The one-time code by which a person whom the centre entered gets the first password."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .user import CustomUser

MOST_TRIES = 5


class ClaimCode(models.Model):
    """Eight digits, shown once to the registrar and kept hashed; a new one replaces it, and using it ends it."""

    user = models.OneToOneField(
        CustomUser, models.CASCADE, primary_key=True, verbose_name=_("person"), related_name="claim_code"
    )
    code_hash = models.CharField(max_length=128)
    tries_left = models.PositiveSmallIntegerField(_("tries left"), default=MOST_TRIES)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("good until"))
    made_by = models.ForeignKey(
        CustomUser, models.PROTECT, verbose_name=_("made by"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(tries_left__lte=MOST_TRIES), name="users_claimcode_five_tries_at_most"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="users_claimcode_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
