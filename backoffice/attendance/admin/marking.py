"""The instructor's own pages: the lectures of today, and one lecture's list to be marked by thumb."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.courses.models import Lecture
from backoffice.shared.admin import refusal
from backoffice.shared.errors import DomainError, FaultyLines
from backoffice.shared.files import link_to

from .. import services
from ..models import LectureAttendance
from ..selectors import Counts, last_cursor, lectures_to_mark, marking_time, roster
from .fields import RatingField
from .pages import page, require

_MAY: Final = "attendance.change_lectureattendance"
# The quick choice; what lies between is typed.
QUICK_RATINGS: Final = tuple(range(10, 0, -1))


class StepForm(forms.Form):
    """What a button of the page sends; how it is spelt is looked at here, the rules stay in the services."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("present", "absent", "clear", "note", "rest", "undo")])
    rating = RatingField(required=False, error_messages={"invalid": "", "max_digits": ""})
    notes = forms.CharField(required=False, max_length=1000)

    def sentence(self) -> str:
        """What is wrong with what was sent, in one sentence."""
        if "rating" in self.errors:
            return _("A rating is from 1 to 10.")
        if "notes" in self.errors:
            return _("A note has 1,000 characters at most.")
        return _("This page doesn't know that button. Load it anew.")


@dataclass(frozen=True)
class Line:
    """A row of the list as the page shows it; `said` is what a service answered about it."""

    row: LectureAttendance
    photo: str
    said: str = ""
    typed: str = ""

    @property
    def key(self) -> str:
        """The participant's name for programs."""
        return str(self.row.participant_key)

    @property
    def anchor(self) -> str:
        """The row's id on the page."""
        return self.key.replace(":", "-")

    @property
    def initial(self) -> str:
        """What stands for a photo that isn't there."""
        return str(self.row.participant)[:1]

    @property
    def state(self) -> str:
        """Present, absent or unmarked."""
        return {True: "present", False: "absent", None: "unmarked"}[self.row.present]

    @property
    def rating(self) -> str:
        """The rating without idle zeros, or what was typed and refused."""
        return self.typed or ("" if self.row.rating is None else plain(self.row.rating))

    @property
    def stamp(self) -> str:
        """Another whenever the row shows something else."""
        row = self.row
        return f"{self.state}|{row.rating}|{row.marked_at}|{row.notes}|{bool(self.photo)}|{self.said}"


def plain(rating: Decimal) -> str:
    """8.5 and 10, not 8.50 and 10.00."""
    return f"{rating.normalize():f}"


@require_safe
def marking_day(request: HttpRequest) -> HttpResponse:
    """The person's lectures of today, and what is left of yesterday."""
    require(request, _MAY)
    rows = lectures_to_mark(request.user)  # type: ignore[arg-type]
    today = timezone.localdate()
    context = {
        "today": today,
        "lectures": [row for row in rows if row.lecture.day == today],
        "left": [row for row in rows if row.lecture.day != today],
    }
    return page(request, "marking_day", context, title=_("Mark attendance"))


