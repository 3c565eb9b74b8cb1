"""The two imports from the command line: the same report, and exit codes that a script can act on."""

import io

import pytest
from django.core.management import CommandError, call_command

from backoffice.courses.tests.makers import make_course, make_season
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.shared.models import AuditEntry, ImportBatch
from backoffice.shared.sheets.read import open_sheet
from backoffice.shared.tests.import_makers import DATA, make_sheet
from backoffice.users.models import CustomUser, Instructor

pytestmark = pytest.mark.django_db
STAFF, CHILDREN = DATA / "staff_form.xlsx", DATA / "children.xlsx"


def run(name, *arguments):
    out, bar = io.StringIO(), io.StringIO()
    call_command(name, *map(str, arguments), stdout=out, stderr=bar)
    return out.getvalue(), bar.getvalue()


def test_without_commit_nothing_is_written_anywhere():
    _out, bar = run("import_staff", STAFF)
    assert not CustomUser.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not AuditEntry.objects.exists()
    assert "29/29" in bar


def test_with_commit_the_good_lines_go_in_and_the_faulty_ones_are_named():
    out, bar = run("import_staff", STAFF, "--commit")
    assert Instructor.objects.count() == 24
    for line, value in ((27, "0123"), (28, "30613991900011"), (29, "طباخ"), (30, "الاسم الأول")):
        assert any(str(line) in row and value in row for row in out.splitlines()), line
    assert bar.count("29/29") == 2
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.uploaded_by, batch.faulty) == ("committed", None, 4)
    assert set(AuditEntry.objects.filter(model="users.instructor").values_list("source", flat=True)) == {"import"}


def test_a_second_run_changes_nothing():
    run("import_staff", STAFF, "--commit")
    rows = AuditEntry.objects.exclude(model="shared.importbatch").count()
    run("import_staff", STAFF, "--commit")
    assert AuditEntry.objects.exclude(model="shared.importbatch").count() == rows
    assert list(ImportBatch.objects.order_by("uploaded_at").values_list("new", "repeated")) == [(24, 1), (0, 25)]


def test_the_childrens_list_comes_in_by_the_command_too(tmp_path):
    season = make_season()
    for name in ("برمجة للأطفال", "نور البيان", "تحفيظ جزء عم", "رسم وأشغال يدوية", "أساسيات التجويد"):
        make_course(name=name, season=season)
    out, bar = run("import_children", CHILDREN, "--commit", "--faulty", tmp_path / "faulty.xlsx")
    assert "1501/1501" in bar
    assert EnrollmentRequest.objects.count() == 1476
    assert "كورس غير موجود" in out
    with open_sheet(tmp_path / "faulty.xlsx", name="faulty.xlsx") as sheet:
        assert len(list(sheet.rows())) == 25


@pytest.mark.parametrize("commit", [(), ("--commit",)])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.xlsx", None),
        ("empty.xlsx", b""),
        ("text.xlsx", b"hello"),
        ("columns.xlsx", make_sheet(["أ", "ب"], [["1", "2"]]).getvalue()),
    ],
)
def test_an_unreadable_file_ends_with_a_sentence(tmp_path, name, content, commit):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run("import_staff", tmp_path / name, *commit)
    assert caught.value.returncode == 1
    assert len(str(caught.value)) > 20
    assert not ImportBatch.objects.exists()


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CommandError):
        run("import_staff", tmp_path)


def test_when_every_line_has_a_fault_the_command_fails():
    with pytest.raises(CommandError):
        run("import_children", CHILDREN, "--commit")
    assert not CustomUser.objects.exists()
