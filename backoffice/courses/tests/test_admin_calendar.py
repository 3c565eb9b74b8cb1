"""The screens of seasons, holidays, rooms and tags, and their sheets."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tablib import Dataset

from backoffice.courses.models import Holiday, Room, Season, Tag
from backoffice.courses.resources import HolidayResource, RoomResource, SeasonResource
from backoffice.courses.services import rebuild_lectures
from backoffice.courses.tests.makers import make_room, make_season
from backoffice.courses.tests.makers_of_plans import SUNDAY, day, lines, make_planned_course
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, make_staff, manager, omar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def registrar(client):
    """Omar, signed in."""
    client.force_login(omar())
    return client


def test_a_season_that_would_leave_its_courses_outside_is_refused_at_its_field(registrar):
    course = make_planned_course()
    form = {"name": "موسم", "type": "school", "start_date": "01/03/2026", "end_date": "31/12/2026"}
    response = registrar.post(reverse("admin:courses_season_change", args=[course.season_id]), form)
    assert course.name in response.context["adminform"].form.errors["start_date"][0]


def test_a_new_holiday_says_how_many_courses_it_meets_and_its_button_rebuilds_them(registrar):
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    form = {"name": "عيد", "start_date": "15/02/2026", "end_date": "15/02/2026"}
    response = registrar.post(reverse("admin:courses_holiday_add"), form, follow=True)
    assert [one for one in response.context["messages"] if "لدورة واحدة محاضرات" in str(one)]
    url = reverse("admin:courses_holiday_rebuild_courses", args=[Holiday.objects.get().pk])
    assert course.name in registrar.get(url).content.decode()
    registrar.post(url, {"_form_submitted": "True"})
    assert lines(course) == ["1 02-08", "2 02-22", "3 03-01"]


def test_a_course_that_clashes_is_named_while_the_others_follow_the_holiday(registrar):
    room = make_room()
    first, second = make_planned_course(SUNDAY, room=room), make_planned_course(SUNDAY)
    for course in (first, second):
        rebuild_lectures(course.pk, by=None)
    second.room = room
    second.save()
    holiday = Holiday.objects.create(name="عيد", start_date=day("02-15"), end_date=day("02-15"))
    registrar.post(reverse("admin:courses_holiday_rebuild_courses", args=[holiday.pk]), {"_form_submitted": "True"})
    page = registrar.get(reverse("admin:index"))
    assert [one for one in page.context["messages"] if str(one).startswith(second.name)]
    assert (len(lines(first)), len(lines(second))) == (3, 4)


@pytest.mark.parametrize("model", ["season", "holiday", "room", "tag"])
def test_each_list_asks_the_database_as_often_for_thirty_rows_as_for_three(client, model):
    client.force_login(manager())
    url, counts = reverse(f"admin:courses_{model}_changelist"), []
    for start, end in ((0, 3), (3, 30)):
        for n in range(start, end):
            {
                "season": make_season,
                "room": make_room,
                "tag": lambda n=n: Tag.objects.create(name=f"وسم {n}"),
                "holiday": lambda: Holiday.objects.create(
                    name="عيد", season=make_season(), start_date=day("02-15"), end_date=day("02-15")
                ),
            }[model]()
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("model", ["season", "holiday", "room", "tag"])
def test_import_and_export_need_their_permissions(client, model):
    urls = [reverse(f"admin:courses_{model}_{verb}") for verb in ("import", "export")]
    for user, expected in (
        (omar(), [200, 200]),
        (make_staff("Supervisors"), [403, 200]),
        (make_staff("Cashiers"), [403, 403]),
        (make_staff(), [403, 403]),
    ):
        client.force_login(user)
        assert [client.get(url).status_code for url in urls] == expected
    client.force_login(huda())
    assert client.get(urls[0]).status_code == 403


def test_rooms_are_imported_by_a_sheet_with_a_preview_and_an_entry_in_the_trail(registrar):
    make_room(name="قاعة ١", capacity=10)
    sheet = "name,capacity\nقاعة ١,12\nقاعة ٢,20\n"
    upload = SimpleUploadedFile("rooms.csv", sheet.encode("utf-8-sig"), "text/csv")
    url = reverse("admin:courses_room_import")
    response = registrar.post(url, {"import_file": upload, "format": "0", "resource": ""})
    confirm = response.context["confirm_form"]
    assert Room.objects.count() == 1
    registrar.post(reverse("admin:courses_room_process_import"), confirm.initial)
    assert dict(Room.objects.values_list("name", "capacity")) == {"قاعة ١": 12, "قاعة ٢": 20}
    entries = AuditEntry.objects.filter(model="courses.room", source="import").order_by("id")
    assert [one.action for one in entries] == ["update", "create"]
    assert entries[0].changes == {"capacity": [10, 12]}


def test_headings_days_and_kinds_are_known_in_either_language(settings):
    from django.utils.translation import override

    make_season(name="الشتاء")
    with override("ar"):
        headings = SeasonResource().get_export_headers()
        kind = str(Season.Type.RAMADAN.label)
    result = SeasonResource().import_data(
        Dataset(["رمضان", kind, "18/2/2026", "٢٠/٣/٢٠٢٦", "1"], headers=headings), raise_errors=True
    )
    assert not result.has_validation_errors()
    season = Season.objects.get(name="رمضان")
    assert (season.type, season.start_date, season.end_date) == ("ramadan", day("02-18"), day("03-20"))
    days = Dataset(["عيد", "الشتاء", "2026-03-20", "22/03/2026"], headers=["name", "season", "start_date", "end_date"])
    for _ in range(2):
        HolidayResource().import_data(days, raise_errors=True)
    assert Holiday.objects.get().season.name == "الشتاء"


@pytest.mark.parametrize(
    ("resource", "headers", "row"),
    [
        (RoomResource, ["name", "capacity"], ["قاعة", "0"]),
        (RoomResource, ["name", "capacity"], ["قاعة", "كثير"]),
        (SeasonResource, ["name", "type", "start_date"], ["موسم", "خريف", "1/1/2026"]),
        (SeasonResource, ["name", "type", "start_date"], ["موسم", "eid", "31/2/2026"]),
        (SeasonResource, ["name", "type", "start_date", "end_date"], ["موسم", "eid", "2/1/2026", "1/1/2026"]),
        (HolidayResource, ["name", "season", "start_date", "end_date"], ["عيد", "لا أحد", "1/1/2026", "1/1/2026"]),
    ],
)
def test_a_faulty_line_is_told_and_nothing_is_imported(resource, headers, row):
    result = resource().import_data(Dataset(row, headers=headers), dry_run=False)
    assert result.has_validation_errors() or result.has_errors()
    assert not Room.objects.exists()
    assert not Season.objects.exists()
    assert not Holiday.objects.exists()


def test_a_cell_that_looks_like_a_formula_is_exported_as_text(registrar):
    make_room(name="=1+1")
    form = {"format": "0", "resource": "", "roomresource_name": "on", "roomresource_capacity": "on"}
    response = registrar.post(reverse("admin:courses_room_export"), form)
    # What is behind the apostrophe is whole: it was cut off before, and came back by an import as another name.
    assert list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1] == ["'=1+1", "30"]


def export_of_seasons(registrar, number):
    form = {"format": number, "resource": ""} | {
        f"seasonresource_{name}": "on" for name in ("name", "type", "start_date", "end_date", "is_active")
    }
    return registrar.post(reverse("admin:courses_season_export"), form).content


def test_small_exports_go_through_the_same_writer_as_the_payment_sheet(registrar):
    make_season(name="=الربيع", start_date=day("02-01"), end_date=day("06-01"))
    page = openpyxl.load_workbook(io.BytesIO(export_of_seasons(registrar, "1"))).active
    assert page.sheet_view.rightToLeft
    assert page.title == str(Season._meta.verbose_name_plural)
    assert [cell.value for cell in page[1]] == SeasonResource().get_export_headers()
    assert (page["A2"].value, page["A2"].data_type) == ("=الربيع", "s")
    assert [(page[cell].value.date(), page[cell].number_format) for cell in ("C2", "D2")] == [
        (day("02-01"), "yyyy\\-mm\\-dd"),
        (day("06-01"), "yyyy\\-mm\\-dd"),
    ]


@pytest.mark.parametrize("number", ["0", "1"])
def test_an_exported_sheet_that_comes_back_changes_nothing(registrar, number):
    make_season(name="الربيع", start_date=day("02-01"), end_date=day("06-01"))
    data = export_of_seasons(registrar, number)
    upload = SimpleUploadedFile("seasons", data, "application/octet-stream")
    form = {"import_file": upload, "format": number, "resource": ""}
    result = registrar.post(reverse("admin:courses_season_import"), form).context["result"]
    assert not result.has_errors()
    assert result.totals["skip"] == 1
    assert sum(result.totals.values()) == 1


def test_what_is_no_sheet_is_refused_in_a_sentence_at_the_field(registrar):
    upload = SimpleUploadedFile("rooms.xlsx", b"%PDF-1.7 nothing", "application/pdf")
    form = {"import_file": upload, "format": "1", "resource": ""}
    errors = registrar.post(reverse("admin:courses_room_import"), form).context["form"].errors
    assert "sheet.xlsx" in str(errors)


def test_tablibs_own_name_for_a_workbook_is_our_writer():
    data = Dataset(["قاعة", 12], headers=["الاسم", "السعة"]).export("xlsx")
    assert openpyxl.load_workbook(io.BytesIO(data)).active.sheet_view.rightToLeft
    assert Dataset().load(data, "xlsx").dict == [{"الاسم": "قاعة", "السعة": 12}]
