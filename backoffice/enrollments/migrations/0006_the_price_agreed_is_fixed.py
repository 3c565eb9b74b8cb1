"""What was agreed when a place was given stays: who, where, at which price; and no place is deleted."""

from django.db import migrations

from backoffice.shared.operations import columns_fixed

AGREED = (
    "course_id",
    "child_id",
    "student_id",
    "list_price",
    "discount",
    "discount_reason",
    "price",
    "accepted_by_id",
)


class Migration(migrations.Migration):
    dependencies = [("enrollments", "0005_price_changes_are_append_only")]

    operations = [
        columns_fixed(
            "enrollments_enrollment",
            AGREED,
            "TRUE",
            sentence="the price agreed is never changed and no place is deleted",
            name="enrollments_enrollment_is_fixed",
        ),
    ]
