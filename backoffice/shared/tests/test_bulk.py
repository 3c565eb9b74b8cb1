"""Thousands of rows at once, the same on both databases."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps

from backoffice.shared import bulk
from backoffice.shared.models import AuditEntry, ImportBatch

pytestmark = pytest.mark.django_db

FIELDS = ("id", "name", "kind", "born", "at", "opens", "lasts", "price", "good", "number", "report")
AT = datetime(2026, 10, 29, 21, 59, 58, 123456, tzinfo=UTC)


class Kind(models.TextChoices):
    BOY = "boy", "Boy"


@pytest.fixture
def sample() -> Iterator[type[models.Model]]:
    """A table with a column of every kind that the centre's tables have."""
    with isolate_apps("backoffice.shared"):

        class Sample(models.Model):
            id = models.UUIDField(primary_key=True)
            name = models.CharField(max_length=50)
            kind = models.CharField(max_length=4)
            born = models.DateField(null=True)
            at = models.DateTimeField()
            opens = models.TimeField(null=True)
            lasts = models.DurationField(null=True)
            price = models.DecimalField(max_digits=11, decimal_places=2, null=True)
            good = models.BooleanField()
            number = models.BigIntegerField(null=True)
            report = models.JSONField(null=True)

            class Meta:
                app_label = "shared"
                db_table = "bulk_sample"

            def __str__(self) -> str:
                return self.name

        columns = ", ".join(f"{field.column} {field.db_type(connection)}" for field in Sample._meta.concrete_fields)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE bulk_sample ({columns}, PRIMARY KEY (id))")
            yield Sample
            cursor.execute("DROP TABLE bulk_sample")


def full_row(**changes: object) -> tuple[object, ...]:
    values = {
        "id": uuid.uuid4(),
        "name": 'أحمد "ب"\t\\N\n؛ x',
        "kind": Kind.BOY,
        "born": date(2015, 1, 25),
        "at": AT,
        "opens": time(9, 30),
        "lasts": timedelta(minutes=90),
        "price": Decimal("1250.50"),
        "good": True,
        "number": 2**40,
        "report": {"lines": [1, "٢"], "day": None},
    }
    return tuple((values | changes).values())


def test_every_kind_of_value_comes_back_as_it_went_in(sample):
    row = full_row()

    assert bulk.insert(sample, FIELDS, [row]) == 1

    assert sample.objects.values_list(*FIELDS).get() == row


def test_nothing_stays_nothing(sample):
    row = full_row(born=None, opens=None, lasts=None, price=None, number=None, report=None, good=False, name="")

    bulk.insert(sample, FIELDS, [row])

    assert sample.objects.values_list(*FIELDS).get() == row
    assert sample.objects.filter(report__isnull=True).exists()


def test_a_text_in_a_json_column_is_taken_for_json(sample):
    bulk.insert(sample, FIELDS, [full_row(report='{"new": 3}')])

    assert sample.objects.get().report == {"new": 3}


def test_rows_are_what_bulk_create_would_have_made(sample):
    row = full_row()
    sample.objects.bulk_create([sample(**dict(zip(FIELDS, row, strict=True)))])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bulk_sample")
        by_django = cursor.fetchall()
    sample.objects.all().delete()

    bulk.insert(sample, FIELDS, [row])

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bulk_sample")
        assert cursor.fetchall() == by_django


def test_thousands_of_rows_of_a_generator_go_in_without_being_gathered(sample):
    alive = 0

    def rows():
        nonlocal alive
        for number in range(2345):
            alive += 1
            yield full_row(number=number)

    assert bulk.insert(sample, FIELDS, rows()) == 2345
    assert alive == 2345
    assert sample.objects.aggregate(models.Sum("number"))["number__sum"] == sum(range(2345))


def test_no_rows_are_no_rows(sample):
    assert bulk.insert(sample, FIELDS, []) == 0
    assert not sample.objects.exists()


def test_a_constraint_refuses_all_rows_with_djangos_error():
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Group, ["name"], [("مديرون",), ("محاسبون",), ("مديرون",)])

    assert not Group.objects.filter(name="محاسبون").exists()


def test_the_callers_transaction_takes_the_rows_back():
    with transaction.atomic():
        bulk.insert(Group, ["name"], [("مديرون",)])
        assert Group.objects.filter(name="مديرون").exists()
        transaction.set_rollback(True)

    assert not Group.objects.filter(name="مديرون").exists()


def test_a_failing_row_source_leaves_nothing_behind():
    def rows():
        yield ("مديرون",)
        raise RuntimeError("the sheet broke off")

    with pytest.raises(RuntimeError), transaction.atomic():
        bulk.insert(Group, ["name"], rows())

    assert not Group.objects.filter(name="مديرون").exists()


def test_keys_are_given_by_the_database_where_the_table_does_so():
    bulk.insert(Group, ["name"], [("أ",), ("ب",)])

    first, second = Group.objects.filter(name__in="أب").order_by("pk")
    assert second.pk == first.pk + 1


def test_a_foreign_key_is_written_by_its_id(django_user_model):
    fields = ["id", "kind", "status", "file_name", "sha256", "stored_as", "lines", "done", "new", "changed", "repeated"]
    fields += ["faulty", "report", "error", "uploaded_by_id", "uploaded_at"]
    key = uuid.uuid4()
    row = (key, ImportBatch.Kind.STAFF, "uploaded", "x.xlsx", "0" * 64, "", 0, 0, 0, 0, 0, 0, "{}", "", None, AT)

    bulk.insert(ImportBatch, fields, [row])

    batch = ImportBatch.objects.get(pk=key)
    assert (batch.kind, batch.uploaded_by_id, batch.uploaded_at, batch.report) == ("staff", None, AT, {})


def test_an_actor_is_found_again_by_the_key_that_was_written():
    actor = uuid.uuid4()
    fields = [
        "at",
        "actor_id",
        "actor_name",
        "action",
        "source",
        "model",
        "object_id",
        "object_name",
        "changes",
        "reason",
    ]
    row = (AT, actor, "هدى", "import", "import", "users.Child", "1", "يوسف", {"name": [None, "يوسف"]}, "")

    bulk.insert(AuditEntry, fields, [row])

    assert AuditEntry.objects.get(actor_id=actor).changes == {"name": [None, "يوسف"]}


def test_the_number_of_statements_does_not_grow_by_rows():
    with CaptureQueriesContext(connection) as few:
        bulk.insert(Group, ["name"], [(f"few {number}",) for number in range(10)])
    with CaptureQueriesContext(connection) as many:
        bulk.insert(Group, ["name"], [(f"many {number}",) for number in range(400)])

    assert len(many) == len(few)
