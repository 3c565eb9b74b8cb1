"""The staff's page of imports, and every kind of file that is not a sheet of ours."""

import io
import zipfile

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.payments.imports.children_list import COLUMNS
from backoffice.shared.imports import batches
from backoffice.shared.models import AuditEntry, ImportBatch
from backoffice.shared.tests.import_makers import DATA, hand_in, make_sheet
from backoffice.shared.tests.sheet_makers import tampered, with_sheet, worksheet, xlsx
from backoffice.users.models import Child, CustomUser
from backoffice.users.tests.makers import huda, karima, make_staff, manager, omar

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("password_just_typed")]
HEADERS = [names[0] for names in COLUMNS.values()]
ADD = "/courses-admin/shared/importbatch/add/"
LIST = "/courses-admin/shared/importbatch/"
GOOD = ["منى أحمد", "01001234567", "", "يوسف علي", "5/11/2015", "ولد", "نور البيان", 200, "نقدا", "", ""]
FAULTY = ["هدى سيد", "لا يوجد", "", '=HYPERLINK("http://x")', "31/2/2018", "ولد", "نور البيان", -5, "نقدا", "", ""]


@pytest.fixture
def registrar(client):
    user = omar()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def course():
    return make_course(name="نور البيان")


def upload(client, content, name="list.xlsx", kind="children"):
    content = content.getvalue() if isinstance(content, io.BytesIO) else content
    return client.post(ADD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def page(batch, step="change"):
    return reverse(f"admin:shared_importbatch_{step}", args=[batch.pk])


def test_a_list_goes_from_the_upload_over_the_preview_to_the_import(client, registrar):
    response = upload(client, make_sheet(HEADERS, [GOOD, FAULTY]))
    batch = ImportBatch.objects.get()
    assert response.url == page(batch)
    preview = client.get(response.url).content.decode()
    assert "لا يوجد" in preview
    assert "31/2/2018" in preview
    assert not Child.objects.exists()
    response = client.post(page(batch, "confirm"), follow=True)
    assert response.status_code == 200
    batch.refresh_from_db()
    assert (batch.status, batch.new, batch.faulty, batch.committed_by) == ("committed", 1, 1, registrar)
    assert EnrollmentRequest.objects.get().requested_by == registrar
    assert client.get(LIST).status_code == 200


def test_the_same_button_pressed_twice_imports_once(client, registrar):
    upload(client, make_sheet(HEADERS, [GOOD]))
    batch = ImportBatch.objects.get()
    for _ in range(2):
        assert client.post(page(batch, "confirm"), follow=True).status_code == 200
    assert Child.objects.count() == 1
    assert AuditEntry.objects.filter(model="shared.importbatch", action="import").count() == 1


def test_the_buttons_answer_to_post_alone(client, registrar):
    upload(client, make_sheet(HEADERS, [GOOD]))
    batch = ImportBatch.objects.get()
    for step in ("confirm", "cancel", "resume"):
        assert client.get(page(batch, step)).status_code == 405
    assert not Child.objects.exists()


def test_a_sheet_that_was_put_aside_says_so(client, registrar):
    upload(client, make_sheet(HEADERS, [GOOD]))
    batch = ImportBatch.objects.get()
    client.post(page(batch, "cancel"))
    batch.refresh_from_db()
    assert batch.status == "cancelled"
    client.post(page(batch, "confirm"))
    assert not Child.objects.exists()


def test_the_faulty_lines_come_as_a_sheet_that_runs_nothing(client, registrar):
    upload(client, make_sheet(HEADERS, [GOOD, FAULTY]))
    response = client.get(page(ImportBatch.objects.get(), "faulty"))
    content = b"".join(response.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in cells
    assert "HYPERLINK" in cells
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("section", ["faulty", "warned", "changed", "repeated", "new", "nonsense"])
@pytest.mark.parametrize("number", ["1", "2", "-1", "abc", "99999", "٢"])
def test_every_list_and_page_can_be_opened(client, registrar, section, number):
    batch = hand_in(make_sheet(HEADERS, [GOOD, GOOD, FAULTY]), "children")
    assert client.get(page(batch), {"list": section, "page": number}).status_code == 200


def test_the_same_file_handed_in_again_is_recognised(client, registrar):
    sheet = make_sheet(HEADERS, [GOOD])
    upload(client, sheet)
    client.post(page(ImportBatch.objects.get(), "confirm"))
    response = upload(client, sheet)
    assert 'role="note"' in client.get(response.url).content.decode()


def test_a_long_sheet_is_read_and_imported_by_the_worker(
    client, registrar, settings, django_capture_on_commit_callbacks
):
    settings.IMPORT_INLINE_LINES = 1
    sheet = make_sheet(HEADERS, [GOOD, [*GOOD[:3], "عمر علي", *GOOD[4:]]])
    with django_capture_on_commit_callbacks() as tasks:
        response = upload(client, sheet)
    batch = ImportBatch.objects.get()
    assert batch.status == "uploaded"
    waiting = client.get(response.url).content.decode()
    assert "import_progress.js" in waiting
    assert client.get(page(batch, "progress")).json() == {"status": "uploaded", "done": 0, "lines": 2}
    for task in tasks:
        task()
    assert client.get(page(batch, "progress")).json()["status"] == "previewed"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(batch, "confirm"))
    batch.refresh_from_db()
    assert (batch.status, batch.new, batch.committed_by) == ("committed", 2, registrar)


def test_a_sheet_whose_worker_died_can_be_taken_up_again(client, registrar, django_capture_on_commit_callbacks):
    batch = hand_in(make_sheet(HEADERS, [GOOD]), "children")
    batches.confirm(batch.pk, by=registrar)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(batch, "resume"))
    batch.refresh_from_db()
    assert (batch.status, Child.objects.count()) == ("committed", 1)


