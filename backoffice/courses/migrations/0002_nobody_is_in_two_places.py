"""Neither an instructor nor a room is in two lectures at once; a course's weekly hours don't overlap."""

from django.db import migrations

from backoffice.shared.operations import no_overlap

HELD = "@status <> 'cancelled'"


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        no_overlap(
            "courses_lecture",
            scope="instructor_id",
            within="day",
            start="start_time",
            end="end_time",
            only=HELD,
            name="courses_lecture_instructor_in_one_place",
        ),
        no_overlap(
            "courses_lecture",
            scope="room_id",
            within="day",
            start="start_time",
            end="end_time",
            only=HELD,
            name="courses_lecture_room_used_once",
        ),
        no_overlap(
            "courses_courseschedule",
            scope="course_id",
            within="weekday",
            start="start_time",
            end="end_time",
            name="courses_courseschedule_no_overlap",
        ),
    ]
