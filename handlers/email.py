"""A person or a deal of the CRM and a purpose -> a draft of an e-mail, to be logged there. The bot sends nothing itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.advice import advised
from handlers.claims import Claim, checked
from handlers.errors import Invalid, NoModel
from handlers.language import FORMS, Language, greeted, language_of
from handlers.material import Material
from handlers.models import EVERYONE, Call, Change, Draft, Offer, Record, Reply, Source, shown
from handlers.ports import Answers, Model
from handlers.quoted import quotable
from handlers.systems import Crm
from handlers.whom import DEAL, PERSON, meant_by
from knowledge.models import Answer, Origin

ASKED = re.compile(r"""\s*(?:"([^"]+)"|“([^”]+)”|(\S+))\s*(.*)""", re.DOTALL)
"""Whom, perhaps in quotation marks, and what for."""
EXAMPLE = "Type for example: /email 717 confirm the winter pause"
PEOPLE = 5
"""People of a deal that are looked through for an address."""
THREAD = 5
"""Earlier e-mails that are read."""
LONGEST = 4000
"""Characters of an earlier e-mail that a model is shown; what stands behind them is mostly quoted mail."""
SUBJECT = 150
"""Characters of a subject."""
PARAGRAPHS = 5
"""As many as anybody reads."""
WORDLESS = "the language model wrote no letter."
MARKS = re.compile(r"\s*\[\d+\]")
"""Citation marks: they are for the approver."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a language model writes: a subject and paragraphs, each with the labels of what it rests on; the greeting is not its to write."""

    subject: str
    language: Language
    paragraphs: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an e-mail is made from: the purpose, the record that was named, whom it goes to, what was written before, what is known.

    `outside` says that the purpose is not in the words of who asks, or that this is no colleague.
    """

    purpose: str
    found: Record
    person: Record
    thread: Sequence[Record]
    known: Answer
    outside: bool = False


async def email(call: Call, *, crm: Mapping[str, Crm], answer: Answers, model: Model) -> Draft | Reply:
    """Whom it goes to is what the record says; what stands in it is proposed, and a person decides."""
    words, purpose = asked(call.argument)
    found = await meant_by(words, crm, (PERSON, DEAL), command="email", rest=purpose)
    if isinstance(found, Reply):
        return replace(found, offers=tuple(said_by(call, one) for one in found.offers))
    port = crm[found.system]
    person = await recipient(found, port)
    thread = await port.thread(found, limit=THREAD)
    origin = Origin(found.system, found.people | person.people)
    known = await answer(purpose, audience=frozenset({EVERYONE}), quoted=True, origin=origin)
    subject, body, why = await written(
        model, call, Occasion(purpose, found, person, thread, known, call.outside or call.person.is_outside)
    )
    address = shown(person.fields.get("email"))
    name = quotable(name_of(person)) or address
    record = Record.new(
        found.system,
        "email",
        found.id,
        title=f"e-mail to {name} <{address}>",
        outside_text=person.outside_text or bool(thread) or call.person.is_outside,
    )
    return replace(
        Draft.of("email", record, (Change("subject", None, subject), Change("text", None, body)), call=call),
        reasons=(
            f"goes to {address}, as the record of {name} has it",
            why,
            "it is logged on the record; the bot sends nothing itself",
        ),
        sources=(Source(found.title, found.url), *cited(known), *(Source(one.title, one.url) for one in thread[:3])),
    )


def asked(argument: str) -> tuple[str, str]:
    """Whom an e-mail is to, and what for. Raises Invalid where one of them is missing."""
    parts = ASKED.fullmatch(argument)
    if parts is None or not parts[4].strip():
        raise Invalid(f"Say to whom the e-mail goes, and what for. {EXAMPLE}")
    return (parts[1] or parts[2] or parts[3]).strip(), " ".join(parts[4].split())


def said_by(call: Call, offer: Offer) -> Offer:
    """A button of a choice, with whose words the purpose is that it repeats: whoever presses need not be who typed it."""
    return replace(offer, outside=call.outside, authors=call.person.names | call.authors)


async def recipient(found: Record, port: Crm) -> Record:
    """The person of the record, or the first person of a deal who has an address. Raises Invalid where nobody has one."""
    people = [found] if "email" in found.fields else await port.people(found, limit=PEOPLE)
    for one in people:
        if "@" in shown(one.fields.get("email")):
            return one
    raise Invalid(f"{found.title} has no e-mail address in the CRM. Add it there, or name somebody who has one.")


async def written(model: Model, call: Call, on: Occasion) -> tuple[str, str, str]:
    """Subject, text, and where they come from: a language model where all of what it says is founded, else a template."""
    material = read_by_model(on)
    people = sorted(on.found.people.union(on.person.people, *(one.people for one in on.thread)))
    said, why = await advised(model, "email", Letter, material=material, people=people, audience=frozenset({EVERYONE}))
    if said is not None:
        try:
            subject, paragraphs = founded(said, {one.label: one.text for one in material})
        except NoModel as unfounded:
            why = str(unfounded)
        else:
            text = letter(said.language, on.person, [MARKS.sub("", one.text) for one in paragraphs], call)
            labels = ", ".join(dict.fromkeys(label for one in paragraphs for label in one.records))
            return subject, text, f"a language model wrote it from {labels}"
    language = spoken(on)
    quoted = "" if on.known.abstained else MARKS.sub("", on.known.text).strip()
    text = letter(language, on.person, [FORMS[language].about.format(purpose=on.purpose), quoted], call)
    subject = (on.purpose[0].upper() + on.purpose[1:])[:SUBJECT]
    return subject, text, f"the text is a template around the purpose{f': {why}' if why else ''}"


def spoken(on: Occasion) -> Language:
    """The language of the latest e-mail that is long enough to tell; else of all of them with the purpose, else English."""
    mails = [one.text for one in on.thread]
    told = [language for mail in mails if (language := language_of(mail))]
    return told[0] if told else language_of("\n".join((*mails, on.purpose))) or "en"


def founded(said: Letter, grounds: Mapping[str, str]) -> tuple[str, tuple[Claim, ...]]:
    """The subject and the paragraphs, each held against what it rests on. Raises NoModel where one of them does not stand there."""
    [subject] = checked([Claim(said.subject, tuple(grounds))], grounds)
    paragraphs = checked(said.paragraphs, grounds)
    if not paragraphs or len(paragraphs) > PARAGRAPHS:
        raise NoModel(WORDLESS)
    return subject.text[:SUBJECT], paragraphs


def read_by_model(on: Occasion) -> list[Material]:
    """What a language model reads: nothing that colleagues wrote for each other, for the text leaves the company."""
    who = ", ".join(filter(None, (shown(on.person.fields.get(name)) for name in ("name", "job", "company"))))
    passages, system = [] if on.known.abstained else [one.quote for one in on.known.citations], on.found.system
    mails = [f"{one.title}\n{one.text}"[:LONGEST] for one in on.thread]
    return [
        Material("purpose", on.purpose, outside=on.outside),
        Material("person", who, outside=True, source=system),
        *([Material("deal", on.found.title, outside=True, source=system)] if on.found is not on.person else []),
        *(Material(f"mail {number}", text, outside=True, source=system) for number, text in enumerate(mails, 1)),
        *(Material(f"passage {number}", quote, outside=False) for number, quote in enumerate(passages, 1)),
    ]


def letter(language: Language, person: Record, paragraphs: Sequence[str], call: Call) -> str:
    """The whole text: greeting and close are of the record and of who asks, never of a language model."""
    form = FORMS[language]
    return "\n\n".join((greeted(form.greeting, name_of(person)), *filter(None, paragraphs), f"{form.close}\n{call.person.name}"))


def name_of(person: Record) -> str:
    """What somebody is called."""
    return shown(person.fields.get("name")).strip() or shown(person.fields.get("email"))


def cited(known: Answer) -> tuple[Source, ...]:
    """The passages that stand in the text or under it."""
    return () if known.abstained else tuple(dict.fromkeys(Source(one.title, one.url, one.quote) for one in known.citations))
