"""Which addresses may be called, and what is wrong with one that may not. Pure."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def address_problem(name: str, url: str, *, private: bool) -> str:
    """Why a URL cannot be used; empty when it can. Plain http is for loopback, and for private addresses where allowed."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"{name.upper()} is no URL: it cannot be taken apart"
    if parts.username or parts.password:
        return f"{name.upper()} must not carry a user name or password"
    if parts.scheme not in ("http", "https") or not host:
        return f"{name.upper()} must be an http or https URL, not {url!r}"
    if parts.scheme == "https" or is_local(host, private=private):
        return ""
    return f"{name.upper()} must use https: plain http is only for 127.0.0.1 (it says {host})"


def public_problem(url: str) -> str:
    """Why PUBLIC_URL cannot be what a browser's address line shows; empty when it can, or is not set."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "PUBLIC_URL is no URL: it cannot be taken apart"
    if not url or (parts.scheme in ("http", "https") and host and not parts.username and not parts.password):
        return ""
    return "PUBLIC_URL must be the http or https address under which people reach the bot, for example https://bot.example.com"


def is_local(host: str, *, private: bool) -> bool:
    """Whether a host is this machine, or (when `private`) certainly not on the public internet."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or (private and "." not in host and host[:1].isalpha())  # 134744072 is an address too
    return address.is_loopback or (private and address.is_private)
