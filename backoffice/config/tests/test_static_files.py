"""Static files are collected by what they hold, get names of it, and are compressed once."""

import json
import os
import re
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
    assert {path.suffix for path in root.iterdir() if path.is_file()} == {".css", ".gz", ".json"}
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


def test_the_pages_that_nginx_shows_by_itself_are_written_in_both_languages(folders):
    _source, root = folders
    collect()
    written = {path.name: path.read_text() for path in (root / "front").iterdir()}
    endings = [f"{language}.{kind}" for language in ("ar", "en") for kind in ("html", "json")]
    assert set(written) == {f"{status}.{ending}" for status in (413, 503, 507) for ending in endings}
    for status, code in ((413, "too_large"), (503, "busy"), (507, "no_room")):
        arabic, english = (json.loads(written[f"{status}.{language}.json"]) for language in ("ar", "en"))
        assert arabic["code"] == english["code"] == code
        assert re.search("[\u0600-\u06ff]", arabic["detail"])
        assert english["detail"].isascii() or "’" in english["detail"]
        assert '<html lang="ar" dir="rtl">' in written[f"{status}.ar.html"]
        assert '<html lang="en" dir="ltr">' in written[f"{status}.en.html"]
        assert "/static/css/site.css" in written[f"{status}.ar.html"]


def test_a_dry_run_writes_no_page(folders):
    _source, root = folders
    call_command("collectstatic", "--noinput", "--dry-run", "--verbosity", "0", stdout=StringIO())
    assert not (root / "front").exists()
