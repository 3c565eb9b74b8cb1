"""How full a disk is."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Disk:
    """Bytes of the disk on which a folder lies."""

    size: int
    free: int


def disk_of(folder: Path) -> Disk | None:
    """The disk on which the folder lies or would be made; None where nobody can say."""
    for place in (folder, *folder.parents):
        try:
            usage = shutil.disk_usage(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return Disk(usage.total, usage.free)
    return None
