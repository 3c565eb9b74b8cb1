"""The names that static files get on a server: each holds its contents, so it may be kept for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_imports_of_modules = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFiles(CompressedManifestStaticFilesStorage):
    """The kiosk's modules also import each other by these names: a kept page never meets a newer module.

    Only the kiosk's: Django's own switch would rewrite the scripts of every package, and stumble over theirs.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("kiosk/*.js", _imports_of_modules))
