"""Asking for a place."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.courses.models import Course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import cancel_request, submit_request
from backoffice.users.models import Child, StudentUser

from ..contract import Operation, Tag
from ..filters import Filters
from ..permissions import IsParentOrStudent
from ..views import ApiView, DetailView, ListView, RowsView
from . import examples, reads, serializers

REFUSALS = (
    "course_inactive", "course_ended", "registration_closed", "age_out_of_range", "adults_only", "children_only",
    "request_open_already", "has_place_already",
)  # fmt: skip


class RequestFilters(Filters):
    """Requests of one child, for one course, of one state."""

    child = django_filters.UUIDFilter(field_name="child")
    course = django_filters.UUIDFilter(field_name="course")
    status = django_filters.ChoiceFilter(choices=EnrollmentRequest.Status.choices)


class RequestRows(RowsView):
    """Requests of the person and of the person's children."""

    permission_classes = [IsParentOrStudent]

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        # By keys: a child with two parents would come twice from the join.
        mine = EnrollmentRequest.objects.of_family(self.person).order_by().values("pk")
        requests: QuerySet[Any] = EnrollmentRequest.objects.filter(pk__in=mine)
        return requests.order_by("-created_at", "pk")

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the course and the child."""
        return rows.select_related("course", "child")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """With the place on the waiting list."""
        return reads.requests(rows)


class RequestsView(RequestRows, ListView):
    """GET, POST /api/v1/enrollment-requests/"""

    filters = RequestFilters
    operations = {
        "GET": Operation(
            id="listEnrollmentRequests",
            tag=Tag.PLACES,
            summary="What I asked for",
            answer=serializers.RequestShape,
            errors=(403,),
            example=examples.REQUEST,
        ),
        "POST": Operation(
            id="requestEnrollment",
            tag=Tag.PLACES,
            summary="Ask for a place, for a child or for oneself",
            description="In a full course the request goes on the waiting list: `status` is `waitlisted`.",
            body=serializers.NewRequest,
            body_example=examples.NEW_REQUEST,
            answer=serializers.RequestShape,
            status=201,
            errors=(403,),
            codes=REFUSALS,
            example=examples.REQUEST,
        ),
    }

    def post(self, request: Request) -> Response:
        """Pending, or on the waiting list."""
        asked = self.read(serializers.NewRequest)
        course_id = asked.pop("course")
        if not Course.objects.filter(pk=course_id).exists():
            raise exceptions.ValidationError({"course": [_("There is no such course.")]})
        made = submit_request(
            course_id=course_id, by=self.person, **self._participant(asked.pop("child", None)), **asked
        )
        return Response(self.shown([made])[0], status=status.HTTP_201_CREATED)

    def _participant(self, child_id: UUID | None) -> dict[str, Any]:
        if child_id is None:
            student = StudentUser.objects.select_related("user").filter(user=self.person).first()
            if student is None:
                raise exceptions.ValidationError({"child": [_("Say for which child.")]})
            return {"student": student}
        child = Child.objects.of_parent(self.person).filter(pk=child_id).first()
        if child is None:
            # Somebody else's child and none at all look alike.
            raise exceptions.ValidationError({"child": [_("This is not one of your children.")]})
        return {"child": child}


class RequestView(RequestRows, DetailView):
    """GET /api/v1/enrollment-requests/{id}/"""

    operations = {
        "GET": Operation(
            id="getEnrollmentRequest",
            tag=Tag.PLACES,
            summary="A request of mine",
            answer=serializers.RequestShape,
            errors=(403,),
            example=examples.REQUEST,
        )
    }


class CancelRequestView(RequestRows, ApiView):
    """POST /api/v1/enrollment-requests/{id}/cancel/"""

    operations = {
        "POST": Operation(
            id="cancelEnrollmentRequest",
            tag=Tag.PLACES,
            summary="Take a request back while it is open",
            answer=serializers.RequestShape,
            errors=(403,),
            codes=("illegal_step",),
            example={**examples.REQUEST, "status": "cancelled", "position": None},
        )
    }

    def post(self, request: Request, id: UUID) -> Response:
        """Whoever waits moves up."""
        cancel_request(self.one(pk=id).pk, by=self.person)
        return Response(self.shown([self.one(pk=id)])[0])
