"""Sealing the kept sheets and their lists anew after the key was changed."""

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction

from ..models import ImportBatch
from ..sealed import Resealed
from ..sealed_files import NotOpenedError, seal_anew
from .kept import ANEW, SEALED, files_in, find, folder


def reseal_sheets() -> Resealed:
    """Put every kept file under the newest key, while others work. May be cut off and run again."""
    sealed = unreadable = 0
    for key in list(ImportBatch.objects.exclude(stored_as="").order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever writes its lists or forgets it holds the row.
            batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=key)
            for name in _sealed_files(folder(batch)):
                try:
                    _reseal(name)
                except NotOpenedError:
                    unreadable += 1
                else:
                    sealed += 1
    return Resealed(sealed, unreadable)


def _sealed_files(where: str) -> list[str]:
    """Their names, also of one that was broken off between its two copies."""
    names = {file.removesuffix(ANEW) for file in files_in(where)}
    return [f"{where}/{name}" for name in sorted(names) if name.endswith(SEALED)]


def _reseal(name: str) -> None:
    """At each moment there is a whole copy, under its own name or under the other; `find` knows both."""
    storage = storages["private"]
    with find(name) as old, seal_anew(old) as new:
        if storage.exists(name):
            storage.delete(name + ANEW)
            storage.save(name + ANEW, File(new))
            storage.delete(name)
        storage.save(name, File(new))
        storage.delete(name + ANEW)
