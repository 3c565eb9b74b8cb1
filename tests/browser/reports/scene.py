"""What the reports' trips find: `python -m tests.browser.reports.scene`."""

from decimal import Decimal
from typing import Final

import django

from ..accounts_only import main as make_accounts

#: Rows of the two courses: the worker is at them for some seconds (`unhurried.RATE`).
LONG, SHORTER = 18_000, 6_000
COURSE, OTHER = "نور البيان", "برمجة للأطفال"
#: In the office, and helping with the accounts: the second person of the accountants' group.
HELPER: Final = "registrar"


def main() -> None:
    """The staff's accounts, two of them with an address, and two courses with thousands of discounts."""
    from django.contrib.auth.models import Group

    from backoffice.config.demo.accounts import ACCOUNTS
    from backoffice.config.roles import ACCOUNTANTS, CASHIERS, REGISTRARS
    from backoffice.courses.tests.makers import make_course
    from backoffice.enrollments.models import Enrollment
    from backoffice.users import services
    from backoffice.users.models import CustomUser
    from backoffice.users.tests.makers import make_child, make_parent

    make_accounts()
    users = {one.key: CustomUser.objects.filter(phone_number1=one.phone).first() for one in ACCOUNTS}
    for key in ("accountant", "manager"):
        CustomUser.objects.filter(pk=users[key].pk).update(email=f"{key}@example.org")
    groups = Group.objects.filter(name__in=(ACCOUNTANTS, CASHIERS, REGISTRARS))
    services.set_groups(users[HELPER].pk, groups=groups, by=None)
    child, price = make_child(make_parent(phone_number1="+201199999999")), Decimal(500)
    for name, count in ((COURSE, LONG), (OTHER, SHORTER)):
        course = make_course(name=name, price=price)
        # Of one child, who gave each of them up again: what is exported is rows, not stories.
        Enrollment.objects.bulk_create(
            [
                Enrollment(
                    course=course, child=child, status=Enrollment.Status.DROPPED, list_price=price,
                    discount=Decimal(50), price=Decimal(450), discount_reason="خصم الإخوة",
                )
                for _number in range(count)
            ],
            batch_size=2_000,
        )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    main()
