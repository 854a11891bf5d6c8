"""A second history, to judge rules on that were chosen on the sandbox's own: another trade, other texts, made by another way.

The sandbox's records are stories that were written one by one. These are put together: what broke, how badly it hurts, whom it hits, and by
when, each said in one of several ways or not at all. The priority is what a service desk's matrix makes of impact and urgency, and one in
seven is set otherwise, as people do. The type hangs on what is wanted, the team on what broke.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.backtest import best
from handlers.models import Record, Ref
from handlers.ports import Similar
from handlers.taught import Learn
from handlers.votes import COMPARED, common, held, held_out, tally

LEVELS = ("Low", "Medium", "High", "Highest")
THINGS: dict[str, tuple[str, ...]] = {
    "Wards": ("the bed board", "the handover list of the ward", "the nurse call panel", "the ward tablet", "the isolation flag"),
    "Imaging": ("the CT worklist", "the archive of X-ray pictures", "the MRI console", "the ultrasound report", "the picture viewer"),
    "Pharmacy": ("the drug cabinet", "the prescription printer", "the interaction check", "the pharmacy order", "the cytostatics scale"),
    "Laboratory": ("the blood gas analyser", "the sample labels", "the lab result interface", "the microbiology list", "the cross-match order"),
    "Access": ("the badge reader", "the single sign-on", "the VPN of the doctors on call", "the mailbox of the clinic", "the locum's account"),
}  # fmt: skip
TROUBLES = (
    "freezes after a few minutes", "shows the data of yesterday", "answers with a grey page", "loses what was typed", "prints half of the text",
    "takes ages to open", "does not sync", "rejects valid entries", "beeps without a reason", "throws people out",
)  # fmt: skip
WISHES = (
    "should remember the last filter",
    "could show the room number",
    "ought to sort by name",
    "would be nicer in dark colours",
    "should speak Polish",
)
QUESTIONS = (
    "how does one hand {} over to a colleague",
    "where do we order another licence for {}",
    "who may change the rights of {}",
    "which form is needed for {}",
)
IMPACTS: tuple[tuple[str, ...], ...] = (
    ("I am the only one who sees it.", "On one PC in the cellar.", "Just my account.", "It is one old device.", "A trainee noticed it."),
    ("Our ward is affected.", "The early shift works around it.", "Two rooms have it.", "The team of six has it since Monday.", "Some colleagues see it, others do not."),
    ("The entire hospital is hit.", "Each department phones us.", "Both sites and the day clinic.", "Across the whole house.", "The control room reports it from all floors."),
)  # fmt: skip
URGENCIES: tuple[tuple[str, ...], ...] = (
    ("No hurry.", "Whenever somebody has time.", "A matter of looks.", "It can wait for the next release.", "We have lived with it for years."),
    ("It slows us down.", "We write on paper meanwhile.", "It would help to have it this week.", "The audit is next month.", "Double work each day."),
    ("Patients are waiting in the corridor.", "The operating theatre has stopped.", "We had to divert an ambulance.", "Somebody nearly got the wrong dose.", "Treatment is on hold right now."),
)  # fmt: skip
MATRIX = ((0, 1, 2), (1, 1, 2), (1, 2, 3))
"""By impact and urgency, the service desk's usual table."""
STRAY, SILENT = 1 / 7, 1 / 4
"""How often a person sets another priority than the table has, and says nothing of impact or urgency."""
KINDS = ("Bug", "Bug", "Bug", "Incident", "Improvement", "Question")


def second(seed: int, size: int) -> Sequence[Record]:
    """A history of so many records, the same for a seed; no two seeds share a key."""
    dice = random.Random(f"second history {seed}")  # noqa: S311 - repeatable, not secret
    return [one(dice, f"HOS{seed}-{number}") for number in range(1, size + 1)]


def one(dice: random.Random, key: str) -> Record:
    """One record with the fields that people gave it."""
    team = dice.choice(list(THINGS))
    thing, kind = dice.choice(THINGS[team]), dice.choice(KINDS)
    impact, urgency = dice.choices((0, 1, 2), (4, 4, 2))[0], dice.choices((0, 1, 2), (3, 5, 2))[0]
    if kind == "Incident":
        impact, urgency = max(impact, 1), max(urgency, 1)
    if kind in ("Improvement", "Question"):
        impact, urgency = min(impact, 1), min(urgency, 1)
    level = MATRIX[impact][urgency]
    if dice.random() < STRAY:
        level = max(0, min(3, level + dice.choice((-1, 1))))
    said = [dice.choice(some[place]) for some, place in ((IMPACTS, impact), (URGENCIES, urgency)) if dice.random() > SILENT]
    dice.shuffle(said)
    fields = {"type": Ref(kind, kind), "priority": Ref(LEVELS[level], LEVELS[level]), "assignee": Ref(team, f"Team {team}")}
    return Record("jira", "issue", key, "1", title(dice, kind, thing), " ".join(said), fields)


def title(dice: random.Random, kind: str, thing: str) -> str:
    """What is wanted, in a line."""
    match kind:
        case "Improvement":
            return f"{thing[0].upper()}{thing[1:]} {dice.choice(WISHES)}"
        case "Question":
            return f"{dice.choice(QUESTIONS).format(thing).capitalize()}?"
        case _:
            return f"{thing[0].upper()}{thing[1:]} {dice.choice(TROUBLES)}"


@dataclass(frozen=True)
class Rights:
    """Of each record of the later part of a history: whether the likeliest value of a field was right with what the earlier part taught,
    by votes alone, and whether the most usual one was.
    """

    taught: tuple[bool, ...]
    votes: tuple[bool, ...]
    usual: tuple[bool, ...]

    def __iter__(self):
        return iter(sum(some) / len(some) for some in (self.taught, self.votes, self.usual))


async def split(history: Sequence[Record], field: str, *, similar: Similar, learn: Learn, early: float = 0.6) -> Rights:
    """A history of which the first part is past."""
    cut = int(early * len(history))
    past, later = history[:cut], history[cut:]
    usual, rows = best(common(past, field)), []
    for record in later:
        blank, near, truth = replace(record, fields={}), await similar(record, past, limit=COMPARED), held(record, field)
        taught = await learn(blank, past, field, held_out)
        with_it, alone = (best(tally(near, past, field, of=blank, taught=one).shares) for one in (taught, None))
        rows.append((with_it in truth, alone in truth, usual in truth))
    return Rights(*zip(*rows, strict=True))
