"""What an exam's results come to is read from their index: the report on a month no longer reads every result."""

from django.db import migrations, models

from backoffice.shared.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("courses", "0005_a_season_has_a_target")]

    operations = [
        AddIndexConcurrently(
            model_name="examresult",
            index=models.Index(fields=["exam", "marks", "total_marks"], name="courses_examresult_marks"),
        ),
    ]
