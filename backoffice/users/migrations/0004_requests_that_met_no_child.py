from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_the_codes_over(apps: Any, schema_editor: Any) -> None:
    """A request that is there met a child: its code is the child's."""
    requests = apps.get_model("users", "ParentLinkRequest").objects
    code = apps.get_model("users", "Child").objects.filter(pk=OuterRef("child")).values("unique_code")
    requests.update(unique_code=Subquery(code))


def nothing_to_undo(apps: Any, schema_editor: Any) -> None:
    """Requests without a child have no place in the older table."""
    apps.get_model("users", "ParentLinkRequest").objects.filter(child=None).delete()


class Migration(migrations.Migration):
    dependencies = [("users", "0003_claim_codes")]

    operations = [
        migrations.AlterField(
            model_name="parentlinkrequest",
            name="child",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="link_requests",
                to="users.child", verbose_name="child",
            ),
        ),
        migrations.AddField(
            model_name="parentlinkrequest",
            name="unique_code",
            field=models.CharField(default="", editable=False, max_length=7, verbose_name="code"),
            preserve_default=False,
        ),
        migrations.RunPython(take_the_codes_over, nothing_to_undo),
        migrations.AddConstraint(
            model_name="parentlinkrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "pending")), fields=("parent", "unique_code"),
                name="users_parentlinkrequest_one_open_by_code",
                violation_error_message="This parent has asked for this child already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="parentlinkrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("unique_code__regex", "^[MF][0-9]{5,6}$")), name="users_parentlinkrequest_code_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="parentlinkrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("child__isnull", False), ("status", "pending"), _connector="OR"),
                name="users_parentlinkrequest_without_a_child_is_never_answered",
            ),
        ),
    ]
