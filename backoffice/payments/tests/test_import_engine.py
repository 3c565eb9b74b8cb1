"""Chunks, crashes and second runs: whatever happens half-way, each good line goes in once."""

import io

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.payments.imports import write
from backoffice.payments.imports.check import ChildrenChecker
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.shared.errors import DomainError
from backoffice.shared.imports import batches, engine
from backoffice.shared.imports.faulty_sheet import write_faulty_lines
from backoffice.shared.imports.report import PAGE, kept_rows, page_of
from backoffice.shared.models import ImportBatch
from backoffice.shared.sheets.read import open_sheet
from backoffice.shared.tests.import_makers import counts, faults, hand_in, import_now, make_sheet
from backoffice.users.models import Child, CustomUser, Parent

pytestmark = pytest.mark.django_db
HEADERS = [names[0] for names in COLUMNS.values()]


@pytest.fixture(autouse=True)
def course():
    return make_course(name="نور البيان")


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(engine, "CHUNK", {"postgresql": 4, "sqlite": 4})


def line(number, **overrides):
    """Children of families of three, each by transfer."""
    cells = {
        "parent": f"ولي {number // 3} أمر",
        "phone": f"010{number // 3:08d}",
        "child": f"طفل {number}",
        "dob": "2015-01-01",
        "gender": "بنت",
        "course": "نور البيان",
        "paid": 100,
        "method": "انستاباي",
        "reference": f"TX{number}",
    } | overrides
    return [cells.get(key, "") for key in COLUMNS]


def sheet(count, **overrides):
    return make_sheet(HEADERS, [line(number, **overrides.get(f"line{number}", {})) for number in range(count)])


def test_later_chunks_know_what_earlier_ones_said(small_chunks):
    again = line(1)
    used = line(90, reference="TX2")
    other = line(3, paid=50)
    batch = hand_in(make_sheet(HEADERS, [*(line(number) for number in range(10)), again, used, other]), "children")
    assert counts(batch) == (10, 0, 1, 2)
    assert batch.report["made"] == {"parents": 4, "children": 10, "requests": 10}
    repeats = list(kept_rows(batch, "repeated"))
    seen = faults(batch)
    batch = import_now(batch)
    assert counts(batch) == (10, 0, 1, 2)
    assert (list(kept_rows(batch, "repeated")), faults(batch)) == (repeats, seen)
    assert repeats[0]["repeats"] == 3
    assert (Parent.objects.count(), Child.objects.count()) == (4, 10)


def test_a_crash_half_way_is_finished_by_running_again(small_chunks, monkeypatch):
    batch = hand_in(sheet(10), "children")
    batches.confirm(batch.pk, by=None)
    whole = ChildrenChecker.write
    calls = []

    def crash_at_the_third(self, lines, **kwargs):
        calls.append(1)
        whole(self, lines, **kwargs)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(ChildrenChecker, "write", crash_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        batches.import_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.done, batch.new) == ("committing", 8, 8)
    assert EnrollmentRequest.objects.count() == 8, "the third chunk was undone as a whole"
    batch = batches.import_batch(batch.pk)
    assert (batch.status, counts(batch)) == ("committed", (10, 0, 0, 0))
    assert batch.report["made"] == {"parents": 4, "children": 10, "requests": 10}
    assert EnrollmentRequest.objects.count() == 10
    assert batches.import_batch(batch.pk).committed_at == batch.committed_at, "and once more does nothing"


def test_a_row_of_somebody_else_in_the_same_moment_makes_the_chunk_be_read_again(monkeypatch):
    batch = hand_in(sheet(3), "children")
    whole = ChildrenChecker.write
    tries = []

    def after_somebodys_form(self, lines, **kwargs):
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("users_customuser_phone_number1_key")
        whole(self, lines, **kwargs)

    monkeypatch.setattr(ChildrenChecker, "write", after_somebodys_form)
    monkeypatch.setattr(engine, "_FIRST_PAUSE", 0)
    assert counts(import_now(batch)) == (3, 0, 0, 0)
    assert len(tries) == 2


