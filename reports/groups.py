"""The headings under which the list of reports has them."""

from django.utils.translation import gettext_lazy as _

MONEY = _("Money")
COURSES = _("Courses")
PEOPLE = _("People and requests")
ATTENDANCE = _("Attendance")
