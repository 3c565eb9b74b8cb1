from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "backoffice.users"
    label = "users"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The staff form is a sheet that can be imported."""
        from backoffice.shared.imports.importer import register

        from .imports.importer import StaffImporter

        register(StaffImporter())
