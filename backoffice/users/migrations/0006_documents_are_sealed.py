"""Numbers of documents are kept sealed and found by a keyed hash: who has the database alone can't read them."""

from itertools import batched

from django.db import migrations, models

import backoffice.shared.sealed
from backoffice.shared.sealed import seal, unseal
from backoffice.users.documents import document_hash


def _rows(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, identity_type, identity_number FROM users_customuser WHERE identity_number <> ''")
        return cursor.fetchall()


def _write(connection, statement, rows):
    with connection.cursor() as cursor:
        for batch in batched(rows, 500):
            cursor.executemany(statement, batch)


def seal_all(apps, schema_editor):
    rows = [(seal(number), document_hash(kind, number), pk) for pk, kind, number in _rows(schema_editor.connection)]
    statement = "UPDATE users_customuser SET identity_number = %s, document_hash = %s WHERE id = %s"
    _write(schema_editor.connection, statement, rows)


def unseal_all(apps, schema_editor):
    rows = [(unseal(token), pk) for pk, _kind, token in _rows(schema_editor.connection)]
    if any(isinstance(number, backoffice.shared.sealed.Unreadable) for number, _pk in rows):
        raise ValueError("a number can't be read: a key is missing from SEALING_PREVIOUS_KEYS")
    _write(schema_editor.connection, "UPDATE users_customuser SET identity_number = %s WHERE id = %s", rows)


class Migration(migrations.Migration):
    dependencies = [("users", "0005_calendar_links")]

    operations = [
        # A token has no 14 digits; the rule is asked before the number is sealed (`selectors.read_identity`).
        migrations.RemoveConstraint(model_name="customuser", name="users_customuser_national_id_has_14_digits"),
        migrations.RemoveConstraint(model_name="customuser", name="users_customuser_one_account_per_document"),
        migrations.AddField(
            model_name="customuser",
            name="document_hash",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="customuser",
            name="identity_number",
            field=backoffice.shared.sealed.SealedCharField(blank=True, max_length=40, verbose_name="number of the document"),
        ),
        migrations.RunPython(seal_all, unseal_all),
        migrations.AddConstraint(
            model_name="customuser",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document_hash", ""), _negated=True),
                fields=("document_hash",),
                name="users_customuser_one_account_per_sealed_document",
                violation_error_message="Somebody else has this document number already.",
            ),
        ),
    ]
