"""A ticket opens one socket, whoever comes with it at the same moment."""

import pytest
from django.db.models import QuerySet

from api import tokens
from api.realtime.tickets import make_ticket, use_ticket
from backoffice.users.tests.makers import make_parent
from tests.races.harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def coming_with_one(monkeypatch, told):
    """Four who have all seen the ticket's row before anybody deletes it; `told` is what each is told of the DELETE."""
    access = tokens.AccessToken(tokens.sign_in(make_parent().user).access)
    made, delete, meeting = make_ticket(access), QuerySet.delete, Meeting(4)

    def after_all_looked(rows):
        meeting.wait()
        return told(delete(rows))

    monkeypatch.setattr(QuerySet, "delete", after_all_looked)
    outcome = at_once([lambda: use_ticket(made.ticket)] * 4)
    assert outcome.failed == []
    return sum(found is not None for found in outcome.done)


@pytest.mark.parametrize("_round", range(3))
def test_of_four_who_come_with_a_ticket_one_is_let_in(monkeypatch, _round):
    assert coming_with_one(monkeypatch, lambda answer: answer) == 1


def test_without_looking_whose_delete_it_was_all_are_let_in(monkeypatch):
    assert coming_with_one(monkeypatch, lambda _answer: (1, {})) == 4
