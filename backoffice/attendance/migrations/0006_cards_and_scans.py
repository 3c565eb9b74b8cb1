"""Cards that were handed out; each scan beside the device's own time; unknown codes wait."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attendance', '0005_presence'),
        ('users', '0005_calendar_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=64, verbose_name='code')),
                ('method', models.CharField(choices=[('fingerprint', 'Fingerprint'), ('rfid', 'RFID card'), ('qr', 'QR card')], max_length=11, verbose_name='method')),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='handed out')),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'card',
                'verbose_name_plural': 'cards',
                'ordering': ['-issued_at'],
            },
        ),
        migrations.CreateModel(
            name='WaitingCode',
            fields=[
            ],
            options={
                'verbose_name': 'unknown code',
                'verbose_name_plural': 'unknown codes',
                'ordering': ['-at'],
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('attendance.scan',),
        ),
        migrations.AddField(
            model_name='scan',
            name='clock_ahead_seconds',
            field=models.BigIntegerField(default=0, verbose_name='put right by (seconds)'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='at',
            field=models.DateTimeField(db_index=True, verbose_name='when'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='received_at',
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='received'),
        ),
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(condition=models.Q(('outcome', 'unknown_code')), fields=['code', 'at'], name='attendance_scan_waiting'),
        ),
        migrations.AddField(
            model_name='card',
            name='child',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='users.child', verbose_name='child'),
        ),
        migrations.AddField(
            model_name='card',
            name='instructor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='users.instructor', verbose_name='instructor'),
        ),
        migrations.AddField(
            model_name='card',
            name='issued_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed out by'),
        ),
        migrations.AddField(
            model_name='card',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by'),
        ),
        migrations.AddField(
            model_name='card',
            name='student',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='users.studentuser', verbose_name='adult student'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('method', 'code'), name='attendance_card_is_one_persons', violation_error_message="This code is somebody's card already."),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('child__isnull', False), ('instructor__isnull', True), ('student__isnull', True)), models.Q(('child__isnull', True), ('instructor__isnull', True), ('student__isnull', False)), models.Q(('child__isnull', True), ('instructor__isnull', False), ('student__isnull', True)), _connector='OR'), name='attendance_card_exactly_one_person', violation_error_message="A card is exactly one person's."),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='attendance_card_has_a_code'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), ('revoked_at__gte', models.F('issued_at')), _connector='OR'), name='attendance_card_revoked_after_it_was_issued'),
        ),
    ]
