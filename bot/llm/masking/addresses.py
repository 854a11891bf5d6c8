"""E-mail addresses and IP addresses. Each is looked for from the character that it cannot lack, so the time stays linear."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

from bot.llm.masking.finding import Finding
from bot.llm.masking.folding import Folded
from bot.llm.masking.labels import Labels

LOCAL_LIMIT = 128
"""Characters in front of an @ that are looked at; RFC 5321 allows 64."""
AT = re.compile(
    r"@|%40|&#0*64;|&#x0*40;|\\u0040|\s?[\[({]\s?(?:at|@)\s?[\])}]\s?| @ ?(?=[a-z])| at (?=[\w-]{1,63} dot )", re.IGNORECASE
)
LOCAL = re.compile(r"\"[^\"\s@]{1,64}\"|[\w.%+'!#$&^~-]{1,128}")
DOT = r"(?:\.|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?| dot )"
DOMAIN = re.compile(
    rf"(?:[^\W_][\w-]{{0,62}}{DOT}){{1,8}}(?P<top>xn--[a-z0-9-]{{1,59}}|[^\W\d_]{{2,24}})(?![^\W\d_])", re.IGNORECASE
)
LITERAL = re.compile(r"\[(?:ipv6:)?[0-9a-f.:]{3,45}\]", re.IGNORECASE)
BARE = re.compile(r"[^\W_][\w-]{1,62}(?![\w.@/:-])")
FILES = frozenset(["png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "bmp", "css", "tgz", "tacv"])
"""What follows the @ in the names of pictures (`logo@2x.png`), and in the ids of Teams' threads."""
PREFIXES = ("%20", "%3d", "%3a", "%3c", "%22", "%27", "%2c", "%5b", "%7b")
"""Percent-encoded characters that stand before an address in a query, and are none of it."""
V4 = re.compile(r"(?:(?<![\w.])|(?<=\\[nrt]))(?:(?<!-)|(?<=\w-))(?:\d{1,3}(?:\.|\[\.\]|\(\.\))){3}\d{1,3}(?!\w|\.\d|\[\.\]\d)")
V6 = re.compile(
    r"(?:(?<![\w:.-])|(?<=\\[nrt]))(?=[0-9a-f:.]{0,4}:)[0-9a-f:]{2,40}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?:%[\w.-]{1,16})?(?![\w:])",
    re.IGNORECASE,
)
DASHED = re.compile(r"(?<![\w-])ip(?:-\d{1,3}){4}(?![\w-])", re.IGNORECASE)
"""How a cloud names its machines."""
PRODUCT = re.compile(r"(?<![\w/.])[A-Z][\w.+]*/$|\w==$|[~^]=?\s?$|(?<![^\W\d_])[vV]\.?\s?$")
"""What stands before a version of four parts: `Chrome/120.0.0.0`, `==1.2.3.4`, `v1.2.3.4`."""
NAMED = re.compile(r"[\s:=\"'#(\[]*(?:(?:no|number|is|was|to|from|v)\b)?[\s:=.\"']*")
"""What may stand between the word version and the version."""
VERSION_REACH = 16
FEWEST = 4
"""Hexadecimal digits of an IPv6 address, `::1` apart."""


def emails(text: Folded, labels: Labels) -> Iterator[Finding]:
    """Addresses with a domain that ends in letters, with an address literal, or with one name after the word e-mail."""
    even = text.text
    for at in AT.finditer(even):
        start = local(even, at.start())
        if start is None:
            continue
        found = DOMAIN.match(even, at.end()) or LITERAL.match(even, at.end())
        if found is None and at[0] == "@" and labels.before(start)[0] == "email":
            found = BARE.match(even, at.end())
        if found is None or (at[0][0] == " " and at[0].strip() == "@" and not re.search(r"[._\d]", even[start : at.start()])):
            continue
        if even[start : at.start()] == "git":
            continue  # an address of a repository
        if found.re is DOMAIN and found["top"].lower() in FILES:
            continue
        yield Finding(start, found.end(), "EMAIL_ADDRESS")


def local(text: str, at: int) -> int | None:
    """Where the part in front of the @ starts; None when there is none."""
    window = text[max(0, at - LOCAL_LIMIT) : at]
    turned = LOCAL.match(window[::-1])
    if turned is None:
        return None
    part = turned[0][::-1]
    if not part.startswith('"'):
        for prefix in PREFIXES:
            cut = part.lower().rfind(prefix)
            part = part[cut + len(prefix) :] if cut >= 0 else part
        part = part.lstrip("'.!#$&^~%-+")
    return at - len(part) if part.strip(".'") else None


def ips(text: Folded, labels: Labels) -> Iterator[Finding]:
    """IPv4 unless it is said to be a version, and IPv6 that has a digit or three groups."""
    for found in V4.finditer(text.text):
        octets = re.findall(r"\d+", found[0])
        if all(int(octet) <= 255 for octet in octets) and not is_version(text, labels, found.start()):  # noqa: PLR2004
            yield Finding(found.start(), found.end(), "IP_ADDRESS")
    yield from (Finding(*found.span(), "IP_ADDRESS") for found in DASHED.finditer(text.text))
    for found in V6.finditer(text.text):
        end = found.end() - (found[0].endswith(":") and not found[0].endswith("::"))
        if is_v6(text.text[found.start() : end]):
            yield Finding(found.start(), end, "IP_ADDRESS")


def is_version(text: Folded, labels: Labels, start: int) -> bool:
    """Whether four numbers with full stops are the number of a release."""
    if PRODUCT.search(text.text[max(0, start - 24) : start]):
        return True
    said, gap = labels.before(start)
    return said == "version" and gap <= VERSION_REACH and NAMED.fullmatch(text.lower, start - gap, start) is not None


def is_v6(text: str) -> bool:
    """Whether the parser takes it, and it is not a scope operator before a word (`::add`) or a slice (`[1::2]`)."""
    bare = text.partition("%")[0]
    digits = [letter for letter in bare if letter not in ":."]
    colons = bare.count(":")
    some = len(digits) >= FEWEST and (colons >= FEWEST - 1 or any(map(str.isdecimal, digits)))
    if bare != "::1" and (colons == 1 or not some):
        return False
    try:
        return isinstance(ip_address(bare), IPv6Address)
    except ValueError:
        return False
