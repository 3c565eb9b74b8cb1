"""The few places that have a discount are found by their course, without a look at all the others."""

from django.db import migrations, models
from django.db.models import Q

from backoffice.shared.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("enrollments", "0007_numbers_to_call")]

    operations = [
        AddIndexConcurrently(
            model_name="enrollment",
            index=models.Index(fields=["course"], condition=Q(discount__gt=0), name="enrollments_discounted"),
        ),
    ]