@pytest.mark.parametrize("who", [huda, karima, lambda: make_staff("Supervisors"), lambda: make_staff("Marketing")])
def test_whoever_may_not_import_sees_no_sheet_and_hands_in_none(client, who):
    batch = hand_in(make_sheet(HEADERS, [GOOD]), "children")
    client.force_login(who())
    assert client.get(ADD).status_code == 403
    assert upload(client, make_sheet(HEADERS, [GOOD])).status_code == 403
    for step in ("faulty", "progress"):
        assert client.get(page(batch, step)).status_code in (403, 404)
    for step in ("confirm", "cancel", "resume"):
        assert client.post(page(batch, step)).status_code in (403, 404)
    assert client.get(page(batch)).status_code in (302, 403, 404)
    assert not Child.objects.exists()


def test_whoever_may_import_one_kind_sees_that_kind_only(client):
    from django.contrib.auth.models import Permission

    user = make_staff()
    names = ("add_importbatch", "view_importbatch", "import_children")
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="shared", codename__in=names))
    client.force_login(user)
    with (DATA / "staff_form.xlsx").open("rb") as stream:
        staff = hand_in(stream, "staff")
    assert client.get(page(staff, "faulty")).status_code == 404
    assert client.get(ADD).content.decode().count('name="kind"') == 1
    with (DATA / "staff_form.xlsx").open("rb") as stream:
        response = client.post(ADD, {"kind": "staff", "file": stream})
    assert response.status_code == 200
    assert ImportBatch.objects.count() == 1


def test_any_registrar_may_confirm_what_another_handed_in(client, registrar):
    batch = hand_in(make_sheet(HEADERS, [GOOD]), "children", by=manager())
    client.post(page(batch, "confirm"))
    batch.refresh_from_db()
    assert batch.committed_by == registrar


def empty_rows():
    rows = "".join(f'<row r="{number}" s="1" customFormat="1"></row>' for number in range(3, 1_000_001))
    return with_sheet(worksheet(HEAD + rows))


def macro():
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    return tampered(xlsx([HEADERS, GOOD]), lambda name, old: types if name == "[Content_Types].xml" else old)


def bomb():
    return with_sheet(worksheet(HEAD) + " " * (200 * 2**20))


def encrypted():
    return io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage\0".encode("utf-16-le"))


