"""Sheets go after a month with the lists of their lines; the import and its numbers stay, and say so."""

import datetime as dt
import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from backoffice.shared.errors import DomainError
from backoffice.shared.files import PrivateStorage
from backoffice.shared.imports import batches, forgetting
from backoffice.shared.imports.forgetting import forget_sheets
from backoffice.shared.imports.kept import KEPT
from backoffice.shared.imports.report import SECTIONS, kept_rows
from backoffice.shared.models import AuditEntry, ImportBatch
from backoffice.shared.tests.import_makers import counts, import_now
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import manager
from backoffice.users.tests.test_import_staff import SAMI

from .test_kept_sheets import HODA, files, page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private", "password_just_typed")]
MOMENT = dt.timedelta(minutes=1)


def aged(batch, *, handed_in, imported=None):
    """As if it had been handed in, and imported, so long ago."""
    now = timezone.now()
    moments = {"uploaded_at": now - handed_in} | ({"committed_at": now - imported} if imported else {})
    ImportBatch.objects.filter(pk=batch.pk).update(**moments)
    return now_of(batch)


def now_of(batch):
    return ImportBatch.objects.get(pk=batch.pk)


def previewed():
    return read(SAMI, HODA)


def uploaded():
    batch = previewed()
    ImportBatch.objects.filter(pk=batch.pk).update(status="uploaded")
    return batch


def cancelled():
    return batches.cancel(previewed().pk, by=None)


def failed():
    batch = previewed()
    ImportBatch.objects.filter(pk=batch.pk).update(status="failed", error="x")
    return batch


def imported():
    return import_now(previewed())


ENDS = {previewed: "cancelled", uploaded: "cancelled", cancelled: "cancelled", failed: "failed"}


@pytest.mark.parametrize("make", ENDS)
def test_a_sheet_goes_thirty_days_after_it_was_handed_in(make, private):
    batch = aged(make(), handed_in=KEPT - MOMENT)
    before = (batch.status, files(private).keys())
    assert forget_sheets() == 0
    assert (now_of(batch).status, files(private).keys()) == before
    aged(batch, handed_in=KEPT)
    assert forget_sheets() == 1
    over = now_of(batch)
    assert (over.status, over.stored_as) == (ENDS[make], "")
    assert counts(over) == counts(batch) == (1, 0, 0, 1)
    assert over.report == batch.report
    assert list(private.rglob("*")) == [private / "imports"]
    assert forget_sheets() == 0


def test_an_imported_sheet_goes_thirty_days_after_its_import(private):
    batch = aged(imported(), handed_in=3 * KEPT, imported=KEPT - MOMENT)
    assert forget_sheets() == 0
    assert len(files(private)) == 3
    aged(batch, handed_in=3 * KEPT, imported=KEPT)
    assert forget_sheets() == 1
    assert (now_of(batch).status, now_of(batch).stored_as, files(private)) == ("committed", "", {})
    assert CustomUser.objects.filter(phone_number1="+201012345678").exists()


def test_what_waits_is_put_aside_by_nobody_and_the_trail_says_so():
    batch = aged(previewed(), handed_in=2 * KEPT)
    forget_sheets()
    (entry,) = AuditEntry.objects.filter(object_id=str(batch.pk), action="transition")
    assert entry.changes == {"status": ["previewed", "cancelled"]}
    assert (entry.actor, entry.source) == (None, "job")


def test_an_import_that_is_under_way_keeps_its_sheet(private):
    batch = previewed()
    batches.confirm(batch.pk, by=None)
    aged(batch, handed_in=3 * KEPT)
    assert forget_sheets() == 0
    assert batches.import_batch(batch.pk).status == "committed"
    assert len(files(private)) == 3
    assert forget_sheets() == 0


def test_a_sheet_that_is_confirmed_while_it_is_being_forgotten_is_imported(monkeypatch, private):
    batch = aged(previewed(), handed_in=2 * KEPT)
    cancel = batches.cancel

    def too_late(pk, *, by):
        batches.confirm(pk, by=None)
        return cancel(pk, by=by)

    monkeypatch.setattr(forgetting.batches, "cancel", too_late)
    assert forget_sheets() == 0
    assert batches.import_batch(batch.pk).status == "committed"


