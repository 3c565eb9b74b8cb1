"""Reports beside a copy of the database that follows, stands still, breaks and goes; what came of each, as JSON."""

import json
import logging
import os
import signal
import sys
import time
from pathlib import Path

import django

django.setup()

from django.db import DatabaseError, connection, connections, transaction  # noqa: E402  after the apps are there
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from backoffice.shared import replica  # noqa: E402
from backoffice.users.tests.makers import manager  # noqa: E402
from reports.exporting.running import run_export  # noqa: E402
from reports.models import Export  # noqa: E402
from reports.tests.exports import ask, make_owing  # noqa: E402
from tests.server.machines.parts import asked, eventually  # noqa: E402

HERE = {"user": "postgres", "database": "redwan"}
PAGE = reverse("report", args=["receivables"])
log: list[str] = []


class Heard(logging.Handler):
    """The warnings, kept."""

    def emit(self, record):
        """One of them."""
        log.append(record.getMessage())


logging.getLogger("backoffice.shared.replica").addHandler(Heard())


def copy(statement):
    return asked(connections["replica"].settings_dict["PORT"], statement, **HERE)


def follows():
    """Wait until the copy has all there is."""
    (now,) = asked(connection.settings_dict["PORT"], "SELECT pg_current_wal_lsn()", **HERE)
    eventually(lambda: copy(f"SELECT pg_last_wal_replay_lsn() >= '{now[0]}'") == [(True,)], 20)


def at_once_again():
    replica._asked_again_at = 0.0
    log.clear()


class Looks:
    """The manager looks at who owes, as anybody does."""

    def __init__(self):
        self.boss = manager()
        self.client = Client(headers={"host": "localhost", "accept-language": "en"})
        self.client.force_login(self.boss)

    def page(self):
        """How many owe, and whether the page says of when it is."""
        began = time.monotonic()
        answer = self.client.get(PAGE, {"part": "totals"})
        text = self.client.get(PAGE).content.decode()
        assert answer.status_code == 200
        assert time.monotonic() - began < 6
        return [answer.context["screen"].count, "report-as-of" in text]


def follows_closely(looks):
    with CaptureQueriesContext(connections["replica"]) as there, CaptureQueriesContext(connection) as here:
        seen = looks.page()
    asked_here = " ".join(query["sql"] for query in here)
    return [seen, len(there) > 2, "enrollments_enrollment" in asked_here, "django_session" in asked_here]


def stands_still(looks):
    """A new place is on its way: the page tells of when it is, and where less may be late, the database answers."""
    copy("SELECT pg_wal_replay_pause()")
    make_owing(1)
    soon = looks.page()
    time.sleep(1)
    with override_settings(REPLICA_MAX_LAG=0):
        late = [*looks.page(), *log]
    copy("SELECT pg_wal_replay_resume()")
    follows()
    at_once_again()
    return [soon, late[:2], [line.split(":")[0] for line in late[2:]]]


def inside_a_transaction(looks):
    """What was just written is read, before the copy can have it."""
    with transaction.atomic():
        make_owing(1)
        seen = looks.page()
        transaction.set_rollback(True)
    return seen


def an_export(looks):
    """Its rows come from the copy, its row and its trail go to the database."""
    export = ask(looks.boss)
    with CaptureQueriesContext(connections["replica"]) as there:
        how = run_export(str(export.pk))
    return [how, Export.objects.get(pk=export.pk).rows_done, len(there) > 2]


def breaks_in_the_middle(looks):
    """What was begun on the copy is done on the database."""
    where = []

    def read():
        where.append(replica.reading_connection().alias)
        with replica.reading_connection().cursor() as cursor:
            if len(where) == 1:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 1")
            return cursor.fetchall()[0][0]

    found = replica.from_the_copy(read)
    told = len(log)
    at_once_again()
    return [found, where, told]


def nobody_writes_there(looks):
    def write():
        with replica.reading_connection().cursor() as cursor:
            cursor.execute("UPDATE courses_course SET capacity = capacity")

    try:
        replica.from_the_copy(write)
    except DatabaseError as error:
        return "read-only" in str(error)


def is_a_copy_no_more(looks):
    copy("SELECT pg_promote()")
    seen = looks.page()
    told = [line.rpartition(": ")[2] for line in log]
    at_once_again()
    return [seen, told]


def is_gone(looks):
    pid = int(Path(sys.argv[1], "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGINT)
    eventually(lambda: not Path(sys.argv[1], "postmaster.pid").exists(), 20)
    seen = looks.page()
    told = len(log)
    # For a while it isn't even tried.
    began = time.monotonic()
    looks.page()
    return [seen, told, len(log) - told, time.monotonic() - began < 3]


STEPS = [follows_closely, stands_still, inside_a_transaction, an_export, breaks_in_the_middle, nobody_writes_there]

if __name__ == "__main__":
    setup_test_environment()  # answers keep what their pages were made of
    make_owing(3)
    everybody = Looks()
    follows()
    for step in [*STEPS, is_a_copy_no_more, is_gone]:
        sys.stdout.write(json.dumps([step.__name__, step(everybody)]) + "\n")
        sys.stdout.flush()
