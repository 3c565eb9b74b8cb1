"""Open a centre that has nothing but its staff's accounts: `python -m tests.browser.accounts_only`."""

import django


def main() -> None:
    """Make the demo's accounts that sign in to the staff admin."""
    from django.contrib.auth.models import Group

    from backoffice.config.demo.accounts import ACCOUNTS, demo_password
    from backoffice.users import services

    for account in ACCOUNTS:
        if not account.groups:
            continue
        details = {
            "phone_number1": account.phone,
            "first_name": account.first_name,
            "last_name": account.last_name,
            "gender": account.gender,
        }
        if account.key in ("instructor", "supervisor"):
            kind = "supervisor" if account.key == "supervisor" else "normal"
            user = services.create_instructor(**details, type=kind, by=None).user
        else:
            user = services.create_account(**details, role="admin", by=None)
        services.set_password(user.pk, password=demo_password(), by=None)
        services.set_groups(user.pk, groups=Group.objects.filter(name__in=account.groups), by=None)


if __name__ == "__main__":
    django.setup()
    main()
