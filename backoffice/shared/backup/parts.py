"""The parts of a backup: written one after the other, each with its SHA-256; read by their names."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, Protocol, cast

from .plain import COMMENT
from .refusals import damaged

SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
BLOCK: Final = 2**20
_LONGEST_MANIFEST: Final = 4 * 2**20


class Target(Protocol):
    """Where the zip's bytes go: `PlainWriter` or `SealedWriter`."""

    def write(self, data: bytes) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Keep nothing back."""

    def finish(self) -> None:
        """Write what proves the whole."""


class Hashed:
    """Passes a part's bytes on and keeps their digest."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._digest = target, hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take the part's next bytes."""
        self._digest.update(data)
        self.size += len(data)
        return self._target.write(data)

    def hexdigest(self) -> str:
        """The SHA-256 of what was written."""
        return self._digest.hexdigest()


class PartsWriter:
    """Writes parts whose length nobody knows beforehand; the memory it takes is a line for each."""

    def __init__(self, target: Target, sums: IO[bytes]) -> None:
        self._target = target
        # `write` and `flush` are all that a zip needs which isn't gone back in.
        self._zip = zipfile.ZipFile(cast(IO[bytes], target), "w", allowZip64=True)
        self._zip.comment = COMMENT
        self._sums = sums

    @contextmanager
    def part(self, name: str, *, shrink: bool = False) -> Iterator[Hashed]:
        """Write a part; `shrink` one that isn't compressed in itself."""
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED if shrink else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as opened:
            hashed = Hashed(opened)
            yield hashed
        self._sums.write(line_of(hashed.hexdigest(), name))

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, the digests and the end."""
        with self.part(MANIFEST) as part:
            part.write(json.dumps({"format": FORMAT, **manifest}, indent=1, ensure_ascii=False).encode())
        self._sums.seek(0)
        with self._zip.open(SUMS, "w", force_zip64=True) as target:
            while block := self._sums.read(BLOCK):
                target.write(block)
        self._zip.close()
        self._target.finish()

    def let_go(self) -> None:
        """After a fault the zip writes no end, which it would when it is collected."""
        self._zip.fp = None


@contextmanager
def writing_parts(target: Target) -> Iterator[PartsWriter]:
    """A writer of parts; the digests wait in a file that has no name."""
    with tempfile.TemporaryFile() as sums:
        parts = PartsWriter(target, sums)
        try:
            yield parts
        finally:
            parts.let_go()


class PartsReader:
    """The parts of a backup whose bytes are known to be those that were written."""

    def __init__(self, source: IO[bytes], file: Path) -> None:
        self._file = file
        try:
            self._zip = zipfile.ZipFile(source)
            self._sums = dict(_sums(self._zip.read(SUMS)))
            self.manifest: dict[str, Any] = json.loads(self._zip.open(MANIFEST).read(_LONGEST_MANIFEST))
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise damaged(file) from error
        names = self._zip.namelist()
        if sorted(names) != sorted([*self._sums, SUMS]) or not all(map(is_safe, names)):
            raise damaged(file)

    def names(self) -> list[str]:
        """Every part, in the order in which they were written."""
        return [name for name in self._zip.namelist() if name != SUMS]

    def size(self, name: str) -> int:
        """A part's bytes."""
        return self._zip.getinfo(name).file_size

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """Read a part."""
        with self._zip.open(name) as opened:
            yield opened

    def check(self) -> None:
        """Compare every part with its digest. Raises DomainError `backup_damaged`."""
        for name, wanted in self._sums.items():
            digest = hashlib.sha256()
            try:
                with self.part(name) as part:
                    while block := part.read(BLOCK):
                        digest.update(block)
            except (zipfile.BadZipFile, EOFError) as error:
                raise damaged(self._file) from error
            if digest.hexdigest() != wanted:
                raise damaged(self._file)


def is_safe(name: str) -> bool:
    """Whether a part's name leads nowhere but below the place it is unpacked into."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\0" not in name and name == str(path)


def line_of(digest: str, name: str) -> bytes:
    """A line as `sha256sum --check` reads it: a name with a line's end or a backslash is spelled out."""
    spelled = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'\\' if spelled != name else ''}{digest}  {spelled}\n".encode()


def _sums(lines: bytes) -> Iterator[tuple[str, str]]:
    for line in lines.decode().removesuffix("\n").split("\n"):
        digest, _blanks, name = line.removeprefix("\\").partition("  ")
        if line.startswith("\\"):
            name = name.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\")
        yield name, digest
