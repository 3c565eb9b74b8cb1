"""The children's list from the command line."""

from backoffice.shared.imports.terminal import ImportCommand
from backoffice.shared.models import ImportBatch


class Command(ImportCommand):
    """Look at a children's list, or import it."""

    help = "Look at a children's list: what is new, what changes, what is faulty; --commit imports the good lines."
    kind = ImportBatch.Kind.CHILDREN
