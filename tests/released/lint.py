"""What of a migration would stop, or break, a centre that is running: by django-migration-linter, for PostgreSQL."""

from django.db import connection
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django_migration_linter.migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements

# How functions and variables are named stops nobody.
_OF_TASTE = {"RUNPYTHON_ARGS_NAMING_CONVENTION", "RUNPYTHON_MODEL_VARIABLE_NAME"}


def faults(migration: Migration, before: ProjectState, linter: MigrationLinter) -> set[str]:
    """The codes of all that is wrong with a migration, warnings too; `before` becomes the state after it."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(before, editor, collect_sql=True)
    statements = "\n".join(editor.collected_sql).splitlines()
    if migration.atomic:
        statements = ["BEGIN;", *statements, "COMMIT;"]
    by_kind = [*analyse_sql_statements(PostgresqlAnalyser, statements, []), *linter.analyse_data_migration(migration)]
    return {issue.code for issues in by_kind for issue in issues} - _OF_TASTE
