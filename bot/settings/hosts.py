"""Which addresses may be called with the bot's token for Teams: a message says where its answer goes, so that has to be checked."""

import re
from urllib.parse import urlsplit

from bot.settings.addresses import is_local
from bot.settings.environment import NAME, host_entries, is_host_entry

MICROSOFT, MICROSOFTS = "smba.trafficmanager.net", ".botframework.com"
"""Where the Bot Connector is: one host, and the subdomains of a domain."""
SHAREPOINT = ".sharepoint.com"
"""The domain of a company's files."""
PORTS = {"https": 443, "http": 80}
ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{NAME}(?:\.{NAME})*)(?::(?P<port>[1-9][0-9]{{0,4}}))?(?:/[a-z0-9/._~-]*)?",
    re.ASCII | re.IGNORECASE,
)
"""The only spelling that is taken: no user, no escapes, no query, no letters of other alphabets, no dot after the host."""


def allowed(url: str, allowed_hosts: str) -> bool:
    """Whether a service URL may be called; `allowed_hosts` is TEAMS_ALLOWED_HOSTS.

    It must be https (plain http on this machine only), and at Microsoft's hosts, on https's own port, or at one that is listed:
    `host` on any port, `host:port` on that port only, `*.domain` at any subdomain on any port, not at the domain itself.
    """
    found = ADDRESS.fullmatch(url)
    if found is None:
        return False
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port = int(found["port"] or PORTS[scheme])
    if port > 65535 or (scheme == "http" and not is_local(host, private=False)):  # noqa: PLR2004 - the largest port
        return False
    if scheme == "https" and port == PORTS["https"] and (host == MICROSOFT or host.endswith(MICROSOFTS)):
        return True
    return any(is_host_entry(entry) and covers(entry, host, port) for entry in host_entries(allowed_hosts))


def is_file_host(url: str, allowed_hosts: str) -> bool:
    """Whether a file may be fetched from an address: SharePoint over https, where Teams keeps what people send, or a listed host."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if not re.fullmatch(rf"{NAME}(?:\.{NAME})*", host, re.ASCII) or parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https" and port == PORTS["https"] and host.endswith(SHAREPOINT):
        return True
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_local(host, private=False))
    return is_safe and any(is_host_entry(entry) and covers(entry, host, port) for entry in host_entries(allowed_hosts))


def covers(entry: str, host: str, port: int) -> bool:
    """Whether one entry means this host and port."""
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    name, _, only = entry.partition(":")
    return host == name and (not only or port == int(only))
