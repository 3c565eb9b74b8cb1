from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharedConfig(AppConfig):
    name = "backoffice.shared"
    label = "shared"
    verbose_name = _("System")
    default_auto_field = "django.db.models.BigAutoField"
