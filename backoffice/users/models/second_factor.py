"""The second factor of the staff's sign-in: a telephone that shows a code every half minute, and codes on paper."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.sealed import SealedCharField

from .user import CustomUser


class SecondFactor(models.Model):
    """Somebody's authenticator (RFC 6238: six digits, half a minute); it counts once a code of it was typed."""

    user = models.OneToOneField(
        CustomUser, on_delete=models.CASCADE, primary_key=True, related_name="second_factor", verbose_name=_("person")
    )
    secret = SealedCharField(_("secret"), max_length=64)
    # The half minute of the last code that was taken: none is taken twice.
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("in use since"), null=True, blank=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(last_step=0), name="users_secondfactor_used_when_confirmed"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code on paper that stands in for the telephone, once; kept as a keyed hash."""

    factor = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes", verbose_name=_("second factor")
    )
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="users_recoverycode_once")]

    def __str__(self) -> str:
        return str(self.pk)
