"""The folder in which the processes of one start keep their counts, a file for each. No Django, no Prometheus."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: prometheus_client looks for it when it is loaded, and counts in its own memory where it is unset.
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


def folder_in(run: Path) -> Mapping[str, str]:
    """Make the folder below `run`, and give what the environment of the processes must say of it."""
    folder = run / "metrics"
    folder.mkdir(exist_ok=True)
    return {FOLDER: str(folder)}


@contextmanager
def shared_folder(port: int | None) -> Iterator[Path | None]:
    """A folder for all parts that are started within; nothing where there is no port to tell of it."""
    if port is None:
        yield None
        return
    before = os.environ.get(FOLDER)
    with tempfile.TemporaryDirectory(prefix="redwan-") as run:
        os.environ.update(folder_in(Path(run)))
        try:
            yield Path(os.environ[FOLDER])
        finally:
            os.environ.pop(FOLDER)
            if before is not None:
                os.environ[FOLDER] = before
