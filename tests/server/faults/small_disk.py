"""A disk of a few megabytes that can be filled and emptied."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

_PAGE: Final = 4096


class SmallDisk:
    """Mounted at a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, left: int = 0) -> None:
        """Nothing more fits, or only so many bytes."""
        with (self.path / "filler").open("wb", buffering=0) as filler:
            with suppress(OSError):
                while True:
                    filler.write(b"\0" * _PAGE)
            assert os.statvfs(self.path).f_bavail == 0
            filler.truncate(filler.tell() - left)

    def empty(self) -> None:
        """There is room again."""
        (self.path / "filler").unlink()

    def files(self) -> set[str]:
        """All that lies there."""
        return {str(one.relative_to(self.path)) for one in self.path.rglob("*") if one.is_file()} - {"filler"}


@contextmanager
def small_disk(path: Path, *, megabytes: int, owner: int | None = None) -> Iterator[SmallDisk]:
    """Mount one; only root may, and not in every container.

    `.ci/run` runs in such places too, so it is no failure there: it is left out, and the summary says so in red.
    """
    if os.geteuid() != 0:
        pytest.skip("not on this machine: only root mounts a disk that can be full")
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("not on this machine: this container may mount no disk")
    try:
        if owner is not None:
            os.chown(path, owner, -1)
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
        path.rmdir()
