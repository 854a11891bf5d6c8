"""What a language model makes of a ticket: values among those that exist, signs that are quoted, a reply that rests on our own texts.

Pure. Nothing that it says is taken as it stands: a value has to exist, a sign to stand in the ticket, a sentence in what it names.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.claims import UNFOUNDED, Claim, checked
from handlers.errors import NoModel
from handlers.escalation import Sentiment, Sign
from handlers.language import Language, binding, language_of
from handlers.material import Material
from handlers.models import Record, Ref, Source, Value, shown
from handlers.tickets import LONGEST, Conversation
from knowledge.errors import NotWritten
from knowledge.grounded import Grounds, read
from knowledge.models import Passage, Written

PASSAGES = 5
"""Passages of the knowledge base that a model writes from."""
CASES = 7
"""Similar past tickets that it is shown."""
MOST = 40
"""Values of one field that it may choose from, the usual ones first."""
STEM = 5
"""Letters by which two words of one language are taken for the same."""
WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the model is asked for. `unclear` and empty texts say that it cannot tell; the reply is its sentences, in their order."""

    type: Literal["problem", "incident", "question", "task", "unclear"]
    priority: Literal["low", "normal", "high", "urgent", "unclear"]
    group: str
    agent: str
    category: str
    sentiment: Sentiment
    signs: tuple[Sign, ...]
    language: Language
    sentences: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """A reply of a model's that holds: its text, the passages that it quotes, the labels of all that it rests on."""

    text: str
    sources: tuple[Source, ...]
    labels: frozenset[str]


def agents(near: Sequence[tuple[Record, float]]) -> dict[str, Ref]:
    """Who dealt with similar tickets, the nearest first, by the label under which a model may choose them. It learns no names."""
    found = dict.fromkeys(who for record, _ in near if isinstance(who := record.fields.get("assignee"), Ref))
    return {f"agent {number}": who for number, who in enumerate(found, 1)}


def categories(records: Sequence[Record]) -> tuple[str, ...]:
    """The tags that past tickets carry, the usual ones first."""
    counts: dict[str, int] = {}
    for record in records:
        tags = record.fields.get("tags")
        for tag in tags if isinstance(tags, tuple) else ():
            counts[shown(tag)] = counts.get(shown(tag), 0) + 1
    return tuple(sorted(counts, key=lambda tag: (-counts[tag], tag))[:MOST])


def material(
    ticket: Record,
    talk: Conversation,
    near: Sequence[tuple[Record, float]],
    *,
    groups: Sequence[Ref],
    tags: Sequence[str],
    grounds: Mapping[str, Passage],
) -> list[Material]:
    """What a model is shown. Notes among colleagues are not in it; whatever is, may have been written by just anybody."""
    who = {ref.id: label for label, ref in agents(near).items()}
    said = talk.told or ()
    spoken = [("customer" if one.outside_text else "us", one.text) for one in said] or [("customer", ticket.text)]
    own = ticket.system
    return [
        Material("subject", ticket.title, outside=True, source=own),
        *(
            Material(f"message {n}", f"{side}: {text[:LONGEST]}", outside=True, source=own)
            for n, (side, text) in enumerate(spoken, 1)
        ),
        *(Material(f"case {n}", case(one, who), outside=True, source=own) for n, (one, _) in enumerate(near[:CASES], 1)),
        Material("groups", "\n".join(ref.label for ref in groups[:MOST]), outside=True, source=own),
        Material("categories", "\n".join(tags), outside=True, source=own),
        *(Material(label, read(one), outside=True, source=one.source) for label, one in grounds.items()),
    ]


def case(record: Record, who: Mapping[str, str]) -> str:
    """A similar past ticket in a line, without anybody's name."""
    names = ("type", "priority", "group", "tags")
    held = [f"{name} {shown(record.fields.get(name)) or 'empty'}" for name in names]
    assignee = record.fields.get("assignee")
    dealt = f"; {who[assignee.id]}" if isinstance(assignee, Ref) and assignee.id in who else ""
    return f"{record.title} ({'; '.join(held)}{dealt})"


def grounds(passages: Sequence[Passage], macros: Mapping[str, str]) -> dict[str, Passage]:
    """The texts that a reply may rest on, by their labels: passages that everybody may read, and words of macros (by title)."""
    known = {f"passage {number}": one for number, one in enumerate(passages[:PASSAGES], 1)}
    prepared = enumerate(macros.items(), 1)
    own = {
        f"macro {n}": Passage(f"macro/{title}", "", title, "", text, "", 0.0, source="zendesk") for n, (title, text) in prepared
    }
    return known | own


def choices(
    said: Assessment, near: Sequence[tuple[Record, float]], groups: Sequence[Ref], tags: Sequence[str]
) -> dict[str, Value]:
    """The model's values by field, as far as they exist."""
    by_name = {ref.label.casefold(): ref for ref in groups}
    tag = next((one for one in tags if one.casefold() == said.category.strip().casefold()), None)
    found: dict[str, Value] = {
        "type": None if said.type == "unclear" else said.type,
        "priority": None if said.priority == "unclear" else said.priority,
        "group": by_name.get(said.group.strip().casefold()),
        "assignee": agents(near).get(said.agent.strip().casefold()),
        "tags": (tag,) if tag else None,
    }
    return {name: value for name, value in found.items() if value}


def worded(said: Assessment, known: Mapping[str, Passage]) -> Worded | None:
    """The reply of an assessment; None where it has none. Raises NoModel where a sentence does not stand in what it names.

    Its numbers, its days and what it would bind us to have to stand there; in the language of the texts its telling words, too.
    """
    if not said.sentences:
        return None
    found = checked(said.sentences, {label: read(one) for label, one in known.items()})
    order = list(known)
    rests = Grounds([*known.values()], stems=stems, weights=lambda found: dict.fromkeys(found, 1.0))
    written = [Written(one.text, tuple(order.index(label) + 1 for label in one.records)) for one in found]
    tongue = language_of(" ".join(one.text for one in written))
    for one, claim in zip(written, found, strict=True):
        there = "\n".join(read(known[label]) for label in claim.records)
        if not binding(one.text) <= binding(there) or (tongue in (None, language_of(there)) and not holds(rests, one)):
            raise NoModel(UNFOUNDED)
    sources = [cited(rests, known, one, number) for one in written for number in one.passages]
    labels = frozenset(label for claim in found for label in claim.records)
    return Worded(" ".join(ended(one.text) for one in written), tuple(dict.fromkeys(sources)), labels)


def holds(rests: Grounds, one: Written) -> bool:
    """Whether a sentence stands in its texts word by word, as far as that can be told."""
    try:
        return bool(rests.checked([one]))
    except NotWritten:
        return False


def cited(rests: Grounds, known: Mapping[str, Passage], one: Written, number: int) -> Source:
    """Where a sentence stands, verbatim."""
    passage, piece = [*known.values()][number - 1], rests.quote(one, number)
    title = passage.title if passage.document_id != f"macro/{passage.title}" else f"macro {passage.title}"
    return Source(title, passage.url, piece.quote if piece else "")


def stems(text: str) -> list[str]:
    """The telling words of a text, each by its beginning."""
    return [hit[0].casefold()[:STEM] for hit in WORD.finditer(text)]


def ended(text: str) -> str:
    """A sentence with its full stop."""
    return text if text[-1] in ".!?…:" else f"{text}."
