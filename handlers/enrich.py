"""A company or a person of a CRM -> a draft that fills what is empty there, each value with its source; nothing is overwritten."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from handlers.errors import NotConnected, Unavailable
from handlers.models import Call, Change, Draft, Record, Reply, Source, shown
from handlers.ports import Search
from handlers.quoted import quotable
from handlers.rules import choices
from handlers.scoring import FREEMAIL
from handlers.systems import Crm
from handlers.whom import COMPANY, PERSON, meant_by

FILLS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("hubspot", "contact"): ("job", "phone", "country"),
    ("hubspot", "company"): ("domain", "industry", "employees", "country"),
    ("salesforce", "lead"): ("job", "phone", "website", "industry", "employees", "city", "country"),
    ("salesforce", "contact"): ("job", "phone", "city", "country"),
    ("salesforce", "account"): ("website", "industry", "employees", "phone", "city", "country"),
}
"""What may be filled of each kind of record."""
OF_FIRM = ("website", "domain", "industry", "employees", "city", "country")
"""What somebody shares with the company."""
LISTS = frozenset({"industry"})
"""Fields in which a CRM has words of its own: a value that nothing there has is not proposed."""
PEOPLE, POOL, PASSAGES = 20, 100, 5
"""People of the company, past records and passages that are read."""
STAFF = re.compile(
    r"\b([0-9]{1,3}(?:[,.\u202f ][0-9]{3})*|[0-9]{1,6})\s+(?:employees|staff|people work|Mitarbeit(?:er|ende)\w*|Beschäftigte\w*|employés|salariés|"
    r"dipendenti|empleados|medewerkers|werknemers)"
)
PHONE = re.compile(r"[+(]{0,2}\d[\d\s()./\u2011-]{0,30}(?:(?:ext\.?|x|#)\s?\d{1,6})?", re.IGNORECASE)
"""A number that one can call, as people write it."""
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Find:
    """A value for a field, and where it stands."""

    field: str
    value: str
    where: str
    source: Source


async def enrich(call: Call, *, crm: Mapping[str, Crm], search: Search) -> Draft | Reply:
    """Look in the other CRM, at the company and its people, at e-mail addresses and in the knowledge base; never in the internet."""
    found = await meant_by(call.argument.strip(), crm, (PERSON, COMPANY), command="enrich")
    if isinstance(found, Reply):
        return found
    empty = [name for name in FILLS.get((found.system, found.kind), ()) if not shown(found.fields.get(name)).strip()]
    if not empty:
        return Reply(f"{found.title} has nothing empty that the bot could fill.", (Source(found.title, found.url),))
    others, away = await elsewhere(found, crm)
    finds = [*await in_the_crm(found, crm[found.system]), *others, *await in_documents(found, search, call)]
    pool = await crm[found.system].past(found, limit=POOL)
    changes, chosen, sure = filled(found, empty, finds, pool)
    if not changes:
        lacks = ", ".join(empty)
        return Reply(
            f"{found.title} lacks {lacks}, and neither a CRM nor the knowledge base says more about it. Fill it in there."
            + "".join(f"\n{one[0].upper()}{one[1:]}" for one in away)
        )
    return replace(
        Draft.of("enrich", found, changes, call=call),
        reasons=(*(f"{one.field} {one.value}: {one.where}" for one in chosen), *away),
        sources=tuple(dict.fromkeys(one.source for one in chosen)),
        confidence=sure,
        tainted=True,
    )


def filled(
    found: Record, empty: Sequence[str], finds: Sequence[Find], pool: Sequence[Record]
) -> tuple[tuple[Change, ...], tuple[Find, ...], Mapping[str, float]]:
    """For each empty field the value that most sources have, the first of them where none has more; its share is the confidence."""
    changes, chosen, sure = [], [], {}
    for name in empty:
        known = {shown(one.fields.get(name)).casefold(): shown(one.fields.get(name)) for one in pool if one.fields.get(name)}
        fitting = [one for one in finds if one.field == name and (name not in LISTS or one.value.casefold() in known)]
        if not fitting:
            continue
        counts = {
            one.value.casefold(): sum(other.value.casefold() == one.value.casefold() for other in fitting) for one in fitting
        }
        best = max(fitting, key=lambda one: counts[one.value.casefold()])
        value = known.get(best.value.casefold(), best.value)
        offered = choices(name, pool, value) if name in LISTS else ()
        changes.append(Change(name, shown(found.fields.get(name)) or None, value, offered))
        chosen.append(replace(best, value=value))
        sure[name] = counts[best.value.casefold()] / len(fitting)
    return tuple(changes), tuple(chosen), sure


async def in_the_crm(found: Record, port: Crm) -> list[Find]:
    """What the company of a person, or the people of a company, say in the same CRM."""
    if "email" in found.fields:
        firm = await company_of(found, port)
        told = said_of(firm, OF_FIRM, f"its company {firm.title}") if firm else []
        return [*told, *by_address([found])]
    people = await port.people(found, limit=PEOPLE)
    return [*chain.from_iterable(said_of(one, ("country", "city"), "a contact there") for one in people), *by_address(people)]


async def elsewhere(found: Record, crm: Mapping[str, Crm]) -> tuple[list[Find], tuple[str, ...]]:
    """What the other CRMs say: of the person with this e-mail address, of the one company with this name; and which could not be asked."""
    finds: list[Find] = []
    away: list[str] = []
    for system, port in crm.items():
        if system == found.system:
            continue
        try:
            address = shown(found.fields.get("email"))
            twins = list(await port.find(address, limit=2)) if address else []
            firm = await company_of(found, port)
        except NotConnected:
            continue
        except Unavailable as down:
            away.append(f"{system} was not asked: {down}")
            continue
        if len(twins) == 1:
            finds += said_of(twins[0], ("job", "phone", *OF_FIRM), f"the same address in {system}")
        if firm:
            names = OF_FIRM if address else ("phone", *OF_FIRM)
            finds += said_of(firm, names, f"{firm.title} in {system}")
    return finds, tuple(away)


async def company_of(found: Record, port: Crm) -> Record | None:
    """The one company of this name; None where there are more, or none."""
    name = shown(found.fields.get("company" if "email" in found.fields else "name")).strip()
    hits = (
        [one for one in await port.companies(name, limit=5) if shown(one.fields.get("name")).casefold() == name.casefold()]
        if name
        else []
    )
    return hits[0] if len(hits) == 1 else None


async def in_documents(found: Record, search: Search, call: Call) -> list[Find]:
    """How many people a sentence of the knowledge base that names the company gives it; only what may be shown here."""
    name = shown(found.fields.get("company" if "email" in found.fields else "name")).strip()
    if not name:
        return []
    finds = []
    for one in await search(f"{name} employees", audience=call.place.audience, k=PASSAGES):
        for sentence in SENTENCE.split(one.text):
            if name.casefold() in sentence.casefold() and (number := STAFF.search(sentence)):
                source = Source(one.title, one.url, sentence.strip(), one.document_id)
                finds.append(Find("employees", re.sub(r"\D", "", number[1]), f"{one.title} says so", source))
    return finds


def said_of(record: Record, names: Sequence[str], where: str) -> list[Find]:
    """What a record says in fields, and the same address as a domain and as a website."""
    source = Source(record.title, record.url)
    told = {name: value for name in names if (value := shown(record.fields.get(name)).strip())}
    if site := told.get("website") or told.get("domain"):
        domain = re.sub(r"^[a-z]+://(www\.)?", "", site).rstrip("/")
        told |= {"domain": domain, "website": told.get("website", f"https://{domain}")}
    return [Find(name, value, where, source) for name, value in told.items() if is_plain(name, value)]


def is_plain(name: str, value: str) -> bool:
    """Whether a value is what the field is for: a phone number, or words that lead nowhere. Forms bring anything."""
    if name == "phone":
        return PHONE.fullmatch(value) is not None
    return name in ("website", "domain") or quotable(value) == " ".join(value.split())


def by_address(people: Sequence[Record]) -> list[Find]:
    """The domain of e-mail addresses, unless anybody can have one there."""
    finds = []
    for one in people:
        domain = shown(one.fields.get("email")).rpartition("@")[2].casefold()
        if domain and domain not in FREEMAIL:
            source, where = Source(one.title, one.url), "an e-mail address there"
            finds += [Find("domain", domain, where, source), Find("website", f"https://{domain}", where, source)]
    return finds
