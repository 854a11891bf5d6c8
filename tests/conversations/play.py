"""Plays a scenario on a stage, and keeps what everybody read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conversations.places import PLACES
from conversations.reading import TIME, alike
from conversations.stages import PEOPLE, Card, Seen, Stage
from conversations.steps import (
    Alone,
    Ask,
    Breaks,
    Chat,
    Choose,
    Command,
    FollowUp,
    Judged,
    Linked,
    Look,
    Mends,
    Moved,
    Opens,
    Press,
    Reads,
    Scenario,
    Send,
    Share,
    Step,
    Tell,
    TimePasses,
    Understood,
    Vote,
    Written,
    Wrong,
)
from offices import Office
from sqlalchemy import text

from bot.sandbox import Sandbox
from bot.sandbox.faults import Fault
from bot.sandbox.ledger import Write
from bot.store.links.links import LinkStore
from handlers.alert import Severity, Sighting
from handlers.models import Record

ALERT = re.compile(r"\b[0-9a-f]{10}\b")
"""The id of an alert holds its channel."""
CLOCK = re.compile(r"\b\d\d:\d\d\b")
MARK = re.compile(r"(<p>|\s*\(?)Countersign draft [0-9a-z]{8}, version [0-9]+\.?(</p>|\))?$")
"""What a vendor's record holds to be found again."""
DUE = ("UPDATE drafts SET expires_at = 1", "UPDATE jobs SET run_at = 1 WHERE kind = 'expire' AND state = 'pending'")


