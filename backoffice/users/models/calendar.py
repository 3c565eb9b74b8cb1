"""The address under which a person's calendar is read by a program that can't sign in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .user import CustomUser


class CalendarLink(models.Model):
    """A person's own token for the feed of their timetable: shown once, kept hashed; a new one ends the old."""

    user = models.OneToOneField(
        CustomUser, models.CASCADE, primary_key=True, verbose_name=_("person"), related_name="calendar_link"
    )
    # Of 256 random bits: nothing to try out, so a hash that can be looked up is enough.
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
