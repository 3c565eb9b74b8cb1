"""Requests that no browser sends: hosts, headers, addresses, cookies. None is an error of ours or believed."""

import pytest
from django.conf import settings
from django.test import Client

from backoffice.users.tests.makers import manager
from cms.tests.makers import the_home

pytestmark = pytest.mark.django_db

KINDS = (
    "/",
    "/account/sign-in/",
    "/courses-admin/login/",
    "/cms/login/",
    "/api/v1/seasons/",
    "/kiosk/",
    "/health/live",
)
EVIL = "evil.example"


@pytest.fixture(autouse=True)
def _a_site():
    the_home()


def said(answer):
    """All that an answer says."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return headers + answer.content.decode("utf-8", "replace")


HOSTS = [
    EVIL, f"{EVIL}:80", "testserver.evil.example", "testserver@evil.example", "testserver/../evil.example",
    "testserver#evil.example", "testserver, evil.example", "testserver\\evil.example", "", " ", "[::1", "[evil]",
    "..", "testserver:port", "a" * 5000, "‏testserver", "test\x00server", "xn--evil", "127.0.0.1.evil.example",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_is_refused_and_never_repeated(host):
    answers = {kind: Client(HTTP_HOST=host).get(kind) for kind in KINDS if not kind.startswith("/health")}
    for kind, answer in answers.items():
        assert answer.status_code in (400, 302, 301, 200), (kind, answer.status_code)
        # An empty one is no header to Django, which takes the server's own name then.
        assert answer.status_code == 400 or not host.strip(), (kind, host)
        assert EVIL not in said(answer), kind


FORWARDED = [
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Host": f"testserver, {EVIL}"},
    {"X-Host": EVIL},
    {"X-Forwarded-Server": EVIL},
    {"X-HTTP-Host-Override": EVIL},
    {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https"},
    {"X-Original-URL": "/courses-admin/"},
    {"X-Rewrite-URL": "/courses-admin/"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"X-Script-Name": f"//{EVIL}"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Forwarded-Proto": "javascript"},
    {"X-Forwarded-Port": "99999999"},
    {"X-Forwarded-For": "'; DROP TABLE users_customuser; --"},
    {"X-Forwarded-For": ",".join(["1.2.3.4"] * 2000)},
    {"X-Forwarded-For": "::ffff:127.0.0.1%lo, \x00"},
    {"User-Agent": "<script>alert(1)</script>" * 200},
    {"User-Agent": "\x00\x1b]0;evil\x07"},
    {"Referer": f"https://{EVIL}/?<script>"},
    {"Accept-Language": "ar" + ",x" * 3000},
    {"Accept-Language": "../../../../etc/passwd"},
    {"Accept": "text/html;q=" + "9" * 500},
    {"Accept-Encoding": "gzip;q=nan, *;q=1e999"},
    {"If-Modified-Since": "Thu, 99 Xxx 99999 99:99:99 GMT"},
    {"If-None-Match": '"' + "x" * 5000},
    {"Range": "bytes=0-" + "9" * 400},
    {"Content-Type": "multipart/form-data; boundary=" + "b" * 500},
    {"Content-Length": "-1"},
    {"Content-Encoding": "br, gzip, evil"},
    {"Authorization": "Bearer " + "A" * 20_000},
    {"Authorization": "Basic " + "=" * 10},
    {"Authorization": "\x00\xff"},
    {"Origin": f"https://{EVIL}"},
    {"Origin": "null"},
    {"X-Request-Id": "x\r\nSet-Cookie: evil=1"},
    {"X-Request-Id": "y" * 10_000},
    {"X-CSRFToken": "z" * 5000},
    {"X-Requested-With": "XMLHttpRequest\r\nEvil: 1"},
    {"Idempotency-Key": "k" * 5000},
]


@pytest.mark.parametrize("headers", FORWARDED, ids=lambda one: next(iter(one)))
def test_a_header_opens_nothing_breaks_nothing_and_is_not_repeated(headers):
    for kind in KINDS:
        answer = Client(headers=headers).get(kind)
        assert answer.status_code < 500, kind
        text = said(answer)
        assert EVIL not in text, kind
        assert "<script>alert" not in text, kind
        for name, value in answer.headers.items():
            assert not {"\r", "\n"} & set(value), (kind, name)
        assert "evil" not in answer.cookies, kind


def test_no_header_is_believed_about_https_or_the_method_without_a_proxy():
    answer = Client(headers={"X-Forwarded-Proto": "https", "X-HTTP-Method-Override": "DELETE"}).get(
        "/courses-admin/login/"
    )
    assert not answer.wsgi_request.is_secure()
    assert answer.wsgi_request.method == "GET"


PATHS = [
    "//evil.example", "//evil.example/%2e%2e", "/\\evil.example", "/%5cevil.example", "///", "/..",
    "/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/..%252f..%252fetc/passwd",
    "/..%c0%af..%c0%afetc/passwd", "/%00", "/a%00.pdf", "/%ff%fe", "/%0d%0aSet-Cookie:%20evil=1", "/%E2%80%AE",
    "/" + "a" * 9000, "/" + "a/" * 2000, "/.env", "/.git/config", "/manage.py", "/var/private/x", "/static/../.env",
    "/static/..%2f.env", "/static/%00", "/media/../private/x.jpg", "/media/..%2fprivate%2fx.jpg",
    "/media/%2e%2e/.env", "/;/courses-admin/", "/courses-admin;/", "/courses-admin//", "/courses-admin/..;/",
    "/COURSES-ADMIN/", "/courses-admin/%2e%2e/", "/courses-admin/users/customuser/%00/change/",
    "/courses-admin/users/customuser/..%2f/change/", "/courses-admin/r/1/x/",
    "/courses-admin/r/99999999999999999999/x/", "/courses-admin/jsi18n/%00", "/courses-admin/password_change/done/x",
    "/cms/pages/99999999999999999999/edit/", "/cms/pages/-1/", "/cms/images/99999999999999999999/", "/cms/..%2f",
    "/documents/", "/documents/1/", "/documents/1/x.pdf", "/documents/99999999999999999999/x.pdf",
    "/documents/9223372036854775808/x.pdf", "/documents/1/%00.pdf", "/documents/1/..%2f..%2f.env",
    "/documents/-1/x.pdf", "/documents/%D9%A1/x.pdf", "/documents/1/" + "x" * 5000,
    "/documents/authenticate_with_password/99999999999999999999/", "/documents/authenticate_with_password/1/",
    "/_util/authenticate_with_password/99999999999999999999/1/", "/files/%00/", "/files/..%2f..%2fetc%2fpasswd/",
    "/files/" + "A" * 9000 + "/", "/files/a:b:c/", "/files/.eJwDAAAAAAE:x/", "/files/%F0%9F%92%A3/", "/images/1/x/",
    "/api/v1/courses/%00/", "/api/v1/courses/..%2f/", "/api/v1/courses/99999999999999999999/",
    "/api/v1/courses/' OR 1=1 --/", "/api/v1/courses/?page=99999999999999999999", "/api/v1/courses/?search=%00",
    "/api/v1/courses/?season=%00", "/api/v1/seasons/?x=%ff", "/api/v1/courses/?cursor=%00", "/api/../courses-admin/",
    "/api/%2e%2e/", "/auth/jwt/create/..%2f", "/kiosk/..%2f", "/kiosk/sw.js/../x", "/health/../courses-admin/",
    "/health/live/x", "/search/?q=%00", "/search/?q=" + "x" * 7000, "/search/?page=%00", "/search/?q=%ff%fe",
    "/courses/?page=99999999999999999999", "/?page=%00", "/en/%00", "/en/..%2f", "/en//evil.example", "/account/%00",
    "/account/ask/%00/", "/account/sign-in/?next=%00", "/i18n/setlang/", "/jsi18n/?language=%00",
    "/sitemap.xml?p=%00", "/sitemap.xml?p=-1", "/robots.txt/..%2f", "/feed/%00", "/?s=" + "%25" * 2000,
    "/news/?page=9" + "9" * 30,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:60])
def test_an_address_of_nothing_is_a_page_that_says_so(path):
    answer = Client().get(path)
    assert answer.status_code < 500
    assert answer.status_code in (200, 301, 302, 400, 404, 405), path
    if answer.status_code in (301, 302):
        assert leads_home(answer.headers["Location"]), answer.headers["Location"]
    text = (
        b"".join(answer.streaming_content).decode("utf-8", "replace") if answer.streaming else answer.content.decode()
    )
    assert "root:" not in text
    assert "SECRET_KEY" not in text
    assert "evil" not in answer.cookies


@pytest.mark.parametrize(
    "path", [one for one in PATHS if one.startswith(("/courses-admin", "/cms", "/documents"))], ids=str
)
def test_a_manager_who_follows_it_gets_no_error_of_ours_either(path):
    client = Client()
    client.force_login(manager())
    answer = client.get(path)
    assert answer.status_code in (200, 301, 302, 400, 403, 404, 405), path


def leads_home(location):
    """Whether a browser that follows it stays in the house."""
    from urllib.parse import urljoin, urlsplit

    # Browsers take a backslash for a slash.
    return urlsplit(urljoin("http://testserver/x/", location.replace("\\", "/"))).netloc == "testserver"


def test_the_net_catches_what_leads_away():
    for away in ("//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example"):
        assert not leads_home(away)
    assert leads_home("/courses-admin/?next=//evil.example")


COOKIES = [
    "", "x", "x" * 32, "x" * 4000, "../../etc/passwd", "%00", "null", "\"'><script>", "a" * 31 + ";", "[]", "é" * 20,
    ".eJwDAAAAAAE:1tX:bad", "' OR '1'='1", "gAAAAAB" * 30, "0" * 32,
]  # fmt: skip


@pytest.mark.parametrize("value", COOKIES, ids=lambda one: one[:20] or "empty")
@pytest.mark.parametrize(
    "name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"]
)
def test_a_cookie_that_isnt_ours_is_nobodys(name, value):
    client = Client()
    client.cookies[name] = value
    assert client.get("/courses-admin/").status_code == 302
    assert client.get("/account/").status_code == 302
    answer = client.get("/account/sign-in/")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace('<script type="application/ld+json">', "")


def test_our_cookies_are_read_by_no_script_and_sent_to_no_other_site():
    client = Client()
    client.force_login(manager())
    client.post("/courses-admin/logout/")
    client.get("/account/sign-in/")
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert client.cookies[settings.CSRF_COOKIE_NAME]["samesite"] == "Lax"
