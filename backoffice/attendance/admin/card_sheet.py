"""QR cards on A4 paper: chosen people, those of a course, the staff."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import batched
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldBooleanSwitchWidget

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment
from backoffice.shared.admin import refusal
from backoffice.shared.admin.qr import qr_svg
from backoffice.shared.admin.service_pages import FoundField, Page, Submit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, Instructor, StudentUser

from .. import services
from ..models import Card
from ..selectors.cards import people_of_course

ON_A_PAGE = 10
# A page's address that most servers take.
MOST_CHOSEN = 100


class CardSheetForm(forms.Form):
    """Who gets a card, beside those who were chosen in a list."""

    course = FoundField(
        Enrollment._meta.get_field("course"),
        Course.objects.all(),
        admin.site,
        label=gettext_lazy("All participants of the course"),
        required=False,
    )
    staff = forms.BooleanField(
        label=gettext_lazy("All instructors and supervisors"), required=False, widget=UnfoldBooleanSwitchWidget
    )


class Chosen:
    """The people who were chosen in a list, by the page's address."""

    def __init__(self, request: HttpRequest) -> None:
        self.children = _found(Child, request.GET.getlist("child"), "name")
        self.students = _found(StudentUser, request.GET.getlist("student"), "user__first_name")
        self.staff = _found(Instructor, request.GET.getlist("instructor"), "user__first_name")

    def add(self, *, course: Course | None, staff: bool) -> None:
        """Those of a course, and all of the staff."""
        if course:
            children, students = people_of_course(course)
            self.children += _others(Child, children, self.children, "name")
            self.students += _others(StudentUser, students, self.students, "user__first_name")
        if staff:
            active = Instructor.objects.filter(user__is_active=True).values_list("pk", flat=True)
            self.staff += _others(Instructor, active, self.staff, "user__first_name")

    @property
    def people(self) -> list[Any]:
        """All of them."""
        return [*self.children, *self.students, *self.staff]


def card_sheet_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Say who is on the sheet, then print it; for whoever hands cards out."""
    if not request.user.has_perm("attendance.add_card"):
        raise PermissionDenied
    chosen = Chosen(request)
    form = CardSheetForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        chosen.add(**form.cleaned_data)
        try:
            cards = services.print_cards(
                children=chosen.children,
                students=chosen.students,
                staff=chosen.staff,
                by=request.user,  # type: ignore[arg-type]
            )
        except (DomainError, OperationalError) as error:
            form.add_error(None, refusal(error))
        else:
            return _sheet(request, cards)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Print QR cards"),
        "opts": Card._meta,
        "form": form,
        "people": chosen.people,
        "page": Page(title="", submits=[Submit(_("Print the cards"))]),
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/attendance/print_cards.html", context)


def _sheet(request: HttpRequest, cards: Sequence[services.PrintedCard]) -> HttpResponse:
    """Ten cards on a page; for families, so in Arabic whatever language the person's screens are in."""
    with translation.override("ar"):
        drawn = [{"card": card, "qr": qr_svg(card.qr)} for card in cards]
        pages = list(batched(drawn, ON_A_PAGE))
        answer = render(request, "admin/attendance/card_sheet.html", {"pages": pages})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found(model: Any, keys: Iterable[str], order: str) -> list[Any]:
    ids = []
    for key in list(keys)[:MOST_CHOSEN]:
        # An address that somebody typed: what is no key finds nobody.
        with suppress(ValueError):
            ids.append(UUID(key))
    return _others(model, ids, (), order)


def _others(model: Any, ids: Iterable[UUID], known: Sequence[Any], order: str) -> list[Any]:
    """Those of the people who aren't known yet, by name."""
    rows = model.objects.filter(pk__in=list(ids)).exclude(pk__in=[one.pk for one in known]).order_by(order, "pk")
    return list(rows if model is Child else rows.select_related("user"))
