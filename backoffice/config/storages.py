"""Where files are kept."""

from pathlib import Path
from typing import Any


def storages_from(folder: Path, *, debug: bool) -> dict[str, Any]:
    """The site's pictures, static files, and what is private, which has no public address."""
    return {
        "default": {"BACKEND": "backoffice.shared.files.WholeFiles"},
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
            if debug
            else "backoffice.config.static_files.StaticFiles"
        },
        # NID scans, imported sheets: never under a public URL.
        "private": {
            "BACKEND": "backoffice.shared.files.PrivateStorage",
            "OPTIONS": {"location": folder / "private"},
        },
    }
