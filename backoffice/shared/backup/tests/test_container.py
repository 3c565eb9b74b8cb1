"""A backup with one changed bit, or one that is cut, is refused; with and without a key."""

import pytest

from backoffice.shared.backup.opened import opened
from backoffice.shared.backup.parts import is_safe, writing_parts
from backoffice.shared.backup.plain import PlainWriter
from backoffice.shared.backup.sealed import SealedWriter
from backoffice.shared.errors import DomainError

KEY = "correct horse battery staple"
CONTENT = bytes(range(256)) * 700


@pytest.fixture(params=["", KEY], ids=["plain", "sealed"])
def key(request):
    return request.param


@pytest.fixture
def file(tmp_path, key):
    path = tmp_path / "one.backup"
    with path.open("wb") as target, writing_parts(SealedWriter(target, key) if key else PlainWriter(target)) as parts:
        with parts.part("files-1/media/a.bin") as part:
            part.write(CONTENT)
        parts.finish({"made_at": "2026-11-26"})
    return path


def content(file, key):
    with opened(file, key) as parts:
        parts.check()
        with parts.part("files-1/media/a.bin") as part:
            return part.read()


def test_what_was_written_is_read(file, key):
    assert content(file, key) == CONTENT


@pytest.mark.slow
def test_one_flipped_bit_anywhere_is_found(file, key):
    whole = file.read_bytes()
    places = {*range(0, len(whole), 4099), *range(60), *range(len(whole) - 100, len(whole))}
    for place in sorted(places):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << (place % 8)
        file.write_bytes(spoilt)
        with pytest.raises(DomainError) as refused:
            content(file, key)
        assert refused.value.code in {"backup_damaged", "backup_wrong_key"}, place


def test_a_file_that_is_cut_or_longer_is_refused(file, key):
    whole = file.read_bytes()
    pieces = [48 + number * (2**16 + 16) for number in range(3)]
    for spoilt in [*(whole[:end] for end in (0, 1, 47, len(whole) - 1, *pieces)), whole + b"x"]:
        file.write_bytes(spoilt)
        with pytest.raises(DomainError):
            content(file, key)


def test_pieces_that_changed_places_are_refused(tmp_path):
    path, piece = tmp_path / "one.backup", 2**16 + 16
    with path.open("wb") as target:
        writer = SealedWriter(target, KEY)
        writer.write(bytes(4 * 2**16))
        writer.finish()
    whole = path.read_bytes()
    path.write_bytes(whole[:48] + whole[48 + piece : 48 + 2 * piece] + whole[48 : 48 + piece] + whole[48 + 2 * piece :])
    with pytest.raises(DomainError, match=r"damaged|تالف"):
        content(path, KEY)


@pytest.mark.parametrize(("other", "code"), [("", "backup_no_key"), ("x" * 30, "backup_wrong_key")])
def test_without_the_right_key_nothing_is_read(tmp_path, other, code):
    path = tmp_path / "one.backup"
    with path.open("wb") as target:
        SealedWriter(target, KEY).finish()
    with pytest.raises(DomainError) as refused:
        content(path, other)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", "", "a//b", "a/", "./a"])
def test_no_part_leads_out_of_its_folder(name):
    assert not is_safe(name)
