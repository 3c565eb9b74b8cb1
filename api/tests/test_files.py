"""Private pictures by their signed links: for minutes, for one person, and never anything else."""

import time

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client

from api.values import private_file
from backoffice.shared import files
from backoffice.shared.files import link_to
from backoffice.shared.tests.picture_makers import plain
from backoffice.users import services
from backoffice.users.tests.makers import make_child, make_parent

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona():
    return make_parent().user


@pytest.fixture
def child(mona):
    child = make_child(mona.parent)
    child.photo.save("x.jpg", ContentFile(plain("JPEG")))
    return child


def test_a_link_opens_the_photo_without_a_token_and_no_proxy_keeps_it(child, mona):
    answer = Client().get(link_to(child.photo.name, viewer_id=mona.pk))
    assert answer.status_code == 200
    assert answer.content == plain("JPEG")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=300"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer


def test_an_answer_of_the_apps_holds_the_whole_address_and_asks_the_database_nothing(
    child, mona, rf, django_assert_num_queries
):
    request = rf.get("/")
    request.user = mona
    with django_assert_num_queries(0):
        address = private_file(child.photo.name, request)
        assert private_file("", request) is None
    assert address == "http://testserver" + link_to(child.photo.name, viewer_id=mona.pk)


def test_a_link_is_the_same_for_some_minutes_and_dead_after_a_quarter_of_an_hour(child, mona, monkeypatch):
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    link = link_to(child.photo.name, viewer_id=mona.pk)
    monkeypatch.setattr(time, "time", lambda: now + 299)
    assert link_to(child.photo.name, viewer_id=mona.pk) == link
    assert Client().get(link).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 901)
    assert link_to(child.photo.name, viewer_id=mona.pk) != link
    assert Client().get(link).status_code == 404


def test_a_link_dies_with_its_persons_account_and_with_the_photo(child, mona):
    link = link_to(child.photo.name, viewer_id=mona.pk)
    services.deactivate_user(mona.pk, by=None)
    assert Client().get(link).status_code == 404
    services.reactivate_user(mona.pk, by=None)
    assert Client().get(link).status_code == 200
    child.photo.delete()
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("change", ["cut", "other name", "other salt", "rubbish", "path", "empty"])
def test_a_link_that_isnt_ours_opens_nothing(child, mona, change):
    link = link_to(child.photo.name, viewer_id=mona.pk)
    token = link.split("/")[2]
    soon = int(time.time()) + 600
    tokens = {
        "cut": token[:-2],
        "other name": "x" + token,
        "other salt": signing.Signer(salt="x").sign_object([child.photo.name, str(mona.pk), soon], compress=True),
        "rubbish": "rubbish",
        "path": "..%2F..%2Fetc%2Fpasswd",
        "empty": "%00",
    }
    assert Client().get(f"/files/{tokens[change]}/").status_code == 404


def test_even_a_signed_name_stays_inside_the_private_files(mona):
    for name in ("../media/x.jpg", "/etc/passwd", "children/../../x"):
        token = signing.Signer(salt=files._SALT).sign_object([name, str(mona.pk), int(time.time()) + 60], compress=True)
        assert Client().get(f"/files/{token}/").status_code in (400, 404)


def test_only_looking_is_open(child, mona):
    link = link_to(child.photo.name, viewer_id=mona.pk)
    assert Client().post(link).status_code == 405
    assert Client().head(link).status_code == 200


def test_a_photo_has_no_public_address(child):
    assert Client().get(f"/media/{child.photo.name}").status_code == 404
    with pytest.raises(ValueError, match="no address"):
        _ = child.photo.url


def test_behind_nginx_the_proxy_reads_the_file_itself(child, mona, settings):
    settings.FILES_ACCEL_PREFIX = "/private-files/"
    answer = Client().get(link_to(child.photo.name, viewer_id=mona.pk))
    assert answer["X-Accel-Redirect"] == f"/private-files/{child.photo.name}"
    assert answer.content == b""
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"].startswith("private")
