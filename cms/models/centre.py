"""How the centre is reached: written once, shown on every page."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import local_form, normalise_phone

NETWORKS = ("facebook", "instagram", "youtube", "tiktok", "telegram")
_OUR_ACCOUNT = _("The address of the centre's account. Empty ones aren't shown.")
_EMPTY_IS_ARABIC = _("In English; when empty, the Arabic is shown.")


@register_setting(icon="site")
class CentreSettings(BaseSiteSetting):
    """Numbers, address, hours, accounts in social networks, and a notice above every page."""

    phones = models.TextField(_("phone numbers"), blank=True, help_text=_("One in a line."))
    whatsapp = models.CharField(
        _("WhatsApp number"),
        max_length=20,
        blank=True,
        help_text=_("Opens a conversation with the centre when it is tapped."),
    )
    address = models.CharField(
        _("address"), max_length=200, blank=True, help_text=_("Street and a place near by that everybody knows.")
    )
    address_en = models.CharField(_("address (English)"), max_length=200, blank=True, help_text=_EMPTY_IS_ARABIC)
    map_link = models.URLField(
        _("link to the map"), blank=True, help_text=_("Copied from the map, beginning with https://.")
    )
    hours = models.TextField(_("opening hours"), blank=True, help_text=_("One line for each group of days."))
    hours_en = models.TextField(_("opening hours (English)"), blank=True, help_text=_EMPTY_IS_ARABIC)
    facebook = models.URLField("Facebook", blank=True, help_text=_OUR_ACCOUNT)
    instagram = models.URLField("Instagram", blank=True, help_text=_OUR_ACCOUNT)
    youtube = models.URLField("YouTube", blank=True, help_text=_OUR_ACCOUNT)
    tiktok = models.URLField("TikTok", blank=True, help_text=_OUR_ACCOUNT)
    telegram = models.URLField("Telegram", blank=True, help_text=_OUR_ACCOUNT)
    notice = models.CharField(_("notice"), max_length=160, blank=True, help_text=_("A line above every page."))
    notice_en = models.CharField(_("notice (English)"), max_length=160, blank=True, help_text=_EMPTY_IS_ARABIC)
    notice_link = models.URLField(
        _("where the notice leads"), blank=True, help_text=_("An address that begins with https://. May stay empty.")
    )
    notice_until = models.DateField(_("show until"), null=True, blank=True, help_text=_("Then it goes by itself."))

    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("phones"), FieldPanel("whatsapp")], heading=_("Phones")),
        MultiFieldPanel(
            [FieldPanel("address"), FieldPanel("address_en"), FieldPanel("map_link")], heading=_("Address and map")
        ),
        MultiFieldPanel([FieldPanel("hours"), FieldPanel("hours_en")], heading=_("Opening hours")),
        MultiFieldPanel([FieldPanel(network) for network in NETWORKS], heading=_("Social networks")),
        MultiFieldPanel(
            [FieldPanel("notice"), FieldPanel("notice_en"), FieldPanel("notice_link"), FieldPanel("notice_until")],
            heading=_("Notice bar"),
        ),
    ]

    class Meta:
        verbose_name = _("the centre's numbers and hours")

    def clean(self) -> None:
        """Numbers are numbers, in any spelling."""
        super().clean()
        faults = {}
        for field in ("phones", "whatsapp"):
            try:
                self._numbers(field)
            except DomainError as error:
                faults[field] = str(error)
        if faults:
            raise ValidationError(faults)

    @cached_property
    def phone_numbers(self) -> list[tuple[str, str]]:
        """Each number as it is dialled from anywhere, and as it is read here."""
        return [(number, local_form(number)) for number in self._numbers("phones")]

    @property
    def whatsapp_link(self) -> str:
        """Opens a conversation with the centre; empty without a number."""
        numbers = self._numbers("whatsapp")
        return f"https://wa.me/{numbers[0].lstrip('+')}" if numbers else ""

    @property
    def place(self) -> str:
        """The address in the language that is spoken."""
        return self._spoken("address")

    @property
    def opening_hours(self) -> list[str]:
        """A line for each group of days, in the language that is spoken."""
        return [line.strip() for line in self._spoken("hours").splitlines() if line.strip()]

    @property
    def notice_shown(self) -> str:
        """The notice, until its last day."""
        over = self.notice_until is not None and self.notice_until < timezone.localdate()
        return "" if over else self._spoken("notice")

    @property
    def networks(self) -> list[tuple[str, str]]:
        """Each social network with the centre's address there."""
        return [(name, getattr(self, name)) for name in NETWORKS if getattr(self, name)]

    def _numbers(self, field: str) -> list[str]:
        return [normalise_phone(line) for line in getattr(self, field).splitlines() if line.strip()]

    def _spoken(self, field: str) -> str:
        english = getattr(self, f"{field}_en") if get_language() == "en" else ""
        return english or getattr(self, field)
