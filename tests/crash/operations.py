"""What a child of the runner does before it is killed; arguments are texts and numbers, for they come as JSON."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.core.files.storage import storages
from django.db import connection, transaction

from backoffice.attendance.services import absence
from backoffice.enrollments import services as places
from backoffice.payments import services as money
from backoffice.payments.services import payments
from backoffice.payments.services.receipts import issue_receipt
from backoffice.shared import counters
from backoffice.shared.imports import batches, engine
from backoffice.shared.models import ImportBatch
from backoffice.users.models import Child, CustomUser, Parent
from reports.exporting.running import run_export
from workers.running import run_by_hand

from .runner import say


def _user(pk: str) -> CustomUser:
    return CustomUser.objects.get(pk=pk)


def accept(request: str, by: str) -> Any:
    """Accept a request."""
    return places.accept_request(request, by=_user(by)).pk


def drop(enrollment: str, by: str) -> Any:
    """Let a participant leave."""
    return places.drop_enrollment(enrollment, by=_user(by), reason="سفر").pk


def pay(enrollment: str, by: str, key: str, amount: str = "100", method: str = "cash", reference: str = "") -> Any:
    """Take money."""
    return money.record_payment(
        enrollment_id=enrollment,
        amount=Decimal(amount),
        method=method,
        reference_number=reference,
        by=_user(by),
        idempotency_key=key,
    ).pk


def settle(payment: str, by: str) -> Any:
    """The promised money is here."""
    return money.settle_payment(payment, by=_user(by)).pk


def ask_for_refund(payment: str, by: str, amount: str) -> Any:
    """Ask for money to go back."""
    return money.request_refund(payment, amount=Decimal(amount), reason="سفر", by=_user(by)).pk


def approve(refund: str, by: str) -> Any:
    """Approve a refund."""
    return money.approve_refund(refund, by=_user(by)).pk


def process(refund: str, by: str) -> Any:
    """Pay a refund back."""
    return money.process_refund(refund, by=_user(by), reference_number=f"TX{refund}").pk


def close(session: str, by: str, counted: str) -> Any:
    """End a cashier's day."""
    return money.close_cash_session(session, counted=Decimal(counted), by=_user(by)).pk


def explain(session: str, by: str) -> Any:
    """Say why a count differs."""
    return money.explain_difference(session, reason="فكة ناقصة", by=_user(by)).pk


def confirm(session: str, by: str) -> Any:
    """Confirm a difference as a second person."""
    return money.confirm_cash_session(session, by=_user(by)).pk


# A family's account.
def credit(parent: str, by: str, key: str, method: str = "cash") -> Any:
    """Take money for no place yet."""
    family = Parent.objects.get(pk=parent)
    return money.record_credit(
        family, amount="100", method=method, why="جاء بعد امتلاء الدورة", by=_user(by), idempotency_key=key
    ).pk


def use_credit(enrollment: str, by: str, key: str, amount: str) -> Any:
    """Pay for a place out of the account."""
    rows = money.use_credit(enrollment, amount=amount, by=_user(by), idempotency_key=key)
    return rows[0].pk


def release(enrollment: str, by: str, key: str, amount: str) -> Any:
    """Move money of a place to the account."""
    rows = money.release_to_account(enrollment, amount=amount, by=_user(by), reason="نقص السعر", idempotency_key=key)
    return rows[0].pk


def split(enrollments: list[str], by: str, key: str) -> Any:
    """One transfer over several places."""
    parts = [(UUID(pk), "100") for pk in enrollments]
    payments = money.record_split(parts, method="instapay", by=_user(by), reference_number="TX9", idempotency_key=key)
    return payments[0].pk


# Further ways to a seat, and what a seat costs.
def enrol(course: str, child: str, by: str) -> Any:
    """The office's own button."""
    child_row = Child.objects.get(pk=child)
    return places.enrol_directly(course_id=UUID(course), child=child_row, by=_user(by)).pk


def reactivate(enrollment: str, by: str) -> Any:
    """Give a place back to who left."""
    return places.reactivate_enrollment(enrollment, by=_user(by), reason="عاد").pk


