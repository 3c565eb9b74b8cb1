from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentsConfig(AppConfig):
    name = "backoffice.enrollments"
    label = "enrollments"
    verbose_name = _("Enrolments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seats that a course gains are offered to who waits (domain.md, Enrolments and money)."""
        from backoffice.courses import events as courses

        from . import services

        courses.capacity_raised.connect(services.call_to_new_seats)
