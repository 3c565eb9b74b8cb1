"""Shapes of what everyone may see."""

from typing import Any

from rest_framework import serializers

from backoffice.courses.models import Season, Weekday


class SeasonInCourseSerializer(serializers.Serializer[Any]):
    """The season of a course."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=Season.Type.choices)


class SeasonSerializer(SeasonInCourseSerializer):
    """A part of the year in which courses run."""

    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True)


class TagSerializer(serializers.Serializer[Any]):
    """A word that courses and instructors are found by."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class InstructorInCourseSerializer(serializers.Serializer[Any]):
    """Who teaches a course."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    image = serializers.URLField(allow_null=True)


class InstructorSerializer(InstructorInCourseSerializer):
    """Who teaches here."""

    bio = serializers.CharField(allow_blank=True)
    tags = TagSerializer(many=True)
    rating = serializers.DecimalField(
        max_digits=4, decimal_places=2, allow_null=True, help_text="The average of all ratings, from 1 to 10."
    )
    ratings = serializers.IntegerField(help_text="How many there are.")


class WeeklyHourSerializer(serializers.Serializer[Any]):
    """A weekly hour of a course."""

    weekday = serializers.ChoiceField(choices=Weekday.choices)
    start_time = serializers.TimeField()
    end_time = serializers.TimeField()
    room = serializers.CharField(allow_null=True)


class CourseSerializer(serializers.Serializer[Any]):
    """What a participant can have a place in."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    season = SeasonInCourseSerializer()
    instructor = InstructorInCourseSerializer(allow_null=True)
    tags = TagSerializer(many=True)
    schedules = WeeklyHourSerializer(many=True)
    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True)
    num_lectures = serializers.IntegerField(allow_null=True)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="EGP.")
    capacity = serializers.IntegerField()
    seats_left = serializers.IntegerField(help_text="Those kept for who was called from the waiting list don't count.")
    is_open = serializers.BooleanField(
        help_text="Whether a place can be asked for today; in a full course that means the waiting list."
    )
    for_adults = serializers.BooleanField()
    min_age = serializers.IntegerField(allow_null=True)
    max_age = serializers.IntegerField(allow_null=True)
    registration_opens = serializers.DateField(allow_null=True)
    registration_closes = serializers.DateField(allow_null=True)
