"""What marketing sees of the courses on show: whose page is missing or a draft, which fill up and which don't."""

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from .facts import courses_on_show
from .models import CoursePage

#: Courses of each kind on the dashboard, and on a page of the whole list.
FEW: Final = 5
PAGE_SIZE: Final = 25


class Kind(TextChoices):
    """Why a course is shown."""

    MISSING = "missing", _("Without a page")
    DRAFT = "draft", _("Page in draft")
    FULLEST = "fullest", _("Fullest")
    EMPTIEST = "emptiest", _("Emptiest")


@dataclass(frozen=True)
class Listed:
    """The first courses of a kind, and how many there are."""

    kind: Kind
    courses: list[Any]
    total: int


def dashboard_lists() -> list[Listed]:
    """The first few courses of each kind; one query for each."""
    found = []
    for kind in Kind:
        rows = list(courses_of(kind).annotate(total=Window(Count("pk")))[:FEW])
        found.append(Listed(kind, rows, rows[0].total if rows else 0))
    return found


def page_of_kind(kind: Kind, number: str | None) -> Page[Any]:
    """A page of all courses of a kind."""
    return Paginator(courses_of(kind), PAGE_SIZE).get_page(number)


def courses_of(kind: Kind) -> QuerySet[Any]:
    """Courses on show of one kind, each with `page_id`, `taken`, `seats` and the `share` of seats taken, in percent."""
    pages = CoursePage.objects.filter(course_id=OuterRef("pk"))
    arabic_first = Case(When(locale__language_code="ar", then=Value(0)), default=Value(1))
    rows = courses_on_show().annotate(
        has_live_page=Exists(pages.filter(live=True)),
        page_id=Subquery(pages.order_by(arabic_first, "pk").values("pk")[:1]),
        seats=F("capacity") + F("overbooked"),
        taken=F("capacity") + F("overbooked") - F("free"),
        share=Cast(F("taken") * 100.0 / F("seats"), FloatField()),
    )
    match kind:
        case Kind.MISSING:
            return rows.filter(page_id__isnull=True)
        case Kind.DRAFT:
            return rows.filter(page_id__isnull=False, has_live_page=False)
        case Kind.FULLEST:
            return rows.filter(turn__lt=2, taken__gt=0).order_by("-share", "start_date", "name", "pk")
        case _:
            return rows.filter(turn=0).order_by("share", "start_date", "name", "pk")
