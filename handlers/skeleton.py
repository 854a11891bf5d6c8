"""Documents made of tickets without a language model: their own sentences and fields under the headings that a reader looks for. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from handlers.claims import Claim
from handlers.models import Record, shown
from handlers.quoted import quotable, said
from handlers.tickets import Comment

Sections = Mapping[str, Sequence[Claim]]
"""What stands under each heading, in its order. `records` of a claim are keys of issues."""
EACH = 4
"""Sentences that one issue gives to one heading."""
NEEDED = re.compile(
    r"\b(must|should|shall|needs?|ha(?:s|ve) to|wants?|required?|expected|soll(?:te|en)?|muss|müssen|"
    r"braucht(?!(?: \w+){0,4} (?:Millisekunden?|Sekunden?|Minuten?|Stunden?|Tagen?|Wochen?)\b)|debe[n]?|necesita|doit|doivent|faut|"
    r"dev(?:e|ono)|bisogna|occorre|moet(?:en)?)\b",
    re.IGNORECASE,
)
"""What says in a sentence that something is asked for: English, German, Spanish, French, Italian, Dutch. What “braucht” some time needs nothing."""
BROKEN = re.compile(r"bug|incident|defect|fault|fehler|störung|error", re.IGNORECASE)
BETTER = re.compile(r"improvement|enhancement|verbesserung", re.IGNORECASE)
NEW = re.compile(r"story|feature|epic|anforderung", re.IGNORECASE)
"""Kinds of issues by their names."""
ASKING = ("?", "\uff1f")


def specification(issues: Sequence[Record]) -> Sections:
    """What is in it, what is asked for in the issues' own words, what else they say, and what is open."""
    return {
        "Scope": [Claim(f"{titled(issue)} ({described(issue)})", (issue.id,)) for issue in issues],
        "Requirements": [Claim(words, (issue.id,)) for issue in issues for words in needs(issue)],
        "Background": [Claim(words, (issue.id,)) for issue in issues for words in background(issue)],
        "Open questions": [one for issue in issues for one in open_questions(issue)],
    }


def plan_of_tests(issues: Sequence[Record]) -> Sections:
    """A case for each thing that is asked for or was broken, what to look at besides, and what is open."""
    return {
        "Scope": [Claim(f"{titled(issue)} ({described(issue)})", (issue.id,)) for issue in issues],
        "Test cases": [Claim(words, (issue.id,)) for issue in issues for words in cases(issue)],
        "Look at besides": beside(issues),
        "Open questions": [one for issue in issues for one in open_questions(issue)],
    }


def release_notes(issues: Sequence[Record]) -> Sections:
    """What is new, improved and fixed by the kinds of the issues; what has no resolution stands apart."""
    done = [issue for issue in issues if issue.fields.get("resolution")]
    groups = {name: [issue for issue in done if kind(issue) == name] for name in ("New", "Improved", "Fixed", "Other changes")}
    groups["Not finished yet"] = [issue for issue in issues if not issue.fields.get("resolution")]
    return {name: [Claim(titled(issue), (issue.id,)) for issue in held] for name, held in groups.items()}


def kind(issue: Record) -> Literal["New", "Improved", "Fixed", "Other changes"]:
    """Under which heading of release notes an issue belongs."""
    name = shown(issue.fields.get("type"))
    if BROKEN.search(name):
        return "Fixed"
    if BETTER.search(name):
        return "Improved"
    return "New" if NEW.search(name) else "Other changes"


def titled(issue: Record) -> str:
    """The title, fit to be quoted."""
    return quotable(issue.title) or "no title"


def described(issue: Record) -> str:
    """Its type, priority and status."""
    held = (shown(issue.fields.get(name)) for name in ("type", "priority", "status"))
    return quotable(", ".join(filter(None, held))) or "no fields"


def needs(issue: Record) -> list[str]:
    """Sentences that ask for something; the first one where none does."""
    told = [words for words in said(issue.text) if not words.endswith(ASKING)]
    return [words for words in told if NEEDED.search(words)][:EACH] or told[:1]


def background(issue: Record) -> list[str]:
    """What else it says."""
    asked = needs(issue)
    return [words for words in said(issue.text) if words not in asked and not words.endswith(ASKING)][:EACH]


def cases(issue: Record) -> list[str]:
    """What to try, and what to expect."""
    found = [f"Check: {words}" for words in needs(issue) if NEEDED.search(words)]
    if kind(issue) == "Fixed":
        return [f"Try what is described under “{titled(issue)}”. Expected: it does not happen any more.", *found]
    return found or [f"Try “{titled(issue)}” by hand. Expected: it does what the issue says."]


def beside(issues: Sequence[Record]) -> list[Claim]:
    """Every component that is touched, with the issues that touch it."""
    touched: dict[str, list[str]] = {}
    for issue in issues:
        for name in filter(None, shown(issue.fields.get("component")).split(", ")):
            touched.setdefault(name, []).append(issue.id)
    return [Claim(f"What else {quotable(name)} does still works.", tuple(keys)) for name, keys in touched.items()]


def unanswered(comments: Sequence[Comment]) -> list[str]:
    """Questions of the last comment of an issue: behind every earlier one somebody has said something since."""
    last = comments[-1].text if comments else ""
    return [words for words in said(last) if words.endswith(ASKING)][:EACH]


def open_questions(issue: Record) -> list[Claim]:
    """What it asks itself, and what it does not say."""
    asked = [words for words in said(issue.text) if words.endswith(ASKING)][:EACH]
    lacks = [name for name in ("component", "assignee") if not issue.fields.get(name)]
    missing = ["There is no description."] if not issue.text.strip() else []
    missing += [f"No {' and no '.join(lacks)} is set."] if lacks else []
    return [Claim(words, (issue.id,)) for words in (*asked, *missing)]
