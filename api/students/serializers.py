"""Shapes of what a family reads of the teaching, and of ratings."""

from typing import Any

from rest_framework import serializers

from backoffice.attendance.models import MarkedVia
from backoffice.courses.models import Exam, Lecture

from ..serializers import StrictSerializer


class LearningCourseShape(serializers.Serializer[Any]):
    """A course by name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TeacherShape(serializers.Serializer[Any]):
    """Who teaches, by name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ParticipantShape(serializers.Serializer[Any]):
    """Oneself or one's child."""

    participant = serializers.CharField(help_text="`child:<id>` or `student:<id>`.")
    name = serializers.CharField()


class LectureShape(serializers.Serializer[Any]):
    """A lecture of the family's timetable."""

    id = serializers.UUIDField()
    course = LearningCourseShape()
    instructor = TeacherShape(allow_null=True)
    lecture_number = serializers.IntegerField()
    day = serializers.DateField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Lecture.Status.choices)
    participants = ParticipantShape(many=True, help_text="Who of the family has a seat in the course.")


class AttendanceShape(serializers.Serializer[Any]):
    """A mark of a lecture."""

    id = serializers.IntegerField()
    participant = serializers.CharField(help_text="`child:<id>` or `student:<id>`.")
    name = serializers.CharField()
    lecture = serializers.UUIDField()
    lecture_number = serializers.IntegerField()
    course = LearningCourseShape()
    day = serializers.DateField()
    starts_at = serializers.DateTimeField()
    present = serializers.BooleanField()
    rating = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    marked_via = serializers.ChoiceField(choices=MarkedVia.choices)
    marked_at = serializers.DateTimeField()


class ExamResultShape(serializers.Serializer[Any]):
    """A result of an exam."""

    id = serializers.UUIDField()
    participant = serializers.CharField(help_text="`child:<id>` or `student:<id>`.")
    name = serializers.CharField()
    exam = serializers.UUIDField()
    title = serializers.CharField()
    type = serializers.ChoiceField(choices=Exam.Type.choices)
    day = serializers.DateField()
    course = LearningCourseShape()
    marks = serializers.DecimalField(max_digits=7, decimal_places=2)
    total_marks = serializers.DecimalField(max_digits=7, decimal_places=2)
    pass_marks = serializers.DecimalField(max_digits=7, decimal_places=2)
    percentage = serializers.DecimalField(max_digits=5, decimal_places=2)
    passed = serializers.BooleanField()


class RatingShape(serializers.Serializer[Any]):
    """What one said of an instructor in a course."""

    instructor = TeacherShape()
    course = LearningCourseShape()
    rating = serializers.DecimalField(max_digits=4, decimal_places=2)
    feedback = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RateShape(StrictSerializer):
    """A rating from 1.00 to 10.00, and words if one likes."""

    instructor = serializers.UUIDField()
    course = serializers.UUIDField()
    rating = serializers.DecimalField(max_digits=4, decimal_places=2)
    feedback = serializers.CharField(max_length=2000, allow_blank=True, default="")


class ChangeRatingShape(StrictSerializer):
    """Which rating, and what of it is to be another."""

    instructor = serializers.UUIDField()
    course = serializers.UUIDField()
    rating = serializers.DecimalField(max_digits=4, decimal_places=2, required=False)
    feedback = serializers.CharField(max_length=2000, allow_blank=True, required=False)


class CalendarLinkShape(serializers.Serializer[Any]):
    """Whether one has a calendar link; the link itself is shown when it is made, and never again."""

    exists = serializers.BooleanField()
    made_at = serializers.DateTimeField(allow_null=True)


class NewCalendarLinkShape(serializers.Serializer[Any]):
    """The link, this once."""

    url = serializers.URLField(help_text="For Google, Apple and other calendars: subscribe to it.")
    token = serializers.CharField()