@require_http_methods(["GET", "HEAD", "POST"])
def marking_page(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """One lecture's list; somebody else's lecture isn't there."""
    require(request, _MAY)
    mine = Lecture.objects.visible_to(request.user).select_related("course", "room", "instructor__user")
    lecture = get_object_or_404(mine, pk=lecture_id)
    return _take_step(request, lecture) if request.method == "POST" else _list_page(request, lecture)


def _list_page(request: HttpRequest, lecture: Lecture, *, said: str = "", status: int = 200) -> HttpResponse:
    """The list; what a service refused stands at the row it was about, with what was typed."""
    cursor = last_cursor()
    sent = request.POST.get("participant", "") if said else ""
    lines = [_line(row, request) for row in roster(lecture)]
    if said:
        typed = request.POST.get("rating", "")
        lines = [replace(line, said=said, typed=typed) if line.key == sent else line for line in lines]
    context = {
        "cursor": cursor,
        "lecture": lecture,
        "lines": lines,
        "counts": _counts(lines),
        "time": marking_time(lecture, request.user),  # type: ignore[arg-type]
        "default": plain(settings.ATTENDANCE_DEFAULT_RATING),
        "quick": QUICK_RATINGS,
        "said": said if not any(line.said for line in lines) else "",
    }
    return page(request, "marking", context, title=lecture, status=status)


def _line(row: LectureAttendance, request: HttpRequest) -> Line:
    photo = row.child.photo.name if row.child else ""
    return Line(row, link_to(photo, viewer_id=request.user.pk) if photo else "")


def _counts(lines: Sequence[Line]) -> Counts:
    states = [line.state for line in lines]
    return Counts(len(states), states.count("present"), states.count("unmarked"))


def _take_step(request: HttpRequest, lecture: Lecture) -> HttpResponse:
    """Call the button's service. The page's script gets what came of it, a plain form goes back to its row."""
    by_script = request.headers.get("Accept") == "application/json"
    if by_script and request.POST.get("by") != str(request.user.pk):
        # Somebody else signed in in another window: what one person tapped isn't signed by the other.
        raise PermissionDenied
    form = StepForm(_sent(request))
    try:
        if not form.is_valid():
            raise DomainError("unreadable", form.sentence())
        _check_seen(request, lecture)
        changed = STEPS[form.cleaned_data["do"]](request, lecture.pk, form.cleaned_data)
    except (DomainError, OperationalError) as error:
        status = 422 if isinstance(error, DomainError) else 503
        sentence = _sentence(error)
        if by_script:
            return JsonResponse(_standing(request, lecture) | {"refused": sentence}, status=status)
        return _list_page(request, lecture, said=sentence, status=status)
    if by_script:
        return JsonResponse(_standing(request, lecture) | {"changed": changed})
    anchor = request.POST.get("participant", "").replace(":", "-")
    return HttpResponseRedirect(reverse("attendance-marking", args=[lecture.pk]) + (f"#{anchor}" if anchor else ""))


def _check_seen(request: HttpRequest, lecture: Lecture) -> None:
    """Of a mark that waited for the network: nobody else has marked the participant since."""
    if "seen" not in request.POST:
        return
    lines = [Line(row, "") for row in roster(lecture)]
    now = {_row(line)["at"] or "" for line in lines if line.key in request.POST.getlist("participant")}
    if now - {request.POST["seen"]}:
        sentence = _("A colleague marked this participant while you had no network. Look, and mark again if need be.")
        raise DomainError("marked_meanwhile", sentence)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """What the pressed button says; one of the quick ratings is "present" with that rating."""
    sent = request.POST.dict()
    return sent | {"do": "present", "rating": sent["quick"]} if "quick" in sent else sent


def _sentence(error: DomainError | OperationalError) -> str:
    if isinstance(error, FaultyLines):
        return str(next(iter(error.faults.values())))
    return refusal(error)


def _standing(request: HttpRequest, lecture: Lecture) -> dict[str, Any]:
    """How the rows that were meant stand now (all of them after a step for all), and the counts."""
    lines = [Line(row, "") for row in roster(lecture)]
    meant = set(request.POST.getlist("participant")) or {line.key for line in lines}
    counts = _counts(lines)
    return {
        "rows": [_row(line) for line in lines if line.key in meant],
        "counts": {
            "expected": counts.expected,
            "present": counts.came,
            "absent": counts.absent,
            "unmarked": counts.unmarked,
        },
    }


def _row(line: Line) -> dict[str, Any]:
    """A row as the live events tell it, and its notes."""
    row = line.row
    by = row.marked_by
    return {
        "participant": line.key,
        "present": row.present,
        "rating": line.rating or None,
        "notes": row.notes,
        "marked_by": {"id": str(by.pk), "name": str(by)} if by else None,
        "marked_via": row.marked_via,
        "at": timezone.localtime(row.marked_at).isoformat() if row.marked_at else None,
    }


type Step = Callable[[HttpRequest, UUID, dict[str, Any]], int]


def _mark(request: HttpRequest, lecture_id: UUID, mark: services.Mark) -> int:
    lines = [services.MarkLine(key, mark) for key in request.POST.getlist("participant")]
    return services.mark_participants(lecture_id, lines, by=request.user)  # type: ignore[arg-type]


def _present(request: HttpRequest, lecture_id: UUID, sent: dict[str, Any]) -> int:
    return _mark(request, lecture_id, services.Mark(present=True, rating=sent["rating"], notes=None))


def _absent(request: HttpRequest, lecture_id: UUID, sent: dict[str, Any]) -> int:
    return _mark(request, lecture_id, services.Mark(present=False, notes=None))


def _clear(request: HttpRequest, lecture_id: UUID, sent: dict[str, Any]) -> int:
    return _mark(request, lecture_id, services.Mark(present=None, notes=None))


def _note(request: HttpRequest, lecture_id: UUID, sent: dict[str, Any]) -> int:
    whose = request.POST.get("participant", "")
    return services.note_participant(lecture_id, whose, sent["notes"], by=request.user)  # type: ignore[arg-type]


def _rest(request: HttpRequest, lecture_id: UUID, sent: dict[str, Any]) -> int:
    rating = settings.ATTENDANCE_DEFAULT_RATING if sent["rating"] is None else sent["rating"]
    return services.mark_rest_present(lecture_id, rating, by=request.user)  # type: ignore[arg-type]


def _undo(request: HttpRequest, lecture_id: UUID, sent: dict[str, Any]) -> int:
    whose = set(request.POST.getlist("participant"))
    return services.undo_marks(lecture_id, whose, by=request.user)  # type: ignore[arg-type]


STEPS: Final[dict[str, Step]] = {
    "present": _present,
    "absent": _absent,
    "clear": _clear,
    "note": _note,
    "rest": _rest,
    "undo": _undo,
}
