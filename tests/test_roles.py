"""Groups exist after migrate and hold the table's permissions, neither more nor less."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from backoffice.config import roles

pytestmark = pytest.mark.django_db


def permissions_of(name):
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_every_permission_of_the_table_exists():
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    known = {f"{app}.{codename}" for app, codename in rows}
    assert {name: sorted(wanted - known) for name, wanted in roles.TABLE.items() if wanted - known} == {}


@pytest.mark.parametrize("name", roles.TABLE)
def test_a_group_has_exactly_its_permissions(name):
    assert permissions_of(name) == roles.TABLE[name]


def test_syncing_again_takes_back_what_was_added_by_hand():
    group = Group.objects.get(name=roles.MARKETING)
    group.permissions.add(Permission.objects.get(codename="view_payment"))
    roles.sync_groups(apps.get_app_config("config"), using="default")
    assert permissions_of(roles.MARKETING) == roles.TABLE[roles.MARKETING]


@pytest.mark.parametrize("name", [roles.INSTRUCTORS, roles.SUPERVISORS, roles.MARKETING, roles.EDITORS])
def test_roles_without_money_have_no_permission_about_money(name):
    assert not [one for one in permissions_of(name) if one.startswith("payments.") or one == "users.view_salary"]


@pytest.mark.parametrize("name", [roles.INSTRUCTORS, roles.MARKETING, roles.EDITORS])
def test_who_may_not_see_numbers_has_no_permission_about_people(name):
    assert not [one for one in permissions_of(name) if one.startswith("users.")]


def test_nobody_may_change_or_delete_the_trail_or_a_payment():
    every = set().union(*(permissions_of(name) for name in [*roles.TABLE, roles.MANAGERS]))
    forbidden = {f"{verb}_{model}" for verb in ("change", "delete") for model in ("auditentry", "payment", "receipt")}
    assert not [one for one in every if one.split(".")[1] in forbidden]


def test_managers_may_do_what_any_other_group_may():
    mine = permissions_of(roles.MANAGERS)
    assert {name: sorted(wanted - mine) for name, wanted in roles.TABLE.items() if wanted - mine} == {}
