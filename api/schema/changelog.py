"""A contract breaks only when its changelog says so."""

from pathlib import Path
from typing import Final

CHANGELOG: Final = Path(__file__).parents[2] / "CHANGELOG.md"


def not_written_down(lines: list[str], changelog: str) -> list[str]:
    """The lines that the changelog's top section doesn't have, each in backticks."""
    top = changelog.partition("\n## ")[2].partition("\n## ")[0]
    return [line for line in lines if f"`{line}`" not in top]
