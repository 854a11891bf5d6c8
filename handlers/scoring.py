"""A lead score that anybody can check with a pencil: each signal is worth points and says why. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from handlers.models import Record, shown

FIT, INTENT = 50, 50
"""Points that each half of the score can reach."""
SALES, NURTURE = 70, 40
"""Points from which a lead goes to sales, and from which it is kept warm, where `bot.toml` says nothing else."""
POINTS: Mapping[str, int] = {
    "decides": 15, "has_a_say": 8, "people_50": 12, "people_10": 8, "people_few": 3, "industry": 10, "country": 5, "own_address": 8,
    "asked": 18, "forms": 6, "visits_20": 8, "visits_5": 4, "replied": 10, "active_14": 8, "active_60": 4, "away_180": -15,
    "given_up": -25,
}  # fmt: skip
"""What each signal is worth, where `bot.toml` says nothing else."""
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
class Scoring:
    """The rules of the score, as `[lead]` of `bot.toml` has them. `owners` says by the country whose leads they are, by name; the routes are
    what becomes of somebody from `sales` points on, from `nurture` points on, and below.
    """

    points: Mapping[str, int] = field(default_factory=lambda: POINTS)
    sales: int = SALES
    nurture: int = NURTURE
    sales_route: str = "goes to the sales pipeline"
    nurture_route: str = "is kept warm, no deal yet"
    rest_route: str = "gets the newsletter only"
    owners: Mapping[str, str] = field(default_factory=dict)


USUAL = Scoring()
"""The rules without a word in `bot.toml`."""
Tally = Counter[tuple[str, str, str]]
"""How many of the past have a value in a field and ended so: (field, value in small letters, `won` or `lost`)."""


@dataclass(frozen=True, slots=True)
class Score:
    """All signals of somebody, the strongest first."""

    signals: tuple[Signal, ...]
    rules: Scoring = USUAL

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
        rules = self.rules
        if self.points >= rules.sales:
            return f"{rules.sales_route}: {rules.sales} points and more"
        if self.points >= rules.nurture:
            return f"{rules.nurture_route}: {rules.nurture} to {rules.sales - 1} points"
        return f"{rules.rest_route}: fewer than {rules.nurture} points"

    def strongest(self, many: int = 3) -> tuple[str, ...]:
        """The signals that weigh most, as lines."""
        return tuple(signal.line for signal in self.signals[:many])

    def _sum(self, half: str, most: int) -> int:
        return min(max(sum(signal.points for signal in self.signals if signal.half == half), 0), most)


def score(lead: Record, past: Sequence[Record], *, today: date, rules: Scoring = USUAL) -> Score:
    """Somebody's score. `past` are people whose story has ended: they say in which industries and countries we sell."""
    return scored(lead, tally(past), today=today, rules=rules)


def scored(lead: Record, past: Tally, *, today: date, rules: Scoring = USUAL) -> Score:
    """The same, from past people that were counted before."""
    found = [*fit(lead, past, rules.points), *intent(lead, today, rules.points)]
    return Score(tuple(sorted(found, key=lambda signal: -abs(signal.points))), rules)


def tally(past: Iterable[Record]) -> Tally:
    """How many of the past have each industry and country, by how their story ended."""
    return Counter(key for one in past for key in keys(one, held(one, "outcome")))


def keys(one: Record, how: str) -> tuple[tuple[str, str, str], ...]:
    """Where somebody whose story ended so is counted."""
    return tuple((name, held(one, name).casefold(), how) for name in ("industry", "country"))


def fit(lead: Record, past: Tally, points: Mapping[str, int]) -> Iterator[Signal]:
    """Who they are. Nothing is said about what the CRM does not know."""
    job, company = held(lead, "job"), held(lead, "company")
    if SENIOR.search(job):
        yield Signal("fit", points["decides"], f"decides: {job}")
    elif MANAGER.search(job):
        yield Signal("fit", points["has_a_say"], f"has a say: {job}")
    if (people := count(lead, "employees")) is not None:
        size = "people_50" if people >= 50 else "people_10" if people >= 10 else "people_few"  # noqa: PLR2004 - the borders of the model
        yield Signal("fit", points[size], f"{company or 'the company'} has {people} people")
    for name in ("industry", "country"):
        value = held(lead, name)
        won, lost = (past[name, value.casefold(), how] for how in ("won", "lost"))
        if value and won >= MIN_WON and won > lost:
            yield Signal("fit", points[name], f"{name} {readable(value)}: {won} customers, {lost} lost")
    domain = held(lead, "email").rpartition("@")[2].casefold()
    if domain and company and domain not in FREEMAIL:
        yield Signal("fit", points["own_address"], f"writes from the company's address at {domain}")


def intent(lead: Record, today: date, points: Mapping[str, int]) -> Iterator[Signal]:
    """What they did."""
    form, forms, visits = held(lead, "form"), count(lead, "forms") or 0, count(lead, "visits") or 0
    if ASKED.search(form):
        yield Signal("intent", points["asked"], f"sent the form “{form}”")
    if forms >= 2:  # noqa: PLR2004 - the borders of the model, here and below
        yield Signal("intent", points["forms"], f"sent {forms} forms")
    if visits >= 5:  # noqa: PLR2004
        yield Signal("intent", points["visits_20" if visits >= 20 else "visits_5"], f"looked at {visits} pages")  # noqa: PLR2004
    replied, active = day(lead, "replied"), day(lead, "active")
    if replied and today - replied <= timedelta(days=90):
        yield Signal("intent", points["replied"], f"answered on {replied}")
    if active:
        away = (today - active).days
        if away <= 60:  # noqa: PLR2004
            yield Signal("intent", points["active_14" if away <= 14 else "active_60"], f"was active on {active}")  # noqa: PLR2004
        elif away >= 180:  # noqa: PLR2004
            yield Signal("intent", points["away_180"], f"has not been heard of since {active}")
    if held(lead, "outcome") == "lost":
        why = readable(held(lead, "status") or held(lead, "stage")) or "lost"
        yield Signal("intent", points["given_up"], f"was given up before: {why}")


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


def readable(value: str) -> str:
    """A CRM's word for something, as people write it."""
    return value.replace("_", " ").lower() if value.isupper() and len(value) > 3 else value  # noqa: PLR2004 - GB stays GB
