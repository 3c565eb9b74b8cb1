"""On PostgreSQL the folded words are found through trigram indexes; SQLite reads them through, as it would anyway."""

from django.db import migrations

from backoffice.shared.operations import VendorSQL


def _trigrams(table: str) -> VendorSQL:
    name = f"{table}_search"
    return VendorSQL(
        forwards={
            "postgresql": "CREATE EXTENSION IF NOT EXISTS pg_trgm\n--\n"
            f"CREATE INDEX {name} ON {table} USING gin (search_text gin_trgm_ops)"
        },
        backwards={"postgresql": f"DROP INDEX {name}"},
        name=name,
    )


class Migration(migrations.Migration):
    dependencies = [("users", "0001_initial")]

    operations = [_trigrams("users_customuser"), _trigrams("users_child")]
