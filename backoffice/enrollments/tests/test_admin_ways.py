"""The screens of offers, places above the capacity, prices and moves."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.selectors import charged_of
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.users.tests.makers import huda, make_child, manager, omar

pytestmark = pytest.mark.django_db

REQUESTS = reverse("admin:enrollments_enrollmentrequest_changelist")
PLACES = reverse("admin:enrollments_enrollment_changelist")
ADD = reverse("admin:enrollments_enrollment_add")


def page(row):
    return reverse(f"admin:enrollments_{row._meta.model_name}_change", args=[row.pk])


def press(client, row, name, **typed):
    address = reverse(f"admin:enrollments_{row._meta.model_name}_{name}", args=[row.pk])
    return client.post(address, {"_form_submitted": "1", **typed})


def text(response):
    return response.content.decode()


def full():
    place = make_enrollment(make_course(capacity=1))
    return place, make_request(place.course)


def test_the_list_tells_the_place_on_the_waiting_list_and_until_when_a_seat_is_kept(client, settings):
    settings.LANGUAGE_CODE = "en"
    place, first = full()
    make_request(place.course)
    drop_enrollment(place.pk, by=None, reason="سفر")
    client.force_login(omar())
    client.cookies["django_language"] = "en"
    shown = text(client.get(REQUESTS))
    assert "Seat kept until" in shown
    assert "No. 1 on the list" in shown
    EnrollmentRequest.objects.filter(pk=first.pk).update(called_at=timezone.now() - dt.timedelta(hours=30))
    assert "The offer of the seat is over" in text(client.get(REQUESTS))


@pytest.mark.parametrize(("hours", "kept", "over"), [(1, 1, 0), (30, 0, 1)])
def test_the_list_is_filtered_by_offered_seats(client, hours, kept, over):
    place, first = full()
    drop_enrollment(place.pk, by=None, reason="سفر")
    EnrollmentRequest.objects.filter(pk=first.pk).update(called_at=timezone.now() - dt.timedelta(hours=hours))
    client.force_login(omar())
    counts = [client.get(REQUESTS, {"offer": which}).context["cl"].result_count for which in ("open", "over")]
    assert counts == [kept, over]


def test_only_a_manager_sees_and_presses_the_button_above_the_capacity(client):
    _place, waiting = full()
    client.force_login(omar())
    assert "/overbook" not in text(client.get(page(waiting)))
    assert press(client, waiting, "overbook", reason="س").status_code == 403
    client.force_login(manager())
    assert "/overbook" in text(client.get(page(waiting)))
    assert press(client, waiting, "overbook", reason="").status_code == 200
    assert "HX-Redirect" in press(client, waiting, "overbook", reason="أخت مسجلة")
    listed = client.get(PLACES, {"overbooked": "yes"})
    assert listed.context["cl"].result_count == 1
    assert "أخت مسجلة" in text(listed)


def test_who_decides_gives_a_place_at_once_and_a_full_course_says_no(client):
    course, child = make_course(capacity=1), make_child()
    client.force_login(huda())
    assert client.get(ADD).status_code == 403
    client.force_login(omar())
    assert client.get(ADD).status_code == 200
    assert client.post(ADD, {"child": child.pk, "course": course.pk}).status_code == 302
    assert Enrollment.objects.get().child == child
    assert client.post(ADD, {"child": make_child().pk, "course": course.pk}).status_code == 200
    assert EnrollmentRequest.objects.count() == 1


def test_a_manager_changes_a_price_once_however_often_it_is_sent(client):
    place = make_enrollment()
    client.force_login(omar())
    typed = {"direction": "less", "amount": "١٥٠", "reason": "منحة", "key": "once"}
    assert press(client, place, "reprice", **typed).status_code == 403
    client.force_login(manager())
    for _ in range(2):
        assert "HX-Redirect" in press(client, place, "reprice", **typed)
    assert charged_of(place) == Decimal(350)
    assert "-150.00" in text(client.get(page(place)))
    assert "HX-Redirect" not in press(client, place, "reprice", **(typed | {"amount": "900", "key": "x"}))


def test_a_place_moves_and_comes_back_by_its_buttons(client):
    place, other = make_enrollment(), make_course()
    client.force_login(omar())
    assert "HX-Redirect" in press(client, place, "move", course=other.pk, reason="موعد أنسب")
    place.refresh_from_db()
    assert (place.status, Enrollment.objects.holding_seat().get().course) == ("dropped", other)
    shown = text(client.get(page(place)))
    assert "/reactivate" in shown
    assert "/resume" not in shown
    assert "/move" not in shown
    assert "HX-Redirect" in press(client, place, "reactivate", reason="عاد")
    assert Enrollment.objects.holding_seat().count() == 2
