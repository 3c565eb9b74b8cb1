"""A backup with a key: pieces of 64 KiB, each encrypted and authenticated with AES-256-GCM.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", 2015; age and Tink do the same): a piece's nonce is its number and whether it is the last, so pieces
can't be changed, swapped, left out or cut off. The file begins with a header that every piece is bound to:

    16 bytes  "redwan backup 1\\n"
    16 bytes  salt
    16 bytes  proof of the key

scrypt (N 2^15, r 8, p 1) makes 48 bytes of BACKUP_KEY in UTF-8 and the salt: the AES key, and the proof, which tells a
wrong key from a damaged file. Each file has its own salt, so no nonce comes twice with one key.
"""

import hmac
import io
import os
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _

from .refusals import damaged, refusal

MAGIC: Final = b"redwan backup 1\n"
_SALT: Final = 16
_PROOF: Final = 16
_HEADER: Final = len(MAGIC) + _SALT + _PROOF
_PIECE: Final = 2**16
_TAG: Final = 16


class SealedWriter:
    """Encrypts what is written to it."""

    def __init__(self, target: IO[bytes], key: str) -> None:
        salt = os.urandom(_SALT)
        self._cipher, proof = _cipher(key, salt)
        self._header = MAGIC + salt + proof
        self._target = target
        self._target.write(self._header)
        self._waiting = bytearray()
        self._number = 0

    def write(self, data: bytes) -> int:
        """Seal whole pieces; the last bytes wait, for only the end knows which piece is the last."""
        self._waiting += data
        while len(self._waiting) > _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return len(data)

    def flush(self) -> None:
        """A piece is written when it is whole."""

    def finish(self) -> None:
        """Seal the last piece as the last."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._header))
        self._number += 1


class _Opened(io.RawIOBase):
    """What is inside, readable from any place; a piece is believed only when its seal is whole."""

    def __init__(self, source: IO[bytes], header: bytes, cipher: Any, file: Path) -> None:
        self._source, self._header, self._cipher, self._file = source, header, cipher, file
        sealed = source.seek(0, io.SEEK_END) - _HEADER
        self._pieces = -(-sealed // (_PIECE + _TAG))
        self._size = sealed - self._pieces * _TAG
        if self._size < 0:
            raise damaged(file)
        self._place = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """From any place: a zip is read from its end."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of what is inside."""
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        return self._place

    def tell(self) -> int:
        """Where it is read next."""
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Read to the end of the piece at most."""
        if self._place >= self._size:
            return 0
        number, start = divmod(self._place, _PIECE)
        data = self._open(number)[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _open(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        if number != self._number:
            self._source.seek(_HEADER + number * (_PIECE + _TAG))
            nonce = _nonce(number, last=number == self._pieces - 1)
            try:
                piece = self._cipher.decrypt(nonce, self._source.read(_PIECE + _TAG), self._header)
            except InvalidTag as error:
                raise damaged(self._file) from error
            self._number, self._piece = number, piece
        return self._piece


def open_sealed(source: IO[bytes], file: Path, key: str) -> IO[bytes]:
    """The zip inside, after the seal of every piece was looked at.

    Raises DomainError `backup_no_key`, `backup_wrong_key`, `backup_damaged`.
    """
    if not key:
        raise refusal("no_key", _("%(file)s is encrypted: set BACKUP_KEY, or name a file with the key."), file=file)
    source.seek(0)
    header = source.read(_HEADER)
    if len(header) < _HEADER:
        raise damaged(file)
    cipher, proof = _cipher(key, header[len(MAGIC) : len(MAGIC) + _SALT])
    if not hmac.compare_digest(proof, header[-_PROOF:]):
        sentence = _("%(file)s was encrypted with another key, or its beginning is damaged. Nothing was restored.")
        raise refusal("wrong_key", sentence, file=file)
    opened = io.BufferedReader(_Opened(source, header, cipher, file), _PIECE)
    while opened.read(_PIECE):
        pass
    opened.seek(0)
    return opened


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + (b"\1" if last else b"\0")


def _cipher(key: str, salt: bytes) -> tuple[Any, bytes]:
    # Loaded by whoever seals or opens a backup, not by every process.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    made = Scrypt(salt=salt, length=32 + _PROOF, n=2**15, r=8, p=1).derive(key.encode())
    return AESGCM(made[:32]), made[32:]
