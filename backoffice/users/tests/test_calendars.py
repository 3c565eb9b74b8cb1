"""The token of a person's calendar."""

import pytest

from backoffice.shared.models import AuditEntry
from backoffice.users.models import CalendarLink
from backoffice.users.services import make_calendar_link, revoke_calendar_link, whose_calendar
from backoffice.users.tests.makers import make_parent, ziad

pytestmark = pytest.mark.django_db


def test_a_token_opens_one_person_s_calendar_until_it_is_renewed_or_revoked():
    mona = make_parent().user
    first = make_calendar_link(by=mona)
    assert whose_calendar(first) == mona
    second = make_calendar_link(by=mona)
    assert (whose_calendar(first), whose_calendar(second)) == (None, mona)
    theirs = make_calendar_link(by=ziad())
    revoke_calendar_link(by=mona)
    assert whose_calendar(second) is None
    assert whose_calendar(theirs) is not None


def test_the_trail_says_that_it_was_made_and_ended_but_not_what_it_is():
    mona = make_parent().user
    token = make_calendar_link(by=mona)
    revoke_calendar_link(by=mona)
    revoke_calendar_link(by=mona)
    made, ended = AuditEntry.objects.filter(reason="calendar link").order_by("id")
    assert (made.changes, ended.changes) == ({"calendar_link": [None, "•••"]}, {"calendar_link": ["•••", None]})
    assert token not in str([made.changes, ended.changes])
    assert not CalendarLink.objects.exists()
