"""A supervisor's hours don't overlap."""

from django.db import migrations

from backoffice.shared.operations import no_overlap


class Migration(migrations.Migration):
    dependencies = [("attendance", "0001_initial")]

    operations = [
        no_overlap(
            "attendance_supervisorschedule",
            scope="supervisor_id",
            within="weekday",
            start="start_time",
            end="end_time",
            name="attendance_supervisorschedule_no_overlap",
        )
    ]
