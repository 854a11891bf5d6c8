"""What somebody says, or a thread -> a draft of a new issue; or of a comment, where an open one is about the same matter already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.advice import advised
from handlers.claims import Claim, checked
from handlers.errors import Invalid, NoModel, NotFound
from handlers.material import THREAD, Material
from handlers.models import Call, Change, Draft, Record, Ref, Value
from handlers.opinion import Choice, Said, heard, offered, past, people, spelled, why
from handlers.ports import Model, Projects, Similar
from handlers.request import Request, key_in, read
from handlers.rules import choices
from handlers.systems import Issues
from handlers.taught import Learn, Taught, lessons, untaught
from handlers.twins import Twin, twins
from handlers.votes import COMPARED, common, held, held_out, poll

FIELDS = ("type", "priority", "labels", "component")
"""What is proposed besides the words. Who does it is decided when it is triaged."""
CATALOGUED = ("type", "priority", "component")
"""Fields whose values the system lists itself."""
POOL = 300
"""As in triage."""
WHERE = (
    "In which project? Type its key in front, for example: /issue SUP: the export hangs. "
    "An operator can name one for this channel in bot.toml."
)
LONGEST = 250
"""Characters of a summary; Jira takes 255."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a model is asked for: a summary, what was said in plain statements, and a choice a field that it is sure about."""

    summary: str
    description: tuple[Claim, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a new issue, and what a model chose besides. `silence` says why there is none of it."""

    summary: str
    description: str
    said: Mapping[str, Said]
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is already: the request as a record to compare (`like`), the nearest past issues, all of them, the values, the twins."""

    like: Record
    near: Sequence[tuple[Record, float]]
    pool: Sequence[Record]
    values: Mapping[str, Sequence[Ref]]
    twins: Sequence[Twin]
    taught: Mapping[str, Taught]


async def issue(
    call: Call, *, issues: Issues, similar: Similar, model: Model, projects: Projects, learn: Learn = untaught
) -> Draft:
    """The project is named in front, or configured for the place, or that of the issue last spoken of. Similar issues vote on the fields.

    Raises Invalid where nothing was said or no project is known, NotFound for a project that is not there.
    """
    asked, values = await placed(read(call), call, issues, projects)
    call = replace(call, authors=asked.authors)
    new = Record.new("jira", "issue", asked.project, title=asked.title, outside_text=asked.outside)
    like = replace(new, text=asked.text)
    pool = [fitting(record, values) for record in await issues.past(new, limit=POOL)]
    same_matter = await twins(like, pool, issues=issues, similar=similar)
    open_twin = next((twin for twin in same_matter if not twin.is_settled), None)
    if open_twin is not None and not asked.is_new:
        return comment(asked, open_twin, call)
    near = await similar(like, pool, limit=COMPARED)
    wording = await worded(asked, near, offered(pool, values, FIELDS), model=model, call=call)
    taught = await lessons(like, pool, FIELDS, learn=learn, votes=held_out)
    return drafted(replace(new, title=wording.summary), wording, Known(like, near, pool, values, same_matter, taught), call)


async def placed(asked: Request, call: Call, issues: Issues, projects: Projects) -> tuple[Request, Mapping[str, Sequence[Ref]]]:
    """The request with its project, and what may stand in the fields there. A word with a colon in front may be no project at all."""
    configured = projects(call.place)
    for key in filter(None, (asked.project, configured, key_in(call))):
        try:
            values = await issues.values(key)
        except NotFound:
            if key == configured:
                raise
            continue
        named = asked if key == asked.project or not asked.project else asked.unplaced()
        return replace(named, project=key), values
    raise Invalid(f"There is no project {asked.project} that the bot may see. {WHERE}" if asked.project else WHERE)


def comment(asked: Request, twin: Twin, call: Call) -> Draft:
    """A comment on the open issue that is probably the same."""
    reasons = (
        f"{twin.reason}, so a comment there is proposed",
        f"for a new issue all the same, type: /issue {asked.project}: new: and the text",
    )
    draft = Draft.of("issue", twin.record, (Change("comment", None, f"Heard again.\n\n{asked.description}"),), call=call)
    return replace(draft, reasons=reasons, sources=(twin.source,), tainted=draft.tainted or asked.outside)


def drafted(new: Record, wording: Wording, known: Known, call: Call) -> Draft:
    """The new issue, every field a change from nothing."""
    near, pool, values = known.near, known.pool, known.values
    voices = {name: said.values for name, said in wording.said.items()}
    elected = (poll(near, pool, name, of=known.like, says=voices.get(name), taught=known.taught.get(name)) for name in FIELDS)
    polls = {won.field: won for won in elected if won}
    kind, share, reason = usual(pool, values)
    found: dict[str, Value] = {"summary": wording.summary, "type": kind, "description": wording.description}
    found |= {name: won.value for name, won in polls.items()}
    changes = [Change(name, None, value, picks(name, value, values, pool)) for name, value in found.items()]
    shares = {name: won.share for name, won in polls.items()}
    return replace(
        Draft.of("issue", new, changes, call=call),
        reasons=(
            *(twin.reason for twin in known.twins),
            *([f"no language model: {wording.silence}"] if wording.silence else []),
            *(why(won, wording.said.get(name)) for name, won in polls.items()),
            *([] if "type" in polls else [reason]),
        ),
        sources=tuple(dict.fromkeys((*(twin.source for twin in known.twins), *(Twin(r, c).source for r, c in near[:5])))),
        confidence=shares if "type" in polls or not share else {"type": share, **shares},
        tainted=new.outside_text or (bool(wording.said) and any(record.outside_text for record, _ in near)),
    )


def usual(pool: Sequence[Record], values: Mapping[str, Sequence[Ref]]) -> tuple[Ref, float, str]:
    """The type where no vote decides one: the most common of the project, else the first that it has; its share, and the rule in words.

    Raises Invalid for a project in which nothing can be made.
    """
    if not (allowed := values.get("type", ())):
        raise Invalid(
            "In this project no issue can be made. Name another one in front, for example: /issue SUP: the export hangs"
        )
    shares = common(pool, "type")
    best = max(allowed, key=lambda value: shares.get(value, 0.0))
    if share := shares.get(best, 0.0):
        return best, share, f"type {best.label}: no vote decides one, and most past issues of the project have it"
    return best, 0.0, f"type {best.label}: no past issue says more, and it is the project's first"


def picks(
    name: str, value: Value, values: Mapping[str, Sequence[Ref]], pool: Sequence[Record]
) -> tuple[Ref, ...] | tuple[str, ...]:
    """What a person may choose instead; of words any may be typed."""
    if name in CATALOGUED:
        return tuple(values.get(name, ()))
    return choices(name, pool, value) if name == "labels" else ()


def fitting(record: Record, values: Mapping[str, Sequence[Ref]]) -> Record:
    """A past issue with only those values that may stand in a new one."""
    allowed = {name: frozenset(ref.id for ref in values.get(name, ())) for name in CATALOGUED}
    kept = {name: tuple(v for v in held(record, name) if isinstance(v, Ref) and v.id in allowed[name]) for name in CATALOGUED}
    single: dict[str, Value] = {name: next(iter(kept[name]), None) for name in ("type", "priority")}
    return replace(record, fields={**record.fields, **single, "component": kept["component"]})


async def worded(
    asked: Request,
    near: Sequence[tuple[Record, float]],
    values: Mapping[str, Sequence[str | Ref]],
    *,
    model: Model,
    call: Call,
) -> Wording:
    """A model's words where there are any that hold, else what was said as it was said."""
    plain = Wording(asked.title, asked.description, {})
    told = [Material(label, text, outside=True, source=THREAD if asked.turns else "") for label, text in asked.parts.items()]
    shown = [*told, *past(near), Material("values", spelled(values), outside=True, source="jira")]
    named = sorted({call.person.name, *people((record for record, _ in near), values)})
    found, silence = await advised(model, "issue", Drafted, material=shown, people=named, audience=call.place.audience)
    if found is None:
        return replace(plain, silence=silence)
    try:
        said = heard(found.choices, values, {one.label: one.text for one in shown})
        [summary] = checked([Claim(found.summary, tuple(asked.parts))], asked.parts)
        claims = checked(found.description, asked.parts)
    except NoModel as none:
        return replace(plain, silence=str(none))
    body = "\n\n".join(claim.text for claim in claims)
    return Wording(summary.text[:LONGEST], f"{body}\n\n{asked.footer}" if body else asked.description, said)
