"""Fields that a form doesn't have, sent with it all the same: a column that stands on no form is written by no form.

The apps' bodies have a test of their own (`api/tests/authorisation/test_fields.py`).
"""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from backoffice.courses.models import Tag
from backoffice.courses.tests.makers import make_room
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import make_parent, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Kept by the machine itself with every save; the lectures of a course are counted anew.
MOVED = {"updated_at", "search_text", "last_login", "document_hash", "lecture_number"}
#: Models whose form a manager saves as it is shown: of the others it is shown that the form is refused, and no more.
SAVED = {
    "users.Child",
    "users.CustomUser",
    "users.Instructor",
    "users.Parent",
    "users.StudentUser",
    "courses.Course",
    "courses.Exam",
    "courses.Lecture",
    "courses.Room",
    "courses.Season",
    "courses.Tag",
    "attendance.Device",
}
#: Rows that have others beneath them, where the first one may have none.
WITH_ROWS = {"users.Parent": "children", "courses.Exam": "results"}
#: What a form wants that the small centre's row doesn't have.
WANTED = {"users.StudentUser": {"gender": "male"}}


@pytest.fixture(autouse=True)
def _more_rows():
    """What the small centre has none of, and whose form is saved all the same."""
    make_room()
    Tag.objects.create(name="quran")


def hostile(field):
    """A value that the column would take."""
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2001-01-01 01:01:01"
    if isinstance(field, models.DateField):
        return "2001-01-01"
    if isinstance(field, (models.DecimalField, models.IntegerField, models.FloatField)):
        return "777"
    if isinstance(field, models.ForeignKey):
        row = field.related_model._default_manager.last()
        return str(row.pk if row else uuid4())
    if isinstance(field, models.UUIDField):
        return str(uuid4())
    return "argon2$evil" if field.name == "password" else "evil"


def sent_by(page):
    """What a browser would send of the form as it is shown."""
    sent = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or isinstance(bound.field.widget, models.FileField):
                continue
            if isinstance(value, (list, tuple)) and hasattr(bound.field.widget, "widgets"):
                parts = bound.field.widget.decompress(value)
                sent |= {f"{bound.html_name}_{n}": part for n, part in enumerate(parts) if part is not None}
            else:
                sent[bound.html_name] = written(bound, value)
    return sent


def written(bound, value):
    if hasattr(value, "pk"):
        return str(value.pk)
    if isinstance(value, list):
        return [str(getattr(one, "pk", one)) for one in value]
    if isinstance(value, (dt.date, dt.time, Decimal)):
        return bound.field.widget.format_value(value) or str(value)
    return "" if hasattr(value, "storage") else str(value)


def screens():
    for model, one in admin.site._registry.items():
        yield pytest.param(model, one, id=model._meta.label)


@pytest.mark.parametrize(("model", "screen"), list(screens()))
def test_a_column_that_stands_on_no_form_is_written_by_no_form(world, model, screen):
    row = row_of(model)
    if row is None:
        assert model._meta.label not in SAVED
        pytest.skip("there is no row of it in the small centre")
    client = Client()
    client.force_login(make_staff("Managers"))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
    page = client.get(address)
    sent, foreign, watched = {}, foreign_to(model, "", ()), {model: set(unwritten(model, ()))}
    if page.context and "adminform" in page.context:
        sent = sent_by(page) | WANTED.get(model._meta.label, {})
        shown = page.context["adminform"].form.fields
        foreign, watched = foreign_to(model, "", shown), {model: set(unwritten(model, shown))}
        for inline in page.context["inline_admin_formsets"]:
            rows = inline.formset
            for form in rows.forms:
                foreign |= foreign_to(rows.model, f"{form.prefix}-", form.fields)
            watched[rows.model] = set(unwritten(rows.model, rows.form.base_fields))
    before = {one: rows_of(one, names) for one, names in watched.items()}
    foreign |= {"is_superuser": "on", "is_staff": "on", "groups": "1", "user_permissions": "1", "_save": "1"}
    answer = client.post(address, foreign | sent)
    assert answer.status_code in (200, 302, 403), answer.status_code
    assert {one: rows_of(one, names) for one, names in watched.items()} == before
    assert any("-0-" in name for name in foreign) or model._meta.label not in WITH_ROWS
    # What a service refuses leads back to the form.
    saved = answer.status_code == 302 and answer.headers["Location"] != address
    assert saved is (model._meta.label in SAVED)


def row_of(model):
    beneath = WITH_ROWS.get(model._meta.label)
    return model._default_manager.filter(**{f"{beneath}__isnull": False} if beneath else {}).first()


def unwritten(model, shown):
    """The columns of a model that stand on no form of it."""
    return [field for field in model._meta.concrete_fields if field.name not in shown and field.name not in MOVED]


def foreign_to(model, prefix, shown):
    """A value for each of them, under both of its names."""
    return {
        f"{prefix}{name}": hostile(field)
        for field in unwritten(model, shown)
        for name in {field.name, field.attname}
        if name not in shown
    }


def rows_of(model, fields):
    """What stands in these columns, for every row."""
    names = ["pk", *sorted(field.attname for field in fields)]
    return list(model._default_manager.order_by("pk").values_list(*names))


def test_the_forms_that_are_saved_are_forms_that_there_are():
    assert {model._meta.label for model in admin.site._registry} >= SAVED


def test_nobody_makes_themselves_or_others_more_by_a_form():
    clerk, parent = make_staff("Registrars"), make_parent().user
    client = Client()
    client.force_login(clerk)
    group, permission = Group.objects.get(name="Managers"), Permission.objects.get(codename="change_group")
    more = {"is_superuser": "on", "is_staff": "on", "groups": [group.pk], "user_permissions": [permission.pk]}
    more |= {"role": "admin", "password": "argon2$x", "is_verified": "on", "token_version": "9"}
    for user in (clerk, parent):
        address = reverse("admin:users_customuser_change", args=[user.pk])
        sent = sent_by(client.get(address))
        client.post(address, sent | more)
        client.post(
            reverse("admin:users_customuser_rights", args=[user.pk]), {"_form_submitted": "1", "groups": [group.pk]}
        )
        fresh = CustomUser.objects.get(pk=user.pk)
        assert not fresh.is_superuser
        assert fresh.is_staff is user.is_staff
        assert fresh.password == user.password
        assert set(fresh.groups.values_list("name", flat=True)) == set(user.groups.values_list("name", flat=True))
        assert not fresh.user_permissions.exists()
    client.post(reverse("admin:users_customuser_add"), more | {"first_name": "x", "phone_number1": "01099988877"})
    assert not CustomUser.objects.filter(phone_number1="+201099988877", is_staff=True).exists()
    assert (
        client.post(reverse("admin:auth_group_add"), {"name": "evil", "permissions": [permission.pk]}).status_code
        == 403
    )
