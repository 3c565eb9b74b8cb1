"""Let PostgreSQL find pages by an index: Wagtail asks for title and body together, and has an index for each alone."""

from django.db import migrations

NAME = "cms_words_of_pages"
# What was written since the last vacuum would be looked through row by row, and pages are written rarely.
HOW = "USING gin ((title || body)) WITH (fastupdate = off)"


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {NAME} ON wagtailsearch_indexentry {HOW}")


def remove_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0005_help_texts"),
        ("wagtailsearch", "0010_add_text_fields"),
    ]

    operations = [migrations.RunPython(add_index, remove_index)]
