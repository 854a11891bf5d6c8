"""Which records of different systems are about the same person, company or case: the marks they share, and what those prove. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.models import Record, shown
from handlers.ports import Tie

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@([^\s@<>()\[\],;:\"/]{1,253})")
KEY = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,8}(?![\w-])")
"""A Jira key in a text. Other words look like it (`UTF-8`); they lead nowhere, for there is no such issue."""
MOST_KEYS = 20
"""Keys that one text may name; a pasted list is no reference."""
MOST_TOGETHER = 50
"""Records in one group: a mailbox that half a company writes from ties nobody to anybody."""
FIRMS = frozenset({"company", "account"})
PEOPLE = frozenset({"contact", "lead"})
SHARED = frozenset({
    "admin", "billing", "booking", "bookings", "contact", "enquiries", "finance", "hello", "help", "info", "mail",
    "office", "orders", "reception", "sales", "service", "support", "team",
})  # fmt: skip
"""Names of mailboxes that several people read."""
NOBODY = re.compile(r"(no|do[-_.]?not)[-_.]?reply|mailer-daemon|postmaster|bounces?|notifications?")
"""Names of mailboxes that nobody reads."""
FREE_NAMES = frozenset({
    "gmail", "googlemail", "gmx", "hotmail", "live", "msn", "outlook", "proton", "protonmail", "tutanota", "yahoo",
    "yandex", "ymail", "zoho",
})  # fmt: skip
"""Providers at whose domains anybody has an address, whatever the country."""
FREE_DOMAINS = frozenset({
    "126.com", "163.com", "aol.com", "att.net", "bk.ru", "bluewin.ch", "btinternet.com", "comcast.net", "cox.net",
    "daum.net", "fastmail.com", "free.fr", "freenet.de", "hey.com", "icloud.com", "inbox.ru", "interia.pl", "laposte.net",
    "libero.it", "list.ru", "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com", "naver.com", "o2.pl", "orange.fr",
    "pm.me", "posteo.de", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com", "seznam.cz", "sfr.fr", "sky.com",
    "t-online.de", "tuta.com", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com", "wanadoo.fr", "web.de",
    "wp.pl",
})  # fmt: skip
"""The same at one domain. Such a domain says nothing of a company."""
SURE: Mapping[Tie, float] = {"person": 0.95, "case": 0.9, "company": 0.8}
"""How sure a mark makes, 0 to 1: an address is somebody's, a key may be quoted in passing, a domain may have several firms."""
LESS_SURE = 0.6
"""The same where a mailbox is shared, or where only somebody's address ties a person to a firm."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Something that records of the same person, company or case have in common: an e-mail address, a domain, a Jira key."""

    what: Tie
    value: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a record: what it is called, where it is, its marks, and when it was read (seconds since 1970)."""

    system: str
    kind: str
    id: str
    title: str
    url: str = ""
    marks: frozenset[Mark] = frozenset()
    at: float = 0.0

    @property
    def key(self) -> str:
        """The name of the record across systems, as `Record.key`."""
        return f"{self.system}/{self.kind}/{self.id}"

    @property
    def emails(self) -> frozenset[str]:
        """Whose it is."""
        return frozenset(mark.value for mark in self.marks if mark.what == "person")


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that belong together: how, why, how sure that is, since when. `by` is the person who said so, empty for a rule."""

    one: str
    other: str
    what: Tie
    reason: str
    confidence: float
    at: float
    by: str = ""


def known(record: Record) -> Known:
    """What is kept of a record."""
    return Known(record.system, record.kind, record.id, record.title[:255], record.url, marks(record))


def marks(record: Record) -> frozenset[Mark]:
    """The marks of a record. Who works here is no mark of a case: colleagues write on many."""
    found = {Mark("case", key) for key in named(record)}
    emails = addresses(record) if record.kind in PEOPLE or record.outside_text else frozenset()
    found |= {Mark("person", email) for email in emails}
    sites = {shown(record.fields.get(name)) for name in ("domain", "website")}
    found |= {Mark("company", firm) for text in (*emails, *sites) if (firm := company(text))}
    return frozenset(found)


