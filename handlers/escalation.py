"""Whether a ticket escalates, and how its customer feels: signs that stand in the customer's own words, each with its quote. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "speaks of lawyers or regulators", "wants to leave", "has asked before", "is angry", "loses money", "cannot work",
    "threatens to make it public",
]  # fmt: skip
Sentiment = Literal["negative", "neutral", "positive"]
Risk = Literal["low", "medium", "high"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high")
"""By the number of different signs: none, one, more."""
SHORTEST, LONGEST = 6, 200
"""Characters of a quote that proves something."""
SIGNS: Mapping[Kind, re.Pattern[str]] = {
    "speaks of lawyers or regulators": re.compile(
        r"\b(lawyers?|legal action|sue|court|regulator|anwalt|rechtlich|avocat|abogado)\b", re.IGNORECASE
    ),
    "wants to leave": re.compile(
        r"\b(cancel (our|my|the) (account|contract|subscription)|switch(ing)? to|terminate|kündigen|we are leaving|do not renew)\b",
        re.IGNORECASE,
    ),
    "has asked before": re.compile(
        r"\b(third|second (time|problem)|fourth|(asked?|asking|wr[io]te|written|happen(s|ed)) again|still (no|not|waiting)|days? ago|no (answer|reply)|immer noch|schon wieder)\b",
        re.IGNORECASE,
    ),
    "is angry": re.compile(
        r"(unacceptable|ridiculous|disgrace|furious|\bangry\b|outrageous|unverschämt|inacceptable|(?-i:\bNOW\b)|!!)",
        re.IGNORECASE,
    ),
    "loses money": re.compile(
        r"\b(losing (money|customers|bookings)|lost (revenue|bookings|money)|chargeback|double[- ]charged|charged twice)\b",
        re.IGNORECASE,
    ),
    "cannot work": re.compile(
        r"\b((nobody|no one|none of (us|our)[\w ]{0,20}) (can|gets?)\b|(shops?|desks?) (are )?closed|outage|stillstand|geht gar nichts)",
        re.IGNORECASE,
    ),
    "threatens to make it public": re.compile(
        r"\b(go(ing)? (public|to the press)|bad review|trustpilot|one star|die presse)\b", re.IGNORECASE
    ),
}
"""What in a customer's words speaks for an escalation. English and some German."""
COLD: frozenset[Kind] = frozenset(
    {"speaks of lawyers or regulators", "wants to leave", "is angry", "threatens to make it public"}
)
"""Signs after which nobody would call the customer content."""
BAD = re.compile(
    r"\b(annoy\w*|frustrat\w*|disappoint\w*|terrible|useless|upset|worst|ärger\w*|enttäusch\w*|schlecht)\b", re.IGNORECASE
)
GOOD = re.compile(
    r"\b(great|wonderful|love|perfect|grateful|happy|excellent|super|toll|prima|perfekt|merci beaucoup)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something in the customer's words that speaks for an escalation. `quote` is copied from them."""

    kind: Kind
    quote: str


def signs(text: str) -> tuple[Sign, ...]:
    """One sign of each kind that the rules find in a customer's words."""
    hits = ((kind, pattern.search(text)) for kind, pattern in SIGNS.items())
    return tuple(Sign(kind, " ".join(hit[0].split())) for kind, hit in hits if hit)


def raised(found: Iterable[Sign], others: Iterable[Sign], text: str) -> tuple[Sign, ...]:
    """The signs with those of somebody else that are new, and whose quote stands in the customer's words. None is ever taken away."""
    known, spoken = {one.kind: one for one in found}, plain(text)
    for one in others:
        quote = plain(one.quote)
        if SHORTEST <= len(quote) <= LONGEST and quote in spoken:
            known.setdefault(one.kind, Sign(one.kind, " ".join(one.quote.split())))
    return tuple(known.values())


def plain(text: str) -> str:
    """A text as two of them are compared."""
    return " ".join(text.casefold().split())


def risk(found: Iterable[Sign]) -> Risk:
    """How likely the ticket escalates."""
    return RISKS[min(len({one.kind for one in found}), len(RISKS) - 1)]


def sentence(found: tuple[Sign, ...]) -> str:
    """The risk with all that it was read from."""
    if not found:
        return "escalation risk low: no sign of it in the text"
    said = ", ".join(f"{one.kind} (“{one.quote}”)" for one in found)
    return f"escalation risk {risk(found)}: the customer {said}"


def sentiment(text: str, found: Iterable[Sign], said: Sentiment | None = None) -> Sentiment:
    """How the customer feels. A model may say it, but nobody who is angry or about to leave is content."""
    if COLD & {one.kind for one in found}:
        return "negative"
    if said is not None:
        return said
    bad, good = len(BAD.findall(text)), len(GOOD.findall(text))
    return "negative" if bad > good else "positive" if good > bad else "neutral"
