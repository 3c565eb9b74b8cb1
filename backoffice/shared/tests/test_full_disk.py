"""A disk that is full is told from other faults, said in words, and leaves no half of a file."""

import errno
import json
import os

import pytest
from django.core.files.base import ContentFile, File
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import translation

from backoffice.config.errors import server_error
from backoffice.shared.admin.refusals import refusal
from backoffice.shared.files import WholeFiles
from backoffice.shared.room import NO_ROOM, is_no_room

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class DiskFull(Exception):
    """As psycopg's, which Django's error comes from."""

    sqlstate = "53100"


def of_postgresql():
    error = OperationalError("could not extend file")
    error.__cause__ = DiskFull()
    return error


@pytest.mark.parametrize("error", [FULL, of_postgresql(), OperationalError("database or disk is full")])
def test_a_full_disk_is_said(error):
    assert is_no_room(error)
    assert refusal(error) == str(NO_ROOM)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, ""), OperationalError("lock timeout"), None])
def test_other_faults_are_none(error):
    assert not is_no_room(error)


@pytest.mark.parametrize("path", ["/api/v1/children/", "/courses-admin/", "/"])
def test_who_sent_something_is_told(path):
    try:
        raise FULL
    except OSError:
        with translation.override("ar"):
            answer = server_error(RequestFactory().post(path))
            assert str(NO_ROOM) in said(answer)
    assert answer.status_code == 507
    assert server_error(RequestFactory().post(path)).status_code == 500


def said(answer):
    if answer.headers["Content-Type"] != "application/json":
        return answer.content.decode()
    assert json.loads(answer.content)["code"] == "no_room"
    return json.loads(answer.content)["detail"]


class CutShort(File):
    """Of which only the beginning fits."""

    def chunks(self, chunk_size=None):
        yield b"the beginning"
        raise FULL


def test_half_a_file_is_never_left(tmp_path):
    storage = WholeFiles(location=tmp_path)
    with pytest.raises(OSError, match="No space"):
        storage.save("a/b.txt", CutShort(None))
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_two_of_one_name_are_both_kept(tmp_path):
    storage = WholeFiles(location=tmp_path, file_permissions_mode=0o644)
    first, second = (storage.save("a/b.txt", ContentFile(text)) for text in ("one", b"two"))
    assert first == "a/b.txt" != second
    assert [storage.open(name).read() for name in (first, second)] == [b"one", b"two"]
    assert (tmp_path / second).stat().st_mode & 0o777 == 0o644
    # Even when somebody took the name since it was looked at.
    taken = storage._save("a/b.txt", ContentFile("three"))
    assert taken not in (first, second)
    assert len(list(tmp_path.rglob("*.txt"))) == 3
