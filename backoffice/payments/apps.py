from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "backoffice.payments"
    label = "payments"
    verbose_name = _("Money")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Money follows what becomes of requests and places."""
        from backoffice.enrollments import events as enrollments
        from backoffice.shared.imports.importer import register

        from . import services
        from .imports.importer import ChildrenImporter

        enrollments.request_accepted.connect(services.record_paid_before)
        enrollments.request_closed.connect(services.keep_money_of_closed_request)
        enrollments.enrollment_moving.connect(services.hold_money_before_transfer)
        enrollments.enrollment_transferred.connect(services.move_money_with_transfer)
        enrollments.price_changing.connect(services.refuse_price_below_paid)
        register(ChildrenImporter())
