"""What the office says about the staff's presence: came, left, was corrected, was rated."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.shared.validators import check_rating

from ..events import announce_presence
from ..models import InstructorAttendance, MarkedVia
from ..selectors import moment
from ..selectors.due import as_kept, breaks_of, due_of
from ..selectors.presence import AFTER, EARLY, Due, Passing, Settled
from .presence import THERE, Held, hold_around, read, save_changed

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

Status = InstructorAttendance.Status
_DAY: Final = dt.timedelta(days=1)
# Who stays past midnight has left by then.
_NIGHT: Final = dt.time(4)


@dataclass(frozen=True)
class Correction:
    """How a row really was: present or late since `check_in`, perhaps until `check_out`; or absent, with no times."""

    status: str
    check_in: dt.datetime | None = None
    check_out: dt.datetime | None = None


def check_in(row_id: int, *, by: "CustomUser") -> InstructorAttendance:
    """Note that somebody is here now; after a check-out they have come back.

    Raises DomainError `may_not_correct`, `own_row`, `not_the_hours`, `is_here`.
    """
    return _say(row_id, _came_now, by=by)


def check_out(row_id: int, *, by: "CustomUser") -> InstructorAttendance:
    """Note that somebody leaves now.

    Raises DomainError `may_not_correct`, `own_row`, `not_the_hours`, `is_not_here`.
    """
    return _say(row_id, _left_now, by=by)


def correct_presence(row_id: int, correction: Correction, *, reason: str, by: "CustomUser") -> InstructorAttendance:
    """Put a row right, with a reason: it stands against all that was seen until now; later scans go on from it.

    Raises DomainError `may_not_correct`, `own_row`, `not_begun`, `reason_missing`, `check_in_missing`,
    `illegal_step`, `times_without_presence`, `in_future`, `outside_day`, `leaves_before_coming`, `is_not_late`.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why, in a few words."), field="reason")

    def corrected(row: InstructorAttendance, due: Due, now: dt.datetime) -> Settled:
        if now < due.begins - EARLY:
            raise DomainError("not_begun", _("This isn't due yet: there is nothing to correct."))
        _check(correction, row, due, now)
        row.correction_reason, row.corrected_by = reason.strip(), by
        return _settled(row, correction, now)

    return _say(row_id, corrected, by=by, reason=reason.strip())


@transaction.atomic
def rate_presence(row_id: int, rating: Decimal, *, by: "CustomUser") -> InstructorAttendance:
    """Rate somebody who came, from 1.00 to 10.00.

    Raises DomainError `may_not_correct`, `own_row`, `was_not_there`, `rating_out_of_range`.
    """
    held, row = _hold(row_id, by)
    if row.status not in THERE:
        raise DomainError("was_not_there", _("Only who came is rated."), field="rating")
    check_rating(rating)
    row.rating = round(rating, 2)
    announce_presence(save_changed(held, by=by))
    return row


@transaction.atomic
def _say(row_id: int, word: "_Word", *, by: "CustomUser", reason: str = "") -> InstructorAttendance:
    """Hear the word about a row under the lock, and read the person's rows around it anew."""
    held, row = _hold(row_id, by)
    now = timezone.now()
    row.settled = as_kept(word(row, due_of(row), now))
    read(held, now)
    announce_presence(save_changed(held, by=by, reason=reason))
    return row


def _hold(row_id: int, by: "CustomUser") -> tuple[Held, InstructorAttendance]:
    """The row among the person's others around it, held, if somebody may speak of it."""
    about = InstructorAttendance.objects.only("instructor_id", "day").get(pk=row_id)
    held = hold_around([about.instructor_id], about.day, about.day)
    row = next((one for one in held.rows if (one.pk, one.day) == (row_id, about.day)), None)
    if row is None:
        raise DomainError("moved_away", _("This has just been moved to another person or day. Open the list anew."))
    if not by.has_perm("attendance.change_instructorattendance"):
        raise DomainError("may_not_correct", _("You may not note who of the staff comes and goes."))
    if row.instructor_id == by.pk:
        raise DomainError("own_row", _("Nobody notes their own coming and going: ask a colleague."))
    return held, row


