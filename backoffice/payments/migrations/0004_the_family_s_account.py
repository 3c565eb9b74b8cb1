"""Credits on a family's account, split transfers, large refunds; refunds and movements join what is never bent."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from backoffice.shared.operations import append_only, columns_fixed

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
ASKED = ("payment_id", "enrollment_id", "amount", "reason", "requested_by_id", "requested_at", "recorded_by_id", "needs_manager")
DECIDED = ("decided_by_id", "decided_at")
AGREED = ("manager_by_id", "manager_at")
PROCESSED = ("status", "processed_at", "processed_by_id", "number", "cash_session_id", "reference_number")


def payments_fixed(*more: str):
    """Settled payments as 0002 fixed them, and more columns."""
    return columns_fixed(
        "payments_payment",
        (*MONEY, *more),
        f"OLD.status IN {SETTLED}",
        sentence="a settled payment is never changed or deleted",
        name="payments_settled_is_fixed",
    )


# SQLite drops a table's triggers when it makes the table anew, so they go first and come back last.
RECEIPTS = columns_fixed("payments_receipt", PAPER, "TRUE", sentence="a receipt is never changed or deleted", name="payments_receipt_is_fixed")
REFUNDS = [
    columns_fixed("payments_refundrequest", columns, when, sentence="a refund is never bent or deleted", name=name)
    for columns, when, name in (
        (ASKED, "TRUE", "payments_refund_asked_is_fixed"),
        (DECIDED, "OLD.decided_by_id IS NOT NULL", "payments_refund_decided_is_fixed"),
        (AGREED, "OLD.manager_by_id IS NOT NULL", "payments_refund_agreed_is_fixed"),
        (PROCESSED, "OLD.status IN ('processed', 'rejected')", "payments_refund_ended_is_fixed"),
    )
]


def name_the_places(apps, schema_editor):
    """A refund was of its payment's place until now."""
    Payment, RefundRequest = apps.get_model("payments", "Payment"), apps.get_model("payments", "RefundRequest")
    place = Payment.objects.filter(pk=OuterRef("payment_id")).values("enrollment_id")[:1]
    RefundRequest.objects.filter(enrollment=None).update(enrollment_id=Subquery(place))


