"""Static files are collected by what they hold, get names of it, and are compressed once."""

import os
from io import StringIO

import pytest
from django.core.management import call_command

LONG = "body { margin: 0 }\n" * 50


@pytest.fixture
def folders(tmp_path, settings):
    source, root = tmp_path / "source", tmp_path / "root"
    source.mkdir()
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = root, [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    files = {"BACKEND": "backoffice.config.static_files.StaticFiles"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": files}
    return source, root


def collect():
    call_command("collectstatic", "--noinput", "--verbosity", "0", stdout=StringIO())


def hashed(root):
    return sorted(path.name for path in root.glob("a.*.css"))


def test_a_name_that_holds_its_contents_is_compressed_and_the_other_not(folders):
    source, root = folders
    (source / "a.css").write_text(LONG)
    collect()
    (name,) = hashed(root)
    assert (root / f"{name}.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert {path.suffix for path in root.iterdir()} == {".css", ".gz", ".json"}
    assert not (root / "a.css.gz").exists()


def test_what_is_compressed_already_is_not_compressed_again(folders):
    source, root = folders
    (source / "a.css").write_text(LONG)
    collect()
    (compressed,) = root.glob("*.gz")
    compressed.write_bytes(b"as it was")
    collect()
    assert compressed.read_bytes() == b"as it was"


def test_an_older_file_that_is_put_back_takes_the_place_of_a_newer_one(folders):
    source, root = folders
    (source / "a.css").write_text(LONG)
    collect()
    first = hashed(root)
    (source / "a.css").write_text(LONG + "p { margin: 0 }")
    os.utime(source / "a.css", (1_000_000_000, 1_000_000_000))
    collect()
    assert (root / "a.css").read_text().endswith("p { margin: 0 }")
    # Pages that were opened before ask for the first one.
    assert len(hashed(root)) == 2
    assert set(first) < set(hashed(root))
