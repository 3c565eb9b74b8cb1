"""The staff's screens of devices, cards and unknown codes."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.attendance.models import Card, Device, Scan
from backoffice.attendance.selectors.devices import device_with_key
from backoffice.attendance.services import register_device, take_scans
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_instructor, make_staff, manager, omar

from .device_makers import KEY, make_device, scan_of
from .qr_reading import read_qr_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(client):
    user = make_staff("Supervisors")
    client.force_login(user)
    return user


def post(client, name, *args, **data):
    return client.post(reverse(f"admin:attendance_{name}", args=args), {"_form_submitted": "1", **data})


def line_of(page):
    """The key as the page shows it."""
    return page.content.decode().split('id="device-key">')[1].split("<")[0]


def is_let_in(device, key):
    try:
        return device_with_key(device.pk, key).pk == device.pk
    except DomainError:
        return False


class TestKeys:
    def test_a_new_device_s_key_is_shown_in_the_answer_alone(self, client, supervisor):
        page = client.post(reverse("admin:attendance_device_add"), {"name": "باب القاعة", "location": "الدور الأول"})
        device = Device.objects.get()
        device_id, _colon, key = line_of(page).partition(":")
        assert (page.status_code, device_id) == (200, str(device.pk))
        assert "no-store" in page["Cache-Control"]
        assert is_let_in(device, key)
        assert read_qr_of(page.content.decode()) == [f"{device.pk}:{key}"]
        for name, args in (("device_change", [device.pk]), ("device_history", [device.pk]), ("device_changelist", [])):
            shown = client.get(reverse(f"admin:attendance_{name}", args=args)).content.decode()
            assert key not in shown
            assert device.key_hash not in shown
        entry = AuditEntry.objects.get(model="attendance.device")
        assert (entry.actor_id, entry.changes["key_hash"]) == (supervisor.pk, ["•••", "•••"])

    def test_sent_again_the_page_registers_no_second_device(self, client, supervisor):
        for _time in range(2):
            page = client.post(reverse("admin:attendance_device_add"), {"name": "باب القاعة"})
        assert Device.objects.count() == 1
        assert "يوجد جهاز بهذا الاسم بالفعل" in page.content.decode()
        assert "device-key" not in page.content.decode()

    def test_a_new_key_ends_the_old(self, client, supervisor):
        device = make_device()
        answer = post(client, "device_renew_key", device.pk)
        key = line_of(answer).partition(":")[2]
        device.refresh_from_db()
        assert is_let_in(device, key)
        assert not is_let_in(device, KEY)
        assert ("no-store" in answer["Cache-Control"], answer["HX-Retarget"]) == (True, "#dialog")

    def test_a_device_is_switched_off_with_a_reason_and_on_again(self, client, supervisor):
        device = make_device()
        post(client, "device_deactivate", device.pk, reason="ضاع")
        assert not is_let_in(device, KEY)
        assert AuditEntry.objects.get(model="attendance.device").reason == "ضاع"
        post(client, "device_activate", device.pk)
        assert is_let_in(device, KEY)

    @pytest.mark.parametrize("group", ["Registrars", "Accountants", "Instructors", "Cashiers", "Marketing"])
    def test_nobody_else_touches_a_device(self, client, group):
        device = make_device()
        client.force_login(make_staff(group))
        for name in ("device_renew_key", "device_deactivate", "device_activate"):
            assert post(client, name, device.pk, reason="x").status_code in (302, 403, 404)
        assert client.post(reverse("admin:attendance_device_add"), {"name": "x"}).status_code == 403
        assert is_let_in(device, KEY)
        assert Device.objects.count() == 1

    def test_the_name_is_changed_by_the_form_and_the_rest_is_not(self, client, supervisor):
        device = make_device()
        data = {"name": "باب آخر", "location": "", "is_active": "", "key_hash": "x"}
        client.post(reverse("admin:attendance_device_change", args=[device.pk]), data)
        device.refresh_from_db()
        assert (device.name, device.is_active) == ("باب آخر", True)
        assert is_let_in(device, KEY)


class TestList:
    def test_it_tells_how_each_device_stands(self, client, supervisor):
        now = timezone.now()
        make_device(last_seen_at=now, clock_offset_seconds=-3)
        make_device(last_seen_at=now, clock_offset_seconds=3909)
        make_device(last_seen_at=now - dt.timedelta(minutes=6))
        make_device(is_active=False)
        make_device()
        page = client.get(reverse("admin:attendance_device_changelist")).content.decode()
        for words in ("متصل", "صامت", "ساعته غير مضبوطة", "متوقف", "لم يتصل بعد", "مضبوطة"):
            assert words in page
        assert 'متقدمة <bdi dir="ltr">1:05:09</bdi>' in page

    def test_the_log_finds_scans_by_name_and_shows_both_clocks(self, client, supervisor):
        yusuf = make_child(name="يوسف المصري")
        shown = timezone.now() + dt.timedelta(minutes=10)
        take_scans(make_device().pk, [scan_of(yusuf, shown)], sent_at=shown)
        page = client.get(reverse("admin:attendance_scan_changelist"), {"q": "يوسف"}).content.decode()
        assert yusuf.unique_code in page
        detail = client.get(reverse("admin:attendance_scan_change", args=[Scan.objects.get().pk])).content.decode()
        assert "600" in detail


class TestCards:
    def test_an_unknown_code_is_assigned_from_the_list(self, client, supervisor):
        take_scans(make_device().pk, [scan_of("04:a3", timezone.now(), "rfid") for _ in range(3)])
        codes = client.get(reverse("admin:attendance_waitingcode_changelist")).content.decode()
        assert "04A3" in codes
        code = Scan.objects.latest("pk")
        to = client.get(reverse("admin:attendance_waitingcode_assign", args=[code.pk]))
        page = client.get(to.url).content.decode()
        assert 'value="04A3"' in page
        laila = make_child()
        answer = client.post(to.url, {"code": "04A3", "method": "rfid", "child": str(laila.pk)}, follow=True)
        assert "3 قراءات كانت تنتظر" in answer.content.decode()
        assert Card.objects.get().child == laila
        assert "04A3" not in client.get(reverse("admin:attendance_waitingcode_changelist")).content.decode()

    def test_who_gives_cards_but_sees_no_unknown_codes_reads_none_by_its_number(self, client):
        take_scans(make_device().pk, [scan_of("04:a3", timezone.now(), "rfid")], sent_at=timezone.now())
        client.force_login(make_staff("Registrars"))
        answer = client.get(reverse("admin:attendance_waitingcode_assign", args=[Scan.objects.get().pk]))
        assert answer.status_code == 403

    def test_a_card_is_one_persons(self, client, supervisor):
        both = {"code": "1", "method": "rfid", "child": str(make_child().pk), "instructor": str(make_instructor().pk)}
        for data in (both, {"code": "1", "method": "rfid"}):
            assert client.post(reverse("admin:attendance_card_add"), data).status_code == 200
        assert not Card.objects.exists()

    def test_the_registrar_hands_cards_out_and_sees_no_devices(self, client):
        client.force_login(omar())
        data = {"code": "1", "method": "rfid", "child": str(make_child().pk)}
        assert client.post(reverse("admin:attendance_card_add"), data).status_code == 302
        card = Card.objects.get()
        post(client, "card_revoke", card.pk, reason="ضاعت")
        card.refresh_from_db()
        assert card.revoked_at is not None
        assert client.get(reverse("admin:attendance_device_changelist")).status_code == 403


class TestSheet:
    def test_chosen_people_those_of_a_course_and_the_staff_are_on_it_and_each_code_can_be_read(self, client):
        client.force_login(manager())
        yusuf, sami, course = make_child(name="يوسف"), make_instructor(), make_course()
        others = [make_enrollment(course).child for _ in range(10)]
        make_enrollment(course, child=yusuf)
        action = {"action": "print_qr_cards", "_selected_action": [str(yusuf.pk)]}
        to = client.post(reverse("admin:users_child_changelist"), action)
        assert "يوسف" in client.get(to.url).content.decode()
        sheet = client.post(to.url, {"course": str(course.pk), "staff": "on"}).content.decode()
        codes = [f"R1:{one.unique_code}" for one in (yusuf, *sorted(others, key=lambda one: one.name))]
        codes.append(f"R1:{Card.objects.get(instructor=sami).code}")
        assert read_qr_of(sheet) == codes
        assert sheet.count('<section class="sheet">') == 2
        assert course.name in sheet

    def test_nobody_else_prints(self, client):
        yusuf = make_child()
        address = reverse("admin:attendance_card_print") + f"?child={yusuf.pk}"
        for group in ("Accountants", "Cashiers", "Instructors", "Marketing"):
            client.force_login(make_staff(group))
            assert client.post(address).status_code == 403
        assert Client().post(address).status_code == 302

    def test_an_address_of_rubbish_finds_nobody(self, client, supervisor):
        page = client.post(reverse("admin:attendance_card_print") + "?child=x&student=1", {})
        assert "لم تختر أحدًا" in page.content.decode()


def test_two_devices_never_have_one_key(supervisor):
    keys = {register_device(name=str(number), by=supervisor)[1] for number in range(20)}
    assert len(keys) == 20
    assert all(len(key) == 43 for key in keys)
