"""Tickets -> a specification, a test plan or release notes, and a draft that puts it under the first of them as a comment."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.advice import advised
from handlers.claims import UNFOUNDED, Claim, checked
from handlers.errors import Invalid, NoModel
from handlers.material import Material
from handlers.models import Call, Change, Draft, Record, Source, shown, subject
from handlers.ports import Model
from handlers.quoted import quotable
from handlers.skeleton import Sections, plan_of_tests, release_notes, specification, unanswered
from handlers.systems import Issues
from handlers.tickets import Comment

MOST_ISSUES = 20
"""Issues of one document."""
MOST_CLAIMS = 60
"""Statements of one document that a language model wrote."""
LONGEST = 12_000
"""Characters of a document that somebody can be asked to read and sign on a card; Jira takes more than twice as many."""
LONGEST_TEXT = 6000
"""Characters of one issue that a language model is given."""
MOST_UNDER = 100
"""Issues under the named ones that are looked at: as many as a page has."""
MOST_SAID, LONGEST_SAID = 10, 600
"""Comments of an issue, and characters of each, that a language model is given."""
OPEN = "Open questions"
"""The heading under which there is room for what nobody has answered."""
Talk = Mapping[str, Sequence[Comment]]
"""What was said under each issue, by its key."""
ISSUE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}-[0-9]{1,10}")
BROWSE = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Specification:
    """A specification as a language model writes it."""

    scope: tuple[Claim, ...]
    requirements: tuple[Claim, ...]
    acceptance: tuple[Claim, ...]
    questions: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class TestPlan:
    """A test plan, likewise. Each case says what to do and what to expect."""

    scope: tuple[Claim, ...]
    cases: tuple[Claim, ...]
    risks: tuple[Claim, ...]
    questions: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class ReleaseNotes:
    """Release notes, likewise, for people who use the product."""

    added: tuple[Claim, ...]
    improved: tuple[Claim, ...]
    fixed: tuple[Claim, ...]
    unfinished: tuple[Claim, ...]


Written = Specification | TestPlan | ReleaseNotes


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of document: what it is called, how a language model writes it, and how it is made without one."""

    title: str
    prompt: str
    written: type[Written]
    headings: Mapping[str, str]
    skeleton: Callable[[Sequence[Record]], Sections]


FORMS: Mapping[str, Form] = {
    "spec": Form(
        "Specification",
        "specification",
        Specification,
        {"scope": "Scope", "requirements": "Requirements", "acceptance": "Acceptance criteria", "questions": "Open questions"},
        specification,
    ),
    "test-plan": Form(
        "Test plan",
        "test-plan",
        TestPlan,
        {"scope": "Scope", "cases": "Test cases", "risks": "Look at besides", "questions": "Open questions"},
        plan_of_tests,
    ),
    "release-notes": Form(
        "Release notes",
        "release-notes",
        ReleaseNotes,
        {"added": "New", "improved": "Improved", "fixed": "Fixed", "unfinished": "Not finished yet"},
        release_notes,
    ),
}
"""By the word that is typed; the first one where none is."""


async def spec(call: Call, *, issues: Issues, model: Model) -> Draft:
    """A document of which every statement names the issues that it rests on. Nothing is written before somebody approves the text.

    An epic brings the issues that stand under it, as far as there is room, and each issue what was said under it.

    Raises Invalid for what is no key or no kind of document, and for a document that is too long to sign; NotFound.
    """
    keys, form = asked(call.argument)
    named = await asyncio.gather(*(issues.read(key) for key in keys))
    under = await issues.children(keys, limit=MOST_UNDER)
    every = list({issue.id: issue for issue in (*named, *under)}.values())
    found = every[:MOST_ISSUES]
    talk = await heard(found, issues)
    sections, why = await written(call, form, found, talk, model=model)
    text = document(form, found, sections or skeleton(form, found, talk))
    if len(text) > LONGEST:
        raise Invalid(
            f"The {form.title.lower()} would be {len(text)} characters long, and {LONGEST} can be signed. Name fewer issues."
        )
    first, left = found[0], len(every) - len(found)
    way = "a language model wrote it" if sections else "it is made of the issues' own sentences and fields"
    reasons = (
        f"the {form.title.lower()} of {', '.join(issue.id for issue in found)}, as a comment on {first.id}",
        f"{way}{f': {why}' if why else ''}",
        *([f"{left} more issues stand under them and are left out: a document is made of {MOST_ISSUES} at most"] if left else []),
    )
    outside = any(issue.outside_text for issue in found) or any(one.outside_text for said in talk.values() for one in said)
    return replace(
        Draft.of("spec", first, [Change("comment", None, text)], call=call),
        reasons=reasons,
        sources=tuple(Source(f"{issue.id} {issue.title}", issue.url) for issue in found),
        tainted=outside,
        subject=subject(f"{form.title} {[(issue.id, issue.version) for issue in found]}", first, call),
    )


