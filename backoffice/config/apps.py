from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "backoffice.config"
    label = "config"

    def ready(self) -> None:
        from .roles import sync_groups

        # Groups exist after migrate, on a new and on an old database, and after a test's flush.
        post_migrate.connect(sync_groups, sender=self, dispatch_uid="sync_groups")
        if settings.WATCHING.sentry_dsn:
            from .error_reports import start

            start(settings.WATCHING)
