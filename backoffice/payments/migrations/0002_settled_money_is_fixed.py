"""A settled payment's money is never changed and no payment is deleted; a receipt stays as it was issued."""

from django.db import migrations

from backoffice.shared.operations import VendorSQL

SETTLED = "('paid', 'partially_refunded', 'refunded')"
MONEY = (
    "amount",
    "method",
    "reference_number",
    "enrollment_id",
    "payer_parent_id",
    "payer_student_id",
    "paid_at",
    "cash_session_id",
    "recorded_by_id",
)
PAPER = ("payment_id", "year", "serial", "number", "issued_at", "content")


def _moved(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def _fixed(table: str, columns: tuple[str, ...], when: str, sentence: str, name: str) -> VendorSQL:
    change_pg = _moved(columns, "IS DISTINCT FROM")
    change_lite = _moved(columns, "IS NOT")
    return VendorSQL(
        forwards={
            "postgresql": f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR ({when} AND ({change_pg})) THEN
    RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
--
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
""",
            "sqlite": f"""
CREATE TRIGGER {name}_update BEFORE UPDATE ON {table} WHEN {when} AND ({change_lite})
BEGIN SELECT RAISE(ABORT, '{sentence}'); END
--
CREATE TRIGGER {name}_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END
""",
        },
        backwards={
            "postgresql": f"DROP TRIGGER {name} ON {table}\n--\nDROP FUNCTION {name}()",
            "sqlite": f"DROP TRIGGER {name}_update\n--\nDROP TRIGGER {name}_delete",
        },
        name=name,
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        _fixed(
            "payments_payment",
            MONEY,
            f"OLD.status IN {SETTLED}",
            "a settled payment is never changed or deleted",
            "payments_settled_is_fixed",
        ),
        _fixed("payments_receipt", PAPER, "TRUE", "a receipt is never changed or deleted", "payments_receipt_is_fixed"),
    ]