def named(record: Record) -> frozenset[str]:
    """The Jira keys that a record is about: an issue's own, or those that a ticket names (none, where it lists too many)."""
    if record.kind == "issue":
        return frozenset({record.id})
    told = "\n".join((record.title, record.text, shown(record.fields.get("issues"))))
    keys = frozenset(KEY.findall(told)) if record.kind == "ticket" else frozenset()
    return keys if len(keys) <= MOST_KEYS else frozenset()


def addresses(record: Record) -> frozenset[str]:
    """The e-mail addresses of the person whose record it is."""
    texts = (shown(record.fields.get("email")), *record.author)
    return frozenset(found for text in texts if (found := address(text)))


def address(text: str) -> str:
    """An e-mail address in its one spelling; empty for what is none, and for a mailbox that nobody reads."""
    plain = unicodedata.normalize("NFC", text).strip().lower().removeprefix("mailto:")
    found = EMAIL.fullmatch(plain)
    host = spelled(found[1]) if found else ""
    name = plain.rpartition("@")[0]
    return f"{name}@{host}" if host and not NOBODY.fullmatch(name.partition("+")[0]) else ""


def company(text: str) -> str:
    """The domain of an e-mail address or of a web site; empty where it is none, or one at which anybody has an address."""
    try:
        host = text.rpartition("@")[2] if "@" in text else urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    domain = spelled(host).removeprefix("www.")
    return "" if is_free(domain) else domain


def is_free(domain: str) -> bool:
    """Whether anybody can have an address at a domain: `gmx.de` and `yahoo.co.uk`, but not `gmail.company.example`."""
    name, *rest = domain.split(".")
    return domain in FREE_DOMAINS or (name in FREE_NAMES and (len(rest) == 1 or rest[0] in ("co", "com")))


def spelled(host: str) -> str:
    """A host in its one spelling; empty for what is no domain."""
    try:
        plain = host.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return plain if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", plain) and not plain.replace(".", "").isdecimal() else ""


def ties(one: Known, other: Known) -> list[Link]:
    """How two records of different systems belong together, by what they share: the surest link of each kind."""
    if one.system == other.system:
        return []
    found: dict[Tie, Link] = {}
    for mark in sorted(one.marks & other.marks):
        reason, sure = proof(mark, one, other)
        if sure and (mark.what not in found or found[mark.what].confidence < sure):
            first, second = sorted((one.key, other.key))
            found[mark.what] = Link(first, second, mark.what, reason, sure, max(one.at, other.at))
    return list(found.values())


def proof(mark: Mark, one: Known, other: Known) -> tuple[str, float]:
    """Why a shared mark ties two records, and how sure that is; 0 where it does not."""
    match mark.what:
        case "person":
            is_shared = mark.value.partition("@")[0] in SHARED
            return ("the same shared mailbox", LESS_SURE) if is_shared else ("the same e-mail address", SURE["person"])
        case "company":
            firms = sum(each.kind in FIRMS for each in (one, other))
            return "the same company domain", (0.0, LESS_SURE, SURE["company"])[firms]
        case "case":
            return f"{'the ticket' if 'ticket' in (one.kind, other.kind) else 'the text'} names {mark.value}", SURE["case"]


def together(records: Iterable[Known], links: Iterable[Link]) -> list[frozenset[str]]:
    """Groups of records that belong together, through others too. The surest links are taken first, whatever their order.

    Through links of people, two records that name different people by their e-mail addresses never come into one group, whoever
    stands between them; and no group has more than `MOST_TOGETHER`.
    """
    whose = {record.key: record.emails for record in records}
    group = {key: frozenset({key}) for key in whose}
    emails = dict(whose)
    for link in sorted(links, key=lambda link: (-link.confidence, link.one, link.other, link.what)):
        first, second = group.get(link.one), group.get(link.other)
        if first is None or second is None or first is second or len(first | second) > MOST_TOGETHER:
            continue
        mine, theirs = emails[link.one], emails[link.other]
        if link.what == "person" and mine and theirs and not mine & theirs:
            continue
        united, both = first | second, mine | theirs
        group |= dict.fromkeys(united, united)
        emails |= dict.fromkeys(united, both)
    return sorted(set(group.values()), key=sorted)
