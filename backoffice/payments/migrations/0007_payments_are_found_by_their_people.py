"""Payments are found by the words of participant and payer, kept in one text for each two of them; PostgreSQL only.

A payment is given its party by a trigger, and a person's new name is in the parties before its transaction ends. A name
that changes while the first payment of the same people is being recorded would slip between the two. Both take a lock
of the person (one of 256, so that no import fills the table of locks): the change of a name waits, for it holds no
money; the payment, which holds much that others wait for, doesn't wait, and stays without a party. Such payments are
read through by the search until they are touched again.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Concat

from backoffice.shared.operations import VendorSQL

# 7007 is no number of anything else: it keeps these locks apart from others that may come.
FUNCTIONS = """
CREATE FUNCTION payments_participant_words(person uuid) RETURNS text STABLE LANGUAGE sql AS $$
  SELECT coalesce(
    (SELECT search_text FROM users_child WHERE id = person),
    (SELECT u.search_text || E'\\n' || lower(s.unique_code)
     FROM users_studentuser s JOIN users_customuser u ON u.id = s.user_id WHERE s.user_id = person))
$$
--
CREATE FUNCTION payments_new_party(person uuid, payer uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE made integer;
BEGIN
  IF NOT (pg_try_advisory_xact_lock_shared(7007, hashtext(payer::text) & 255)
      AND (person IS NULL OR pg_try_advisory_xact_lock_shared(7007, hashtext(person::text) & 255))) THEN
    RETURN NULL;
  END IF;
  INSERT INTO payments_paymentparty (participant_id, payer_id, participant_text, payer_text)
  SELECT person, payer, words, u.search_text
  FROM users_customuser u,
    (SELECT CASE WHEN person IS NULL THEN '' ELSE payments_participant_words(person) END AS words) participant
  WHERE u.id = payer AND words IS NOT NULL RETURNING id INTO made;
  RETURN made;
END $$
--
CREATE FUNCTION payments_payment_party() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  person uuid;
  payer uuid := coalesce(NEW.payer_parent_id, NEW.payer_student_id);
BEGIN
  SELECT coalesce(child_id, student_id) INTO person FROM enrollments_enrollment WHERE id = NEW.enrollment_id;
  SELECT id INTO NEW.party_id FROM payments_paymentparty
  WHERE payer_id = payer AND participant_id IS NOT DISTINCT FROM person LIMIT 1;
  IF NEW.enrollment_id IS NOT NULL AND person IS NULL THEN
    NEW.party_id := NULL;  -- its place isn't there yet
  ELSIF NEW.party_id IS NULL THEN
    NEW.party_id := payments_new_party(person, payer);
  END IF;
  RETURN NEW;
END $$
--
CREATE FUNCTION payments_party_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE renamed uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(7007, hashtext(renamed::text) & 255);
  UPDATE payments_paymentparty SET participant_text = payments_participant_words(renamed)
  WHERE participant_id = renamed;
  UPDATE payments_paymentparty SET payer_text = (SELECT search_text FROM users_customuser WHERE id = renamed)
  WHERE payer_id = renamed;
  RETURN NULL;
END $$
"""

RENAMED = """
CREATE TRIGGER payments_party_renamed AFTER UPDATE OF {column} ON {table} FOR EACH ROW
WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION payments_party_renamed('{key}')
"""
PEOPLE = (
    ("users_child", "search_text", "id"),
    ("users_customuser", "search_text", "id"),
    ("users_studentuser", "unique_code", "user_id"),
)

TRIGGERS = "\n--\n".join(
    [
        """
CREATE TRIGGER payments_payment_party
BEFORE INSERT OR UPDATE OF enrollment_id, payer_parent_id, payer_student_id, party_id ON payments_payment
FOR EACH ROW EXECUTE FUNCTION payments_payment_party()
""",
        *(RENAMED.format(table=table, column=column, key=key) for table, column, key in PEOPLE),
    ]
)

# The words of a frequent name are in one of a thousand texts, and the planner knows how frequent it is.
INDEX = """
CREATE EXTENSION IF NOT EXISTS pg_trgm
--
CREATE INDEX payments_paymentparty_search ON payments_paymentparty USING gin (words gin_trgm_ops)
--
ALTER TABLE payments_paymentparty ALTER words SET STATISTICS 1000
"""

# The trigger gives each payment its party.
FILL = """
INSERT INTO payments_paymentparty (participant_id, payer_id, participant_text, payer_text)
SELECT person, payer, coalesce(payments_participant_words(person), ''), u.search_text
FROM (
  SELECT DISTINCT coalesce(e.child_id, e.student_id) AS person, coalesce(p.payer_parent_id, p.payer_student_id) AS payer
  FROM payments_payment p LEFT JOIN enrollments_enrollment e ON e.id = p.enrollment_id
) pairs JOIN users_customuser u ON u.id = payer
--
ANALYZE payments_paymentparty
--
UPDATE payments_payment SET party_id = NULL
--
ANALYZE payments_payment (party_id)
"""

DROP = "\n--\n".join(
    [
        *(f"DROP TRIGGER payments_party_renamed ON {table}" for table, _column, _key in PEOPLE),
        "DROP TRIGGER payments_payment_party ON payments_payment",
        "DROP FUNCTION payments_party_renamed()",
        "DROP FUNCTION payments_payment_party()",
        "DROP FUNCTION payments_new_party(uuid, uuid)",
        "DROP FUNCTION payments_participant_words(uuid)",
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_payments_are_found_by_index"),
        ("users", "0002_find_by_folded_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentParty",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("participant_id", models.UUIDField(db_index=True, null=True, verbose_name="participant")),
                ("payer_id", models.UUIDField(db_index=True, verbose_name="payer")),
                ("participant_text", models.TextField(verbose_name="words of the participant")),
                ("payer_text", models.TextField(verbose_name="words of the payer")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Concat("participant_text", models.Value("\n", output_field=models.TextField()), "payer_text"),
                        output_field=models.TextField(),
                        verbose_name="words",
                    ),
                ),
            ],
            options={
                "verbose_name": "people of a payment",
                "verbose_name_plural": "people of payments",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="party",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="payments.paymentparty",
                verbose_name="participant and payer",
            ),
        ),
        VendorSQL({"postgresql": f"{FUNCTIONS}\n--\n{TRIGGERS}\n--\n{INDEX}"}, {"postgresql": DROP}, name="payments_party"),
        VendorSQL({"postgresql": FILL}, {}, name="payments_party_of_every_payment"),
    ]