def _came_now(row: InstructorAttendance, due: Due, now: dt.datetime) -> Settled:
    _within_the_hours(due, now)
    if row.check_in is not None and row.check_out is None:
        raise DomainError("is_here", _("They are here already."))
    here = Passing(now, via=MarkedVia.MANUAL)
    if row.check_in is None or row.check_out is None:
        late = now > due.begins + due.grace
        return Settled(now, Status.LATE if late else Status.PRESENT, here)
    came_back = (row.check_out, now)
    return Settled(now, row.status, _passing(row, "check_in"), breaks=(*breaks_of(row), came_back))


def _left_now(row: InstructorAttendance, due: Due, now: dt.datetime) -> Settled:
    _within_the_hours(due, now)
    if row.check_in is None or row.check_out is not None:
        raise DomainError("is_not_here", _("They aren't here: note first that they came."))
    left = Passing(now, via=MarkedVia.MANUAL)
    return Settled(now, row.status, _passing(row, "check_in"), left, breaks_of(row))


def _within_the_hours(due: Due, now: dt.datetime) -> None:
    if not due.begins - EARLY <= now < due.ends + AFTER:
        sentence = _("That is noted from an hour before until four hours after; otherwise correct the row.")
        raise DomainError("not_the_hours", sentence)


def _settled(row: InstructorAttendance, correction: Correction, now: dt.datetime) -> Settled:
    came = _unless_changed(row, "check_in", correction.check_in)
    left = _unless_changed(row, "check_out", correction.check_out)
    within = [
        (out, back) for out, back in breaks_of(row) if came and came.at < out and (left is None or back < left.at)
    ]
    return Settled(now, correction.status, came, left, tuple(within))


def _unless_changed(row: InstructorAttendance, name: str, typed: dt.datetime | None) -> Passing | None:
    """What was typed; where it is the minute that the row has, the row's own second, reader and way."""
    if typed is None:
        return None
    known = _passing(row, name)
    if known and known.at.replace(second=0, microsecond=0) == typed.replace(second=0, microsecond=0):
        return known
    return Passing(typed, via=MarkedVia.MANUAL)


def _passing(row: InstructorAttendance, name: str) -> Passing | None:
    at = getattr(row, name)
    return Passing(at, via=getattr(row, f"{name}_via"), device_id=getattr(row, f"{name}_device_id")) if at else None


def _check(correction: Correction, row: InstructorAttendance, due: Due, now: dt.datetime) -> None:
    """The times are possible, and go with the status (domain.md, Attendance)."""
    came, left = correction.check_in, correction.check_out
    if correction.status not in (*THERE, Status.ABSENT):
        raise DomainError("illegal_step", _("Somebody was present, late or absent."), field="status")
    if correction.status == Status.ABSENT:
        if came or left:
            raise DomainError("times_without_presence", _("Who was absent neither came nor left."), field="check_in")
        return
    if came is None:
        raise DomainError("check_in_missing", _("Say when they came."), field="check_in")
    for name, at, end in (("check_in", came, due.ends), ("check_out", left, moment(row.day + _DAY, _NIGHT))):
        if at is not None and at > now:
            raise DomainError("in_future", _("This time is still to come."), field=name)
        if at is not None and not moment(row.day, dt.time(0)) <= at < end:
            raise DomainError("outside_day", _("This time isn't within the day and its hours."), field=name)
    if left is not None and left <= came:
        raise DomainError("leaves_before_coming", _("Nobody leaves before they came."), field="check_out")
    if correction.status == Status.LATE and came <= due.begins:
        raise DomainError("is_not_late", _("Who came before the beginning isn't late."), field="status")


type _Word = Callable[[InstructorAttendance, Due, dt.datetime], Settled]
