"""One sending: who may still have it, the file, and its letters one by one, each noted as soon as it is gone."""

import datetime as dt
import logging
import uuid
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.shared import audit
from backoffice.shared.claims import Work, claim
from backoffice.shared.errors import DomainError

from ..access import why_not
from ..definition import Report
from ..models import Letter, ReportDelivery
from ..registry import reports
from ..trail import record_sending
from .letter import message_for
from .mail_server import Handed, MailServer, OutOfOrder
from .parcel import Parcel, parcel_of

_log = logging.getLogger(__name__)

#: Ten minutes after the first attempt, then 20, 40, 80, 160: about five hours in all.
MOST_ATTEMPTS: Final = 6
_FIRST_WAIT: Final = dt.timedelta(minutes=10)
State = Letter.State


def deliver(delivery_id: int) -> str:
    """Send what of a sending isn't sent; at least once, never by two at once. What came of it, for the queue's record.

    A process that is killed between the mail server's answer and the note of it leaves a letter that goes again; it
    has the same number then, by which most mail programs know it.
    """
    with claim(delivery_id, of=Work.LETTERS) as mine:
        if not mine:
            return "somebody is at it"
        rows = ReportDelivery.objects.select_related("schedule__made_by")
        delivery = rows.filter(pk=delivery_id, finished_at=None).first()
        if delivery is None or not _is_due(delivery):
            return "nothing to do"
        with translation.override(settings.LANGUAGE_CODE), audit.by_way_of(audit.Source.JOB):
            _attempt(delivery)
        return f"attempt {delivery.attempts} of delivery {delivery.pk}: {delivery.trouble or 'sent'}"


def _is_due(delivery: ReportDelivery) -> bool:
    """The first attempt is made as soon as the queue comes to it, a later one when its time has come."""
    return not delivery.attempts or delivery.next_try_at is None or delivery.next_try_at <= timezone.now()


def _attempt(delivery: ReportDelivery) -> None:
    """One attempt; that it was made is noted first, so that one that kills its process isn't made for ever."""
    delivery.next_try_at = timezone.now() + _FIRST_WAIT * 2**delivery.attempts
    delivery.attempts += 1
    delivery.trouble = ""
    delivery.save(update_fields=["attempts", "next_try_at", "trouble"])
    report = reports().get(delivery.schedule.report)
    over = _why_over(delivery, report)
    if report is None or over:
        _give_up(delivery, over)
        return
    try:
        _send(delivery, report)
    except DomainError as error:
        # Nothing that waiting would mend: the filters, the report itself.
        _give_up(delivery, str(error))
    except OutOfOrder as error:
        delivery.trouble = _("The mail server didn't answer as it should: %(answer)s") % {"answer": error}
    except Exception as error:
        number = uuid.uuid4().hex[:8]
        _log.exception("delivery %s of a report failed, error %s", delivery.pk, number, exc_info=error)
        sentence = _("Something went wrong that we can't explain here. Tell the office this number: %(id)s")
        delivery.trouble = sentence % {"id": number}
    _close(delivery)


def _why_over(delivery: ReportDelivery, report: Report | None) -> str:
    """Why the sending isn't wanted any more."""
    from .due import latest_due

    schedule = delivery.schedule
    if report is None:
        return _("There is no such report any more.")
    if schedule.is_paused:
        return _("The schedule was paused before everything was sent.")
    if latest_due(schedule, delivery.business_day) != delivery.business_day:
        return _("The schedule was changed before everything was sent.")
    if schedule.deliveries.filter(business_day__gt=delivery.business_day).exists():
        return _("The next one came before everything was sent.")
    return ""


def _send(delivery: ReportDelivery, report: Report) -> None:
    letters = [one for one in _waiting(delivery) if not _held_back(one, report)]
    if not letters:
        return
    parcel = parcel_of(delivery, report)
    delivery.rows = parcel.rows
    delivery.save(update_fields=["rows"])
    # In the trail before its first byte leaves.
    record_sending(report, delivery, filters=parcel.filters, to=[one.person for one in letters])
    with MailServer() as server:
        for letter in letters:
            # Making the file may have taken a while.
            if not _held_back(letter, report):
                _hand_over(letter, parcel, server)


def _hand_over(letter: Letter, parcel: Parcel, server: MailServer) -> None:
    match server.hand_over(message_for(letter, parcel)):
        case Handed.TAKEN:
            _note(letter, State.SENT)
        case Handed.REFUSED:
            _note(letter, State.REFUSED)


def _waiting(delivery: ReportDelivery) -> list[Letter]:
    return list(delivery.letters.filter(state=State.WAITING).select_related("person").order_by("pk"))


def _held_back(letter: Letter, report: Report) -> bool:
    reason = why_not(letter.person, report)
    if reason is None:
        letter.person.refresh_from_db(fields=["email"])
        return False
    _note(letter, reason)
    return True


def _note(letter: Letter, state: str) -> None:
    letter.state = state
    letter.sent_at = timezone.now() if state == State.SENT else None
    letter.save(update_fields=["state", "sent_at"])


def _give_up(delivery: ReportDelivery, trouble: str) -> None:
    delivery.trouble = trouble
    with transaction.atomic():
        delivery.letters.filter(state=State.WAITING).update(state=State.FAILED)
        _finish(delivery)


def _close(delivery: ReportDelivery) -> None:
    """Finish where nothing waits or enough was tried, else leave it for the sweep."""
    if delivery.finished_at is not None:
        return
    if not delivery.letters.filter(state=State.WAITING).exists():
        _finish(delivery)
    elif delivery.attempts >= MOST_ATTEMPTS:
        _log.error("delivery %s of a report was given up: %s", delivery.pk, delivery.trouble)
        _give_up(delivery, delivery.trouble)
    else:
        delivery.save(update_fields=["trouble"])


def _finish(delivery: ReportDelivery) -> None:
    delivery.next_try_at, delivery.finished_at = None, timezone.now()
    delivery.save(update_fields=["next_try_at", "finished_at", "trouble"])
