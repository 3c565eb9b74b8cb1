"""The money of a place is read from its index alone: the check of the ledger adds a million payments up in a quarter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_every_way_in_has_a_key")]

    operations = [
        migrations.RemoveIndex(model_name="payment", name="payments_payment_enrollment"),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["enrollment", "status", "amount"], name="payments_payment_enrollment"),
        ),
    ]