def transfer(enrollment: str, course: str, by: str) -> Any:
    """Move a participant to another course, with the money."""
    return places.transfer_enrollment(enrollment, course_id=UUID(course), by=_user(by), reason="موعد أنسب").pk


def change_price(enrollment: str, by: str, key: str) -> Any:
    """Take something off a place's price."""
    return places.change_price(enrollment, amount=Decimal(-50), reason="أخوان", by=_user(by), idempotency_key=key).pk


def sweep() -> Any:
    """End the offers that nobody took in time."""
    return places.expire_offers()


# Sheets: the steps of the admin's page and of the worker.
def receive(sheet: str) -> Any:
    """Hand a children's list in."""
    with Path(sheet).open("rb") as stream:
        return batches.receive(stream, name="list.xlsx", kind="children", by=None).pk


def preview(batch: str, chunk: int) -> Any:
    """Read a list that was handed in."""
    engine.CHUNK["postgresql"] = chunk
    return batches.read_batch(batch).pk


def import_list(batch: str, chunk: int) -> Any:
    """Confirm a list and import it, or go on with what a killed worker began."""
    engine.CHUNK["postgresql"] = chunk
    if ImportBatch.objects.get(pk=batch).status == ImportBatch.Status.PREVIEWED:
        batches.confirm(batch, by=None)
    return batches.import_batch(batch).pk


# A day of work, killed from outside.
def a_day(requests: list[str], registrar: str, accountant: str, manager: str) -> Any:
    """Each participant is accepted, pays, gets it cheaper, moves money and gets it back; each is told."""
    for request in requests:
        enrollment = accept(request, registrar)
        say(done="accept", row=str(enrollment))
        payment = pay(enrollment, registrar, key=f"day:{request}")
        say(done="pay", row=str(payment))
        change = change_price(enrollment, manager, key=f"price:{request}")
        say(done="change_price", row=str(change))
        moved = release(enrollment, registrar, key=f"out:{request}", amount="60")
        say(done="release", row=str(moved))
        moved = use_credit(enrollment, registrar, key=f"in:{request}", amount="60")
        say(done="use_credit", row=str(moved))
        refund = ask_for_refund(payment, registrar, "100")
        say(done="ask", row=str(refund))
        approve(refund, accountant)
        say(done="approve", row=str(refund))
        process(refund, registrar)
        say(done="process", row=str(refund))
    return len(requests)


# Twins: what the tests have to notice.
def pay_with_a_number_of_its_own(**said: str) -> Any:
    """Take money with a receipt's number that is used up at once, as a sequence's would be."""
    aside = psycopg.connect(**_connection_of_its_own(), autocommit=True)

    def used_up(name: str, count: int = 1) -> int:
        sql = (
            "INSERT INTO shared_counter VALUES (%s, 1) "
            "ON CONFLICT (key) DO UPDATE SET value = shared_counter.value + 1 RETURNING value"
        )
        return int(aside.execute(sql, [name]).fetchone()[0])  # type: ignore[index]

    counters.take = used_up  # type: ignore[assignment]
    return pay(**said)


def pay_and_tell_too_early(**said: str) -> Any:
    """Take money and say so before it is committed."""
    with transaction.atomic():
        payment = pay(**said)
        say(acknowledged=str(payment))
    return payment


def pay_in_two_pieces(**said: str) -> Any:
    """Take money and number its receipt in transactions of their own."""

    def between(payment: Any, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
            cursor.execute("BEGIN")
        return issue_receipt(payment, **kwargs)

    payments.issue_receipt = between  # type: ignore[assignment]
    return pay(**said)


def _connection_of_its_own() -> dict[str, Any]:
    known = {"dbname", "user", "password", "host", "port"}
    return {name: value for name, value in connection.get_connection_params().items() if name in known}


def mark_absent(day: str) -> Any:
    """The nightly job of a day, each list in a transaction of its own."""
    absence._LISTS_AT_ONCE["postgresql"] = 1
    return run_by_hand("mark_absent_daily", date.fromisoformat(day)).outcome.value


def make_export(export: str) -> str:
    """What the queue calls for a long export; how it stands, and how many files of exports there are."""
    outcome = run_export(export)
    return f"{outcome} {len(storages['private'].listdir('exports')[1])}"
