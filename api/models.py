"""What the apps' door keeps: who is signed in where, tickets for sockets, and answers to a POST that may come again."""

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


class SocketTicket(models.Model):
    """Opens one socket for whoever is signed in by a token, where a token can't be sent: in a browser's address."""

    # Of the ticket, which nobody but the app has.
    digest = models.CharField(primary_key=True, max_length=64)
    family: Any = models.ForeignKey(TokenFamily, models.CASCADE, verbose_name=_("sign-in"), related_name="tickets")
    # When the token ends that it was asked for with: the socket does too.
    token_ends_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("good until"), db_index=True)

    class Meta:
        verbose_name = _("ticket for a socket")
        verbose_name_plural = _("tickets for sockets")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:8]


class IdempotentAnswer(models.Model):
    """A POST that came with a key, and what it was answered; in one transaction with what the POST did."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="idempotent_answers"
    )
    key = models.CharField(max_length=100)
    # Of the address and the body: the same key with another one is a mistake of the app.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    media_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=b"")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer kept for a repetition")
        verbose_name_plural = _("answers kept for repetitions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="api_idempotentanswer_key_once")]
        indexes = [models.Index(fields=["made_at"], name="api_idempotentanswer_age")]

    def __str__(self) -> str:
        return self.key
