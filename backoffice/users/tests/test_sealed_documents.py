"""Numbers of documents are nowhere in the database as they are read, and still found, unique and kept."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.shared.sealed import SealedCharField, Unreadable
from backoffice.users import services
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import make_user, manager

pytestmark = pytest.mark.django_db

NUMBER = "29005018800026"
MONA = {
    "phone_number1": "01012345678",
    "first_name": "منى",
    "last_name": "علي",
    "gender": "female",
    "identity_type": "nid",
    "identity_number": NUMBER,
}
OLD, NEW = "an old key of thirty-two letters or more", "a new key of thirty-two letters, or more"


def raw(user):
    with connection.cursor() as cursor:
        statement = "SELECT identity_number, document_hash FROM users_customuser WHERE phone_number1 = %s"
        cursor.execute(statement, [str(user.phone_number1)])
        return cursor.fetchone()


def everything():
    """Every cell of every table, as the database has it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from ((table, str(row)) for row in cursor.fetchall())


def with_document(number=NUMBER, kind="nid", **more):
    return make_user(identity_type=kind, identity_number=number, **more)


def test_no_table_has_the_number_but_the_account_does():
    parent = services.create_parent(**MONA, by=None)
    services.update_account(parent.pk, by=None, identity_number="29005018800145")
    services.update_account(parent.pk, by=None, identity_number=NUMBER)
    assert CustomUser.objects.get(pk=parent.pk).identity_number == NUMBER
    assert not [table for table, row in everything() if NUMBER in row or "29005018800145" in row]
    assert any("identity_number" in entry.changes for entry in AuditEntry.objects.all())


def test_the_same_number_is_sealed_differently_each_time():
    first, second = with_document(), with_document("29005018800145")
    tokens = {raw(first)[0], raw(second)[0]}
    second.save()
    assert len(tokens | {raw(second)[0]}) == 3


def test_a_document_belongs_to_one_account_whatever_key_sealed_it(settings):
    settings.SEALING_KEYS = [OLD]
    with_document()
    with pytest.raises(IntegrityError), transaction.atomic():
        with_document()
    settings.SEALING_KEYS = [NEW, OLD]
    with pytest.raises(DomainError) as refused:
        services.create_parent(**MONA, by=None)
    assert refused.value.code == "document_taken"


def test_a_number_is_found_whole_in_whatever_digits_and_not_in_parts(client):
    user = with_document(first_name="منى")
    client.force_login(manager())
    address = reverse("admin:users_customuser_changelist")
    for typed in (NUMBER, "٢٩٠٠٥٠١٨٨٠٠٠٢٦", f" {NUMBER} "):
        assert user.first_name in client.get(address, {"q": typed}).content.decode()
        assert CustomUser.objects.search(typed).get() == user
    assert not CustomUser.objects.search(NUMBER[:-1]).exists()


def test_a_comparison_with_what_is_sealed_is_an_error_and_not_an_empty_answer():
    for lookup in ("", "__in", "__contains", "__startswith"):
        with pytest.raises(FieldError):
            CustomUser.objects.filter(**{f"identity_number{lookup}": NUMBER})


def test_a_key_is_changed_while_the_old_one_is_still_believed(settings):
    settings.SEALING_KEYS = [OLD]
    user = with_document()
    settings.SEALING_KEYS = [NEW, OLD]
    assert CustomUser.objects.of_document("nid", NUMBER).get().identity_number == NUMBER
    call_command("reseal")
    call_command("reseal")
    settings.SEALING_KEYS = [NEW]
    assert CustomUser.objects.of_document("nid", NUMBER).get() == user
    user.refresh_from_db()
    assert user.identity_number == NUMBER


def test_a_key_that_is_missing_loses_nothing(settings, client):
    settings.SEALING_KEYS = [OLD]
    user = with_document(first_name="منى")
    token, found_by = raw(user)
    settings.SEALING_KEYS = [NEW]
    user.refresh_from_db()
    assert isinstance(user.identity_number, Unreadable)
    assert NUMBER not in user.identity_number
    user.save()
    with pytest.raises(CommandError):
        call_command("reseal")
    client.force_login(manager())
    assert client.get(reverse("admin:users_customuser_change", args=[user.pk])).status_code == 200
    assert raw(user) == (token, found_by)
    settings.SEALING_KEYS = [NEW, OLD]
    user.refresh_from_db()
    assert user.identity_number == NUMBER


def test_a_form_that_comes_back_with_the_dots_writes_no_dots(settings, client):
    settings.SEALING_KEYS = [OLD]
    for kind, number in (("passport", "A 123"), ("nid", NUMBER)):
        settings.SEALING_KEYS = [OLD]
        user = with_document(first_name="منى", kind=kind, number=number)
        before = raw(user)
        settings.SEALING_KEYS = [NEW]
        services.update_account(user.pk, by=None, first_name="هالة", identity_number="••••")
        assert raw(user) == before


def test_the_migration_seals_what_was_readable_and_unseals_it_again():
    migration = import_module("backoffice.users.migrations.0006_documents_are_sealed")
    user = with_document()
    found_by = raw(user)[1]
    editor = connection.schema_editor(atomic=False)
    migration.unseal_all(None, editor)
    assert raw(user)[0] == NUMBER
    migration.seal_all(None, editor)
    assert raw(user)[0] != NUMBER
    assert raw(user)[1] == found_by
    user.refresh_from_db()
    assert user.identity_number == NUMBER


def test_the_trail_of_years_forgets_the_numbers_and_nothing_else():
    migration = import_module("backoffice.shared.migrations.0004_document_numbers_leave_the_trail")
    user = make_user()
    audit.record(user, "update", by=None, changes={"identity_number": ["", NUMBER], "address": ["", "الشيخ زايد"]})
    audit.record(user, "update", by=None, changes={"address": ["", NUMBER]})
    for operation in migration.Migration.operations:
        operation.database_forwards("shared", connection.schema_editor(atomic=False), None, None)
    masked, other = AuditEntry.objects.order_by("at", "pk")
    assert masked.changes == {"identity_number": ["•••", "•••"], "address": ["", "الشيخ زايد"]}
    assert other.changes == {"address": ["", NUMBER]}
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(reason="س")


def test_no_sealed_column_is_left_out_when_the_key_is_changed():
    columns = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, SealedCharField)
    }
    # As `users.services.sealing` has them.
    assert columns == {"CustomUser.identity_number", "SecondFactor.secret"}
