"""Where files are kept: in a folder, or past one machine in a store of objects that all of them reach (S3)."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def storages_from(env: Env, folder: Path, *, debug: bool) -> dict[str, Any]:
    """The site's pictures, static files, and what is private, which has no public address."""
    bucket = env("MEDIA_S3_BUCKET", default="")
    return {
        **(_in_a_bucket(env, bucket) if bucket else _in_a_folder(folder)),
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
            if debug
            else "backoffice.config.static_files.StaticFiles"
        },
    }


def _in_a_folder(folder: Path) -> dict[str, Any]:
    return {
        "default": {"BACKEND": "backoffice.shared.files.WholeFiles"},
        # NID scans, imported sheets: never under a public URL.
        "private": {
            "BACKEND": "backoffice.shared.files.PrivateStorage",
            "OPTIONS": {"location": folder / "private"},
        },
    }


def _in_a_bucket(env: Env, bucket: str) -> dict[str, Any]:
    """One bucket, which lets nobody in but us: what is public goes through the centre too (`shared.objects`)."""
    key, secret = env("MEDIA_S3_KEY", default=""), env("MEDIA_S3_SECRET", default="")
    if not key or not secret:
        raise ImproperlyConfigured("MEDIA_S3_BUCKET needs MEDIA_S3_KEY and MEDIA_S3_SECRET, or a file of each.")
    endpoint = env("MEDIA_S3_ENDPOINT", default="") or None
    options = {
        "bucket_name": bucket,
        "access_key": key,
        "secret_key": secret,
        "region_name": env("MEDIA_S3_REGION", default="") or None,
        "endpoint_url": endpoint,
        # Stores of one's own are rarely reached by a host name for each bucket.
        "addressing_style": "path" if endpoint else "auto",
        "signature_version": "s3v4",
        "default_acl": None,
        # What has a name already keeps it: the second file of a name gets another one.
        "file_overwrite": False,
        # A larger file is read by way of the disk, not of memory.
        "max_memory_size": 4 * 2**20,
    }
    return {
        "default": {"BACKEND": "backoffice.shared.objects.PublicObjects", "OPTIONS": options | {"location": "media"}},
        "private": {
            "BACKEND": "backoffice.shared.objects.PrivateObjects",
            "OPTIONS": options | {"location": "private"},
        },
    }
