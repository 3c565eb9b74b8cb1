"""The demo is a centre in which every account has something to see, and it is never loaded on a real one."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.attendance.models import LectureAttendance
from backoffice.config.demo.accounts import ACCOUNTS, demo_password
from backoffice.config.demo.load import load_demo
from backoffice.courses.models import Course, Lecture, Season
from backoffice.enrollments.models import Enrollment, EnrollmentRequest, Lead
from backoffice.payments.models import Payment, RefundRequest
from backoffice.users.models import Child, CustomUser, Instructor
from cms.models import CentreSettings, CoursePage

pytestmark = pytest.mark.django_db


def test_it_is_refused_without_debug(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="never"):
        call_command("load_demo", skip_checks=True)
    assert not CustomUser.objects.exists()


@pytest.mark.slow
def test_every_account_has_something_to_see_and_the_site_is_there(client, settings):
    load_demo()
    today = timezone.localdate()
    around = {today + dt.timedelta(days=distance) for distance in (-1, 0, 1)}
    accounts = {one.key: CustomUser.objects.get(phone_number1=one.phone) for one in ACCOUNTS}

    assert all(user.check_password(demo_password()) for user in accounts.values())
    assert (Season.objects.count(), Course.objects.count(), Child.objects.count()) == (3, 12, 600)
    assert Instructor.objects.count() + CustomUser.objects.filter(role="admin").count() == 40
    for machine in (EnrollmentRequest, RefundRequest, Lead):
        assert set(machine.objects.values_list("status", flat=True)) == set(machine.Status.values)
    assert {"paid", "pending", "void", "partially_refunded"} <= set(Payment.objects.values_list("status", flat=True))

    mine = Child.objects.of_parent(accounts["parent"])
    assert mine.count() == 2
    for child in mine:
        assert Enrollment.objects.filter(child=child).exists()
        assert Payment.objects.filter(enrollment__child=child).exists()
        assert LectureAttendance.objects.filter(child=child, present=True).exists()
    assert EnrollmentRequest.objects.filter(child__in=mine, status="pending").exists()

    taught = Lecture.objects.taught_by(accounts["instructor"]).exclude(status="cancelled")
    assert around <= set(taught.values_list("day", flat=True))
    taken = Enrollment.objects.filter(student__user=accounts["student"]).values("course")
    assert around <= set(Lecture.objects.filter(course__in=taken).values_list("day", flat=True))

    pages = CoursePage.objects.live()
    assert pages.filter(locale__language_code="ar").count() == Course.objects.count()
    assert pages.exclude(picture=None).count() == pages.count()
    assert CentreSettings.objects.get().phone_numbers
    for address in ("/", "/en/", pages.first().url):
        assert client.get(address).status_code == 200

    settings.DEBUG = True
    call_command("load_demo", skip_checks=True)
    assert Child.objects.count() == 600