async def heard(found: Sequence[Record], issues: Issues) -> Talk:
    """What was said under each issue. What only some of them read is left out: a customer may read the document."""
    said = await asyncio.gather(*(issues.comments(issue.id) for issue in found))
    return {issue.id: [one for one in each if one.is_public] for issue, each in zip(found, said, strict=True)}


def asked(argument: str) -> tuple[tuple[str, ...], Form]:
    """The keys, each once, and the kind of document. Raises Invalid with what to type instead."""
    words = argument.replace(",", " ").split()
    kinds = [word.casefold() for word in words if word.casefold() in FORMS]
    rest = [word for word in words if word.casefold() not in FORMS]
    keys = tuple(dict.fromkeys(word.upper() for word in rest))
    if strange := [word for word in rest if not ISSUE.fullmatch(word)]:
        raise Invalid(
            f"{strange[0][:60]!r} is no issue key and no kind of document. Type for example: /spec APP-26 APP-27 test-plan"
        )
    if not keys or len(set(kinds)) > 1:
        raise Invalid(
            f"/spec needs one issue key or more, and one of {', '.join(FORMS)}. Type for example: /spec APP-26 test-plan"
        )
    if len(keys) > MOST_ISSUES:
        raise Invalid(f"These are {len(keys)} issues; one document is made of {MOST_ISSUES} at most. Name fewer.")
    return keys, FORMS[kinds[0] if kinds else "spec"]


async def written(call: Call, form: Form, issues: Sequence[Record], talk: Talk, *, model: Model) -> tuple[Sections | None, str]:
    """The document as a language model wrote it, every statement checked; or None and why."""
    ids = {issue.id.lower(): issue.id for issue in issues}
    grounds = {issue.id.lower(): told(issue, talk[issue.id]) for issue in issues}
    material = [Material(issue.id.lower(), grounds[issue.id.lower()], outside=True, source=issue.system) for issue in issues]
    speakers = {shown(one.author) for said in talk.values() for one in said if one.author}
    people = sorted({name for issue in issues for name in issue.people} | speakers)
    answer, why = await advised(model, form.prompt, form.written, material=material, people=people, audience=call.place.audience)
    if answer is None:
        return None, why
    sections: dict[str, list[Claim]] = {}
    try:
        for name, heading in form.headings.items():
            claims = checked(getattr(answer, name), grounds)
            sections[heading] = [Claim(quotable(one.text), tuple(ids[label] for label in one.records)) for one in claims]
    except NoModel as none:
        return None, str(none)
    count = sum(map(len, sections.values()))
    return (sections, "") if 0 < count <= MOST_CLAIMS else (None, UNFOUNDED)


def skeleton(form: Form, issues: Sequence[Record], talk: Talk) -> Sections:
    """The document without a language model. What somebody asked under an issue and nobody answered is an open question of it."""
    made = dict(form.skeleton(issues))
    if OPEN in made:
        asked_there = [Claim(words, (issue.id,)) for issue in issues for words in unanswered(talk[issue.id])]
        made[OPEN] = [*made[OPEN], *asked_there]
    return made


def told(issue: Record, said: Sequence[Comment]) -> str:
    """An issue as a language model is given it, and what was said under it last. What is long is cut."""
    held = [
        f"{name}: {words}"
        for name in ("type", "priority", "status", "resolution", "component")
        if (words := shown(issue.fields.get(name)))
    ]
    last = [f"{shown(one.author) or 'somebody'} said: {one.text[:LONGEST_SAID]}" for one in said[-MOST_SAID:]]
    return "\n".join((issue.title, *held, issue.text[:LONGEST_TEXT], *last))


def document(form: Form, issues: Sequence[Record], sections: Sections) -> str:
    """The text of the comment: headings, and a line a statement with links to its issues. Empty parts are left out."""
    where = {issue.id: issue.url for issue in issues}
    parts = [f"# {form.title}: {', '.join(where)}"]
    for heading, claims in sections.items():
        lines = [f"- {claim.text} ({', '.join(linked(key, where[key]) for key in claim.records)})" for claim in claims]
        parts += [f"## {heading}", "\n".join(lines)] if lines else []
    return "\n\n".join(parts)


def linked(key: str, url: str) -> str:
    """A key as a link to its issue."""
    return f"[{key}]({url})" if BROWSE.fullmatch(url) else key
