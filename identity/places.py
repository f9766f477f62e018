"""Where a request comes from: the ward, or outside."""

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from staff import here

Networks = tuple[IPv4Network | IPv6Network, ...]
# An address that is none, such as that of a socket: nobody's, so never the ward's.
NOWHERE: Final = "0.0.0.0"  # noqa: S104


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; what a proxy says counts only if the proxy is ours.

    Each of our proxies appends who called it, so the last address that is not one of
    CRS_PROXY_NETWORKS is the caller's; whatever stands before it anybody could have written.
    """
    address = _plain(request.META.get("REMOTE_ADDR", ""))
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while said and _lies_in(address, settings.CRS_PROXY_NETWORKS):
        named = _plain(said.pop().strip())
        if named == NOWHERE:
            break
        address = named
    return address


def is_remote(request: HttpRequest) -> bool:
    """Whether this comes neither from the ward's networks nor from one of its tablets."""
    if here.device_id() is not None or not settings.CRS_WARD_NETWORKS:
        return False
    return not _lies_in(address_of(request), settings.CRS_WARD_NETWORKS)


def _lies_in(address: str, networks: Networks) -> bool:
    found = ip_address(address)
    return any(found in network for network in networks)


def _plain(address: str) -> str:
    """Return the address; an IPv4 one that came over IPv6 as IPv4, and what is none as nobody's."""
    try:
        found = ip_address(address)
    except ValueError:
        return NOWHERE
    inner = getattr(found, "ipv4_mapped", None)
    return str(inner or found)
