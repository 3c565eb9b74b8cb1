"""The list of payments in its order, and by receipt and reference through trigrams; SQLite reads those through."""

from django.db import migrations, models

from backoffice.shared.operations import VendorSQL


def _trigrams(table: str, expression: str) -> VendorSQL:
    name = f"{table}_search"
    return VendorSQL(
        forwards={
            "postgresql": "CREATE EXTENSION IF NOT EXISTS pg_trgm\n--\n"
            f"CREATE INDEX {name} ON {table} USING gin ({expression} gin_trgm_ops)"
        },
        backwards={"postgresql": f"DROP INDEX {name}"},
        name=name,
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_cash_is_counted_blind")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["-recorded_at", "id"], name="payments_payment_latest"),
        ),
        _trigrams("payments_receipt", "number"),
        _trigrams("payments_payment", "upper(reference_number)"),
    ]
