"""A family's places as REST framework's own tutorial would have them: nested serializers, a method for each number.

The same tokens, the same rows, the same answer; each row asks for its course, its child, its money and its marks.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination

from backoffice.attendance.models import LectureAttendance
from backoffice.courses.models import Course, Lecture
from backoffice.enrollments.models import Enrollment
from backoffice.payments.selectors import balance_of
from backoffice.users.models import Child


class CourseSerializer(serializers.ModelSerializer[Course]):
    """The course of a place."""

    class Meta:
        model = Course
        fields = ["id", "slug", "name"]


class ChildSerializer(serializers.ModelSerializer[Child]):
    """Whose place it is."""

    class Meta:
        model = Child
        fields = ["id", "name"]


class PlaceSerializer(serializers.ModelSerializer[Enrollment]):
    """A place."""

    course = CourseSerializer()
    child = ChildSerializer()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Enrollment
        fields = ["id", "course", "child", "status", "enrolled_at", "ended_at", "progress"]

    def to_representation(self, instance: Enrollment) -> dict[str, Any]:
        """With the money, which is one computation for four fields."""
        money = balance_of(instance)
        amounts = {name: f"{getattr(money, name):.2f}" for name in ("price", "paid", "refunded", "balance")}
        return super().to_representation(instance) | amounts

    def get_progress(self, place: Enrollment) -> dict[str, Any]:
        """Lectures planned and held, marks, and their rate."""
        now = timezone.localtime()
        lectures = Lecture.objects.filter(course=place.course).exclude(status="cancelled")
        over = Q(status="completed") | Q(day__lt=now.date()) | Q(day=now.date(), end_time__lte=now.time())
        marks = LectureAttendance.objects.filter(child=place.child, lecture__course=place.course)
        present, absent = marks.filter(present=True).count(), marks.filter(present=False).count()
        return {
            "lectures": lectures.count(),
            "held": lectures.filter(over).count(),
            "present": present,
            "absent": absent,
            "rate": f"{present * 100 / (present + absent):.2f}" if present + absent else None,
        }


class Pages(PageNumberPagination):
    """20 rows."""

    page_size = 20


class PlacesView(generics.ListAPIView[Enrollment]):
    """The family's places, the newest first."""

    serializer_class = PlaceSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Enrollment]:
        """Of the children whose parent asks."""
        places: QuerySet[Enrollment] = Enrollment.objects.filter(child__primary_parent=self.request.user.pk)
        return places.order_by("-enrolled_at", "-id")
