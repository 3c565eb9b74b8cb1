"""A later change of a price is a row that is only ever added."""

from django.db import migrations

from backoffice.shared.operations import append_only


class Migration(migrations.Migration):
    dependencies = [("enrollments", "0004_a_price_changes_by_a_row")]

    operations = [append_only("enrollments_pricechange", name="enrollments_pricechange_append_only")]
