"""How often may be tried, by address and by number, counted for all processes together in the cache."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from backoffice.shared.addresses import client_address
from backoffice.shared.limits import count_try, number_counted


class CountedThrottle(SimpleRateThrottle):
    """So many tries in a window of time.

    Counted by an increment: REST framework's own list of times is read and written back, and tries at the same moment
    are one there. A view says what it is throttled as (`login`, `register`, `password`).
    """

    kind = ""

    def __init__(self) -> None:
        self.seconds_to_wait = 1.0

    def ident(self, request: Request) -> str | None:
        """Who is counted; None counts nobody."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this try, and say whether it was one too many."""
        scope = f"{view.throttled_as}_{self.kind}"  # type: ignore[attr-defined]
        limit, duration = self.parse_rate(self.THROTTLE_RATES[scope])
        who = self.ident(request)
        if who is None or limit is None or duration is None:
            return True
        counted = count_try(scope, who, limit=limit, seconds=duration, now=self.timer())
        self.seconds_to_wait = counted.wait
        return counted.allowed

    def wait(self) -> float:
        """Seconds until the window ends."""
        return self.seconds_to_wait


class PerAddress(CountedThrottle):
    """By the client's address; behind proxies only as far as the settings believe them."""

    kind = "address"

    def ident(self, request: Request) -> str | None:
        """The address."""
        return client_address(request)


class PerNumber(CountedThrottle):
    """By the number in the body, or of whoever is signed in."""

    kind = "number"

    def ident(self, request: Request) -> str | None:
        """The number in its one form, or what was typed."""
        if request.user and request.user.is_authenticated:
            return str(request.user.pk)
        typed: Any = request.data.get("phone_number1") if isinstance(request.data, Mapping) else None
        return None if typed is None else number_counted(typed)
