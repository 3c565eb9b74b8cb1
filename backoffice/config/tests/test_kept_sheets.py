"""What is kept of a sheet shows no number on the disk, and is there for whoever may see it."""

import io
import json
import zipfile
from contextlib import suppress
from itertools import count

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.urls import reverse

from backoffice.shared.errors import DomainError
from backoffice.shared.files import PrivateStorage
from backoffice.shared.imports import batches
from backoffice.shared.imports.report import PAGE, SECTIONS, kept_rows, page_of
from backoffice.shared.models import ImportBatch
from backoffice.shared.tests.import_makers import counts, faults, hand_in, import_now
from backoffice.users.imports.staff_form import COLUMNS
from backoffice.users.models import CustomUser
from backoffice.users.tests.test_import_staff import SAMI, form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private", "password_just_typed")]
OLD, NEW = "an old key of thirty-two letters or more", "a new key of thirty-two letters, or more"
NUMBER, WRONG = "28007211900959", "28013211900951"
HODA = SAMI | {"first": "هدى", "phone1": "01012345679", "identity_number": WRONG, "email": ""}


def page(batch, step="change"):
    return reverse(f"admin:shared_importbatch_{step}", args=[batch.pk])


def files(folder):
    return {str(one.relative_to(folder)): one for one in folder.rglob("*") if one.is_file()}


