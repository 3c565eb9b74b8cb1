"""What the apps' door keeps: who is signed in where."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TokenFamily(models.Model):
    """One sign-in of one app: every refresh token that came from it, of which only the newest is good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="token_families"
    )
    # What the account was when it signed in: another password or role, and every token of the family is dead.
    stamp = models.CharField(max_length=64)
    newest = models.CharField(max_length=32)
    began_at = models.DateTimeField(_("signed in"), auto_now_add=True)
    expires_at = models.DateTimeField(_("good until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in of an app")
        verbose_name_plural = _("sign-ins of apps")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "expires_at"], name="api_tokenfamily_user")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.began_at:%Y-%m-%d}"
