"""Where an account is signed in on pages: one row for each browser, gone when that sign-in ends."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .user import CustomUser


class SignIn(models.Model):
    """One browser's sign-in. Its session names this row; without the row the session is nobody's.

    Nothing here opens anything: the session's key stands in the browser's cookie and in the session's own store alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(CustomUser, on_delete=models.CASCADE, related_name="sign_ins", verbose_name=_("person"))
    began_at = models.DateTimeField(_("signed in"), default=timezone.now)
    # Written every few minutes at most.
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    ends_at = models.DateTimeField(_("good until"), db_index=True)
    address = models.CharField(_("address"), max_length=64, blank=True)
    # As the browser calls itself.
    browser = models.CharField(_("browser"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} · {self.began_at:%Y-%m-%d}"
