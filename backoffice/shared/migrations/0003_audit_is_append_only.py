"""The audit trail is only ever added to, by the application's own user too."""

from django.db import migrations

from backoffice.shared.operations import append_only


class Migration(migrations.Migration):
    dependencies = [("shared", "0002_link_to_people")]

    operations = [append_only("shared_auditentry", name="audit_is_append_only")]
