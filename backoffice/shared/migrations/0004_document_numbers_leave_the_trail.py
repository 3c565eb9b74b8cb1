"""What the trail said of numbers of documents becomes dots: they are kept sealed, and the trail never forgets.

The only change that was ever made to the trail; it can't be undone.
"""

from django.db import migrations

from backoffice.shared.operations import VendorSQL, append_only

trail = append_only("shared_auditentry", name="audit_is_append_only")
mask = VendorSQL(
    {
        "postgresql": """
UPDATE shared_auditentry SET changes = jsonb_set(changes, '{identity_number}', '["•••", "•••"]')
WHERE jsonb_exists(changes, 'identity_number')
""",
        "sqlite": """
UPDATE shared_auditentry SET changes = json_set(changes, '$.identity_number', json('["•••", "•••"]'))
WHERE json_type(changes, '$.identity_number') IS NOT NULL
""",
    },
    {},
    name="document_numbers_leave_the_trail",
)


class Migration(migrations.Migration):
    dependencies = [("shared", "0003_audit_is_append_only")]

    operations = [trail.undone(), mask, trail]