def test_a_line_that_only_the_database_refuses_is_named_and_the_others_go_in(monkeypatch):
    batch = hand_in(sheet(5), "children")
    monkeypatch.setattr(engine, "_FIRST_PAUSE", 0)
    whole = write.write_children

    def refuse_one(lines, **kwargs):
        if any(one.values.child == "طفل 3" for one in lines):
            raise IntegrityError("a rule of the database")
        whole(lines, **kwargs)

    monkeypatch.setattr("backoffice.payments.imports.check.write_children", refuse_one)
    batch = import_now(batch)
    assert counts(batch) == (4, 0, 0, 1)
    assert [number for number, _, _ in faults(batch)] == [5]
    assert EnrollmentRequest.objects.count() == 4


def test_a_second_confirmation_changes_nothing():
    batch = import_now(hand_in(sheet(3), "children"))
    with pytest.raises(DomainError) as caught:
        batches.confirm(batch.pk, by=None)
    assert caught.value.code == "illegal_step"
    batch = hand_in(sheet(3), "children")
    batches.confirm(batch.pk, by=None)
    with pytest.raises(DomainError) as caught:
        batches.confirm(batch.pk, by=None)
    assert caught.value.code == "being_imported"


def test_a_sheet_that_was_put_aside_cant_be_imported():
    batch = hand_in(sheet(3), "children")
    batches.cancel(batch.pk, by=None)
    with pytest.raises(DomainError):
        batches.confirm(batch.pk, by=None)
    assert not CustomUser.objects.exists()


def test_a_sheet_whose_file_is_gone_fails_in_words():
    batch = hand_in(sheet(3), "children")
    storages["private"].delete(batch.stored_as)
    batch = import_now(batch)
    assert batch.status == "failed"
    assert "list.xlsx" in batch.error


def test_the_very_same_file_is_recognised():
    content = sheet(3)
    first = import_now(hand_in(content, "children"))
    content.seek(0)
    again = hand_in(content, "children")
    assert batches.handed_in_before(again) == first
    assert batches.handed_in_before(hand_in(sheet(2), "children")) is None


@pytest.mark.parametrize("kind", ["staff", "children"])
def test_nothing_is_kept_of_a_file_that_is_refused(kind):
    with pytest.raises(DomainError) as caught:
        batches.receive(make_sheet(["أ", "ب"], [[1, 2]]), name="x.xlsx", kind=kind, by=None)
    assert (caught.value.code, caught.value.field) == ("missing_columns", "file")
    assert not ImportBatch.objects.exists()


def test_the_progress_is_told_chunk_by_chunk(small_chunks):
    batch = batches.receive(sheet(10), name="list.xlsx", kind="children", by=None)
    told = []
    batches.read_batch(batch.pk, progress=told.append)
    assert told == [4, 8, 10]


def test_long_lists_are_paged():
    batch = hand_in(sheet(PAGE + 5), "children")
    assert len(page_of(batch, "new", 1)) == PAGE
    assert [row["line"] for row in page_of(batch, "new", 2)] == [52, 53, 54, 55, 56]


def test_the_faulty_lines_can_be_mended_and_handed_in_again():
    batch = hand_in(
        sheet(3, line1={"dob": "31/2/2018", "child": '=HYPERLINK("http://x")'}, line2={"phone": "٠١٢"}), "children"
    )
    out = io.BytesIO()
    assert write_faulty_lines(out, headers=batch.report["headers"], rows=kept_rows(batch, "faulty")) == 2
    with open_sheet(out, name="faulty.xlsx") as mended:
        assert mended.headers[: len(HEADERS)] == HEADERS
        rows = [row for _, row in mended.rows()]
    assert rows[0][3] == '=HYPERLINK("http://x")', "a text, which no spreadsheet runs"
    assert rows[0][-2] == 3
    assert "31/2/2018" in rows[0][-1]
    rows[0][3:5], rows[1][1] = ["سلمى", "28/2/2018"], "01212345678"
    again = hand_in(make_sheet(mended.headers, rows), "children")
    assert counts(import_now(again)) == (2, 0, 0, 0)


def test_the_preview_costs_the_same_few_queries_for_every_chunk(django_assert_max_num_queries):
    sizes = {}
    for count in (3, 300):
        batch = batches.receive(sheet(count), name="list.xlsx", kind="children", by=None)
        with django_assert_max_num_queries(14) as queries:
            batches.read_batch(batch.pk)
        sizes[count] = len(queries)
    assert sizes[3] == sizes[300]
