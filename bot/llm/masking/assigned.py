"""Secrets that show by what stands beside them: a word such as password, a header, a name with a password before a host."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from bot.llm.masking.finding import Finding
from bot.llm.masking.folding import Folded, fold
from bot.llm.masking.vocabulary import BEFORE_AN_ADDRESS, NOTHING, PASSWORDS

STRONG = (*(fold(word).lower for word in PASSWORDS.split()), "mot de passe")
"""Words whose value is a secret whatever it looks like."""
WEAK = ("secret", "token", "key", "credential", "authorization", "session", "signature", "cookie", "bearer")
"""Words that are about other things as well."""
SHORT = ("pass", "pin", "otp", "sig", "sas", "psk", "auth", "creds")
"""The same, when they are whole words."""
KEYS = re.compile(
    r"(?:api|access|secret|private|signing|account|encryption|auth|consumer|shared|licen[cs]e|subscription|webhook"
    r"|master|service|session|storage|ssh|app|server|admin|root|deploy|client)"
    r"[ _-]?$|[a-z]_$"
)
"""What makes a key, or an id, one that opens something."""
SIGN = re.compile(
    r"(?P<rest>[\w-]{0,24})[\"'`\]*_\\]{0,4}\s{0,3}(?:\([^()\n]{0,24}\)\s?)?(?:=>|:=|==?|:|->|%3d|\||\b(?:is now|is|was|are|ist|lautet|est|es|e|to|for [\w-]{1,20} is):?\s)\s{0,3}"
    r"(?:(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n]{3,512})(?=\\?[\"'`])|(?P<plain>[^\s\"'`<>,;&|]{4,512}))",
    re.IGNORECASE,
)
MIXED = re.compile(r"[A-Za-z0-9_/+=-]{16,}")
NEAR = 40
"""Characters between a word and a long mixture of letters and digits in the same line: `here is the API key for prod, 0123abcd...`."""
HASHES = ("commit", "sha", "hash", "uuid", "checksum", "digest", "revision", "etag", "md5")
HEADER = re.compile(
    r"\b(?:bearer|basic|token|negotiate|digest|apikey|splunk|genie-?key)\s+(?P<value>(?=[\w.~+/=-]{0,512}(?:\d|=))[\w.~+/=-]{8,})",
    re.IGNORECASE,
)
COOKIE = re.compile(r"\b(?:set-)?cookie:\s?(?P<value>[^\r\n=;]{1,64}=[^\r\n]{1,4096})", re.IGNORECASE)
FLAG = re.compile(
    r"(?<!\S)(?:-u|--user)[ =][\"']?(?P<value>[^\s:\"']{1,64}:[^\s\"']{3,200})|(?<!\S)--(?:password|token|secret|api-key)[ =][\"']?(?P<other>[^\s\"']{3,200})"
)
SLASH_TOKEN = re.compile(r"/token:(?P<value>[^\s\"'<>@]{6,200})")
"""How Zendesk writes a sign-in by token: `somebody@example.com/token:...`."""
WORDLESS, ACCOUNTS = frozenset(NOTHING.split()), frozenset(BEFORE_AN_ADDRESS.split())
CODE = re.compile(
    r"[\w.\]\[]*[\w\])]\(|\$\{|\{\{|process\.env|os\.environ|env\[|[A-Za-z_]+(?:\.[A-Za-z_]+)+$",
    re.IGNORECASE,
)
"""An expression."""
HIDDEN = re.compile(r"<[\w-]+>|\*{3,}|x{4,}$|\.{3}|\[[A-Z_]+_\d+_|\$\{|\{\{", re.IGNORECASE)
"""A placeholder, or something that was hidden before."""
MIXTURE = re.compile(r"[\d!@#$%^&*+=?~_/-]")
BARE_USER = re.compile(r"[^\s:@/\"'<>()\[\]{},;|]{3,100}:[^\s:@/\"'<>()\[\]{},;|]{1,64}")
BEARING = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s/@:\"'<>]{0,64}:[^\s\"'<>]{1,200}@", re.IGNORECASE)


def assigned(text: Folded) -> Iterator[Finding]:
    """Values of what is called a secret, in prose, code, settings and headers."""
    words, place = sorted(named(text.lower)), 0
    for _, end, strong in words:
        found = SIGN.match(text.text, end) if end >= place else None
        for secret in value(found, strong=strong) if found is not None else ():
            place = secret.end
            yield secret
    yield from mixtures(text, [end for _, end, _ in words])
    for form in (HEADER, COOKIE, SLASH_TOKEN):
        for found in form.finditer(text.text):
            yield Finding(*found.span("value"), "SECRET")
    for found in FLAG.finditer(text.text):
        yield Finding(*found.span("value" if found["value"] else "other"), "SECRET")


def named(lower: str) -> Iterator[tuple[int, int, bool]]:
    """Where a secret is named, and whether nothing else goes by that word."""
    for word in (*STRONG, *WEAK, *SHORT):
        place = lower.find(word)
        while place >= 0:
            end = place + len(word)
            whole = not (lower[place - 1 : place].isalpha() or lower[end : end + 1].isalpha())
            if word in ("key", "session"):
                fitting = KEYS.search(lower, max(0, place - 16), place) is not None or (
                    word == "session" and lower[end : end + 3].strip("_ -")[:1] == "i"
                )
            else:
                fitting = whole or word not in SHORT
            if fitting:
                yield place, end, word in STRONG
            place = lower.find(word, end)


def mixtures(text: Folded, ends: list[int]) -> Iterator[Finding]:
    """Long words of letters and digits in the same line as a word for a secret, unless they are said to be a hash."""
    for found in MIXED.finditer(text.text) if ends else ():
        word = found[0]
        if word.isdecimal() or not any(map(str.isdecimal, word)) or word.replace("-", "").replace("_", "").isdecimal():
            continue
        ahead = bisect_right(ends, found.start()) - 1
        if ahead < 0 or found.start() - ends[ahead] > NEAR or not any(map(str.isalpha, word)):
            continue
        between = text.lower[ends[ahead] : found.start()]
        if "\n" not in between and not any(hashed in between for hashed in HASHES):
            yield Finding(found.start(), found.end(), "SECRET")


def trimmed(value: str) -> str:
    """A value without the marks that end the sentence around it."""
    return value.rstrip(".)]}:*") if value[-1:] in ".)]}:*" and len(value) > 4 else value  # noqa: PLR2004


def value(found: re.Match[str], *, strong: bool) -> Iterator[Finding]:
    """The value behind a word and a sign, when it can be the secret itself."""
    name = "quoted" if found["quoted"] is not None else "plain"
    text = trimmed(found[name])
    plain, rest = text.strip().lower(), found["rest"]
    if len(plain) < 3 or plain.rstrip(".,!?:;") in WORDLESS or (name == "plain" and CODE.match(text)) or HIDDEN.match(text):  # noqa: PLR2004
        return
    if not strong and ((rest[:1].islower() and rest != "s") or (rest == "s" and plain.isdecimal())):
        return  # tokenizer, secretary; tokens = 4096
    mixed = MIXTURE.search(text) is not None or (text[1:] != text[1:].lower() and text != text.upper())
    spoken = (
        found.string[found.start(name) - 1].isspace()
        and found.string[max(0, found.start(name) - 5) : found.start(name)].rstrip()[-1:].isalnum()
    )
    enough = (mixed and len(text) >= 5) if spoken else (mixed or strong or len(text) >= 16)  # noqa: PLR2004
    if name == "quoted":
        enough = mixed or strong or (" " not in text and len(text) >= 8)  # noqa: PLR2004
    if enough:
        start = found.start(name)
        yield Finding(start, start + len(text), "SECRET")


def signed_in(text: Folded) -> Iterator[Finding]:
    """A name and a password in front of a host, with a scheme or without."""
    for found in BEARING.finditer(text.text):
        yield Finding(found.start(), found.end(), "SECRET")
    place = text.text.find("@")
    while place >= 0:
        turned = BARE_USER.match(text.text[max(0, place - 170) : place][::-1])
        if turned is not None and text.text[place + 1 : place + 2].isalnum():
            user, _, password = turned[0][::-1].partition(":")
            if user.lower() not in ACCOUNTS and MIXTURE.search(password):
                yield Finding(place - len(turned[0]), place, "SECRET")
        place = text.text.find("@", place + 1)
