"""Shapes of requests, places, payments and refunds."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from backoffice.enrollments.models import Enrollment, EnrollmentRequest, PaymentMethod
from backoffice.payments.models import Payment, RefundRequest

from ..serializers import StrictSerializer

_LONGEST_TEXT = 2000


class ChildInRow(serializers.Serializer[Any]):
    """Whose it is; null where it is the student's own."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class CourseInRow(serializers.Serializer[Any]):
    """Which course."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class RequestShape(serializers.Serializer[Any]):
    """A request for a place."""

    id = serializers.UUIDField()
    course = CourseInRow()
    child = ChildInRow(allow_null=True)
    status = serializers.ChoiceField(choices=EnrollmentRequest.Status.choices)
    position = serializers.IntegerField(allow_null=True, help_text="On the waiting list, from 1.")
    offer_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when a freed seat is kept; then it goes to the next who waits."
    )
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, allow_blank=True)
    notes = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField(allow_blank=True)


class NewRequest(StrictSerializer):
    """Who wants a place where; without a child it is for the student who asks."""

    course = serializers.UUIDField()
    child = serializers.UUIDField(required=False, allow_null=True)
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, required=False, allow_blank=True)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=_LONGEST_TEXT)


class ProgressShape(serializers.Serializer[Any]):
    """How the course goes."""

    lectures = serializers.IntegerField(help_text="All but the cancelled ones.")
    held = serializers.IntegerField(help_text="Those whose hour is over.")
    present = serializers.IntegerField()
    absent = serializers.IntegerField()
    rate = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True, help_text="Per cent of the marks.")


class PlaceShape(serializers.Serializer[Any]):
    """A place in a course; amounts in EGP."""

    id = serializers.UUIDField()
    course = CourseInRow()
    child = ChildInRow(allow_null=True)
    status = serializers.ChoiceField(choices=Enrollment.Status.choices)
    enrolled_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    paid = serializers.DecimalField(max_digits=12, decimal_places=2)
    refunded = serializers.DecimalField(max_digits=12, decimal_places=2)
    balance = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="What is still owed.")
    progress = ProgressShape()


class PaymentShape(serializers.Serializer[Any]):
    """A payment of mine; amounts in EGP."""

    id = serializers.UUIDField()
    receipt = serializers.CharField(allow_null=True, help_text="The receipt's number.")
    enrollment = serializers.UUIDField(allow_null=True, help_text="Null for money on the family's account.")
    course = serializers.CharField(allow_null=True)
    child = ChildInRow(allow_null=True)
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    refunded = serializers.DecimalField(max_digits=12, decimal_places=2)
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    reference_number = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    paid_at = serializers.DateTimeField(allow_null=True)


class RefundShape(serializers.Serializer[Any]):
    """Money that goes, or went, back."""

    id = serializers.UUIDField()
    enrollment = serializers.UUIDField(allow_null=True)
    payment = serializers.UUIDField(allow_null=True, help_text="Null to who didn't pay it: the other parent did.")
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=RefundRequest.Status.choices)
    asked_by_me = serializers.BooleanField(help_text="Only then it is mine to cancel.")
    number = serializers.CharField(allow_null=True, help_text="Once it is paid back.")
    requested_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField(allow_blank=True)
    processed_at = serializers.DateTimeField(allow_null=True)


class AskedRefunds(serializers.Serializer[Any]):
    """What one question became: a refund of each payment that money goes back from, the newest payment first."""

    requests = RefundShape(many=True)


class NewRefund(StrictSerializer):
    """Of which place how much goes back, and why; without an amount all that can."""

    enrollment = serializers.UUIDField()
    amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"), required=False)
    reason = serializers.CharField(max_length=_LONGEST_TEXT)