class Migration(migrations.Migration):

    dependencies = [
        ('enrollments', '0003_a_price_adds_up_to_the_piastre'),
        ('payments', '0003_a_count_differs_to_the_piastre'),
        ('shared', '0003_audit_is_append_only'),
        ('users', '0003_claim_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        payments_fixed().undone(),
        RECEIPTS.undone(),
        migrations.CreateModel(
            name='AccountTask',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('why', models.TextField(verbose_name='why it came to the account')),
                ('opened_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='since')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('outcome', models.TextField(blank=True, verbose_name='what became of it')),
            ],
            options={
                'verbose_name': "accountant's task",
                'verbose_name_plural': "accountants' tasks",
                'ordering': ['opened_at'],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount (EGP)')),
                ('reason', models.CharField(max_length=250, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='moved at')),
                ('idempotency_key', models.CharField(blank=True, editable=False, max_length=100, null=True)),
            ],
            options={
                'verbose_name': 'movement of credit',
                'verbose_name_plural': 'movements of credit',
                'ordering': ['-at'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='LedgerCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='started')),
                ('seconds', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='seconds')),
                ('differences', models.PositiveIntegerField(verbose_name='rows that differ')),
                ('rows', models.JSONField(default=list, verbose_name='the first of them')),
            ],
            options={
                'verbose_name': 'check of the ledger',
                'verbose_name_plural': 'checks of the ledger',
                'ordering': ['-started_at'],
                'default_permissions': ('view',),
            },
        ),
        migrations.AlterModelOptions(
            name='payment',
            options={'default_permissions': ('add', 'view'), 'ordering': ['-recorded_at'], 'permissions': [('void_payment', "May void a payment that isn't settled"), ('export_payment', 'May export the payment sheet'), ('allocate_payment', "May move money between a family's account and its places")], 'verbose_name': 'payment', 'verbose_name_plural': 'payments'},
        ),
        migrations.AlterModelOptions(
            name='refundrequest',
            options={'default_permissions': ('add', 'view'), 'ordering': ['-requested_at'], 'permissions': [('approve_refundrequest', 'May approve and refuse refunds'), ('approve_large_refundrequest', 'May agree to a refund above the limit'), ('process_refundrequest', 'May pay an approved refund back')], 'verbose_name': 'refund request', 'verbose_name_plural': 'refund requests'},
        ),
        migrations.RemoveConstraint(
            model_name='payment',
            name='payments_payment_reference_once',
        ),
        migrations.AddField(
            model_name='payment',
            name='split_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='payments.payment', verbose_name='part of the transfer'),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='enrollment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='enrollments.enrollment', verbose_name='enrolment'),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='manager_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='manager agreed at'),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='manager_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agreed by (manager)'),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='needs_manager',
            field=models.BooleanField(default=False, verbose_name='needs a manager'),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='reference_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='reference number'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='enrollment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='enrollments.enrollment', verbose_name='enrolment'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('reference_number', ''), _negated=True), models.Q(('status', 'void'), _negated=True), ('split_of__isnull', True)), fields=('method', 'reference_number'), name='payments_payment_reference_once', violation_error_message='This reference number was used for another payment.'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('enrollment__isnull', False), models.Q(('status', 'pending'), _negated=True), _connector='OR'), name='payments_payment_credit_is_settled', violation_error_message="Money on a family's account is money that was taken."),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('split_of__isnull', True), models.Q(('split_of', models.F('id')), _negated=True), _connector='OR'), name='payments_payment_not_part_of_itself'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('manager_at__isnull', True), ('manager_by__isnull', True)), models.Q(('decided_by__isnull', False), ('manager_at__isnull', False), models.Q(('manager_by', models.F('requested_by')), _negated=True), models.Q(('manager_by', models.F('decided_by')), _negated=True), models.Q(('recorded_by__isnull', True), models.Q(('manager_by', models.F('recorded_by')), _negated=True), _connector='OR')), _connector='OR'), name='payments_refundrequest_manager_is_another', violation_error_message='The manager who agrees is neither who asked, nor who took the money, nor who approved.'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'processed'), _negated=True), ('needs_manager', False), ('manager_by__isnull', False), _connector='OR'), name='payments_refundrequest_large_needs_manager', violation_error_message='A refund above the limit needs a manager as well.'),
        ),
        migrations.AddField(
            model_name='accounttask',
            name='done_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by'),
        ),
        migrations.AddField(
            model_name='accounttask',
            name='opened_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='accounttask',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moved by'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations_out', to='enrollments.enrollment', verbose_name='from'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='target',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations_in', to='enrollments.enrollment', verbose_name='to'),
        ),
        migrations.AddConstraint(
            model_name='accounttask',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('payment',), name='payments_accounttask_one_open'),
        ),
        migrations.AddConstraint(
            model_name='accounttask',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='payments_accounttask_done_with_outcome'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_allocation_amount_above_zero', violation_error_message='An amount must be above zero.'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source__isnull', True), ('target__isnull', False)), models.Q(('source__isnull', False), ('target__isnull', True)), models.Q(('source__isnull', False), ('target__isnull', False), models.Q(('source', models.F('target')), _negated=True)), _connector='OR'), name='payments_allocation_goes_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='payments_allocation_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=("idempotency_key",), name='payments_allocation_key_once'),
        ),
        migrations.RunPython(name_the_places, migrations.RunPython.noop),
        payments_fixed("split_of_id"),
        RECEIPTS,
        *REFUNDS,
        append_only("payments_allocation", name="payments_allocation_append_only"),
    ]
