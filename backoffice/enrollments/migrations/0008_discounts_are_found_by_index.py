"""The few places that have a discount are found by their course, without a look at all the others."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("enrollments", "0007_numbers_to_call")]

    operations = [
        migrations.AddIndex(
            model_name="enrollment",
            index=models.Index(fields=["course"], condition=Q(discount__gt=0), name="enrollments_discounted"),
        ),
    ]
