"""The files of the centre in a backup: what was handed in, public and private."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files import File
from django.core.files.storage import Storage, storages

from .parts import BLOCK, PartsReader, PartsWriter, is_safe

_log = logging.getLogger(__name__)

#: Storages that hold what nobody could make anew, and the folder each has in a backup.
KEPT: Final = {"default": "media", "private": "private"}

type Stamp = tuple[int, float]


@dataclass
class FilesKept:
    """What was taken so far: each file's size and time before it was read."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    rounds: int = 0
    bytes: int = 0
    # Names that no archive can hold.
    left_out: set[str] = field(default_factory=set)

    def take(self, parts: PartsWriter) -> int:
        """Take every file that is new or has changed since the last round; how many those were.

        One that is changed while it is read has its old stamp, so the next round reads it again.
        """
        self.rounds += 1
        taken = 0
        for alias, folder in KEPT.items():
            for name in _walk(storages[alias]):
                taken += self._take(parts, storages[alias], f"{folder}/{name}", name)
        return taken

    def _take(self, parts: PartsWriter, storage: Storage, key: str, name: str) -> bool:
        if not is_safe(key) or not _is_text(key):
            if key not in self.left_out:
                _log.warning("the file %r has a name that no backup can hold", key)
                self.left_out.add(key)
            return False
        try:
            stamp = storage.size(name), storage.get_modified_time(name).timestamp()
            if self.stamps.get(key) == stamp:
                return False
            with storage.open(name, "rb") as file:
                self._copy(parts, file, f"files-{self.rounds}/{key}")
        except FileNotFoundError:
            # Deleted since its folder was read.
            return False
        self.stamps[key] = stamp
        return True

    def _copy(self, parts: PartsWriter, file: File[Any], part_name: str) -> None:
        with parts.part(part_name) as part:
            while block := file.read(BLOCK):
                part.write(block)
        self.bytes += part.size


def _walk(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of a storage, by its name; folders one at a time."""
    try:
        folders, files = storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        # Nothing was ever kept there, or it is gone by now.
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from _walk(storage, f"{folder}/{name}" if folder else name)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def put_back(parts: PartsReader) -> int:
    """Write the files of a backup into the storages, over what has the same name; how many parts that were.

    In the order in which they were taken, so of one that was taken twice the later stays. What else lies there stays.
    """
    aliases = {folder: alias for alias, folder in KEPT.items()}
    written = 0
    for part_name in parts.names():
        if not part_name.startswith("files-"):
            continue
        _round, folder, name = part_name.split("/", 2)
        storage = storages[aliases[folder]]
        if storage.exists(name):
            storage.delete(name)
        with parts.part(part_name) as part:
            kept = storage.save(name, File(part, name))
        if kept != name:
            raise FileExistsError(name)
        written += 1
    return written
