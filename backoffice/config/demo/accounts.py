"""The accounts that the demo can be signed in with."""

import os
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..roles import ACCOUNTANTS, CASHIERS, EDITORS, INSTRUCTORS, MANAGERS, MARKETING, REGISTRARS, SUPERVISORS


@dataclass(frozen=True)
class DemoAccount:
    """One person of the demo."""

    key: str
    title: Promise
    phone: str
    first_name: str
    last_name: str
    gender: str
    groups: tuple[str, ...] = ()


ACCOUNTS = (
    DemoAccount("manager", _("manager"), "+201000000001", "إيمان محمد", "رضوان السيد", "female", (MANAGERS,)),
    DemoAccount("accountant", _("accountant"), "+201000000002", "هدى سمير", "عبد الفتاح علي", "female", (ACCOUNTANTS,)),
    # A registrar is often a cashier too: groups add up.
    DemoAccount(
        "registrar", _("registrar and cashier"), "+201000000003", "عمر حسين", "الشافعي", "male", (REGISTRARS, CASHIERS)
    ),
    DemoAccount("supervisor", _("supervisor"), "+201000000004", "نادية فؤاد", "المصري", "female", (SUPERVISORS,)),
    DemoAccount("instructor", _("instructor"), "+201000000005", "سامي عادل", "منصور", "male", (INSTRUCTORS,)),
    DemoAccount("parent", _("parent (the apps)"), "+201000000006", "منى خالد", "الجندي", "female"),
    DemoAccount("student", _("adult student (the apps)"), "+201000000007", "ياسر إبراهيم", "النجار", "male"),
    DemoAccount("marketing", _("marketing: author"), "+201000000008", "رنا وليد", "الحداد", "female", (MARKETING,)),
    # The group of editors adds to marketing's.
    DemoAccount("editor", _("editor-in-chief"), "+201000000009", "طارق محمود", "البنا", "male", (MARKETING, EDITORS)),
)


def demo_password() -> str:
    """The password of all demo accounts."""
    return os.environ.get("DEMO_PASSWORD") or "redwan-demo-2026"
