"""What the worker does by the clock; written into its table by `prepare_database`, under fixed names."""

import datetime as dt

from django.utils import timezone
from django_q.models import Schedule

from backoffice.enrollments.services import expire_offers
from backoffice.payments.ledger.run import run_ledger_check

# When the centre sleeps; in the zone of the centre.
LEDGER_AT = dt.time(3, 30)


def check_ledger_nightly() -> int:
    """Prove that the ledger adds up; the number of rows that differ. The result is kept for managers."""
    check, _found = run_ledger_check()
    return int(check.differences)


def sweep_offers() -> int:
    """Pass seats on whose offer nobody took in time; the number of offers that lapsed."""
    return expire_offers()


def sync_schedules() -> None:
    """Write the schedules into the worker's table; twice is as good as once, and a set next run stays."""
    night = timezone.localtime().replace(hour=LEDGER_AT.hour, minute=LEDGER_AT.minute, second=0, microsecond=0)
    if night <= timezone.now():
        night += dt.timedelta(days=1)
    wanted = {
        "check_ledger": {"func": "workers.schedules.check_ledger_nightly", "schedule_type": Schedule.DAILY},
        "expire_offers": {
            "func": "workers.schedules.sweep_offers",
            "schedule_type": Schedule.MINUTES,
            "minutes": 10,
        },
        # By its name: doors don't import each other.
        "forget_answers": {"func": "api.idempotency.sweep", "schedule_type": Schedule.DAILY},
    }
    first = {"check_ledger": night, "expire_offers": timezone.now(), "forget_answers": night}
    for name, values in wanted.items():
        Schedule.objects.update_or_create(
            name=name,
            defaults={**values, "repeats": -1},
            create_defaults={**values, "repeats": -1, "next_run": first[name]},
        )
