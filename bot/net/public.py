"""Which addresses are public, and which spellings of a URL are taken from a stranger. Pure.

Spelling is where checks are tricked: two programs read the same URL differently. So one spelling is taken, and everything else is
refused instead of repaired; the address behind a name is judged by what the internet's registries have given out.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote

from handlers.errors import Invalid

LONGEST_URL = 4096
"""Characters."""
LONGEST_NAME = 253
"""Characters of a host's name, in the domain name system."""
PORTS = {"https": 443, "http": 80}
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{LABEL}(?:\.{LABEL})*|\[[0-9a-f:.]+\])(?::(?P<port>[1-9][0-9]{{0,4}}))?"
    r"(?P<path>[/?][^#\\\x00-\x20\x7f-\xa0\ud800-\udfff]*)?(?:#.*)?",
    re.ASCII | re.IGNORECASE,
)
"""No user, no escapes, other alphabets or closing dot in the host; no white space, control character or backslash anywhere."""
NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)
"""A host whose last part is a number is an IPv4 address for browsers and resolvers, in whatever spelling."""
CLOSED_4 = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",
    )
)  # fmt: skip
"""IANA's special-purpose IPv4 addresses (RFC 6890 and later), multicast, what is reserved; last, what a host in Azure is asked from inside."""
OPEN_6 = ip_network("2000::/3")
"""All that has been given out for hosts; what maps or wraps IPv4 addresses lies outside, but for the ones below."""
CLOSED_6 = tuple(ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Protocols (Teredo among them), documentation, 6to4."""
ISATAP, ISATAP_BITS = 0x00005EFE, 0xFCFFFFFF
"""The third quarter of an address that tunnels to the IPv4 address in its last, with the two bits left out that may vary."""


class Unsafe(Invalid):
    """A URL that we do not open, wherever it came from."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads. `path` has the query with it; `is_exempt` for one of our own that needs neither https nor a public address."""

    scheme: str
    host: str
    port: int
    path: str
    is_exempt: bool = False

    @property
    def url(self) -> str:
        """The one spelling of it."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


def target(url: str, *, exempt: Collection[str] = ()) -> Target:
    """Take a URL apart. `exempt` lists `host:port`, as written in a URL. Raises Unsafe, which never repeats the URL."""
    found = URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if found is None:
        raise Unsafe("This is no address that the bot opens: it takes https:// and a plain host name, without user or password.")
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port, path = int(found["port"] or PORTS[scheme]), found["path"] or "/"
    path = quote(path if path.startswith("/") else f"/{path}", safe="!$%&'()*+,-./:;=?@_~[]")
    if f"{host}:{port}" in exempt:
        return Target(scheme, host, port, path, is_exempt=True)
    if scheme != "https" or port != PORTS["https"]:
        raise Unsafe("The bot opens https addresses only, on https's own port.")
    if not is_good_name(host):
        raise Unsafe("The bot opens public addresses only, and this one is none.")
    return Target(scheme, f"[{ip_address(host[1:-1])}]" if host.startswith("[") else host, port, path)


def is_good_name(host: str) -> bool:
    """Whether a host is a full name, or a public address in its usual spelling."""
    if host.startswith("[") or NUMBER.fullmatch(host):
        return is_public(host.strip("[]"))
    return "." in host and len(host) <= LONGEST_NAME


def is_public(address: str) -> bool:
    """Whether a host on the internet may have this address; anything but the usual spelling of one has not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in net for net in CLOSED_4)
    return found in OPEN_6 and found.scope_id is None and not any(found in net for net in CLOSED_6) and not is_tunnel(found)


def is_tunnel(address: IPv6Address) -> bool:
    """Whether this is an ISATAP address, which carries an IPv4 address of a network behind a router."""
    return (int(address) >> 32) & ISATAP_BITS == ISATAP