@dataclass
class Player:
    """One scenario on one stage. `looked` are cards as they once stood."""

    office: Office
    sandbox: Sandbox
    stage: Stage
    looked: dict[str, Card] = field(default_factory=dict)

    async def play(self, scenario: Scenario) -> Mapping[str, Sequence[str]]:
        """Every step, then the ledgers; what everybody read in the end. A text that stands in two places counts once."""
        for step in scenario.steps:
            await self.take(step)
        await self.office.idle()
        self.check(scenario.writes)
        ids = [draft.id for draft in await self.office.drafts.list()]
        return {person: self.told(await self.stage.seen(person), ids) for person in PEOPLE}

    async def take(self, step: Step) -> None:
        """One step. What somebody reads is waited for."""
        stage = self.stage
        match step:
            case Ask() | Tell() | Send() | Chat() | FollowUp():
                await self.speak(step)
            case Command(person, line):
                await stage.command(person, await self.named(line))
            case Press(person, verb, values, on):
                await stage.press(self.looked[on] if on else await self.newest(person), verb, person, values)
            case Choose(person, label):
                await self.until(step, person, lambda: self.reads(person, (f"[{label}]",)))
                await stage.choose(person, label)
            case Look(name):
                self.looked[name] = await self.newest("bo")
            case Vote(person, verdict):
                await stage.vote(person, verdict)
            case Share(person):
                await stage.share(person)
            case _:
                await self.check_step(step)

    async def named(self, line: str) -> str:
        """A command with the newest draft's id, or that of an alert, in it."""
        draft = (await self.drafts())[-1] if "{draft}" in line else ""
        alert = (await self.office.alerts.standing())[0].id if "{alert}" in line else ""
        return line.format(draft=draft, alert=alert)

    async def speak(self, step: Ask | Tell | Send | Chat | FollowUp) -> None:
        """A step in which somebody says something."""
        match step:
            case Ask(person, words):
                await self.stage.ask(person, words)
            case Tell(person, words):
                await self.stage.tell(person, words)
            case Send(person, words, name, content):
                await self.stage.send(person, words, name, content)
            case Chat(person, words):
                await self.stage.chat(person, words)
            case FollowUp(person, words):
                await self.stage.follow_up(person, words)

    async def check_step(self, step: Step) -> None:
        """A step that nobody on the platform takes."""
        match step:
            case Reads(person, words, buttons):
                await self.until(step, person, lambda: self.reads(person, words, buttons))
            case Alone(person, words):
                await self.until(step, person, lambda: self.alone(person, words))
            case Understood(question, turns):
                await self.until(step, "ada", lambda: self.understood(len(turns)) == (question, turns))
            case Judged(question, up, down):
                await self.office.wait(lambda: self.judged(question, up, down))
            case _:
                await self.happens(step)

    async def happens(self, step: Step) -> None:
        """What comes about in the world meanwhile."""
        match step:
            case Moved(system, record, fields):
                await getattr(self.sandbox, system).edit(record, fields)
            case Linked(issue, ticket):
                case_of = [
                    Record("jira", "issue", issue, "", issue, "", {}),
                    Record("zendesk", "ticket", ticket, "", "", issue, {}),
                ]
                await LinkStore(self.office.database).learn(case_of)
            case Breaks(system):
                look = Fault("status", method="GET", path="properties|audits", status=503, count=None)
                getattr(self.sandbox, system).faults.add(Fault("reset", method="PUT", after=True), look)
            case Mends(system):
                getattr(self.sandbox, system).faults.clear()
            case Wrong(record, title, holds, minute, rule, severity):
                at = datetime(2026, 11, 20, 9, minute, tzinfo=UTC)
                channel = f"{self.stage.name}:{PLACES[self.stage.name]}"
                seen = Sighting(f"e{minute}", rule, channel, record, title, "", Severity(severity), at, holds)
                await self.office.alerts.sight(seen)
            case Opens(document):
                self.office.kb.opened.add(document)
            case TimePasses():
                async with self.office.database.write() as tx:
                    for due in DUE:
                        await tx.execute(text(due))
            case _:
                raise TypeError(step)

    async def until(self, step: Step, person: str, probe: Callable[[], Any]) -> None:
        """Wait for it; when it does not come, say what there is instead."""
        try:
            await self.office.wait(probe)
        except AssertionError as late:
            there = "\n---\n".join(
                f"{one.text}\n({one.card.buttons if one.card else ''})" for one in await self.stage.seen(person)
            )
            raise AssertionError(f"{step} on {self.stage.name}; {person} reads:\n{there}\n{self.office.kb.asked}") from late

    async def newest(self, person: str) -> Card:
        """The newest card that somebody sees, once there is one."""

        async def look() -> Card | None:
            cards = [seen.card for seen in await self.stage.seen(person) if seen.card and seen.card.buttons]
            return cards[-1] if cards else None

        found: Card = await self.office.wait(look)
        return found

    async def reads(self, person: str, words: Sequence[str], buttons: tuple[str, ...] | None = None) -> Seen | None:
        """The text in which somebody reads all of these words."""
        found = [one for one in await self.stage.seen(person) if all(word in one.text for word in words)]
        fitting = [one for one in found if buttons is None or (one.card and one.card.buttons == buttons)]
        return fitting[-1] if fitting else None

    async def alone(self, person: str, words: Sequence[str]) -> bool:
        """Whether somebody reads this, and nobody else does."""
        found = await self.reads(person, words)
        others = [await self.reads(other, words) for other in PEOPLE if other != person]
        return bool(found and found.private and not any(others))

    def understood(self, turns: int) -> tuple[str, tuple[str, ...]]:
        """What the knowledge base was asked last, and the first lines of so many turns before."""
        question, _, history = self.office.kb.asked[-1]
        return question, tuple(turn.split("\n")[0] for turn in history[-turns:])

    async def judged(self, question: str, up: int, down: int) -> bool:
        """Whether the figures say so."""
        found = [each async for each in self.office.answers.judged()]
        return [(each.answer.question, each.up, each.down) for each in found] == [(question, up, down)]

    async def drafts(self) -> list[str]:
        """The drafts' ids, oldest first."""
        return [draft.id for draft in await self.office.drafts.list()]

    def check(self, expected: Sequence[Written]) -> None:
        """Exactly these writes were made, in this order, whatever was pressed."""
        for system in ("jira", "zendesk", "hubspot", "salesforce"):
            entries = [e for e in getattr(self.sandbox, system).ledger.entries if e.effect and e.method != "UI"]
            made = [(entry.record, body_of(entry.body)) for entry in requests(entries)]
            wanted = [(each.record, each.fields) for each in expected if each.system == system]
            assert len(made) == len(wanted), made
            assert all(record in ("", there) for (record, _), (there, _) in zip(wanted, made, strict=True)), made
            for (_, body), (_, fields) in zip(made, wanted, strict=True):
                there = {name: body.get(name) for name in fields}
                assert there == fields, body

    def told(self, seen: Sequence[Seen], ids: Sequence[str]) -> list[str]:
        """What was read, without what is another each time: ids, times of the day, the stand-ins' ports."""
        texts = [alike(one.text) for one in seen]
        for vendor in (self.sandbox.jira, self.sandbox.zendesk, self.sandbox.hubspot, self.sandbox.salesforce):
            texts = [each.replace(vendor.url, "VENDOR") for each in texts]
        for number, name in enumerate(ids, 1):
            texts = [each.replace(name, f"#{number}") for each in texts]
        texts = [ALERT.sub("ALERT", each) for each in texts]
        return [each for each in dict.fromkeys(CLOCK.sub(TIME, each) for each in texts) if each]


def requests(entries: Sequence[Write]) -> list[Write]:
    """One entry a request: what hangs on a record changes that, too, and a composite writes several. They carry one and the same body."""
    return list({id(entry.body): entry for entry in reversed(entries)}.values())[::-1]


def body_of(body: Any) -> Mapping[str, Any]:
    """The fields that a vendor was asked to write, without the mark of a draft, which is another each time."""
    parts = [body, *(part["body"] for part in body.get("compositeRequest", ()))]
    found = {name: value for part in parts for name, value in {**part, **nested(part)}.items()}
    return {name: MARK.sub("", value) if isinstance(value, str) else value for name, value in found.items()}


def nested(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where vendors have the fields of what is written."""
    places = (part.get(name) for name in ("fields", "ticket", "properties"))
    return next((found for found in places if isinstance(found, Mapping) and found), {})
