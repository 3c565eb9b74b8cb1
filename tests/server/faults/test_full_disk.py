"""The disk is full during an upload, an export, a backup, a payment: it is said, nothing half-written is left."""

import http.client
import pwd
import time
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import bulk_enroll
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment
from backoffice.shared.models import ImportBatch
from backoffice.shared.room import NO_ROOM
from backoffice.shared.tests.import_makers import DATA
from backoffice.users.tests.makers import huda, make_child, manager
from reports.exporting import asking
from reports.models import Export
from reports.tests.exports import ask

from ..whole import STATIC
from .centre import BACK_WITHIN, eventually
from .people import Cashier, of_staff
from .small_disk import small_disk

pytestmark = pytest.mark.server
# More than what is begun, and less than what is wanted.
HALF = 8192


@pytest.fixture
def disk(centre):
    """Where the centre's files are, backups too."""
    before = centre.var
    with small_disk(centre.folder / "small", megabytes=4) as mounted:
        centre.var = mounted.path
        yield mounted
        centre.web.stop()
        centre.worker.stop()
        centre.var = before


def hand_in(centre, user):
    """Upload the centre's own list of children, as a form does; the status and the page."""
    border, sheet = uuid.uuid4().hex, (DATA / "children.xlsx").read_bytes()
    assert len(sheet) > 2 * HALF
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nchildren\r\n'.encode(),
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="list.xlsx"\r\n\r\n'.encode(),
        sheet,
        f"\r\n--{border}--\r\n".encode(),
    ]
    headers = of_staff(user) | {"Content-Type": f"multipart/form-data; boundary={border}"}
    visit = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=60)
    visit.request("POST", reverse("admin:shared_importbatch_add"), b"".join(parts), headers)
    answer = visit.getresponse()
    return answer.status, answer.read().decode()


def exported(centre, monkeypatch, user):
    """Ask for an export of some hundred rows, and have the worker make it."""
    with monkeypatch.context() as patch:
        # The queue of the tests would make it here.
        patch.setattr(asking, "enqueue_on_commit", lambda *_: None)
        export = ask(user)
    centre.does("reports.exporting.running.run_export", str(export.pk))
    return Export.objects.get(pk=export.pk)


def test_an_upload_and_an_export_meet_a_full_disk(centre, disk, monkeypatch):
    with translation.override("ar"):
        no_room = str(NO_ROOM)
    course = make_course(capacity=200)
    bulk_enroll(course, [make_child() for _ in range(150)])
    boss, accountant, cashier = manager(), huda(), Cashier(centre)
    centre.start_web()
    centre.start_worker()
    assert centre.readiness()["private_files"] == "ok"
    before, batches = disk.files(), ImportBatch.objects.count()

    disk.fill(left=HALF)
    status, page = hand_in(centre, boss)
    assert (status, no_room in page) == (507, True)
    assert ImportBatch.objects.count() == batches
    failed = exported(centre, monkeypatch, accountant)
    assert (failed.status, failed.stored_as) == ("failed", "")
    assert failed.failure_id in failed.error
    assert disk.files() == before
    # Money needs no room there.
    assert cashier.do(next(cashier.things()))
    disk.fill()
    assert centre.readiness()["private_files"] == "failed"

    disk.empty()
    eventually(lambda: centre.readiness()["private_files"] == "ok", BACK_WITHIN)
    assert hand_in(centre, boss)[0] == 302
    made = exported(centre, monkeypatch, accountant)
    assert (made.status, made.rows_done) == ("done", failed.rows_total)
    kinds = {one.split("/")[1] for one in disk.files() - before}
    assert kinds == {"exports", "imports"}
    assert (disk.path / "private" / made.stored_as).stat().st_size == made.size > HALF
    cashier.check()
    assert list(check_ledger()) == []


def test_the_front_has_no_room_for_what_is_sent(centre, disk, static):
    """nginx gathers a long body on the disk before anybody of ours hears of it."""
    boss = manager()
    centre.start_web("server")
    disk.fill()
    assert hand_in(centre, boss) == (507, (STATIC / "front" / "507.ar.html").read_text())
    disk.empty()
    assert hand_in(centre, boss)[0] == 302


def test_a_backup_meets_a_full_disk(centre):
    cashier = Cashier(centre)
    payments = cashier.things()
    centre.start_web()
    with small_disk(centre.folder / "backup disk", megabytes=4) as disk:
        where = {"BACKUP_DIR": str(disk.path)}
        disk.fill(left=HALF)
        refused = centre.manage("backup", **where)
        assert refused.returncode != 0
        assert f"قرص {disk.path} ممتلئ" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert {Path(one).suffix for one in disk.files()} <= {""}
        # Money needs no room there.
        assert cashier.do(next(payments))
        disk.empty()
        room = time.monotonic()
        assert centre.manage("backup", **where).returncode == 0
        assert time.monotonic() < room + BACK_WITHIN
        assert [one for one in disk.files() if one.endswith(".backup")]
        payment = next(payments)
        # The line may have been closed meanwhile, for nobody said anything on it.
        eventually(lambda: cashier.do(payment), room + BACK_WITHIN - time.monotonic())
    assert set(cashier.answers) <= {0, 200}
    cashier.check()
    assert list(check_ledger()) == []


def test_the_disk_of_the_payments_is_full_under_load(centre, load):
    """Of their table alone; where all of PostgreSQL's is, it stops, and that is the restart's test."""
    owner = pwd.getpwnam("postgres").pw_uid
    with small_disk(centre.folder / "tablespace", megabytes=2, owner=owner) as disk, centre.cluster.connect() as boss:
        boss.execute(f"CREATE TABLESPACE small LOCATION '{disk.path}'")
        boss.execute("ALTER TABLE payments_payment SET TABLESPACE small")
        try:
            centre.start_web()
            load.start()
            disk.fill()
            # The last page has room for some.
            eventually(lambda: all(one.refused for one in load.cashiers), BACK_WITHIN)
            others = [one for one in load.people if one not in load.cashiers]
            seen = {id(one): len(one.times) for one in others}
            eventually(lambda: all(len(one.times) > seen[id(one)] for one in others), BACK_WITHIN)
            with translation.override("ar"):
                no_room = str(NO_ROOM)
            assert no_room in load.cashiers[0].refused[-1]
            assert centre.get("/health/live")[0] == 200
            disk.empty()
            load.goes_on(BACK_WITHIN)
            load.check()
            assert Payment.objects.exists()
        finally:
            connection.close()
            boss.execute("ALTER TABLE payments_payment SET TABLESPACE pg_default")
            boss.execute("DROP TABLESPACE small")
