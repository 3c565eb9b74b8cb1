"""The mail server from the environment."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from backoffice.config.mail import mail_server_from


def asked(monkeypatch, url, sender="reports@example.org"):
    monkeypatch.setenv("EMAIL_URL", url)
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", sender)
    return mail_server_from(environ.Env())


def test_no_address_is_no_mail_server(monkeypatch):
    assert asked(monkeypatch, "") is None


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp+tls://u%40x:p%2Fw@mail.example.org", 587, True, False),
        ("smtp+ssl://u%40x:p%2Fw@mail.example.org", 465, False, True),
        ("smtp://u%40x:p%2Fw@mail.example.org:2525", 2525, False, False),
    ],
)
def test_an_address_says_where_how_and_as_whom(monkeypatch, url, port, tls, ssl):
    server = asked(monkeypatch, url)
    assert (server["host"], server["port"], server["use_tls"], server["use_ssl"]) == (
        "mail.example.org",
        port,
        tls,
        ssl,
    )
    assert (server["username"], server["password"]) == ("u@x", "p/w")
    assert 0 < server["timeout"] <= 30


@pytest.mark.parametrize(
    ("url", "sender", "words"),
    [
        ("http://x", "a@b.c", "smtp\\+tls"),
        ("smtp+tls://u:p@mail.example.org", "", "DEFAULT_FROM_EMAIL"),
        ("smtp://", "a@b.c", "no host"),
    ],
)
def test_what_cant_work_stops_the_start_with_what_to_do(monkeypatch, url, sender, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        asked(monkeypatch, url, sender)
