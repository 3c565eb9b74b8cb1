"""Makers of people for tests, and the cast that says who is allowed."""

import datetime as dt
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from backoffice.users.models import Child, CustomUser, Instructor, Parent, StudentUser

_numbers = count(1)
PASSWORD = "oasis-of-tests-2026"


def make_user(**overrides: Any) -> CustomUser:
    """An account; `password=` when somebody has to sign in."""
    n = next(_numbers)
    fields = {"phone_number1": f"+2010{n:08d}", "first_name": f"شخص {n}", "last_name": "الاختبار"} | overrides
    return CustomUser.objects.create_user(**fields)


def make_staff(*groups: str, **overrides: Any) -> CustomUser:
    """A member of staff in the named groups."""
    user = make_user(**({"is_staff": True, "role": "admin", "password": PASSWORD} | overrides))
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


def make_parent(**overrides: Any) -> Parent:
    """A parent."""
    return Parent.objects.create(user=make_user(**({"role": "parent"} | overrides)))


def make_child(parent: Parent | None = None, **overrides: Any) -> Child:
    """A child of ten."""
    n = next(_numbers)
    fields = {
        "primary_parent": parent or make_parent(),
        "name": f"طفل {n}",
        # Six digits: the service gives out five until it has used them up, and the two must not meet.
        "unique_code": f"M{900_000 + n}",
        "dob": dt.date.today() - dt.timedelta(days=3700),
        "gender": "boy",
    } | overrides
    return Child.objects.create(**fields)


def make_student(**overrides: Any) -> StudentUser:
    """An adult student."""
    n = next(_numbers)
    user = make_user(**({"role": "student", "dob": dt.date(1995, 5, 5)} | overrides))
    return StudentUser.objects.create(user=user, unique_code=f"F{900_000 + n}")


def make_instructor(**overrides: Any) -> Instructor:
    """An instructor."""
    return Instructor.objects.create(user=make_user(**({"role": "instructor"} | overrides)))


# The cast. Ziad is a stranger: he must get 403 or 404 everywhere.
def huda() -> CustomUser:
    """Huda the accountant."""
    return make_staff("Accountants", first_name="هدى")


def omar() -> CustomUser:
    """Omar the registrar."""
    return make_staff("Registrars", first_name="عمر")


def karima() -> CustomUser:
    """Karima the cashier."""
    return make_staff("Cashiers", first_name="كريمة")


def manager() -> CustomUser:
    """The manager."""
    return make_staff("Managers", first_name="المديرة")


def ziad() -> CustomUser:
    """Ziad, who is nobody here."""
    return make_user(first_name="زياد", password=PASSWORD)
