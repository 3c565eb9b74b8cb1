"""Shapes of children and of requests to join one."""

from typing import Any

from rest_framework import serializers

from backoffice.users.models import Child, ParentLinkRequest

from ..serializers import PhoneField, StrictSerializer


class ChildShape(serializers.Serializer[Any]):
    """A child of mine."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    unique_code = serializers.CharField(help_text="What a second parent asks by.")
    dob = serializers.DateField(allow_null=True)
    gender = serializers.ChoiceField(choices=Child.Gender.choices)
    phone_number = serializers.CharField(allow_blank=True)
    photo = serializers.URLField(allow_null=True, help_text="Good for ten minutes, without a token.")
    is_primary = serializers.BooleanField(help_text="Whether I am the first parent, who may change and remove.")
    created_at = serializers.DateTimeField()


class NewChild(StrictSerializer):
    """A child to enter."""

    name = serializers.CharField(max_length=150)
    dob = serializers.DateField()
    gender = serializers.ChoiceField(choices=Child.Gender.choices)
    phone_number = PhoneField(required=False, allow_blank=True)


class ChildChanges(NewChild):
    """What is corrected of a child; what is left out stays."""


class NewLink(StrictSerializer):
    """The code on the child's card."""

    unique_code = serializers.CharField(max_length=20)


class LinkedChild(serializers.Serializer[Any]):
    """The child that somebody asks to join."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class LinkShape(serializers.Serializer[Any]):
    """A request to join a child: one of mine, or one about a child of mine."""

    id = serializers.UUIDField()
    unique_code = serializers.CharField()
    status = serializers.ChoiceField(choices=ParentLinkRequest.Status.choices)
    asked_by_me = serializers.BooleanField()
    child = LinkedChild(allow_null=True, help_text="Null to who asked, until it is approved.")
    asked_by = serializers.CharField(allow_null=True, help_text="Who asks, to the child's first parent.")
    created_at = serializers.DateTimeField()
