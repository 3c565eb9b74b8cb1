"""The demo's people: eight accounts, forty staff, six hundred children and their families, adult students."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from django.contrib.auth.models import Group

from backoffice.users import services
from backoffice.users.models import Child, CustomUser, Instructor, Parent, StudentUser

from .accounts import ACCOUNTS, DemoAccount, demo_password
from .names import BOYS, GIRLS, address, first_names, last_names

STAFF, CHILDREN, STUDENTS = 40, 600, 45
BIOS = ("حافظ للقرآن الكريم بالقراءات العشر", "معلمة نور البيان منذ عشر سنوات", "مهندس برمجيات", "معلم تجويد مجاز")


@dataclass
class People:
    """Who the rest of the demo is about."""

    accounts: dict[str, CustomUser] = field(default_factory=dict)
    instructors: list[Instructor] = field(default_factory=list)
    supervisors: list[Instructor] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    students: list[StudentUser] = field(default_factory=list)

    @property
    def registrar(self) -> CustomUser:
        """Who enters people and takes money."""
        return self.accounts["registrar"]


def build_people(rng: Random, today: dt.date) -> People:
    """Make everybody, the demo accounts first in their lists."""
    people = People()
    for account in ACCOUNTS:
        people.accounts[account.key] = _account(account, people, today)
    _staff(people, rng)
    _families(people, rng, today)
    while len(people.students) < STUDENTS:
        people.students.append(_student(rng, len(people.students), today))
    return people


def _account(account: DemoAccount, people: People, today: dt.date) -> CustomUser:
    fields: dict[str, Any] = {
        "phone_number1": account.phone,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "gender": account.gender,
        "dob": dt.date(today.year - 35, 3, 14),
        "by": None,
    }
    match account.key:
        case "parent":
            parent = services.create_parent(**fields)
            user = parent.user
            people.children += [
                _child(parent, "يوسف منى خالد", "boy", today - dt.timedelta(days=3700)),
                _child(parent, "مريم منى خالد", "girl", today - dt.timedelta(days=2900)),
            ]
        case "student":
            people.students.append(services.create_student(**fields))
            user = people.students[-1].user
        case "instructor":
            people.instructors.append(services.create_instructor(**fields, bio=BIOS[2], monthly_salary=Decimal(9000)))
            user = people.instructors[-1].user
        case "supervisor":
            people.supervisors.append(
                services.create_instructor(**fields, type="supervisor", monthly_salary=Decimal(8000))
            )
            user = people.supervisors[-1].user
        case _:
            user = services.create_account(**fields, role="admin")
    services.set_password(user.pk, password=demo_password(), by=None)
    services.set_groups(user.pk, groups=Group.objects.filter(name__in=account.groups), by=None)
    user.refresh_from_db()
    return user


def _staff(people: People, rng: Random) -> None:
    # The demo accounts with a desk are part of the forty.
    desks = sum(1 for account in ACCOUNTS if account.groups)
    for n in range(STAFF - desks):
        gender = rng.choice(["male", "female"])
        kind = "supervisor" if n % 6 == 5 else "normal"
        instructor = services.create_instructor(
            phone_number1=f"+20155{n:07d}",
            first_name=first_names(rng, gender),
            last_name=last_names(rng),
            gender=gender,
            dob=dt.date(rng.randint(1972, 2001), rng.randint(1, 12), rng.randint(1, 28)),
            address=address(rng),
            type=kind,
            bio=rng.choice(BIOS),
            monthly_salary=Decimal(rng.randrange(5000, 11000, 250)),
            by=None,
        )
        (people.supervisors if kind == "supervisor" else people.instructors).append(instructor)


def _families(people: People, rng: Random, today: dt.date) -> None:
    n = 0
    while len(people.children) < CHILDREN:
        n += 1
        gender = rng.choice(["male", "female"])
        first = first_names(rng, gender)
        parent = services.create_parent(
            phone_number1=f"+20151{n:07d}",
            first_name=first,
            last_name=last_names(rng),
            gender=gender,
            address=address(rng),
            by=None,
        )
        names = {"boy": rng.sample(BOYS, 3), "girl": rng.sample(GIRLS, 3)}
        for _one in range(min(rng.choice([1, 1, 2, 2, 3]), CHILDREN - len(people.children))):
            kind = rng.choice(["boy", "girl"])
            dob = today - dt.timedelta(days=rng.randint(5 * 366, 15 * 365))
            people.children.append(_child(parent, f"{names[kind].pop()} {first}", kind, dob))


def _child(parent: Parent, name: str, gender: str, dob: dt.date) -> Child:
    return services.create_child(primary_parent=parent, name=name, gender=gender, dob=dob, by=None)


def _student(rng: Random, n: int, today: dt.date) -> StudentUser:
    gender = rng.choice(["male", "female"])
    return services.create_student(
        phone_number1=f"+20152{n:07d}",
        first_name=first_names(rng, gender),
        last_name=last_names(rng),
        gender=gender,
        dob=today - dt.timedelta(days=rng.randint(19 * 366, 50 * 365)),
        by=None,
    )
