from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "backoffice.payments"
    label = "payments"
    verbose_name = _("Money")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What an imported sheet says was paid becomes a payment when its request is accepted."""
        from backoffice.enrollments import events as enrollments
        from backoffice.shared.imports.importer import register

        from .imports.importer import ChildrenImporter
        from .services import record_paid_before

        enrollments.request_accepted.connect(record_paid_before)
        register(ChildrenImporter())
