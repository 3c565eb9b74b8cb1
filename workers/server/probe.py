"""`python3 -m workers.server.probe`: whether this web server answers, for the health check of its container."""

import http.client
import sys
from typing import Final

from backoffice.shared.environment import environment

from .parts import ROOT

_PATIENCE: Final = 8.0  # seconds


def main() -> int:
    """Ask /health/live as a visitor of the first host by https would; 0 for a 200."""
    env = environment(ROOT)
    # The `env` of the container may name no host: the server's own start complains then.
    host = next(iter(env.list("DJANGO_ALLOWED_HOSTS", default=[])), "localhost").lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", env.int("WEB_PORT", default=8000), timeout=_PATIENCE)
    try:
        connection.request("GET", "/health/live", headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = connection.getresponse().status
    except OSError as error:
        print(f"no answer: {error}", file=sys.stderr)  # noqa: T201  Docker keeps what its checks say
        return 1
    finally:
        connection.close()
    if status != 200:
        print(f"/health/live answered {status}", file=sys.stderr)  # noqa: T201
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
