"""Shapes of what everyone may see."""

from typing import Any

from rest_framework import serializers

from backoffice.courses.models import Season


class SeasonSerializer(serializers.Serializer[Any]):
    """A part of the year in which courses run."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=Season.Type.choices)
    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True)
