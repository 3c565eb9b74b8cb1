"""A moved lecture, and one that stands in for a cancelled one, remember which hour of the schedule they take up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_nobody_is_in_two_places")]

    # Only columns that may be empty: SQLite rebuilds a table for anything else, and loses its triggers.
    operations = [
        migrations.AddField(
            model_name="lecture",
            name="planned_day",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="planned for"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="planned_start",
            field=models.TimeField(blank=True, editable=False, null=True, verbose_name="planned from"),
        ),
    ]
