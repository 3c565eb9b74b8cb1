"""What runs by the clock is written down once, and keeps its next run when it is written again."""

import datetime as dt

import pytest
from django.utils import timezone
from django_q.models import Schedule

from backoffice.payments.models import LedgerCheck
from workers.schedules import check_ledger_nightly, sync_schedules

pytestmark = pytest.mark.django_db


def test_written_twice_is_written_once_and_a_set_next_run_stays():
    sync_schedules()
    moment = timezone.now() + dt.timedelta(hours=5)
    Schedule.objects.filter(name="check_ledger").update(next_run=moment)
    sync_schedules()
    assert set(Schedule.objects.values_list("name", flat=True)) == {"check_ledger", "expire_offers", "forget_answers"}
    assert Schedule.objects.get(name="check_ledger").next_run == moment


def test_the_ledger_is_checked_first_in_the_coming_night():
    sync_schedules()
    first = timezone.localtime(Schedule.objects.get(name="check_ledger").next_run)
    assert (first.hour, first.minute) == (3, 30)
    assert timezone.now() < first <= timezone.now() + dt.timedelta(days=1, hours=1)


def test_each_schedule_names_a_function_that_is_there():
    from django.utils.module_loading import import_string

    sync_schedules()
    for name in Schedule.objects.values_list("func", flat=True):
        assert callable(import_string(name))


def test_a_night_s_check_is_kept():
    assert check_ledger_nightly() == 0
    assert LedgerCheck.objects.get().differences == 0
