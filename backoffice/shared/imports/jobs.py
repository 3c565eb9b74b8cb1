"""What the worker does with a long sheet; run again, each finishes what was begun and does nothing twice."""

from . import batches


def read_sheet(batch_id: str) -> None:
    """Read a sheet that was handed in, for its preview."""
    batches.read_batch(batch_id)


def import_sheet(batch_id: str) -> None:
    """Import the good lines of a sheet that was confirmed."""
    batches.import_batch(batch_id)
