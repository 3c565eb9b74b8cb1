from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "backoffice.users"
    label = "users"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The staff form is a sheet that can be imported; sign-ins are noted when Django speaks of them."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from backoffice.shared.imports.importer import register

        from . import sign_ins
        from .imports.importer import StaffImporter

        register(StaffImporter())
        user_logged_in.connect(sign_ins.note_signed_in, dispatch_uid="users.sign_ins.begin")
        user_logged_out.connect(sign_ins.note_signed_out, dispatch_uid="users.sign_ins.end")
