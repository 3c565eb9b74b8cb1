"""A settled payment's money is never changed and no payment is deleted; a receipt stays as it was issued."""

from django.db import migrations

from backoffice.shared.operations import columns_fixed

SETTLED = "('paid', 'partially_refunded', 'refunded')"
MONEY = (
    "amount",
    "method",
    "reference_number",
    "enrollment_id",
    "payer_parent_id",
    "payer_student_id",
    "paid_at",
    "cash_session_id",
    "recorded_by_id",
)
PAPER = ("payment_id", "year", "serial", "number", "issued_at", "content")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        columns_fixed(
            "payments_payment",
            MONEY,
            f"OLD.status IN {SETTLED}",
            sentence="a settled payment is never changed or deleted",
            name="payments_settled_is_fixed",
        ),
        columns_fixed("payments_receipt", PAPER, "TRUE", sentence="a receipt is never changed or deleted", name="payments_receipt_is_fixed"),
    ]
