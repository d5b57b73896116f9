"""The address that a request came from."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings


def client_address(environ: Mapping[str, Any]) -> str:
    """Return the address of the client, as the trusted proxies report it.

    Each proxy appends the address that it saw to X-Forwarded-For; anything before that is what the client
    claims. So with n trusted proxies, the n-th address from the end is the client's.
    """
    proxies: int = settings.AWASE_TRUSTED_PROXIES
    forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "")
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return _without_port(seen[-proxies])
    address: str = environ.get("REMOTE_ADDR", "")
    return address


def network_of(address: str) -> str:
    """Return what one client cannot change: an IPv4 address, or the /56 network of an IPv6 address.

    Many providers give each subscriber a /56 (RFC 6177), which is 256 networks of /64.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 72 << 72))


def _without_port(address: str) -> str:
    """Return the address; some proxies append the port, as in 192.0.2.1:443 or [::1]:443."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
