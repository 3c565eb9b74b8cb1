"""Shapes of what instructors read and send. No phone number and no money is among them."""

from typing import Any

from rest_framework import serializers

from backoffice.attendance.models import InstructorAttendance, MarkedVia
from backoffice.courses.models import Exam, Lecture

from ..serializers import ParticipantField, StrictSerializer

MOST_LINES = 1000
_PARTICIPANT = "`child:<id>` or `student:<id>`."


class NamedShape(serializers.Serializer[Any]):
    """A course or a person by name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TaughtLectureShape(serializers.Serializer[Any]):
    """A lecture, and how its list stands."""

    id = serializers.UUIDField()
    course = NamedShape()
    instructor = NamedShape(allow_null=True)
    lecture_number = serializers.IntegerField()
    day = serializers.DateField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Lecture.Status.choices)
    attendance_taken = serializers.BooleanField()
    expected = serializers.IntegerField(help_text="How many stand on the list.")
    came = serializers.IntegerField()
    unmarked = serializers.IntegerField()


class RosterLineShape(serializers.Serializer[Any]):
    """A participant on a lecture's list."""

    participant = serializers.CharField(help_text=_PARTICIPANT)
    name = serializers.CharField()
    code = serializers.CharField()
    photo = serializers.CharField(allow_null=True, help_text="An address that is good for some minutes.")
    present = serializers.BooleanField(allow_null=True, help_text="Null: not marked yet.")
    rating = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    notes = serializers.CharField(allow_blank=True)
    marked_via = serializers.ChoiceField(choices=MarkedVia.choices, allow_null=True)


class RosterShape(serializers.Serializer[Any]):
    """A lecture's list."""

    lecture = TaughtLectureShape()
    may_mark = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True, help_text="When marking ends; null for supervisors.")
    participants = RosterLineShape(many=True)


class MarkShape(StrictSerializer):
    """One mark: present with a rating of 1.00 to 10.00, or absent without."""

    participant = ParticipantField(help_text=_PARTICIPANT)
    present = serializers.BooleanField()
    rating = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True, default=None)
    notes = serializers.CharField(max_length=1000, allow_blank=True, default="")


class MarksShape(StrictSerializer):
    """Marks of a lecture."""

    marks = MarkShape(many=True, max_length=MOST_LINES)  # type: ignore[call-arg]


class OwnAttendanceShape(serializers.Serializer[Any]):
    """A lecture or a stretch of the rota at which one was due."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=InstructorAttendance.Kind.choices)
    lecture = serializers.UUIDField(allow_null=True)
    course = NamedShape(allow_null=True)
    day = serializers.DateField()
    due_from = serializers.DateTimeField()
    due_to = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=InstructorAttendance.Status.choices)
    check_in = serializers.DateTimeField(allow_null=True)
    check_in_via = serializers.ChoiceField(choices=MarkedVia.choices, allow_null=True)
    check_out = serializers.DateTimeField(allow_null=True)
    check_out_via = serializers.ChoiceField(choices=MarkedVia.choices, allow_null=True)
    late_minutes = serializers.IntegerField()
    rating = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)


class ExamShape(serializers.Serializer[Any]):
    """An exam of a course one teaches."""

    id = serializers.UUIDField()
    course = NamedShape()
    title = serializers.CharField()
    type = serializers.ChoiceField(choices=Exam.Type.choices)
    day = serializers.DateField()
    total_marks = serializers.DecimalField(max_digits=7, decimal_places=2)
    pass_marks = serializers.DecimalField(max_digits=7, decimal_places=2)


class ResultLineShape(serializers.Serializer[Any]):
    """A participant of the exam's course, and the result as far as there is one."""

    participant = serializers.CharField(help_text=_PARTICIPANT)
    name = serializers.CharField()
    code = serializers.CharField()
    marks = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    percentage = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    notes = serializers.CharField(allow_blank=True)


class ExamResultsShape(serializers.Serializer[Any]):
    """An exam and everyone's result."""

    exam = ExamShape()
    results = ResultLineShape(many=True)


class ResultShape(StrictSerializer):
    """The marks of one participant."""

    participant = ParticipantField(help_text=_PARTICIPANT)
    marks = serializers.DecimalField(max_digits=7, decimal_places=2)
    notes = serializers.CharField(max_length=1000, allow_blank=True, default="")


class ResultsShape(StrictSerializer):
    """Marks of an exam."""

    results = ResultShape(many=True, max_length=MOST_LINES)  # type: ignore[call-arg]
