"""A seat that frees is kept for the first on the waiting list: the request remembers when it was called."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrollments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="enrollmentrequest",
            name="called_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="called from the waiting list"
            ),
        ),
    ]
