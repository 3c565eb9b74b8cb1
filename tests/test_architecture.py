"""What holds for every model, button and table of the house."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection

from backoffice.shared.admin import StaffAdmin

OURS = ("users", "courses", "enrollments", "payments", "attendance", "shared", "reports")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS and not model._meta.auto_created]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_says_what_it_is(model):
    assert (model.__doc__ or "").rstrip().endswith("."), "a sentence in the centre's words"
    assert not model.__doc__.startswith(f"{model.__name__}(")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_constraints_are_named_by_app_and_model(model):
    app = model._meta.app_label
    assert [one.name for one in model._meta.constraints if not one.name.startswith(f"{app}_")] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_is_on_a_staff_screen_of_the_house_or_on_none(model):
    if model in admin.site._registry:
        assert isinstance(admin.site._registry[model], StaffAdmin)


@pytest.mark.django_db
def test_every_button_asks_for_a_permission_that_exists():
    # Unfold's own check of this asks the database before the first migrate; see StaffAdminChecks.
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    known = {f"{app}.{codename}" for app, codename in rows}
    wrong = []
    for one in admin.site._registry.values():
        if not isinstance(one, StaffAdmin):
            continue
        buttons = [*one._get_base_actions_list(), *one._get_base_actions_detail(), *one._get_base_actions_row()]
        for button in buttons:
            asked = getattr(button.method, "allowed_permissions", None)
            if not asked:
                wrong.append((button.action_name, "asks for none"))
            wrong += [(button.action_name, name) for name in asked or () if "." in name and name not in known]
            wrong += [
                (button.action_name, name)
                for name in asked or ()
                if "." not in name and not hasattr(one, f"has_{name}_permission")
            ]
    assert wrong == []


TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION SELECT conname FROM pg_constraint",
}
RULES = [
    "shared_auditentry_",
    "courses_lecture_instructor_in_one_place",
    "courses_lecture_room_used_once",
    "courses_courseschedule_no_overlap",
    "attendance_supervisorschedule_no_overlap",
    "enrollments_enrollment_is_fixed",
    "enrollments_pricechange_",
    "payments_settled_is_fixed",
    "payments_receipt_is_fixed",
    "payments_session_opened_is_fixed",
    "payments_session_counted_is_fixed",
    "payments_session_reason_is_fixed",
    "payments_session_confirmed_is_fixed",
]


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES)
def test_the_rules_that_live_in_the_database_survive_every_migration(rule):
    # SQLite drops a table's triggers when a later migration makes the table anew.
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        names = [name for (name,) in cursor.fetchall()]
    assert [name for name in names if name.startswith(rule)]
