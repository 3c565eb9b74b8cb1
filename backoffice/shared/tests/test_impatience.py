"""A PostgreSQL that keeps silent is given up, and the connection is as ever afterwards."""

import time

import pytest
from django.db import OperationalError, connection

from backoffice.shared.impatience import within_seconds


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_fails_and_what_follows_does_not():
    before, begun = connection.settings_dict, time.monotonic()
    with within_seconds(0.3), pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    assert time.monotonic() - begun < 5
    assert connection.settings_dict is before
    connection.close()
    with within_seconds(5), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@pytest.mark.django_db
def test_what_is_in_time_is_left_alone():
    with within_seconds(5), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