@pytest.mark.parametrize("steps", range(4))
@pytest.mark.parametrize("make", [previewed, imported])
def test_broken_off_it_is_finished_the_next_night(make, steps, monkeypatch, private, boss):
    batch = aged(make(), handed_in=2 * KEPT, imported=2 * KEPT if make is imported else None)
    delete, done = PrivateStorage.delete, []

    def dies(self, name):
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(name)
        delete(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(PrivateStorage, "delete", dies)
        with pytest.raises(KeyboardInterrupt):
            forget_sheets()
    assert len(files(private)) == 3 - steps
    # Nothing in between is a page that breaks.
    assert now_of(batch).stored_as
    for section in SECTIONS:
        assert boss.get(page(batch), {"list": section}).status_code == 200
    assert forget_sheets() == 1
    assert (now_of(batch).stored_as, files(private)) == ("", {})
    assert AuditEntry.objects.filter(object_id=str(batch.pk), changes__status__1="cancelled").count() == (
        make is previewed
    )


@pytest.mark.parametrize("make", [imported, previewed])
def test_its_page_says_that_the_lines_are_no_longer_kept(make, boss):
    batch = aged(make(), handed_in=2 * KEPT, imported=2 * KEPT if make is imported else None)
    assert page(batch, "faulty") in boss.get(page(batch)).text
    forget_sheets()
    for section in (*SECTIONS, "nonsense"):
        answer = boss.get(page(batch), {"list": section, "page": "2"})
        assert answer.status_code == 200
        assert "no longer kept: a sheet and its lists go 30 days" in answer.text
        assert "This list is empty." not in answer.text
        assert page(batch, "faulty") not in answer.text
    assert 'data-count="faulty">1<' in boss.get(page(batch)).text
    assert boss.get(reverse("admin:shared_importbatch_changelist")).status_code == 200


def test_its_page_says_so_in_arabic(client):
    batch = aged(imported(), handed_in=2 * KEPT, imported=2 * KEPT)
    forget_sheets()
    client.force_login(manager())
    assert "لم تعد سطور هذا الكشف محفوظة" in client.get(page(batch)).text


def test_no_empty_sheet_passes_for_the_faulty_lines(boss):
    batch = aged(imported(), handed_in=2 * KEPT, imported=2 * KEPT)
    forget_sheets()
    answer = boss.get(page(batch, "faulty"), follow=True)
    assert answer.redirect_chain == [(page(batch), 302)]
    assert [str(one) for one in answer.context["messages"] if "no longer kept" in str(one)]
    with pytest.raises(DomainError) as refused:
        list(kept_rows(now_of(batch), "faulty"))
    assert refused.value.code == "lines_gone"


def test_what_is_forgotten_is_neither_imported_nor_read_and_says_why(boss):
    batch = aged(previewed(), handed_in=2 * KEPT)
    forget_sheets()
    with pytest.raises(DomainError) as refused:
        batches.confirm(batch.pk, by=None)
    assert refused.value.code == "file_gone"
    with pytest.raises(DomainError) as refused, batches.opened(now_of(batch)):
        pass
    assert refused.value.code == "file_gone"
    assert "is no longer kept here: hand it in again" in boss.post(page(batch, "confirm"), follow=True).text
    assert "Nobody is at this sheet any more" in boss.post(page(batch, "resume"), follow=True).text
    assert boss.post(page(batch, "cancel"), follow=True).status_code == 200
    assert not CustomUser.objects.filter(phone_number1="+201012345678").exists()


def test_the_same_sheet_is_recognised_when_its_first_copy_is_gone():
    batch = aged(imported(), handed_in=2 * KEPT, imported=2 * KEPT)
    forget_sheets()
    again = ImportBatch(kind=batch.kind, sha256=batch.sha256)
    assert batches.handed_in_before(again) == batch


def test_files_of_no_import_go_as_well(private):
    kept = previewed()
    young, old = (f"imports/{name}/sheet.xlsx" for name in ("young", "old"))
    for name in (young, old):
        storages["private"].save(name, ContentFile(b"x"))
    (private / "imports" / "empty").mkdir()
    long_ago = (timezone.now() - KEPT - MOMENT).timestamp()
    for name in (old, kept.stored_as):
        os.utime(private / name, (long_ago, long_ago))
    assert forget_sheets() == 1
    assert {one.name for one in (private / "imports").iterdir()} == {"empty", "young", str(kept.pk)}
    assert (private / kept.stored_as).exists()
