"""Write the contract down: the schema beside the code, and docs/api.md for people."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.schema.changelog import CHANGELOG, not_written_down
from api.schema.document import as_markdown
from api.schema.making import KEPT, as_text, kept_schema, make_schema
from api.schema.promises import breaks

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


class Command(BaseCommand):
    """Writes both, unless something an app may rely on would go without a word in CHANGELOG.md."""

    help = "Write the API's schema and docs/api.md from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look what goes, then write."""
        schema = make_schema()
        gone = breaks(kept_schema(), schema) if KEPT.exists() else []
        missing = not_written_down(gone, CHANGELOG.read_text(encoding="utf-8"))
        if missing:
            lines = "\n".join(f"- `{line}`" for line in missing)
            raise CommandError(f"This breaks what the apps rely on. Write it into CHANGELOG.md's top section:\n{lines}")
        KEPT.write_text(as_text(schema), encoding="utf-8")
        DOCUMENT.write_text(as_markdown(schema), encoding="utf-8")
        self.stdout.write(f"{KEPT.name} and {DOCUMENT.name} are in step with the code.")
