"""The centre that the load works on: six thousand children, their places and payments, and a day's lectures.

`python -m benchmarks.load.centre FOLDER`, in the environment that `benchmarks.load` prepares; writes
`FOLDER/centre.json` with what the made-up people need: numbers, tokens, places, lectures, a device's key. With
`--sign-in` the apps alone sign in anew: a refresh token that was exchanged once is refused, and its sign-in ended.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from itertools import batched
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from ..children_sheet import write_sheet

LINES: Final = 6_000
PASSWORD: Final = "palms-of-giza-42"
CASHIERS, INSTRUCTORS, FAMILIES, CHILDREN_EACH = 12, 40, 1_000, 30
ACCEPTED_AT_ONCE, PAID, PRICE = 200, 1_500, 900


def make(folder: Path, environment: dict[str, str]) -> None:
    """Fill the database that the environment names."""
    sheet = folder / "children.xlsx"
    write_sheet(sheet, LINES)
    for command in (
        ["benchmarks.import_children", "ours", str(sheet)],
        ["benchmarks.load.centre", str(folder)],
    ):
        subprocess.run([sys.executable, "-m", *command], env=environment, check=True, stdout=subprocess.DEVNULL)


def sign_in(folder: Path, environment: dict[str, str]) -> None:
    """Give the apps of the next crowd tokens that nobody exchanged yet."""
    command = [sys.executable, "-m", "benchmarks.load.centre", str(folder), "--sign-in"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def fill() -> dict[str, Any]:
    """Who signs in, and what they work on."""
    from django.core.management import call_command

    from backoffice.attendance.models import Device
    from backoffice.attendance.selectors.devices import hash_of_key
    from backoffice.config.roles import ACCOUNTANTS
    from backoffice.users.models import Parent

    # The importing emptied every table, those of the migrations' own rows too.
    call_command("prepare_database", verbosity=0)
    cashiers = _cashiers()
    instructors, lectures = _teaching()
    families = Parent.objects.order_by("pk").values_list("user_id", flat=True)[:FAMILIES]
    device = Device.objects.create(name="القياس", key_hash=hash_of_key("load"))
    return {
        "cashiers": cashiers,
        "accountants": [_staff("+201099990001", ACCOUNTANTS)],
        "apps": {"instructors": instructors, "families": [str(key) for key in families]},
        "lectures": lectures,
        "places": _places(cashiers[0]),
        "device": f"{device.pk}:load",
        "password": PASSWORD,
    }


def _staff(phone: str, *group_names: str) -> str:
    from django.contrib.auth.models import Group

    from backoffice.users import services

    user = services.create_account(
        phone_number1=phone, first_name="قياس", last_name="", gender="male", role="admin", by=None
    )
    services.set_password(user.pk, password=PASSWORD, by=None)
    groups = Group.objects.filter(name__in=group_names)
    if len(groups) != len(group_names):
        raise LookupError(f"there is no group among {group_names}")
    services.set_groups(user.pk, groups=groups, by=None)
    return phone


def _cashiers() -> list[str]:
    """Registrars with an open drawer."""
    from backoffice.config import roles
    from backoffice.payments.services import open_cash_session
    from backoffice.users.models import CustomUser

    phones = [f"+20109998{number:04d}" for number in range(CASHIERS)]
    for phone in phones:
        _staff(phone, roles.REGISTRARS, roles.CASHIERS)
        open_cash_session(opening_float="100", by=CustomUser.objects.get(phone_number1=phone))
    return phones


def _places(cashier_phone: str) -> list[str]:
    """Everybody who asked has a place, and some have paid a part; by the services, so that the ledger is clean."""
    from backoffice.courses.models import Course
    from backoffice.enrollments.models import Enrollment, EnrollmentRequest
    from backoffice.enrollments.services import accept_many
    from backoffice.payments.services import record_payment
    from backoffice.users.models import CustomUser

    # More than any line of the sheet has paid: everybody owes something.
    Course.objects.update(price=PRICE)
    cashier = CustomUser.objects.get(phone_number1=cashier_phone)
    waiting = EnrollmentRequest.objects.filter(status="pending").order_by("pk").values_list("pk", flat=True)
    for some in batched(waiting, ACCEPTED_AT_ONCE):
        accept_many(some, by=cashier)
    places = [str(key) for key in Enrollment.objects.order_by("pk").values_list("pk", flat=True)]
    for key in places[:PAID]:
        record_payment(enrollment_id=UUID(key), amount="100", method="cash", by=cashier)
    return places


def _teaching() -> tuple[list[str], dict[str, list[str]]]:
    """A lecture of thirty children for each instructor, going on now; the instructors' accounts, codes by lecture."""
    from django.utils import timezone

    from backoffice.attendance.models import LectureAttendance
    from backoffice.courses.models import Course, Lecture
    from backoffice.users import services
    from backoffice.users.models import Child

    now = timezone.localtime()
    begins = max(now.replace(hour=0, minute=0), now - dt.timedelta(minutes=30))
    ends = min(now.replace(hour=23, minute=59), now + dt.timedelta(hours=2))
    hours = {"day": now.date(), "start_time": begins.time(), "end_time": ends.time()}
    season = Course.objects.all()[0].season
    groups = batched(Child.objects.order_by("pk")[: INSTRUCTORS * CHILDREN_EACH], CHILDREN_EACH)
    accounts, lectures = [], {}
    for number, group in enumerate(groups):
        who = {"first_name": f"معلم {number}", "last_name": "", "gender": "male", "type": "normal"}
        instructor = services.create_instructor(phone_number1=f"+20109997{number:04d}", **who, by=None)
        course = Course.objects.create(
            name=f"مجموعة {number}", slug=f"load-{number}", season=season, instructor=instructor, price=500,
            capacity=CHILDREN_EACH, start_date=now.date(), end_date=now.date() + dt.timedelta(30),
        )  # fmt: skip
        lecture = Lecture.objects.create(course=course, lecture_number=1, instructor=instructor, **hours)
        LectureAttendance.objects.bulk_create(LectureAttendance(lecture=lecture, child=child) for child in group)
        accounts.append(str(instructor.user_id))
        lectures[str(lecture.pk)] = [child.unique_code for child in group]
    return accounts, lectures


def signed_in(made: dict[str, Any]) -> dict[str, Any]:
    """The same with a fresh refresh token of each app."""
    from api import tokens
    from backoffice.users.models import CustomUser

    people = {
        kind: [tokens.sign_in(CustomUser.objects.get(pk=key)).refresh for key in keys]
        for kind, keys in made["apps"].items()
    }
    return made | people


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    file = Path(sys.argv[1]) / "centre.json"
    file.write_text(json.dumps(signed_in(json.loads(file.read_text())) if "--sign-in" in sys.argv else fill()))
