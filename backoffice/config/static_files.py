"""The names that static files get on a server: each holds its contents, so it may be kept for ever."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

_imports_of_modules = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFiles(CompressedManifestStaticFilesStorage):
    """The kiosk's modules also import each other by these names: a kept page never meets a newer module.

    Only the kiosk's: Django's own switch would rewrite the scripts of every package, and stumble over theirs.

    Compressed are the names that hold their contents, by gzip, each once. Left alone, whitenoise compresses everything
    anew at each start of the centre, twice (each file by its other name too), and by brotli wherever a developer's
    package brought it: three quarters of the time, for files that no nginx of Debian hands out.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("kiosk/*.js", _imports_of_modules))

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Gzip alone, here and in the image."""
        return super().create_compressor(**kwargs, use_brotli=False)

    def compress_files(self, paths: set[str]) -> Iterator[tuple[str, str]]:
        """Those that aren't compressed yet: what has this name had these contents then, too."""
        hashed = set(self.hashed_files.values())
        return super().compress_files({one for one in paths & hashed if not Path(self.path(f"{one}.gz")).exists()})
