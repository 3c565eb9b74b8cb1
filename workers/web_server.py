"""The web server as `manage.py serve` starts it; benchmarks and tests start the same one, without Django here."""

import socket
import sys

from .processes import Part

# glibc gives each thread a heap of its own and never takes it back; with Python's lock they'd wait for nothing anyway.
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}


# Seconds that a stop waits for what runs; sockets are told to come back at once (1012).
_GRACE = 5


def asgi_command(*where: str) -> list[str]:
    """uvicorn, as it runs alone and behind a front. `--lifespan off`: Django's ASGI application has none.

    `--no-proxy-headers`: left alone, uvicorn believes X-Forwarded-For of whoever comes from this machine; whom to
    believe is TRUSTED_PROXIES' to say.
    """
    command = [sys.executable, "-m", "uvicorn", "backoffice.config.asgi:application", *where]
    command += ["--lifespan", "off", "--no-proxy-headers"]
    # What an app says to a socket is short, and a frame is compressed for each socket anew: thousands wait for that.
    command += ["--ws-max-size", "65536", "--ws-per-message-deflate", "0"]
    command += ["--timeout-graceful-shutdown", str(_GRACE), "--no-access-log", "--log-level", "warning"]
    return command


def web_part(host: str, port: int) -> Part:
    """Pages, API and sockets in one process."""
    return Part("web", asgi_command("--host", host, "--port", str(port)), ONE_ARENA)


def answers(host: str, port: int) -> bool:
    """Whether someone accepts connections there by now."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  only looked up
    try:
        with socket.create_connection((reachable, port), timeout=1):
            return True
    except OSError:
        return False
