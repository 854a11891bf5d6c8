"""Several changes under one approval: pairs that a chain of `bot.toml` puts together, and bundles of three over as many vendors."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from chaos.books import Books, Seen
from chaos.drive import Lane
from chaos.oracle import Event
from chaos.script import FAULTS, LEADS, Click
from chaos.vendors import VENDORS
from programs import RULES

from bot.store.audit.trail import Audit
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.jobs import Jobs
from bot.store.links.links import LinkStore
from handlers.bundles import bundle, renewed
from handlers.models import Call, Record

AFTER = "triage"
CHAINS = f"""
[[chains]]
after = "{AFTER}"
then = "reply"
argument = "zendesk"
together = true

[[chains]]
after = "{AFTER}"
on = "written"
tell = "playground:incidents"
say = "{{record}} was dealt with by {{draft}}"
"""
KEYS = {"SECRET_KEY": "one secret for all", "AUDIT_KEY": "another secret for all"}
TRIPLE = 3


@dataclass(frozen=True)
class Together:
    """One bundle: made by a chain, or of so many `vendors` in this order; what goes wrong at which item, and whether it is taken back."""

    vendors: tuple[str, ...] = ()
    copies: int = 1
    clicks: tuple[Click, ...] = (Click("bo", "approve"),)
    faults: tuple[tuple[int, dict[str, object]], ...] = ()
    edited: int | None = None
    undone: bool = False


def bundles(seed: int, lane: int, *, faults: float = 0.4, edits: float = 0.15) -> Iterator[Together]:
    """The bundles of one lane, without end. The first item of three is broken least often: what stands behind it is what is looked at."""
    dice = random.Random(f"{seed}/together/{lane}")  # noqa: S311 - repeatable, not secret
    while True:
        vendors = tuple(dice.sample(list(VENDORS), TRIPLE)) if dice.random() < 0.6 else ()
        count = len(vendors) or 2
        broken = [
            (place, dict(dice.choice(FAULTS))) for place in range(count) if dice.random() < faults * (0.5 if not place else 1)
        ]
        clicks = [Click(dice.choice(LEADS), "reject" if dice.random() < 0.05 else "approve")]
        clicks += [Click(dice.choice((*LEADS, "ada")), "approve") for _ in range(dice.choice((0, 0, 1, 2)))]
        edited = dice.randrange(count) if dice.random() < edits else None
        yield Together(vendors, dice.choice((1, 1, 2, 4)), tuple(clicks), tuple(broken), edited, dice.random() < 0.3)


def rules(folder: Path) -> Path:
    """The sandbox's rules with the chains."""
    file = folder / "chains.toml"
    file.write_text(RULES.read_text(encoding="utf-8") + CHAINS, encoding="utf-8")
    return file


class TogetherLane(Lane):
    """One bundle after the other, each of new records."""

    books: Books

    async def turn(self, step: Together) -> Seen | None:
        """One bundle from the questions to its end; None when there was none."""
        self.number += 1000
        places = [(vendor, await self.desk.open(vendor, self.number)) for vendor in step.vendors]
        made = await self.of_three(places) if places else None
        if not places:
            issue = await self.desk.open("jira", self.number)
            places = [("jira", issue), ("zendesk", await self.desk.open("zendesk", self.number, about=issue))]
            made = await self.by_chain(places)
        if made is None or not made.id:
            return None
        end = await self.decided(made, step, places)
        if end is not None and end.state == "written" and step.undone:
            back = await self.ask(f"/undo {end.id}")
            if back is not None and back.id:
                await self.decided(back, Together(), ())
        return end

    async def decided(self, made: Seen, step: Together, places: list[tuple[str, str]] | tuple[()]) -> Seen | None:
        """Everybody presses, some of the vendors answer wrongly, and it comes to its end."""
        if step.edited is not None and places:
            await self.desk.edit(*places[step.edited])
        for place, fault in step.faults if places else ():
            await self.desk.break_next(*places[place], fault)
        await self.click(made, step)
        end = await self.until(lambda: self._over(made.id))
        if end is not None:
            self.log.note("ended", draft=end.id, state=end.state, outcome=end.outcome, order=[vendor for vendor, _ in places])
            self.ended.append(end)
        return end

    async def by_chain(self, places: list[tuple[str, str]]) -> Seen | None:
        """The bundle that follows from a triage: the ticket names the issue, as somebody has read before."""
        (_, issue), (_, ticket) = places
        case_of = [Record("jira", "issue", issue, "", issue, "", {}), Record("zendesk", "ticket", ticket, "", "", issue, {})]
        await LinkStore(self.books.database).learn(case_of)
        first = await self.ask(f"/triage {issue}")
        if first is None or not first.id:
            return None
        follows = f"chain:{first.id}:drafted:0"
        return await self.until(lambda: self.books.draft_of(follows, job=follows))

    async def of_three(self, places: list[tuple[str, str]]) -> Seen | None:
        """A bundle of what was proposed for each; the proposals themselves are refused."""
        asked = [await self.ask(VENDORS[vendor].command.format(record)) for vendor, record in places]
        if any(one is None or not one.id for one in asked):
            return None
        database = self.books.database
        store = DraftStore(database, Jobs(database), Audit(database, KEYS["AUDIT_KEY"].encode()))
        found = [await store.read(one.id) for one in asked if one is not None]
        call = Call(f"made:{uuid.uuid4().hex}", found[0].workflow, "", found[0].asked_by, found[0].place)
        kept = await store.keep(bundle([renewed(one, call=call) for one in found], call=call), call=call, policy=found[0].policy)
        for one in found:
            refusal = {"draft": one.id, "version": 1, "verb": "reject", "values": {}, "person": "gus"}
            event = Event(uuid.uuid4().hex, "press", "gus", one.id)
            await self.insist("press", event, {**refusal, "channel": "support", "thread": 0}, 1)
        return await self.books.look(kept.id)


def lanes(run: object, count: int) -> list[TogetherLane]:
    """Lanes with a look into the books."""
    made = [TogetherLane(run.target, run.desk, run.log, vendor="jira", number=n) for n in range(count)]
    for lane in made:
        lane.books = run.books
    return made


def cut(place: int, vendors: tuple[str, ...]) -> Together:
    """A bundle of which the answer to one item is lost after the vendor has written."""
    return replace(Together(vendors), faults=((place, {"kind": "reset", "after": True}),))