HEAD = "<row r='1'>" + "".join(f"<c t='str'><v>{name}</v></c>" for name in HEADERS) + "</row>"
BROKEN_IN_THE_MIDDLE = "<row r='2'><c t='str'><v>x</v></c></row><row r='3'><c t='s'><v>99</v></c></row>"
HOSTILE = {
    "empty": (lambda: io.BytesIO(), "list.xlsx"),
    "encrypted": (encrypted, "list.xlsx"),
    "old Excel": (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le")), "l.xls"),
    "macro": (macro, "list.xlsx"),
    "macro by its name": (lambda: xlsx([HEADERS, GOOD]), "list.xlsm"),
    "renamed picture": (lambda: io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 100), "list.xlsx"),
    "renamed page": (lambda: io.BytesIO(b"<!doctype html><p>x"), "list.csv"),
    "a zip of something": (lambda: tampered(xlsx([HEADERS]), lambda name, old: None, **{"a.txt": b"x"}), "list.xlsx"),
    "cut off": (lambda: io.BytesIO(xlsx([HEADERS, GOOD]).getvalue()[:500]), "list.xlsx"),
    "zip bomb": (bomb, "list.xlsx"),
    "a million empty rows": (empty_rows, "list.xlsx"),
    "missing columns": (lambda: make_sheet(HEADERS[:3], [GOOD[:3]]), "list.xlsx"),
    "columns twice": (lambda: make_sheet([*HEADERS, HEADERS[0]], [[*GOOD, "x"]]), "list.xlsx"),
    "another form": (lambda: io.BytesIO((DATA / "staff_form.xlsx").read_bytes()), "list.xlsx"),
    "headings alone": (lambda: make_sheet(HEADERS, []), "list.xlsx"),
    "broken in the middle": (lambda: with_sheet(worksheet(HEAD + BROKEN_IN_THE_MIDDLE)), "list.xlsx"),
}  # fmt: skip


SLOW = {"a million empty rows": pytest.mark.slow}


@pytest.mark.parametrize("what", [pytest.param(what, marks=SLOW.get(what, ())) for what in HOSTILE])
def test_a_file_that_is_no_list_is_refused_in_arabic_at_its_field(client, registrar, what):
    make, name = HOSTILE[what]
    people = CustomUser.objects.count()
    response = upload(client, make(), name=name)
    assert response.status_code == 200
    (sentence,) = response.context["form"].errors["file"]
    assert translation.get_language() == "ar"
    assert sentence
    assert not ImportBatch.objects.exclude(status="failed").exists()
    assert CustomUser.objects.count() == people
    assert not Child.objects.exists()


def test_a_file_over_the_limit_is_refused(client, registrar, settings):
    settings.IMPORT_MAX_BYTES = 1000
    response = upload(client, make_sheet(HEADERS, [GOOD]))
    assert response.context["form"].errors["file"]
    assert not ImportBatch.objects.exists()


def test_a_form_without_a_file_or_a_kind_is_asked_for_both(client, registrar):
    response = client.post(ADD, {})
    assert set(response.context["form"].errors) == {"file", "kind"}


def test_the_sheet_lies_under_no_public_address(client, registrar):
    upload(client, make_sheet(HEADERS, [GOOD]))
    batch = ImportBatch.objects.get()
    assert storages["private"].exists(batch.stored_as)
    assert not storages["default"].exists(batch.stored_as)
    assert client.get(f"/media/{batch.stored_as}").status_code == 404


def test_a_name_that_climbs_out_of_the_folder_stays_in_it(client, registrar):
    upload(client, make_sheet(HEADERS, [GOOD]), name="../../../list.xlsx")
    batch = ImportBatch.objects.get()
    assert batch.stored_as == f"imports/{batch.pk}/sheet.xlsx.sealed"


def test_what_stands_in_cells_is_text_on_the_page(client, registrar):
    row = [*GOOD]
    row[1], row[3] = "<script>alert(1)</script>", "يوسف"
    batch = hand_in(make_sheet(HEADERS, [row]), "children")
    assert "<script>alert(1)" not in client.get(page(batch)).content.decode()
