"""The page of a tablet at a door: whole, of one version, in the chosen language, and strict about what it loads."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage

from api.devices import kiosk
from backoffice.config.static_files import StaticFiles

WORKER, PAGE = "/kiosk/sw.js", "/kiosk/"


def version(client):
    return re.search(r'"kiosk-([0-9a-f]{16})"', client.get(WORKER).content.decode()).group(1)


def speak(client, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language


@pytest.mark.parametrize(("language", "direction", "queued"), [("ar", "rtl", "في الانتظار"), ("en", "ltr", "Queued")])
def test_the_page_speaks_the_chosen_language_with_all_its_words(client, language, direction, queued):
    speak(client, language)
    answer = client.get(PAGE)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'lang="{language}" dir="{direction}"' in html
    words = json.loads(re.search(r'<script id="words"[^>]*>(.*?)</script>', html, re.S).group(1))
    assert words["results"]["queued"] == queued
    assert client.get("/kiosk/manifest.json").json()["dir"] == direction


def test_the_page_has_nothing_inline_and_leaves_no_cookie(client):
    answer = client.get(PAGE)
    html = answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []
    assert answer.cookies == {}
    assert "no-cache" in answer["Cache-Control"]


def test_the_worker_keeps_the_page_and_every_file_that_it_could_ask_for(client):
    script = client.get(WORKER)
    assert script["Content-Type"].startswith("text/javascript")
    addresses = json.loads(re.search(r"const ADDRESSES = (\[.*?\]);", script.content.decode(), re.S).group(1))
    assert addresses[0] == PAGE
    for name in kiosk.files_of_the_page():
        assert finders.find(name), name
        assert settings.STATIC_URL + name in addresses
    named = re.findall(r'(?:href|src)="(/[^"]+)"', client.get(PAGE).content.decode())
    assert set(named) <= set(addresses)
    for module in (kiosk._STATIC / "kiosk").rglob("*.js"):
        for imported in re.findall(r"""(?:from|import\() ?['"](\.[^'"]+)['"]""", module.read_text()):
            name = (module.parent / imported).resolve().relative_to(kiosk._STATIC)
            assert settings.STATIC_URL + str(name) in addresses, (module.name, imported)


def test_another_language_another_file_or_another_page_is_another_version(client, monkeypatch, tmp_path):
    arabic = version(client)
    assert version(client) == arabic
    speak(client, "en")
    english = version(client)
    assert english != arabic
    changed = tmp_path / "changed"
    for name in kiosk.files_of_the_page():
        (changed / name).parent.mkdir(parents=True, exist_ok=True)
        (changed / name).write_bytes((kiosk._STATIC / name).read_bytes())
    with (changed / "kiosk/js/sender.js").open("a") as file:
        file.write("// mended")
    monkeypatch.setattr(kiosk, "_STATIC", changed)
    assert version(client) not in {arabic, english}


def test_on_a_server_the_modules_import_each_other_by_the_names_that_hold_their_contents(tmp_path):
    storage = StaticFiles(location=tmp_path)
    names = kiosk.files_of_the_page()
    for name in names:
        with (kiosk._STATIC / name).open("rb") as file:
            FileSystemStorage.save(storage, name, file)
    source = StaticFilesStorage(location=kiosk._STATIC)
    for _name, _hashed, done in storage.post_process({name: (source, name) for name in names}):
        assert not isinstance(done, Exception), done
    main = (tmp_path / storage.stored_name("kiosk/js/main.js")).read_text()
    camera = (tmp_path / storage.stored_name("kiosk/js/camera.js")).read_text()
    decoder = (tmp_path / storage.stored_name("kiosk/vendor/qr/decode.js")).read_text()
    imported = re.findall(r'from "(\./[^"]+)"', main)
    assert len(imported) == len(re.findall(r"^import ", main, re.M))
    assert all(re.fullmatch(r"\./\w+\.[0-9a-f]{12}\.js", one) for one in imported)
    assert re.search(r'import\("\.\./vendor/qr/decode\.[0-9a-f]{12}\.js"\)', camera)
    assert re.search(r'from "\./index\.[0-9a-f]{12}\.js"', decoder)
