import datetime as dt

import pytest
from django.utils import timezone

from backoffice.shared.dates import CAIRO


@pytest.fixture
def clock(monkeypatch):
    """Set the centre's clock: `clock("2026-02-07 09:00")`, a Saturday morning unless a test says otherwise."""

    def set_to(text):
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=CAIRO)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to("2026-02-07 09:00")
    return set_to
