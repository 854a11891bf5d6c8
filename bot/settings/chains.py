"""Chains of `bot.toml`: what follows a workflow. Checked whole at start: names, conditions, no cycle, no more links than MOST_LINKS."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.settings.declared import systems
from handlers.catalogue import COMMANDS
from handlers.conditions import LONGEST, Condition, facts
from handlers.errors import Invalid
from handlers.models import Draft, shown

MOST_LINKS = 5
"""Workflows that can follow one another: further away nobody knows any more why something is proposed."""
SELF = ("ask", "alerts", "approvals", "digest", "undo", "bot")
"""Commands of no case of its own, so nothing follows them and they follow nothing."""
MAKES = ("issue", "email")
"""Workflows whose record is still to be made, so that none can be named to what follows."""
MARK = re.compile(r"\{([a-z_]+)\}")
TELLING = "{workflow} of {system} {record}, {title}: {changes}"
"""What is told where a chain says nothing else."""
When = Literal["drafted", "written"]


def workflow(name: str) -> str:
    """A workflow that can follow another one."""
    if name not in COMMANDS or name in SELF:
        raise ValueError(
            f"there is no workflow {name!r} for a chain; there are {', '.join(n for n in COMMANDS if n not in SELF)}"
        )
    return name


def proposing(name: str) -> str:
    """A workflow that something can follow: a chain is followed when its draft is made or written."""
    if not COMMANDS[workflow(name)].proposes:
        some = ", ".join(n for n, command in COMMANDS.items() if command.proposes and n not in SELF)
        raise ValueError(f"{name} only tells and proposes no draft, so nothing can ever follow it; what proposes one: {some}")
    return name


def condition(text: str) -> str:
    """A condition that can be read."""
    try:
        return Condition.read(text).text
    except Invalid as wrong:
        raise ValueError(str(wrong)) from None


Workflow = Annotated[str, AfterValidator(workflow)]
First = Annotated[str, AfterValidator(proposing)]


class ChainTable(BaseModel):
    """One link: after which workflow, when, and what then. `argument` is the system whose linked record the next workflow is
    given, or `record` for the very id; `together` puts both drafts into one bundle.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: First
    on: When = "drafted"
    when: Annotated[str, AfterValidator(condition), Field(max_length=LONGEST)] = ""
    then: Workflow | None = None
    argument: Literal["record", *systems()] = "record"  # type: ignore[valid-type]  # the connectors that there are
    together: bool = False
    tell: Annotated[str, Field(pattern=r"^([a-z]+:.+)?$")] = ""
    say: Annotated[str, Field(max_length=1000)] = TELLING

    @model_validator(mode="after")
    def _does_something(self) -> "ChainTable":
        if self.then is None and not self.tell:
            raise ValueError('a chain needs `then` (a workflow), `tell` (a channel like "slack:T1/C1"), or both')
        if self.together and (self.then is None or self.on != "drafted"):
            raise ValueError('`together` needs `then`, and on = "drafted": what is written already needs no signature')
        if self.together and self.then is not None:
            proposing(self.then)
        if self.then is not None and self.argument == "record" and self.after in MAKES:
            raise ValueError(f'`argument` of a chain after {self.after} is a system, not "record": what it makes has no id yet')
        return self


def acyclic(chains: list[ChainTable]) -> list[ChainTable]:
    """The chains, if every one of them ends, within MOST_LINKS."""
    following = {name: {c.then for c in chains if c.after == name and c.then} for name in COMMANDS}

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"the chain {' -> '.join((*path, name))} never ends; take one link away")
        if len(path) > MOST_LINKS:
            raise ValueError(f"the chain {' -> '.join((*path, name))} has more than {MOST_LINKS} links")
        for after in sorted(following[name]):
            walk(after, (*path, name))

    for name in following:
        walk(name, ())
    return chains


@dataclass(frozen=True, slots=True)
class Follower:
    """A job that follows from a draft: its kind, its key, and what it is about."""

    kind: Literal["chain", "tell"]
    key: str
    payload: Mapping[str, object]


def followers(chains: Sequence[ChainTable], draft: Draft, on: When) -> tuple[Follower, ...]:
    """What follows from a draft at this moment. What was drawn up again, takes something back, or is a bundle as such has no followers of its own."""
    if draft.items or draft.undoes or (on == "drafted" and draft.follows):
        return ()
    known = facts(draft)
    found: list[Follower] = []
    for number, chain in enumerate(chains):
        if chain.after == draft.workflow and chain.on == on and Condition(chain.when).holds(known):
            key = f"chain:{draft.id}:{on}:{number}"
            why = f"follows {draft.workflow} {draft.id}" + (f", where {chain.when}" if chain.when else "")
            if chain.then:
                more = {"then": chain.then, "argument": chain.argument, "together": chain.together, "why": why}
                found.append(Follower("chain", key, {"id": key, "draft": draft.id, "version": draft.version, **more}))
            if chain.tell:
                told = {"draft": draft.id, "channel": chain.tell, "words": telling(chain.say, draft)}
                found.append(Follower("tell", f"{key}:tell", {"id": f"{key}:tell", **told}))
    return tuple(found)


def telling(words: str, draft: Draft) -> str:
    """The words with `{record}`, `{title}`, `{changes}` and so on filled in; what is in a text is never filled in again."""
    record = draft.record
    known = {
        "workflow": draft.workflow, "system": record.system, "record": record.name, "title": record.title, "url": record.url, "draft": draft.id,
        "changes": ", ".join(f"{c.field} {short(shown(c.after))}" for c in draft.changes),
    }  # fmt: skip
    return MARK.sub(lambda found: known.get(found[1], found[0]), words)


def short(text: str) -> str:
    """The first line of a value, as far as it fits into a sentence."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 60 and line == text.strip() else f"{line[:60]}…"  # noqa: PLR2004 - about a line of a channel
