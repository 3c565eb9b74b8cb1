"""Who may come in, and who decides it: nobody raises themselves, nor takes over a staff account."""

import pytest
from django.contrib.auth.models import Group

from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD, huda, make_parent, make_staff, make_user, manager, omar

pytestmark = pytest.mark.django_db


def groups(*names):
    return Group.objects.filter(name__in=names)


def refused(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_manager_makes_somebody_a_registrar_and_ends_it():
    by, user = manager(), make_user()
    services.set_groups(user.pk, groups=groups("Registrars", "Cashiers"), by=by)
    user = CustomUser.objects.get(pk=user.pk)
    assert user.is_staff
    assert user.has_perm("payments.add_payment")
    entry = AuditEntry.objects.get(object_id=str(user.pk))
    assert entry.changes == {"groups": ["", "Cashiers, Registrars"], "is_staff": [False, True]}
    services.set_groups(user.pk, groups=groups(), by=by)
    assert not CustomUser.objects.get(pk=user.pk).is_staff


@pytest.mark.parametrize("who", [omar, huda])
def test_nobody_but_a_manager_gives_rights(who):
    by = who()
    user = make_user()
    assert refused(services.set_groups, user.pk, groups=groups("Registrars"), by=by) == "access_not_yours"
    assert refused(services.set_groups, by.pk, groups=groups("Managers"), by=by) == "access_not_yours"
    assert not CustomUser.objects.get(pk=user.pk).is_staff


def test_a_manager_doesnt_change_their_own_rights():
    by = manager()
    assert refused(services.set_groups, by.pk, groups=groups(), by=by) == "own_access"


def test_nobody_gives_or_takes_what_they_dont_hold():
    by = manager()
    managers = Group.objects.get(name="Managers")
    managers.permissions.remove(managers.permissions.get(codename="view_salary"))
    by = CustomUser.objects.get(pk=by.pk)
    assert refused(services.set_groups, make_user().pk, groups=groups("Accountants"), by=by) == "above_oneself"
    assert refused(services.set_groups, huda().pk, groups=groups(), by=by) == "above_oneself"


@pytest.mark.parametrize(
    "target",
    [
        lambda: make_staff("Managers"),
        lambda: make_staff("Cashiers"),
        lambda: make_user(is_superuser=True),
        lambda: make_user(role="admin"),
    ],
)
def test_a_registrar_doesnt_take_over_a_staff_account(target):
    by, user = omar(), target()
    before = CustomUser.objects.filter(pk=user.pk).values().get()
    attempts = [
        (services.update_account, {"phone_number1": "01001234567"}),
        (services.update_account, {"first_name": "أخرى"}),
        (services.set_password, {"password": "نخيل-الواحة-77"}),
        (services.make_claim_code, {}),
        (services.deactivate_user, {}),
    ]
    for service, details in attempts:
        assert refused(service, user.pk, by=by, **details) == "staff_account"
    assert CustomUser.objects.filter(pk=user.pk).values().get() == before


def test_a_manager_doesnt_touch_a_superuser():
    boss = make_user(is_superuser=True, is_staff=True)
    assert refused(services.set_password, boss.pk, password="نخيل-الواحة-77", by=manager()) == "staff_account"
    assert services.set_password(boss.pk, password="نخيل-الواحة-77", by=make_user(is_superuser=True))


def test_a_registrar_doesnt_make_administration():
    by = omar()
    user = make_user()
    assert refused(services.update_account, user.pk, by=by, role="admin") == "role_not_yours"
    names = {"phone_number1": "01001234567", "first_name": "س", "last_name": "ص"}
    assert refused(services.create_person, role="admin", by=by, **names) == "role_not_yours"
    assert services.update_account(user.pk, by=by, role="instructor").role == "instructor"


def test_a_weak_password_is_refused_and_a_good_one_is_never_in_the_trail():
    user, by = make_parent().user, manager()
    assert refused(services.set_password, user.pk, password="12345678", by=by) == "weak_password"
    services.set_password(user.pk, password="نخيل-الواحة-77", by=by)
    entry = AuditEntry.objects.get()
    assert entry.changes == {"password": ["•••", "•••"]}


def test_a_closed_account_stays_with_its_row_and_opens_again():
    user, by = make_parent(password=PASSWORD).user, omar()
    services.deactivate_user(user.pk, by=by, reason="سافر")
    assert not CustomUser.objects.get(pk=user.pk).is_active
    assert AuditEntry.objects.get().reason == "سافر"
    services.deactivate_user(user.pk, by=by)
    services.reactivate_user(user.pk, by=by)
    assert CustomUser.objects.get(pk=user.pk).is_active
    assert AuditEntry.objects.count() == 2


def test_staff_dont_close_their_own_account():
    by = manager()
    assert refused(services.deactivate_user, by.pk, by=by) == "own_access"


def test_new_rights_end_a_code_that_somebody_else_knows():
    user = make_user()
    services.make_claim_code(user.pk, by=omar())
    services.set_groups(user.pk, groups=groups("Managers"), by=manager())
    assert not hasattr(CustomUser.objects.get(pk=user.pk), "claim_code")
