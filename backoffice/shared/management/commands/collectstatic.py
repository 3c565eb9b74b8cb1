"""`manage.py collectstatic`, by what files hold and not by when they were written."""

from filecmp import cmp
from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic
from django.core.files.storage import Storage

from ...front_pages import write_front_pages


class Command(collectstatic.Command):
    """Django's, but that a file is left alone only if it holds the same; and nginx's own pages are written beside them.

    Django keeps what it has when its clock says later. An older image that is put back (a failed upgrade) has files
    that are other and older: its pages would come with the scripts of the newer one.
    """

    def handle(self, **options: Any) -> str | None:
        """Collect, and write the pages."""
        said: str | None = super().handle(**options)
        if not self.dry_run:
            write_front_pages()
        return said

    def delete_file(self, path: str, prefixed_path: str, source_storage: Storage) -> Any:
        """Whether the file has to be copied; removes another of its name. Called by Django before each copy."""
        if self.storage.exists(prefixed_path):
            if cmp(source_storage.path(path), self.storage.path(prefixed_path), shallow=False):
                self.unmodified_files.append(prefixed_path)
                return False
            if not self.dry_run:
                self.storage.delete(prefixed_path)
        return True
