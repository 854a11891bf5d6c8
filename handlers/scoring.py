"""A lead score that anybody can check with a pencil: each signal is worth points and says why. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from handlers.models import Record, shown

FIT, INTENT = 50, 50
"""Points that each half of the score can reach."""
SALES, NURTURE = 70, 40
"""Points from which a lead goes to sales, and from which it is kept warm."""
MIN_WON = 2
"""Past customers that make an industry or a country one where we sell."""
SENIOR = re.compile(
    r"\b(owner|(co-)?founder|director|ceo|president|head|partner|managing|inhaber(in)?|geschäftsführer(in)?|leiter(in)?|titolare"
    r"|diret(tore|trice|or|ora)|direct(eur|rice)|gérante?|propriétaire|dueñ[oa])\b",
    re.IGNORECASE,
)
MANAGER = re.compile(r"\b(manager|manag(eress|erin)|lead|supervisor|verantwortliche[rs]?|responsable)\b", re.IGNORECASE)
ASKED = re.compile(r"\b(demo|pric(e|es|ing)|quote|trial|sales|consultation|angebot|preis(e|anfrage)?)\b", re.IGNORECASE)
"""Forms that somebody sends who wants to buy."""
FREEMAIL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "aol.com", "proton.me",
     "gmx.de", "gmx.net", "web.de", "t-online.de", "libero.it", "orange.fr"}
)  # fmt: skip
COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for or against somebody as a customer."""

    half: Literal["fit", "intent"]
    points: int
    reason: str

    @property
    def line(self) -> str:
        """As it stands on a card."""
        return f"{self.points:+d} {self.reason}"


@dataclass(frozen=True, slots=True)
class Score:
    """All signals of somebody, the strongest first."""

    signals: tuple[Signal, ...]

    @property
    def fit(self) -> int:
        """How well we suit each other: 0 to FIT."""
        return self._sum("fit", FIT)

    @property
    def intent(self) -> int:
        """How much they want to buy: 0 to INTENT."""
        return self._sum("intent", INTENT)

    @property
    def points(self) -> int:
        """0 to 100."""
        return self.fit + self.intent

    @property
    def sentence(self) -> str:
        """The score and where it comes from."""
        return f"score {self.points} of 100: fit {self.fit} of {FIT}, intent {self.intent} of {INTENT}"

    @property
    def route(self) -> str:
        """Where somebody with this score goes."""
        if self.points >= SALES:
            return f"goes to the sales pipeline: {SALES} points and more"
        if self.points >= NURTURE:
            return f"is kept warm, no deal yet: {NURTURE} to {SALES - 1} points"
        return f"gets the newsletter only: fewer than {NURTURE} points"

    def strongest(self, many: int = 3) -> tuple[str, ...]:
        """The signals that weigh most, as lines."""
        return tuple(signal.line for signal in self.signals[:many])

    def _sum(self, half: str, most: int) -> int:
        return min(max(sum(signal.points for signal in self.signals if signal.half == half), 0), most)


def score(lead: Record, past: Sequence[Record], *, today: date) -> Score:
    """Somebody's score. `past` are people whose story has ended: they say in which industries and countries we sell."""
    found = [*fit(lead, past), *intent(lead, today)]
    return Score(tuple(sorted(found, key=lambda signal: -abs(signal.points))))


def fit(lead: Record, past: Sequence[Record]) -> Iterator[Signal]:
    """Who they are. Nothing is said about what the CRM does not know."""
    job, company = held(lead, "job"), held(lead, "company")
    if SENIOR.search(job):
        yield Signal("fit", 15, f"decides: {job}")
    elif MANAGER.search(job):
        yield Signal("fit", 8, f"has a say: {job}")
    if (people := count(lead, "employees")) is not None:
        size = f"{company or 'the company'} has {people} people"
        yield Signal("fit", 12 if people >= 50 else 8 if people >= 10 else 3, size)  # noqa: PLR2004 - the borders of the model
    for name, points in (("industry", 10), ("country", 5)):
        value = held(lead, name)
        won, lost = (ended(past, name, value, how) for how in ("won", "lost"))
        if value and won >= MIN_WON and won > lost:
            yield Signal("fit", points, f"{name} {readable(value)}: {won} customers, {lost} lost")
    domain = held(lead, "email").rpartition("@")[2].casefold()
    if domain and company and domain not in FREEMAIL:
        yield Signal("fit", 8, f"writes from the company's address at {domain}")


def intent(lead: Record, today: date) -> Iterator[Signal]:
    """What they did."""
    form, forms, visits = held(lead, "form"), count(lead, "forms") or 0, count(lead, "visits") or 0
    if ASKED.search(form):
        yield Signal("intent", 18, f"sent the form “{form}”")
    if forms >= 2:  # noqa: PLR2004 - the borders of the model, here and below
        yield Signal("intent", 6, f"sent {forms} forms")
    if visits >= 5:  # noqa: PLR2004
        yield Signal("intent", 8 if visits >= 20 else 4, f"looked at {visits} pages")  # noqa: PLR2004
    replied, active = day(lead, "replied"), day(lead, "active")
    if replied and today - replied <= timedelta(days=90):
        yield Signal("intent", 10, f"answered on {replied}")
    if active:
        away = (today - active).days
        if away <= 60:  # noqa: PLR2004
            yield Signal("intent", 8 if away <= 14 else 4, f"was active on {active}")  # noqa: PLR2004
        elif away >= 180:  # noqa: PLR2004
            yield Signal("intent", -15, f"has not been heard of since {active}")
    if held(lead, "outcome") == "lost":
        yield Signal("intent", -25, f"was given up before: {readable(held(lead, 'status') or held(lead, 'stage')) or 'lost'}")


def held(record: Record, name: str) -> str:
    """What a record says in a field; empty where it says nothing."""
    return shown(record.fields.get(name)).strip()


def count(record: Record, name: str) -> int | None:
    """A number in a field; None where there is none. What comes after a point does not count."""
    words = held(record, name).partition(".")[0]
    return int(words) if COUNT.fullmatch(words) else None


def day(record: Record, name: str) -> date | None:
    """The day of a date in a field; None where there is none."""
    try:
        return date.fromisoformat(held(record, name)[:10])
    except ValueError:
        return None


def ended(past: Sequence[Record], name: str, value: str, how: str) -> int:
    """How many of the past share a value and ended so."""
    return sum(held(record, "outcome") == how and held(record, name).casefold() == value.casefold() for record in past)


def readable(value: str) -> str:
    """A CRM's word for something, as people write it."""
    return value.replace("_", " ").lower() if value.isupper() and len(value) > 3 else value  # noqa: PLR2004 - GB stays GB
