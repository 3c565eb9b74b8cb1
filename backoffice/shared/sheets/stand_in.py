"""What tablib finds under "xlsx": our sheets. Its own would load openpyxl into every process that shows the admin."""

from typing import Any

from tablib import Dataset
from tablib.formats import registry


class XlsxOfTablib:
    """A workbook as tablib asks for it."""

    title = "xlsx"
    extensions = ("xlsx",)

    @classmethod
    def export_set(cls, dataset: Dataset, **kwargs: Any) -> bytes:
        """The dataset as a file."""
        from .small import Xlsx

        return Xlsx().export_data(dataset)

    @classmethod
    def import_set(cls, dataset: Dataset, in_stream: Any, **kwargs: Any) -> None:
        """The file as a dataset."""
        from .small import Xlsx

        found = Xlsx().create_dataset(in_stream.read())
        dataset.wipe()
        dataset.headers = found.headers
        dataset.extend(found)


def take_tablibs_place() -> None:
    """From now on; before import-export looks which formats there are."""
    registry.register("xlsx", XlsxOfTablib)
