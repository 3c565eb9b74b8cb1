"""Migration steps that Django has no word for: the same rule in each database's own SQL."""

from collections.abc import Mapping
from typing import Any

from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation


class VendorSQL(Operation):
    """Run SQL by vendor (`{"postgresql": "…", "sqlite": "…"}`), and its reverse by vendor."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, forwards: Mapping[str, str], backwards: Mapping[str, str], *, name: str) -> None:
        self.forwards = forwards
        self.backwards = backwards
        self.name = name

    def undone(self) -> "VendorSQL":
        """The step back, as a step forward: to take a trigger off while its table is made anew."""
        return VendorSQL(self.backwards, self.forwards, name=f"without_{self.name}")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How the operation is written in a migration."""
        return (type(self).__name__, [self.forwards, self.backwards], {"name": self.name})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models don't change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Run the forward SQL of this database."""
        self._run(schema_editor, self.forwards)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Undo it."""
        self._run(schema_editor, self.backwards)

    def describe(self) -> str:
        """A line for migrate's output."""
        return self.name

    @staticmethod
    def _run(schema_editor: Any, statements: Mapping[str, str]) -> None:
        sql = statements.get(schema_editor.connection.vendor, "")
        # Statements are separated by a line of their own, for a trigger's body has semicolons in it.
        for statement in sql.split("\n--\n"):
            if statement.strip():
                schema_editor.execute(statement, params=None)


class AddIndexConcurrently(AddIndex):
    """Make an index while others write, in a migration of its own with `atomic = False`; on SQLite as `AddIndex` does.

    What an attempt that was broken off has left is taken away first, so the migration may be run again.
    """

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the index, outside any transaction."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.remove_index(model, self.index, concurrently=True)
        schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop it, outside any transaction."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.remove_index(model, self.index, concurrently=True)


def append_only(table: str, *, name: str) -> VendorSQL:
    """Triggers that refuse UPDATE and DELETE of the table, for the application's own user too."""
    return VendorSQL(
        forwards={
            "postgresql": f"""
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
--
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only()
""",
            "sqlite": f"""
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
--
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
""",
        },
        backwards={
            "postgresql": f"DROP TRIGGER {table}_append_only ON {table}\n--\nDROP FUNCTION {table}_append_only()",
            "sqlite": f"DROP TRIGGER {table}_no_update\n--\nDROP TRIGGER {table}_no_delete",
        },
        name=name,
    )


def no_overlap(
    table: str, *, scope: str, start: str, end: str, name: str, within: str = "", only: str = "TRUE"
) -> VendorSQL:
    """No two rows of one `scope` whose [start, end) overlap; `within` is a further equal column (a day, a weekday).

    On PostgreSQL an exclusion constraint, on SQLite a trigger before insert and update that says the same.
    """
    equal = [scope, *([within] if within else [])]
    exclusion = ", ".join(f"{column} WITH =" for column in equal)
    epoch = "DATE '2000-01-01'"
    same = " AND ".join(f"other.{column} = NEW.{column}" for column in equal)
    old_condition = only.replace("@", "other.")
    new_condition = only.replace("@", "NEW.")
    plain_condition = only.replace("@", "")
    body = f"""WHEN NEW.{scope} IS NOT NULL AND ({new_condition}) AND EXISTS (
  SELECT 1 FROM {table} other WHERE other.id <> NEW.id AND {same} AND ({old_condition})
  AND other.{start} < NEW.{end} AND NEW.{start} < other.{end})
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: {name}'); END"""  # noqa: S608  names from our own migrations
    return VendorSQL(
        forwards={
            "postgresql": f"""
CREATE EXTENSION IF NOT EXISTS btree_gist
--
ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist
({exclusion}, tsrange({epoch} + {start}, {epoch} + {end}) WITH &&) WHERE ({plain_condition})
""",
            "sqlite": f"CREATE TRIGGER {name}_insert BEFORE INSERT ON {table} {body}\n--\n"
            f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {table} {body}",
        },
        backwards={
            "postgresql": f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            "sqlite": f"DROP TRIGGER {name}_insert\n--\nDROP TRIGGER {name}_update",
        },
        name=name,
    )


def _moved(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def columns_fixed(table: str, columns: tuple[str, ...], when: str, *, sentence: str, name: str) -> VendorSQL:
    """Triggers that refuse DELETE, and UPDATE of the columns while `when` (over OLD and NEW) holds, with `sentence`."""
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