def bare(content):
    """What can be read of a file, packed or not."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def read(*people):
    return hand_in(form(*people), "staff")


def a_long_list():
    """Two pages of faulty lines, and one good line."""
    return read(SAMI, *({**HODA, "phone1": "لا يوجد", "address": f"شارع {number}"} for number in range(PAGE + 5)))


def sealed_as(kept, *, line=None, content=None):
    """Write a kept file anew: without one of its lines, or as something else."""
    lines = kept.read_bytes().splitlines(keepends=True)
    kept.write_bytes(content if content is not None else b"".join(lines[:line]))


def test_nothing_on_the_disk_shows_a_number(private):
    sheet = form(SAMI, HODA)
    assert {number for number in (NUMBER, WRONG) if number.encode() in bare(sheet.getvalue())} == {NUMBER, WRONG}
    batch = hand_in(sheet, "staff")
    previewed = files(private)
    assert counts(batch) == (1, 0, 0, 1)
    assert WRONG in str(list(kept_rows(batch, "faulty")))
    imported = import_now(batch)
    kept = files(private)
    assert {name.rpartition("/")[2] for name in kept} == {"sheet.xlsx.sealed", "faulty.sealed", "new.sealed"}
    for one in (previewed | kept).values():
        content = bare(one.read_bytes())
        assert not [word for word in (NUMBER, WRONG, "سامي", "01012345678") if word.encode() in content], one
    assert CustomUser.objects.get(phone_number1="+201012345678").identity_number == NUMBER
    # Line by line as long as it is kept, for whoever may see it.
    assert faults(imported) == faults(batch)


def test_a_list_of_commas_is_kept_sealed_and_read_as_well(private):
    answers = [
        [names[0] for names in COLUMNS.values()],
        *([one.get(key, "") for key in COLUMNS] for one in (SAMI, HODA)),
    ]
    sheet = io.BytesIO("\n".join(";".join(line) for line in answers).encode())
    batch = batches.receive(sheet, name="list.csv", kind="staff", by=None)
    assert batch.stored_as.endswith("/sheet.csv.sealed")
    assert counts(import_now(batches.read_batch(batch.pk))) == (1, 0, 0, 1)
    assert not [one for one in files(private).values() if NUMBER.encode() in one.read_bytes()]


def test_a_page_is_read_alone_and_the_whole_list_in_its_order():
    batch = a_long_list()
    whole = list(kept_rows(batch, "faulty"))
    assert [row["line"] for row in whole] == list(range(3, PAGE + 8))
    assert page_of(batch, "faulty", 1) == whole[:PAGE]
    assert page_of(batch, "faulty", 2) == whole[PAGE:]
    assert page_of(batch, "faulty", 3) == []
    assert page_of(batch, "warned", 1) == list(kept_rows(batch, "repeated")) == []


def test_the_lists_of_an_import_take_the_place_of_the_previews(private):
    batch = a_long_list()
    first = files(private)
    before = {name: one.read_bytes() for name, one in first.items()}
    import_now(batch)
    assert files(private).keys() == first.keys()
    changed = {name for name, one in files(private).items() if one.read_bytes() != before[name]}
    assert {name.rpartition("/")[2] for name in changed} == {"faulty.sealed", "new.sealed"}


def test_a_sheet_that_was_put_aside_while_it_was_read_gets_no_lists(private):
    batch = batches.receive(form(SAMI), name="list.xlsx", kind="staff", by=None)
    batches.read_batch(batch.pk, progress=lambda done: batches.cancel(batch.pk, by=None))
    assert ImportBatch.objects.get().status == "cancelled"
    assert len(files(private)) == 1


def test_a_key_that_is_gone_is_said_in_a_sentence(settings, boss, private):
    settings.SEALING_KEYS = [OLD]
    batch, waiting = a_long_list(), batches.receive(form(SAMI), name="list.xlsx", kind="staff", by=None)
    before = {name: one.read_bytes() for name, one in files(private).items()}
    settings.SEALING_KEYS = [NEW]
    failed = batches.read_batch(waiting.pk)
    assert failed.status == "failed"
    assert "list.xlsx" in failed.error
    with pytest.raises(DomainError) as refused, batches.opened(batch):
        pass
    assert refused.value.code == "file_sealed"
    for section in SECTIONS:
        shown = boss.get(page(batch), {"list": section})
        assert shown.status_code == 200
        # The others have no lines.
        assert ("opened with this centre" in shown.text) == (section in ("faulty", "new"))
    answer = boss.get(page(batch, "faulty"), follow=True)
    assert answer.redirect_chain == [(page(batch), 302)]
    assert [str(one) for one in answer.context["messages"] if "opened with this centre" in str(one)]
    boss.post(page(batch, "confirm"))
    batch.refresh_from_db()
    assert batch.status == "failed"
    assert not CustomUser.objects.filter(phone_number1="+201012345678").exists()
    assert {name: one.read_bytes() for name, one in files(private).items()} == before


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_a_sheet_that_was_cut_off_fails_in_a_sentence(private, content, monkeypatch):
    monkeypatch.setattr("backoffice.shared.sealed_files.PIECE", 1000)
    batch = read(SAMI)
    kept = files(private)[batch.stored_as]
    assert kept.read_bytes().count(b"\n") > 2
    sealed_as(kept, line=-1, content=content)
    batch = import_now(batch)
    assert batch.status == "failed"
    assert "list.xlsx" in batch.error
    assert not CustomUser.objects.exists()


def test_files_of_another_import_are_not_taken_for_this_ones(private):
    mine, other = a_long_list(), a_long_list()
    kept = files(private)
    for name in ("sheet.xlsx.sealed", "faulty.sealed"):
        kept[f"imports/{mine.pk}/{name}"].write_bytes(kept[f"imports/{other.pk}/{name}"].read_bytes())
    with pytest.raises(DomainError) as refused:
        page_of(mine, "faulty", 1)
    assert refused.value.code == "list_sealed"
    assert import_now(mine).status == "failed"


def test_of_a_list_that_was_cut_off_nothing_passes_for_all_of_it(private, boss):
    batch = a_long_list()
    sealed_as(files(private)[f"imports/{batch.pk}/faulty.sealed"], line=-1)
    for code in (lambda: page_of(batch, "faulty", 2), lambda: list(kept_rows(batch, "faulty"))):
        with pytest.raises(DomainError) as refused:
            code()
        assert refused.value.code == "list_sealed"
    assert boss.get(page(batch, "faulty")).status_code == 302


def test_a_list_that_is_gone_is_not_shown_as_an_empty_one(private, boss):
    batch = a_long_list()
    files(private)[f"imports/{batch.pk}/faulty.sealed"].unlink()
    shown = boss.get(page(batch), {"list": "faulty"})
    assert "no longer kept" in shown.text
    assert boss.get(page(batch, "faulty")).status_code == 302
    assert "This list is empty." in boss.get(page(batch), {"list": "repeated"}).text


def test_what_was_kept_before_files_were_sealed_is_read(private, boss):
    sheet = form(SAMI, HODA)
    batch = hand_in(sheet, "staff")
    rows = {section: list(kept_rows(batch, section)) for section in SECTIONS}
    for one in files(private).values():
        one.unlink()
    for section, kept in rows.items():
        if kept:
            plain = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in kept * PAGE)
            storages["private"].save(f"imports/{batch.pk}/{section}.jsonl", ContentFile(plain))
    plain = storages["private"].save(f"imports/{batch.pk}/sheet.xlsx", ContentFile(sheet.getvalue()))
    ImportBatch.objects.update(stored_as=plain)
    batch.refresh_from_db()
    for section in SECTIONS:
        assert list(kept_rows(batch, section)) == rows[section] * PAGE
        assert page_of(batch, section, 1) == rows[section] * PAGE
        assert page_of(batch, section, 2) == []
    assert boss.get(page(batch)).status_code == 200
    batch = import_now(batch)
    assert (batch.status, counts(batch)) == ("committed", (1, 0, 0, 1))
    # The import's own lists are sealed, and take the place of the plain ones.
    names = {name.rpartition("/")[2] for name in files(private)}
    assert names == {"sheet.xlsx", "faulty.sealed", "new.sealed"}


def test_another_key_takes_the_sheets_along(settings, capsys, private):
    settings.SEALING_KEYS = [OLD]
    batch = a_long_list()
    rows, names = list(kept_rows(batch, "faulty")), files(private).keys()
    settings.SEALING_KEYS = [NEW, OLD]
    for _ in range(2):
        call_command("reseal")
        assert "3 files of sheets" in capsys.readouterr().out
    settings.SEALING_KEYS = [NEW]
    assert list(kept_rows(batch, "faulty")) == rows
    assert files(private).keys() == names
    assert import_now(batch).status == "committed"


def test_a_sheet_that_no_key_opens_is_told_and_stays_as_it_is(settings, private):
    settings.SEALING_KEYS = [OLD]
    batch = a_long_list()
    before = {name: one.read_bytes() for name, one in files(private).items()}
    settings.SEALING_KEYS = [NEW]
    with pytest.raises(CommandError, match="3 files of sheets"):
        call_command("reseal")
    assert {name: one.read_bytes() for name, one in files(private).items()} == before
    settings.SEALING_KEYS = [NEW, OLD]
    assert len(page_of(batch, "faulty", 1)) == PAGE


def broken_off(patch, last):
    """Let the storage be the end of whoever takes more than so many steps on it."""
    steps = count()

    def step(whole):
        def taken(*given):
            if next(steps) == last:
                raise KeyboardInterrupt
            return whole(*given)

        return taken

    for name in ("delete", "save"):
        patch.setattr(PrivateStorage, name, step(getattr(PrivateStorage, name)))


def test_broken_off_anywhere_it_has_lost_nothing_and_is_run_again(settings, private, monkeypatch):
    settings.SEALING_KEYS = [OLD]
    batch = a_long_list()
    rows, names = list(kept_rows(batch, "faulty")), files(private).keys()
    settings.SEALING_KEYS = [NEW, OLD]
    for last in count():
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            broken_off(patch, last)
            call_command("reseal")
            break
        assert list(kept_rows(batch, "faulty")) == rows
        with batches.opened(batch) as sheet:
            assert len(list(sheet.rows())) == PAGE + 6
    assert last > 8
    settings.SEALING_KEYS = [NEW]
    assert list(kept_rows(batch, "faulty")) == rows
    assert import_now(batch).status == "committed"
    assert files(private).keys() == names
