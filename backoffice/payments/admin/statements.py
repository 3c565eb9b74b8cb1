"""The statement of a family or of a place: on screen, and the same page in print."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from backoffice.enrollments.models import Enrollment
from backoffice.users.models import Parent, StudentUser

from ..selectors.pots import credit_of, family_of
from ..selectors.statement import statement_of_family, statement_of_place

FAMILIES: dict[str, type[Parent | StudentUser]] = {"parent": Parent, "student": StudentUser}


def statement(request: HttpRequest, kind: str, pk: UUID, model_admin: Any) -> HttpResponse:
    """The page of `parent`, `student` or `enrollment`, for who may see payments."""
    if not request.user.has_perm("payments.view_payment"):
        raise PermissionDenied
    family: Parent | StudentUser | None
    if kind == "enrollment":
        people = ("child__primary_parent__user", "student__user", "course__season", "accepted_by")
        place = Enrollment.objects.select_related(*people).filter(pk=pk).first()
        if place is None:
            raise Http404
        rows, family, heading = statement_of_place(place), family_of(place), str(place)
    elif kind in FAMILIES:
        place, family = None, FAMILIES[kind].objects.select_related("user").filter(pk=pk).first()
        if family is None:
            raise Http404
        rows, heading = statement_of_family(family), str(family.user)
    else:
        raise Http404
    context = {
        "rows": rows,
        "place": place,
        "family": family,
        "family_kind": "parent" if isinstance(family, Parent) else "student",
        "heading": heading,
        "credit": credit_of(family),
        "balance": rows[-1].balance if rows else 0,
        "now": timezone.localtime(),
    }
    return TemplateResponse(request, "receipts/statement.html", context)
