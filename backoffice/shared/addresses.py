"""The address somebody asks from, as far as it can be believed."""

import ipaddress
from typing import Final

from django.conf import settings
from django.http import HttpRequest

# Whoever has one IPv6 address has 2^64 of them.
_IPV6_HOME: Final = 64


def client_address(request: HttpRequest) -> str:
    """Whom to count: the address that spoke to us or, with TRUSTED_PROXIES, what the outermost of them says it saw.

    Each proxy writes whom it saw at the end of X-Forwarded-For; what stands before that is the visitor's own word.
    """
    address = str(request.META.get("REMOTE_ADDR") or "")
    trusted: int = settings.TRUSTED_PROXIES
    forwarded = [one.strip() for one in str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",") if one.strip()]
    if trusted and forwarded:
        address = forwarded[-min(trusted, len(forwarded))]
    return _home_of(address)


def _home_of(address: str) -> str:
    """An IPv4 address as it is, an IPv6 one as the network of its household."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, _IPV6_HOME), strict=False))
    return str(ip)
