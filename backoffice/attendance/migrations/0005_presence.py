"""Comings and goings of the staff: breaks, what the office said, and hours that end without being deleted."""

import django.utils.timezone
from django.db import migrations, models

from backoffice.shared.operations import no_overlap

_HOURS = {
    "scope": "supervisor_id",
    "within": "weekday",
    "start": "start_time",
    "end": "end_time",
    "name": "attendance_supervisorschedule_no_overlap",
}
_TABLE = "attendance_supervisorschedule"


class Migration(migrations.Migration):
    dependencies = [("attendance", "0004_job_claims")]

    operations = [
        # Off while SQLite makes the table anew, and back for hours that nobody has ended.
        no_overlap(_TABLE, **_HOURS).undone(),
        migrations.AlterModelOptions(
            name="instructorattendance",
            options={
                "ordering": ["-day", "start_time"],
                "permissions": [("export_instructorattendance", "Can see and export the month's sheets of the staff")],
                "verbose_name": "instructor's attendance",
                "verbose_name_plural": "instructors' attendance",
            },
        ),
        migrations.AddField(
            model_name="instructorattendance",
            name="breaks",
            field=models.JSONField(default=list, editable=False, verbose_name="went out in between"),
        ),
        migrations.AddField(
            model_name="instructorattendance",
            name="settled",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="supervisorschedule",
            name="begins_on",
            field=models.DateField(default=django.utils.timezone.localdate, verbose_name="from the day"),
        ),
        migrations.AddField(
            model_name="supervisorschedule",
            name="ended_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="ended on"),
        ),
        migrations.AddConstraint(
            model_name="instructorattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("check_in__isnull", False), ("status__in", ["present", "late"])),
                    models.Q(("check_in__isnull", True), models.Q(("status__in", ["present", "late"]), _negated=True)),
                    _connector="OR",
                ),
                name="attendance_instructorattendance_there_since_a_coming",
                violation_error_message="Who was there came at some time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="instructorattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("late_minutes", 0), ("status", "late"), _connector="OR"),
                name="attendance_instructorattendance_only_late_is_late",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisorschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True), ("ended_on__gte", models.F("begins_on")), _connector="OR"
                ),
                name="attendance_supervisorschedule_ends_after_its_first_day",
            ),
        ),
        no_overlap(_TABLE, **_HOURS, only="@ended_on IS NULL"),
    ]
