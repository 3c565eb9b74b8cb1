"""Files that lie sealed: in pieces, each a token on a line of its own, so that none needs more memory than a piece.

Under its seal a piece says whose file it is, in which writing of it, at which place it stands, and whether it is the
last. So pieces can't be left out, swapped or cut off, nor taken from another file or an earlier writing of the same
one. The keys are those of `sealed`; a file that none of them opens is a `NotOpenedError`.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import partial
from struct import Struct
from struct import error as StructError
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from .sealed import box

#: Bytes of a piece, where it may be as long as one likes; so much of an opened file lies in memory, too.
PIECE: Final = 2**20
# Whose it is, of which writing, its place, whether it is the last.
_HEAD: Final = Struct(">16s16sI?")


class NotOpenedError(Exception):
    """No key opens it, or it isn't as it was written."""


def pieces_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces, from where it stands."""
    return iter(partial(stream.read, PIECE), b"")


def seal_pieces(pieces: Iterable[bytes], *, of: str) -> IO[bytes]:
    """A temporary file with the pieces, each sealed, at its beginning; `of` says whose file it is, and opens it."""
    whose, writing = _digest(of), os.urandom(16)
    sealed = _new_file()
    for place, (piece, is_last) in enumerate(_and_whether_last(pieces)):
        sealed.write(box().encrypt(_HEAD.pack(whose, writing, place, is_last) + piece) + b"\n")
    sealed.seek(0)
    return sealed


def open_pieces(stream: IO[bytes], *, of: str) -> Iterator[bytes]:
    """The pieces one after the other. Raises NotOpenedError at the first that is wrong or missing."""
    first, is_last = None, False
    for place, line in enumerate(_lines(stream)):
        if is_last:
            raise NotOpenedError("something follows the last piece")
        writing, is_last, piece = _opened(line, place, of)
        first = first or writing
        if writing != first:
            raise NotOpenedError(f"piece {place} is of another writing")
        yield piece
    if not is_last:
        raise NotOpenedError("the last piece is missing")


def open_piece(stream: IO[bytes], number: int, *, of: str) -> bytes | None:
    """The piece at a place, from 0; those before it are passed over sealed. None past the last.

    Raises NotOpenedError, also where the file was cut off before or right behind the piece.
    """
    lines, place, line = _lines(stream), -1, b""
    for place, line in zip(range(number + 1), lines, strict=False):  # noqa: B007  where it ended is asked below
        pass
    if place < 0:
        raise NotOpenedError("there is no piece")
    _writing, is_last, piece = _opened(line, place, of)
    if is_last != (next(lines, None) is None):
        raise NotOpenedError("something follows the last piece, or the last piece is missing")
    return piece if place == number else None


def open_whole(stream: IO[bytes], *, of: str) -> IO[bytes]:
    """What is inside, in a temporary file at its beginning. Raises NotOpenedError."""
    opened = _new_file()
    for piece in open_pieces(stream, of=of):
        opened.write(piece)
    opened.seek(0)
    return opened


def seal_anew(stream: IO[bytes]) -> IO[bytes]:
    """The same pieces under the newest key, in a temporary file at its beginning. Raises NotOpenedError."""
    from cryptography.fernet import InvalidToken

    sealed = _new_file()
    try:
        for line in _lines(stream):
            sealed.write(box().rotate(line.rstrip()) + b"\n")
    except InvalidToken:
        raise NotOpenedError("no key opens a piece") from None
    sealed.seek(0)
    return sealed


def _opened(line: bytes, place: int, of: str) -> tuple[bytes, bool, bytes]:
    """The writing, whether it is the last, and what is in a piece of this file at this place."""
    from cryptography.fernet import InvalidToken

    try:
        inside = box().decrypt(line.rstrip())
        whose, writing, number, is_last = _HEAD.unpack_from(inside)
    except (InvalidToken, StructError):
        raise NotOpenedError(f"no key opens piece {place}") from None
    if (whose, number) != (_digest(of), place):
        raise NotOpenedError(f"piece {place} belongs elsewhere")
    return writing, is_last, inside[_HEAD.size :]


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(stream.readline, b"")


def _and_whether_last(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """An empty file is one empty piece: nothing at all is a file that was cut off."""
    waiting: bytes | None = None
    for piece in pieces:
        if waiting is not None:
            yield waiting, False
        waiting = piece
    yield waiting or b"", True


def _new_file() -> IO[bytes]:
    """In memory as long as it is short; gone when it is closed."""
    return SpooledTemporaryFile(PIECE)


def _digest(of: str) -> bytes:
    return hashlib.sha256(of.encode()).digest()[:16]
