"""Places in courses: what they cost, what was paid, how they go."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.enrollments.models import Enrollment
from backoffice.enrollments.selectors import FamilyPlace, places_of_family

from ..contract import Operation, Tag
from ..filters import Filters
from ..paging import slice_page
from ..permissions import IsParentOrStudent
from ..views import ApiView, ListView
from . import examples, reads, serializers


class PlaceFilters(Filters):
    """Places of one child, in one course, of one state."""

    child = django_filters.UUIDFilter(field_name="child")
    course = django_filters.UUIDFilter(field_name="course")
    status = django_filters.ChoiceFilter(choices=Enrollment.Status.choices)


class PlacesView(ListView):
    """GET /api/v1/enrollments/"""

    permission_classes = [IsParentOrStudent]
    filters = PlaceFilters
    operations = {
        "GET": Operation(
            id="listEnrollments",
            tag=Tag.PLACES,
            summary="My places, and my children's",
            answer=serializers.PlaceShape,
            errors=(403,),
            example=examples.PLACE,
        )
    }

    def rows(self) -> QuerySet[Any]:
        """For the contract: the list itself is read without the ORM, see `places_of_family`."""
        return Enrollment.objects.none()

    def get(self, request: Request) -> Response:
        """A page; a family's places are few enough to be narrowed where they are."""
        asked = PlaceFilters.read(request.query_params)
        places = [place for place in places_of_family(self.person.pk) if _fits(place, asked)]
        page = slice_page(request, places)
        return Response(page.answer(request, reads.places(page.rows)))


class PlaceView(ApiView):
    """GET /api/v1/enrollments/{id}/"""

    permission_classes = [IsParentOrStudent]
    operations = {
        "GET": Operation(
            id="getEnrollment",
            tag=Tag.PLACES,
            summary="A place of mine",
            answer=serializers.PlaceShape,
            errors=(403,),
            example=examples.PLACE,
        )
    }

    def get(self, request: Request, id: UUID) -> Response:
        """The place."""
        mine = [place for place in places_of_family(self.person.pk) if place.id == id]
        if not mine:
            raise exceptions.NotFound(_("There is no such thing, or it isn't yours."))
        return Response(reads.places(mine)[0])


def _fits(place: FamilyPlace, asked: dict[str, Any]) -> bool:
    has = {"child": place.child_id, "course": place.course_id, "status": place.status}
    return all(has[name] == value for name, value in asked.items())
