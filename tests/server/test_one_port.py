"""Pages, API, static and personal files and sockets, all on one port; and a visitor's own word about himself."""

import gzip
import json
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from websockets.sync.client import connect

from api import tokens
from backoffice.shared.files import link_to
from backoffice.users.tests.makers import make_staff, manager
from cms.tests.makers import the_home
from workers.web_server import asgi_command

from .whole import STATIC, Whole

pytestmark = [pytest.mark.server, pytest.mark.postgres]
FORGED = {"X_Forwarded_For": "9.9.9.9, 1.2.3.4", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.example"}


def started(redis, folder, *command, **more):
    one = Whole(redis, folder, *command, **more)
    one.start()
    return one


@pytest.fixture(scope="module")
def direct(redis, static, tmp_path_factory):
    one = started(redis, tmp_path_factory.mktemp("direct"))
    yield one
    one.stop()


@pytest.fixture(scope="module")
def behind_a_proxy(redis, static, tmp_path_factory):
    one = started(redis, tmp_path_factory.mktemp("behind"), BEHIND_PROXY="1", TRUSTED_PROXIES="1")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def embedded(redis, static, tmp_path_factory):
    def command(port):
        return asgi_command("--host", "127.0.0.1", "--port", str(port))

    one = started(redis, tmp_path_factory.mktemp("embedded"), command)
    yield one
    one.stop()


def signed_in(user):
    client = Client()
    client.force_login(user, backend="backoffice.users.backends.PhoneBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


@pytest.mark.parametrize("name", ["direct", "embedded"])
def test_a_page_an_api_call_and_a_socket(name, request, transactional_db):
    server, staff = request.getfixturevalue(name), make_staff("Supervisors")
    page, body = server.get("/courses-admin/courses/course/", Cookie=signed_in(manager()))
    assert (page.status, "text/html" in page.headers["Content-Type"]) == (200, True)
    assert b"/static/" in body
    access = tokens.sign_in(staff).access
    answer, body = server.get("/api/v1/me/", Authorization=f"Bearer {access}")
    assert (answer.status, json.loads(body)["id"]) == (200, str(staff.pk))
    address = f"ws://127.0.0.1:{server.port}/ws/attendance/"
    with connect(address, subprotocols=["jwt", access], open_timeout=30, compression=None) as socket:
        assert json.loads(socket.recv(timeout=30))["type"] == "ready"


@pytest.mark.parametrize("name", ["direct", "embedded"])
def test_a_static_file_is_small_and_kept_for_good(name, request, transactional_db):
    server = request.getfixturevalue(name)
    # What isn't there is answered by a page of the site, so there has to be one.
    the_home()
    _page, body = server.get("/courses-admin/login/")
    address = re.search(rb'"(/static/css/[^"]+\.[0-9a-f]{12}\.css)"', body)[1].decode()
    small, packed = server.get(address, Accept_Encoding="gzip, br")
    large, plain = server.get(address)
    assert (small.status, large.status) == (200, 200)
    assert (small.headers["Content-Encoding"], large.headers["Content-Encoding"]) == ("gzip", None)
    assert gzip.decompress(packed) == plain
    for answer in (small, large):
        kept = answer.headers["Cache-Control"]
        assert "immutable" in kept
        assert int(re.search(r"max-age=(\d+)", kept)[1]) >= 365 * 24 * 3600
        assert answer.headers["Content-Type"].startswith("text/css")
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert server.get(address.replace(".css", "0.css"))[0].status == 404


@pytest.mark.parametrize("name", ["direct", "embedded"])
def test_a_personal_file_is_had_by_its_link_alone(name, request, transactional_db):
    server, viewer = request.getfixturevalue(name), make_staff("Registrars")
    the_home()
    (server.folder / "private" / "photos").mkdir(parents=True, exist_ok=True)
    (server.folder / "private" / "photos" / "a ü.jpg").write_bytes(b"a picture")
    answer, body = server.get(link_to("photos/a ü.jpg", viewer_id=viewer.pk))
    assert (answer.status, body, answer.headers["Content-Type"]) == (200, b"a picture", "image/jpeg")
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Accel-Redirect"] is None
    for guessed in ("/private-files/photos/a%20%C3%BC.jpg", "/media/../private/photos/a%20%C3%BC.jpg"):
        assert server.get(guessed)[0].status in {400, 404}


@pytest.mark.parametrize("name", ["direct", "embedded"])
def test_a_sockets_address_by_plain_http_is_no_error_of_the_server(name, request, transactional_db):
    server = request.getfixturevalue(name)
    for address in ("/ws/attendance/", "/ws/attendance", "/ws/"):
        answer, body = server.get(address)
        assert (answer.status, json.loads(body)["code"]) == (426, "upgrade_required")
    assert server.get("/ws/attendance/", Upgrade="h2c", Connection="Upgrade")[0].status == 426


@pytest.mark.parametrize("name", ["direct", "embedded"])
def test_a_visitors_own_word_is_not_believed(name, request, transactional_db):
    server = request.getfixturevalue(name)
    assert server.seen(**FORGED) == {"secure": False, "host": "localhost", "address": "127.0.0.1"}
    assert server.get("/test/seen/", Host="evil.example")[0].status == 400
    assert server.get("/test/seen/", X_Request_ID="forged-by-a-visitor")[0].headers["X-Request-ID"] != (
        "forged-by-a-visitor"
    )


def test_a_trusted_proxys_word_is_and_what_a_visitor_told_it_is_not(behind_a_proxy, transactional_db):
    # The proxy saw 1.2.3.4; the rest is what that one claimed.
    assert behind_a_proxy.seen(**FORGED) == {"secure": True, "host": "localhost", "address": "1.2.3.4"}
    plain = FORGED | {"X_Forwarded_Proto": "http"}
    assert behind_a_proxy.seen(**plain) == {"secure": False, "host": "localhost", "address": "1.2.3.4"}


WAYS = {
    "a visitor": ("/", {}, "ar.html", "text/html; charset=utf-8"),
    "who reads English": ("/courses-admin/", {"Cookie": "django_language=en"}, "en.html", "text/html; charset=utf-8"),
    "on an English page": ("/en/courses/", {"Accept_Language": "ar"}, "en.html", "text/html; charset=utf-8"),
    "an app": ("/api/v1/me/", {}, "ar.json", "application/json; charset=utf-8"),
    "an app in English": (
        "/auth/jwt/create/",
        {"Accept_Language": "en-GB"},
        "en.json",
        "application/json; charset=utf-8",
    ),
}


def own_page(name):
    return (STATIC / "front" / name).read_bytes()


@pytest.mark.parametrize(("path", "headers", "page", "kind"), WAYS.values(), ids=WAYS)
def test_what_the_front_says_by_itself_is_ours_and_in_the_readers_language(direct, path, headers, page, kind):
    large, body = direct.get(path, method="POST", Content_Length=str(2**40), **headers)
    assert (large.status, body) == (413, own_page(f"413.{page}"))
    assert (large.headers["Content-Type"], large.headers["Retry-After"]) == (kind, None)
    # As while it is exchanged for a newer one.
    with pages_away(direct):
        away, body = direct.get(path, **headers)
    assert (away.status, body) == (503, own_page(f"503.{page}"))
    assert (away.headers["Content-Type"], away.headers["Retry-After"]) == (kind, "10")
    assert away.headers["Cache-Control"] == "no-store"
    assert direct.get("/own-page/503.ar.html")[0].status == 404


@contextmanager
def pages_away(server):
    """Inside, nobody listens where the front passes pages on to."""
    (front,) = [
        line
        for one in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        if b"nginx.conf" in (line := Path(f"/proc/{one}/cmdline").read_bytes())
    ]
    sockets = Path(re.search(rb"/[^\0]+nginx\.conf", front)[0].decode()).with_name("pages.sock")
    sockets.rename(sockets.with_suffix(".away"))
    try:
        yield
    finally:
        sockets.with_suffix(".away").rename(sockets)
