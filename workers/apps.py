from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class WorkersConfig(AppConfig):
    """The background side of the centre."""

    name = "workers"
    verbose_name = _("Background work")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Count what others tell by signals, where somebody asks."""
        if settings.WATCHING.metrics_port is not None:
            from .metrics.listening import listen

            listen()
