"""What a pooler could break, done in a process of the centre's; each step says what came of it, as a line of JSON."""

import gc
import json
import resource
import sys
from functools import partial
from pathlib import Path
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after the apps are there
from django.db import connection, transaction  # noqa: E402

from backoffice.courses.models import Room  # noqa: E402
from backoffice.courses.tests.makers import make_course  # noqa: E402
from backoffice.enrollments.models import Enrollment  # noqa: E402
from backoffice.enrollments.services import accept_request  # noqa: E402
from backoffice.enrollments.tests.makers import make_request  # noqa: E402
from backoffice.payments.ledger import check_ledger  # noqa: E402
from backoffice.shared.backup.make import back_up  # noqa: E402
from backoffice.shared.backup.restore import restore  # noqa: E402
from backoffice.shared.bulk import insert  # noqa: E402
from backoffice.shared.claims import Work, claim  # noqa: E402
from backoffice.users.tests.makers import manager  # noqa: E402
from reports.exporting.running import run_export  # noqa: E402
from reports.models import Export  # noqa: E402
from reports.tests.exports import ask, make_owing  # noqa: E402
from tests.races.harness import at_once  # noqa: E402
from tests.server.machines.parts import asked  # noqa: E402

ROWS = 150_000


def settings_of_a_session():
    """Of each of the pool's connections, while others hold the rest."""
    seen = at_once([_ask_slowly] * 4).done
    return sorted(set(seen))


def _ask_slowly():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")
        names = ("lock_timeout", "jit", "TimeZone", "search_path")
        cursor.execute(f"SELECT {', '.join(f'current_setting({name!r})' for name in names)}")
        return " ".join(cursor.fetchone())


def one_seat():
    """Twelve requests, one seat."""
    course = make_course(capacity=1)
    requests = [make_request(course).pk for _ in range(12)]
    outcome = at_once([partial(accept_request, one, by=None) for one in requests])
    held = Enrollment.objects.filter(course=course).count()
    return [len(outcome.done), sorted(set(outcome.refused)), [str(one) for one in outcome.failed], held]


def one_claim():
    """Eight who want the same work; and how many of the pool's connections the claim keeps."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'redwan' AND state LIKE 'idle in tr%'"
    with claim(7, of=Work.EXPORT) as mine:
        others = at_once([_try_to_claim] * 8).done
        pool = asked(connection.settings_dict["PORT"], "SHOW POOLS", user="redwan", database="pgbouncer")
        held = asked(connection.settings_dict["DIRECT"]["PORT"], busy, user="redwan", database="redwan")
    with claim(7, of=Work.EXPORT) as again:
        pass
    active = sum(row[6] for row in pool if row[0] == "redwan")
    return [mine, sorted(set(others)), again, held[0][0], active]


def _try_to_claim():
    with claim(7, of=Work.EXPORT) as mine:
        return mine


def memory_of_rows():
    """How many MB the process grows by while it reads many rows: in a transaction, and outside."""
    insert(Room, ["id", "name", "capacity"], ((uuid4(), f"قاعة {number:060}", 10) for number in range(ROWS)))
    try:
        with transaction.atomic():
            inside = _grown()
        return [inside, _grown()]
    finally:
        Room.objects.filter(capacity=10)._raw_delete("default")


def _grown():
    """By how many MB, with the last row in hand."""
    gc.collect()
    before, grown = _memory(), 0
    rows = Room.objects.order_by().values_list("name", "capacity").iterator()
    for number, _row in enumerate(rows, 1):
        if number == ROWS:
            grown = (_memory() - before) // 2**20
    return grown


def _memory():
    """Bytes that the process has in the machine's memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def an_export():
    """A report, made by the worker."""
    make_owing(3)
    export = ask(manager())
    return [run_export(str(export.pk)), Export.objects.get(pk=export.pk).rows_done]


def migrations():
    """The last step of an app back and on again, through the pooler."""
    call_command("migrate", "reports", "0002", verbosity=0)
    call_command("migrate", "reports", verbosity=0)
    return "reports_savedview" in connection.introspection.table_names()


def a_backup(folder):
    """Made and put back in the place of all."""
    made = back_up(Path(folder))
    restored = restore(made.path, key="", replacing="redwan")
    return [made.looks_whole, len(restored.differing)]


STEPS = [settings_of_a_session, one_seat, one_claim, memory_of_rows, an_export, migrations]

if __name__ == "__main__":
    for step in [*STEPS, partial(a_backup, sys.argv[1]), settings_of_a_session]:
        name = getattr(step, "__name__", "a_backup")
        sys.stdout.write(json.dumps([name, step()]) + "\n")
    sys.stdout.write(json.dumps(["ledger", [one.code for one in check_ledger()]]) + "\n")
