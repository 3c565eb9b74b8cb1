"""Files in a store of objects (moto's, which speaks S3): kept, read, handed out, backed up, and open to nobody else."""

import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import Http404
from django.utils import timezone
from environ import Env
from moto.server import ThreadedMotoServer

from backoffice.config.storages import storages_from
from backoffice.shared import files
from backoffice.shared.backup.make import back_up
from backoffice.shared.backup.opened import opened
from backoffice.shared.backup.stored import put_back
from backoffice.shared.files import NoAddressError, link_to
from backoffice.shared.imports.forgetting import forget_sheets
from backoffice.shared.imports.report import PAGE, kept_rows, page_of
from backoffice.shared.imports.resealing import reseal_sheets
from backoffice.shared.models import ImportBatch
from backoffice.shared.objects import media_file
from backoffice.shared.sealed import Resealed
from backoffice.shared.tests.import_makers import hand_in, import_now
from backoffice.users.tests.makers import manager
from backoffice.users.tests.test_import_staff import SAMI, form
from reports.exporting.running import run_export
from reports.tests.exports import ask, make_owing, now

pytestmark = [pytest.mark.server, pytest.mark.django_db]
KEYS = {"MEDIA_S3_BUCKET": "centre", "MEDIA_S3_KEY": "key", "MEDIA_S3_SECRET": "secret"}
WORD = "صورة".encode()


@pytest.fixture(scope="module")
def server():
    """A store of this module's own, with an empty bucket."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def store(server, settings, tmp_path, monkeypatch):
    """The centre's files in it."""
    for name, value in {**KEYS, "MEDIA_S3_ENDPOINT": server, "MEDIA_S3_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket="centre")
    settings.STORAGES = storages_from(Env(), tmp_path, debug=True)
    yield client
    for one in client.list_objects_v2(Bucket="centre").get("Contents", []):
        client.delete_object(Bucket="centre", Key=one["Key"])
    client.delete_bucket(Bucket="centre")


def status(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("alias", ["default", "private"])
def test_a_file_is_saved_read_in_part_listed_and_deleted(store, alias):
    storage = storages[alias]
    name = storage.save("scans/صفحة.jpg", ContentFile(WORD * 1000))
    assert name == "scans/صفحة.jpg"
    assert storage.exists(name)
    assert storage.size(name) == len(WORD) * 1000
    with storage.open(name) as file:
        file.seek(len(WORD) * 999)
        assert file.read() == WORD
    assert storage.listdir("scans") == ([], ["صفحة.jpg"])
    second = storage.save(name, ContentFile(b"another"))
    assert second != name
    assert storage.open(name).read(len(WORD)) == WORD
    storage.delete(name)
    assert not storage.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.open(name)


def test_the_two_kinds_never_meet(store):
    storages["private"].save("one.jpg", ContentFile(b"private"))
    assert not storages["default"].exists("one.jpg")
    assert not storages["default"].exists("private/one.jpg")
    keys = [one["Key"] for one in store.list_objects_v2(Bucket="centre")["Contents"]]
    assert keys == ["private/one.jpg"]


def test_nobody_reads_the_bucket_unsigned(store, server):
    for alias, folder in (("default", "media"), ("private", "private")):
        storages[alias].save("one.jpg", ContentFile(b"1"))
        assert status(f"{server}/centre/{folder}/one.jpg") == 403


def test_a_private_file_has_no_address_in_the_store(store):
    storages["private"].save("one.jpg", ContentFile(b"1"))
    with pytest.raises(NoAddressError):
        storages["private"].url("one.jpg")


def test_a_link_to_a_private_picture_is_good_for_minutes_and_needs_no_proxy(store, client, settings, monkeypatch):
    settings.FILES_ACCEL_PREFIX = "/private-files/"
    storages["private"].save("children/one.jpg", ContentFile(WORD))
    link = link_to("children/one.jpg", viewer_id=manager().pk)
    answer = client.get(link)
    assert (answer.status_code, answer.content) == (200, WORD)
    assert "X-Accel-Redirect" not in answer
    monkeypatch.setattr(files.time, "time", lambda real=time.time: real() + 16 * 60)
    assert client.get(link).status_code == 404


def test_a_public_picture_is_handed_out_under_the_address_it_always_had(store, rf):
    name = storages["default"].save("images/نور one.png", ContentFile(b"png"))
    assert storages["default"].url(name).startswith("/media/images/%D9%86")
    answer = media_file(rf.get("/media/x"), name)
    assert b"".join(answer.streaming_content) == b"png"
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=86400"
    for wrong in ("images/none.png", "../private/one.jpg"):
        with pytest.raises(Http404):
            media_file(rf.get("/media/x"), wrong)


@pytest.mark.django_db(transaction=True)
def test_an_export_is_kept_in_the_store_and_taken_out_of_it(store, client, password_just_typed):
    make_owing(2)
    boss = manager()
    export = ask(boss)
    assert run_export(str(export.pk)) == "done"
    assert storages["private"].size(now(export).stored_as) == now(export).size
    client.force_login(boss)
    answer = client.get(f"/courses-admin/reports/exports/{export.pk}/file/")
    assert answer.status_code == 200, answer.headers
    assert len(b"".join(answer.streaming_content)) == now(export).size


def test_a_sheet_is_kept_sealed_in_the_store_read_and_forgotten(store, settings):
    people = [SAMI, *(SAMI | {"phone1": f"لا يوجد {number}"} for number in range(PAGE + 5))]
    settings.SEALING_KEYS = ["an old key of thirty-two letters or more"]
    batch = hand_in(form(*people), "staff")
    settings.SEALING_KEYS = ["a new key of thirty-two letters, or more", *settings.SEALING_KEYS]
    assert reseal_sheets() == Resealed(3, 0)
    del settings.SEALING_KEYS[1:]
    kept = [one["Key"] for one in store.list_objects_v2(Bucket="centre")["Contents"]]
    assert kept == [f"private/imports/{batch.pk}/{name}.sealed" for name in ("faulty", "new", "sheet.xlsx")]
    for one in kept:
        assert SAMI["identity_number"].encode() not in store.get_object(Bucket="centre", Key=one)["Body"].read()
    assert page_of(batch, "faulty", 2) == list(kept_rows(batch, "faulty"))[PAGE:]
    batch = import_now(batch)
    assert (batch.status, batch.new) == ("committed", 1)
    ImportBatch.objects.update(committed_at=timezone.now() - timedelta(days=31))
    assert forget_sheets() == 1
    assert "Contents" not in store.list_objects_v2(Bucket="centre")


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_what_the_store_holds_and_puts_it_back(store, settings, tmp_path):
    settings.BACKUPS = replace(settings.BACKUPS, folder=tmp_path / "backups", key="correct horse battery staple")
    public = storages["default"].save("images/one.jpg", ContentFile(b"public"))
    private = storages["private"].save("scans/a/one.jpg", ContentFile(b"private"))
    made = back_up()
    storages["default"].delete(public)
    storages["private"].delete(private)
    with opened(made.path, settings.BACKUPS.key) as parts:
        assert put_back(parts) == 2
    assert storages["default"].open(public).read() == b"public"
    assert storages["private"].open(private).read() == b"private"


@pytest.mark.parametrize("missing", ["MEDIA_S3_KEY", "MEDIA_S3_SECRET"])
def test_a_bucket_without_its_keys_is_refused_with_a_sentence(monkeypatch, tmp_path, missing):
    for name, value in (KEYS | {missing: ""}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="needs MEDIA_S3_KEY and MEDIA_S3_SECRET"):
        storages_from(Env(), tmp_path, debug=False)
