from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .permissions import make_permissions

        # Before the groups are given them: config's own comes after all apps.
        post_migrate.connect(make_permissions, sender=self, dispatch_uid="make_permissions")
