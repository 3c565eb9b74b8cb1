"""The file of an export in the private storage: its name tells nothing and can't be guessed."""

import secrets

from django.core.files.storage import storages

from ..models import Export


def new_name() -> str:
    """Where a next file is kept."""
    return f"exports/{secrets.token_hex(24)}"


def drop_file(export: Export) -> None:
    """Take away the file, or the part of one, that an export which isn't ready left; done again, it does nothing."""
    if not export.stored_as:
        return
    storages["private"].delete(export.stored_as)
    gone = Export.objects.filter(pk=export.pk, stored_as=export.stored_as).exclude(status=Export.Status.DONE)
    gone.update(stored_as="")
