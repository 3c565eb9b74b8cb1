"""Sealed files come back as they were, or not at all."""

import io
import os
import tracemalloc

import pytest
from cryptography.fernet import MultiFernet

from backoffice.shared.sealed_files import (
    PIECE,
    NotOpenedError,
    open_piece,
    open_pieces,
    open_whole,
    pieces_of,
    seal_anew,
    seal_pieces,
)

PAGES = [b"first", b"second", b"third"]
OLD, NEW = "an old key of thirty-two letters or more", "a new key of thirty-two letters, or more"


def lines(pieces=PAGES, of="a list"):
    return seal_pieces(pieces, of=of).read().splitlines(keepends=True)


def stream(lines):
    return io.BytesIO(b"".join(lines))


def opened(lines, of="a list"):
    return list(open_pieces(stream(lines), of=of))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_sealed_comes_back_whole(size):
    content = os.urandom(size)
    sealed = seal_pieces(pieces_of(io.BytesIO(content)), of="a sheet")
    with open_whole(sealed, of="a sheet") as plain:
        assert plain.read() == content
        assert (plain.seek(0), plain.read(3)) == (0, content[:3])


def test_a_piece_is_a_line_and_shows_nothing():
    first, again = lines(), lines()
    assert len(first) == len(PAGES)
    assert not any(page in b"".join(first) for page in PAGES)
    assert not set(first) & set(again)


WRONG = {
    "cut off behind a piece": lambda whole, other, earlier: whole[:2],
    "cut off within a piece": lambda whole, other, earlier: [*whole[:2], whole[2][:-20]],
    "empty": lambda whole, other, earlier: [],
    "without its first": lambda whole, other, earlier: whole[1:],
    "without one in the middle": lambda whole, other, earlier: [whole[0], whole[2]],
    "swapped": lambda whole, other, earlier: [whole[1], whole[0], whole[2]],
    "one twice": lambda whole, other, earlier: [whole[0], whole[0], *whole[1:]],
    "more behind the last": lambda whole, other, earlier: [*whole, whole[2]],
    "a piece of another file": lambda whole, other, earlier: [whole[0], other[1], whole[2]],
    "another file": lambda whole, other, earlier: other,
    "a piece of an earlier writing": lambda whole, other, earlier: [whole[0], earlier[1], whole[2]],
    "changed": lambda whole, other, earlier: [whole[0], whole[1][:50] + b"AAAA" + whole[1][54:], whole[2]],
    "no token": lambda whole, other, earlier: [b'{"line": 2}\n'],
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_it_was_written_is_noticed(what):
    wrong = WRONG[what](lines(), lines(of="another list"), lines())
    with pytest.raises(NotOpenedError):
        opened(wrong)


def test_a_key_that_is_missing_opens_nothing_and_comes_back(settings):
    settings.SEALING_KEYS = [OLD]
    sealed = lines()
    settings.SEALING_KEYS = [NEW]
    with pytest.raises(NotOpenedError):
        opened(sealed)
    with pytest.raises(NotOpenedError):
        seal_anew(stream(sealed))
    settings.SEALING_KEYS = [NEW, OLD]
    anew = seal_anew(stream(sealed)).read().splitlines(keepends=True)
    settings.SEALING_KEYS = [NEW]
    assert opened(anew) == PAGES


def test_one_piece_is_had_without_opening_those_before_it(monkeypatch):
    sealed, calls, decrypt = lines(), [], MultiFernet.decrypt
    monkeypatch.setattr(MultiFernet, "decrypt", lambda *given: (calls.append(1), decrypt(*given))[1])
    for number, page in enumerate(PAGES):
        assert open_piece(stream(sealed), number, of="a list") == page
    assert len(calls) == len(PAGES)
    assert open_piece(stream(sealed), 3, of="a list") is None
    assert open_piece(stream(sealed), 99, of="a list") is None


@pytest.mark.parametrize("number", [0, 1, 2, 3])
@pytest.mark.parametrize("left", [0, 1, 2])
def test_of_a_list_that_was_cut_off_no_piece_passes_for_the_last(number, left):
    cut = lines()[:left]
    if number < left - 1:
        assert open_piece(stream(cut), number, of="a list") == PAGES[number]
    else:
        with pytest.raises(NotOpenedError):
            open_piece(stream(cut), number, of="a list")


@pytest.mark.parametrize("wrong", [[1, 0, 2], [0, 0, 1, 2], [0, 1, 2, 2]])
def test_a_piece_that_was_moved_is_not_had(wrong):
    sealed = lines()
    moved = [sealed[place] for place in wrong]
    with pytest.raises(NotOpenedError):
        [open_piece(stream(moved), number, of="a list") for number in range(3)]


def test_a_long_file_takes_no_more_memory_than_a_few_pieces(tmp_path):
    path = tmp_path / "long"
    with path.open("wb") as long:
        for _ in range(24):
            long.write(os.urandom(PIECE))
    tracemalloc.start()
    try:
        with (
            path.open("rb") as long,
            seal_pieces(pieces_of(long), of="it") as sealed,
            open_whole(sealed, of="it") as plain,
        ):
            assert plain.seek(0, io.SEEK_END) == 24 * PIECE
        assert tracemalloc.get_traced_memory()[1] < 14 * PIECE
    finally:
        tracemalloc.stop()
