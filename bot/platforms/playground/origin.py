"""Whom the page answers: browsers that came by a loopback name or by PUBLIC_URL, so no foreign name can be pointed at it."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

FAR = "The playground has no sign-in, so a loopback name is only answered on this machine. Set PUBLIC_URL to open it to others."
FOREIGN_HOST = "The playground answers on localhost and on PUBLIC_URL only. Open it under one of these names."
FOREIGN_ORIGIN = "This came from another site. Open the playground itself and try again there."


@dataclass(frozen=True, slots=True)
class Origins:
    """Refuses foreign names with 421 and foreign pages with 403."""

    public_url: str = ""

    def check(self, request: web.Request) -> None:
        """Raises HTTPMisdirectedRequest for a Host that is not ours, HTTPForbidden for an Origin that is not this page's.

        Anybody on the network can write a loopback name into a Host header: it counts for connections of this machine only.
        """
        if not self.is_ours(request.host):
            raise web.HTTPMisdirectedRequest(reason=FOREIGN_HOST)
        if not self.is_near(request.host, request.remote or ""):
            raise web.HTTPMisdirectedRequest(reason=FAR)
        origin = request.headers.get("Origin")
        if origin is not None and not self.is_same(origin, request.host):
            raise web.HTTPForbidden(reason=FOREIGN_ORIGIN)

    def is_ours(self, netloc: str) -> bool:
        """Whether a Host header names this machine or the public address."""
        host = host_of(f"//{netloc}")
        return is_loopback(host) or (bool(host) and host == host_of(self.public_url))

    def is_near(self, netloc: str, peer: str) -> bool:
        """Whether a request may use this name: the public one may be used by anybody, a loopback one from this machine."""
        host = host_of(f"//{netloc}")
        return (bool(host) and host == host_of(self.public_url)) or is_loopback(peer)

    def is_same(self, origin: str, netloc: str) -> bool:
        """Whether a page's origin is where the request went, or the public address in front of it."""
        host = place(origin)
        return bool(host) and (host == netloc.casefold() or origin.casefold() == site(self.public_url))


def host_of(url: str) -> str:
    """The host name of an address, empty for what is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def place(origin: str) -> str:
    """Host and port of an origin; `null` and the like have none."""
    scheme, _, netloc = origin.partition("://")
    return netloc.casefold() if scheme in ("http", "https") else ""


def site(url: str) -> str:
    """The origin that a browser sends from an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".casefold()


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    try:
        address = ip_address(host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
