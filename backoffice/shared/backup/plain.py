"""A backup without a key: a zip that any program opens, whose comment holds the SHA-256 of all bytes before it."""

import hashlib
import hmac
from pathlib import Path
from typing import IO, Final

from .refusals import damaged

_WORD: Final = b"sha256 "
_DIGEST: Final = hashlib.sha256().digest_size * 2
#: What the zip is given as its comment, until the digest is known.
COMMENT: Final = _WORD + b"0" * _DIGEST
_BLOCK: Final = 2**20


class PlainWriter:
    """Passes bytes on and keeps their digest, which takes the place of the last ones."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        # What may turn out to be the place of the digest.
        self._held = b""

    def write(self, data: bytes) -> int:
        """Write all but the last bytes, which wait."""
        held = self._held + bytes(data)
        ready, self._held = held[:-_DIGEST], held[-_DIGEST:]
        self._digest.update(ready)
        self._target.write(ready)
        return len(data)

    def flush(self) -> None:
        """Nothing waits but what has to."""

    def finish(self) -> None:
        """Write the digest in place of the zeros at the end."""
        self._target.write(self._digest.hexdigest().encode())


def open_plain(source: IO[bytes], file: Path) -> IO[bytes]:
    """The zip inside, after all of it was looked at. Raises DomainError `backup_damaged`."""
    source.seek(0, 2)
    left = source.tell() - _DIGEST
    source.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (block := source.read(min(_BLOCK, left))):
        digest.update(block)
        left -= len(block)
    if left or not hmac.compare_digest(source.read(), digest.hexdigest().encode()):
        raise damaged(file)
    source.seek(0)
    return source
