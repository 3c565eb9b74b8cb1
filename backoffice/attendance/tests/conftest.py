from contextlib import contextmanager

import pytest
from django.utils import timezone

from backoffice.shared.errors import DomainError

from .staff_makers import at, make_nadia


@pytest.fixture
def clock(monkeypatch):
    """Set the clock of the first of November 2026, a Sunday; it is four in the afternoon until then."""

    def set_to(hours, *day):
        monkeypatch.setattr(timezone, "now", lambda: at(hours, *day))

    set_to("16:00")
    return set_to


@pytest.fixture
def nadia(db):
    return make_nadia()


@pytest.fixture
def refused():
    """`with refused("code"):` expects the rule with this code to say no."""

    @contextmanager
    def expect(code):
        with pytest.raises(DomainError) as raised:
            yield
        assert raised.value.code == code

    return expect
