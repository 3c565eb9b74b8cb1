"""Cash is counted blind and confirmed by another; Z numbers; a receipt holds its e-receipt. None of it is ever bent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from backoffice.shared.operations import columns_fixed

PAPER = ("payment_id", "year", "serial", "number", "issued_at", "content")
ELECTRONIC = ("e_receipt", "e_uuid", "e_qr")


def receipts_fixed(*more: str):
    """Receipts as 0002 fixed them, and more columns."""
    return columns_fixed(
        "payments_receipt",
        (*PAPER, *more),
        "TRUE",
        sentence="a receipt is never changed or deleted",
        name="payments_receipt_is_fixed",
    )


SESSIONS = [
    columns_fixed("payments_cashsession", columns, when, sentence="a cash session is never bent or deleted", name=name)
    for columns, when, name in (
        (("cashier_id", "opened_at", "opening_float"), "TRUE", "payments_session_opened_is_fixed"),
        (
            ("closed_at", "closed_by_id", "expected", "counted", "difference", "number"),
            "OLD.closed_at IS NOT NULL",
            "payments_session_counted_is_fixed",
        ),
        (("difference_reason",), "OLD.difference_reason <> ''", "payments_session_reason_is_fixed"),
        (
            ("confirmed_by_id", "confirmed_at", "confirmation_note"),
            "OLD.confirmed_by_id IS NOT NULL",
            "payments_session_confirmed_is_fixed",
        ),
    )
]


def number_closed_sessions(apps, schema_editor):
    """Days that were closed before get their Z numbers in the order in which they were closed."""
    last = {}
    closed = apps.get_model("payments", "CashSession").objects.filter(closed_at__isnull=False)
    for session in closed.order_by("closed_at"):
        year = timezone.localtime(session.closed_at).year
        last[year] = last.get(year, 0) + 1
        session.number = f"Z-{year}-{last[year]:06d}"
        session.save(update_fields=["number"])
    Counter = apps.get_model("shared", "Counter")
    for year, value in last.items():
        # A step back left it.
        Counter.objects.update_or_create(key=f"zsheet:{year}", defaults={"value": value})


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_the_family_s_account"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # SQLite drops a table's triggers when it makes the table anew, so they go first and come back last.
        receipts_fixed().undone(),
        migrations.AlterModelOptions(
            name="cashsession",
            options={
                "default_permissions": ("add", "change", "view"),
                "ordering": ["-opened_at"],
                "permissions": [
                    ("view_all_cashsessions", "May see every cashier's sessions"),
                    ("confirm_cashsession", "May confirm the difference of another's cash session"),
                ],
                "verbose_name": "cash session",
                "verbose_name_plural": "cash sessions",
            },
        ),
        migrations.AddField(
            model_name="cashsession",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="cashsession",
            name="confirmation_note",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="note of the confirmation"),
        ),
        migrations.AddField(
            model_name="cashsession",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="difference confirmed at"),
        ),
        migrations.AddField(
            model_name="cashsession",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="difference confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="cashsession",
            name="number",
            field=models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name="Z number"),
        ),
        migrations.AddField(
            model_name="cashsession",
            name="times_printed",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="times printed"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="e_qr",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=300, verbose_name="e-receipt link"
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="e_receipt",
            field=models.TextField(blank=True, db_default="", default="", editable=False, verbose_name="e-receipt"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="e_uuid",
            field=models.CharField(
                blank=True, editable=False, max_length=64, null=True, unique=True, verbose_name="e-receipt UUID"
            ),
        ),
        migrations.AddConstraint(
            model_name="cashsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", False),
                    models.Q(
                        ("closed_by__isnull", True),
                        ("difference_reason", ""),
                        ("number__isnull", True),
                        ("times_printed", 0),
                    ),
                    _connector="OR",
                ),
                name="payments_cashsession_ended_when_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmation_note", ""), ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        models.Q(("difference_reason", ""), _negated=True),
                        models.Q(("confirmed_by", models.F("cashier")), _negated=True),
                        models.Q(
                            ("closed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("closed_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="payments_cashsession_confirmed_by_another",
                violation_error_message="A difference is confirmed by somebody who neither had the drawer nor counted.",
            ),
        ),
        migrations.RunPython(number_closed_sessions, migrations.RunPython.noop),
        receipts_fixed(*ELECTRONIC),
        *SESSIONS,
    ]
