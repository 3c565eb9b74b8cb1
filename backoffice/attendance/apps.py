from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "backoffice.attendance"
    label = "attendance"
    verbose_name = _("Attendance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attendance rows follow enrolments and lectures (domain.md, Attendance)."""
        from backoffice.courses import events as courses
        from backoffice.enrollments import events as enrollments
        from backoffice.users import events as users

        from . import events, services

        enrollments.seat_taken.connect(services.add_rows_of_enrollment)
        enrollments.seat_freed.connect(services.remove_rows_of_enrollment)
        courses.lectures_added.connect(services.add_rows_of_lectures)
        courses.lectures_added.connect(services.expect_instructors)
        courses.lectures_removed.connect(services.remove_rows_of_lectures)
        courses.lectures_moved.connect(services.follow_moved_lectures)
        users.staff_numbers_changed.connect(events.resolve_codes_of_staff)
