from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkersConfig(AppConfig):
    """The background side of the centre."""

    name = "workers"
    verbose_name = _("Background work")
    default_auto_field = "django.db.models.BigAutoField"
