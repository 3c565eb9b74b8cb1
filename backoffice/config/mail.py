"""The mail server that carries scheduled reports, from the environment."""

from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured

#: A server that says nothing for this long, in seconds, is taken for out of order.
_TIMEOUT: Final = 20
_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def mail_server_from(env: environ.Env) -> dict[str, Any] | None:
    """What Django's `get_connection` takes, from EMAIL_URL; None where no server is named."""
    url: str = env("EMAIL_URL", default="")
    if not url:
        return None
    scheme = url.partition("://")[0]
    if scheme not in _PORTS:
        raise ImproperlyConfigured(f"EMAIL_URL begins with {scheme!r}: use smtp+tls://, smtp+ssl:// or smtp://.")
    if not env("DEFAULT_FROM_EMAIL", default=""):
        raise ImproperlyConfigured("EMAIL_URL is set and DEFAULT_FROM_EMAIL isn't: say who the letters come from.")
    parts = environ.Env.email_url_config(url)
    if not parts["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL names no host: smtp+tls://user:password@mail.example.org:587")
    return {
        "backend": parts["EMAIL_BACKEND"],
        "host": parts["EMAIL_HOST"],
        "port": parts["EMAIL_PORT"] or _PORTS[scheme],
        "username": parts["EMAIL_HOST_USER"] or "",
        "password": parts["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": scheme == "smtp+tls",
        "use_ssl": scheme == "smtp+ssl",
        "timeout": _TIMEOUT,
    }
