"""Refund requests and cash sessions have a key; who asked takes a request back; e-receipts are sealed when proved."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from backoffice.shared.operations import append_only, columns_fixed

ASKED = (
    "payment_id",
    "enrollment_id",
    "amount",
    "reason",
    "requested_by_id",
    "requested_at",
    "recorded_by_id",
    "needs_manager",
)
PROCESSED = ("status", "processed_at", "processed_by_id", "number", "cash_session_id", "reference_number")
COUNTED = ("closed_at", "closed_by_id", "expected", "counted", "difference", "number")


def fixed(table, sentence, rules):
    """The triggers of a table, as 0004 and 0005 made them, with these columns."""
    return [
        columns_fixed(table, columns, when, sentence=sentence, name=f"payments_{name}_is_fixed")
        for name, columns, when in rules
    ]


def refunds(key=(), cancelled=(), ended="('processed', 'rejected')"):
    """What is never bent of a refund."""
    return fixed(
        "payments_refundrequest",
        "a refund is never bent or deleted",
        (
            ("refund_asked", (*ASKED, *key), "TRUE"),
            ("refund_decided", ("decided_by_id", "decided_at"), "OLD.decided_by_id IS NOT NULL"),
            ("refund_agreed", ("manager_by_id", "manager_at"), "OLD.manager_by_id IS NOT NULL"),
            ("refund_ended", (*PROCESSED, *cancelled), f"OLD.status IN {ended}"),
        ),
    )


def sessions(*key):
    """What is never bent of a cash session."""
    return fixed(
        "payments_cashsession",
        "a cash session is never bent or deleted",
        (
            ("session_opened", ("cashier_id", "opened_at", "opening_float", *key), "TRUE"),
            ("session_counted", COUNTED, "OLD.closed_at IS NOT NULL"),
            ("session_reason", ("difference_reason",), "OLD.difference_reason <> ''"),
            (
                "session_confirmed",
                ("confirmed_by_id", "confirmed_at", "confirmation_note"),
                "OLD.confirmed_by_id IS NOT NULL",
            ),
        ),
    )


def key_field():
    """A key that no two rows share; rows of before have none."""
    return models.CharField(blank=True, editable=False, max_length=100, null=True, unique=True)


class Migration(migrations.Migration):
    dependencies = [
        ("enrollments", "0006_the_price_agreed_is_fixed"),
        ("payments", "0007_payments_are_found_by_their_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # SQLite drops a table's triggers when it makes the table anew, so they go first and come back last.
        *(one.undone() for one in refunds()),
        *(one.undone() for one in sessions()),
        migrations.RemoveConstraint(model_name="refundrequest", name="payments_refundrequest_decided_by_somebody"),
        migrations.AddField(model_name="cashsession", name="idempotency_key", field=key_field()),
        migrations.AddField(model_name="refundrequest", name="idempotency_key", field=key_field()),
        migrations.AddField(
            model_name="refundrequest",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="cancelled at"),
        ),
        migrations.AlterField(
            model_name="refundrequest",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "Asked for"),
                    ("approved", "Approved"),
                    ("processed", "Paid back"),
                    ("rejected", "Refused"),
                    ("cancelled", "Cancelled"),
                ],
                default="requested",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="refundrequest",
            index=models.Index(
                condition=~Q(reference_number=""), fields=["reference_number"], name="payments_refund_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundrequest",
            constraint=models.CheckConstraint(
                condition=Q(decided_by__isnull=True, status__in=["requested", "cancelled"])
                | Q(decided_by__isnull=False, status__in=["approved", "processed", "rejected"]),
                name="payments_refundrequest_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="refundrequest",
            constraint=models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False, status="cancelled")
                | Q(~Q(status="cancelled"), cancelled_at__isnull=True),
                name="payments_refundrequest_cancelled_has_time",
            ),
        ),
        migrations.AddField(
            model_name="ledgercheck",
            name="seal",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="ledgercheck",
            name="sealed_serial",
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="ledgercheck",
            name="sealed_year",
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True),
        ),
        *refunds(key=("idempotency_key",), cancelled=("cancelled_at",), ended="('processed', 'rejected', 'cancelled')"),
        *sessions("idempotency_key"),
        append_only("payments_ledgercheck", name="payments_ledgercheck_append_only"),
    ]
