"""The staff form from the command line."""

from backoffice.shared.imports.terminal import ImportCommand
from backoffice.shared.models import ImportBatch


class Command(ImportCommand):
    """Look at a staff form, or import it."""

    help = "Look at a staff form: what is new, what changes, what is faulty; --commit imports the good lines."
    kind = ImportBatch.Kind.STAFF
