"""The whole life of drafts as a state machine: whatever people, clocks and crashes do, nothing is written that was not approved.

LIFE_EXAMPLES=2000 makes it the long run (with --timeout=0).
"""

import asyncio
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.jobs import Jobs
from handlers.approvals import carry_out, decide, give_up
from handlers.errors import Invalid, Refused, Stale, Unavailable, Unknown
from handlers.models import Call, Change, Decision, Draft, Person, Place, Policy, Record, State, Verb
from handlers.undo import undo

HERE = Place("playground", "general")
ASKER = Person("p:ada", "Ada", "ada@example.com")
PEOPLE = {name: Person(f"p:{name}", name.title(), f"{name}@example.com", frozenset({"leads"})) for name in ("bo", "cy", "dara")}
BASE = Policy(approvers=("group:leads",), requester_may_approve=False)
ENDS = (State.WRITTEN, State.REJECTED, State.EXPIRED, State.STALE, State.FAILED)
RARELY = st.integers(0, 7).map(lambda n: n == 7)
FAULTS = ("none", "lost before", "lost after", "away", "moved in between", "killed after")


class Killed(BaseException):
    """The process dies: nothing below catches it."""


@dataclass
class Vendor:
    """A system with one record, whose answers get lost. It guards writes by version and finds a write by its mark."""

    value: str = "v0"
    version: int = 0
    fault: str = "none"
    writes: list[tuple[str, int, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    marks: set[tuple[str, int]] = field(default_factory=set)

    def record(self) -> Record:
        return Record("jira", "issue", "SUP-1", str(self.version), "t", "", {"labels": self.value})

    def move(self) -> None:
        self.version, self.value = self.version + 1, f"theirs{self.version + 1}"

    async def reread(self, _draft: Draft) -> Record:
        return self.record()

    async def landed(self, draft: Draft) -> bool:
        return (draft.id, draft.version) in self.marks

    async def write(self, draft: Draft) -> str:
        if self.fault == "moved in between":
            self.move()
        if self.fault == "away":
            raise Unavailable("away")
        if self.fault == "lost before":
            raise Unknown("no answer")
        if draft.record.version != str(self.version):
            raise Stale("the guard refused it")
        [change] = draft.changes
        self.version, self.value = self.version + 1, str(change.after)
        self.writes.append((draft.id, draft.version, self.value))
        self.marks.add((draft.id, draft.version))
        if self.fault == "killed after":
            raise Killed
        if self.fault == "lost after":
            raise Unknown("no answer")
        return "https://jira.example/SUP-1"


class Life(RuleBasedStateMachine):
    """Two or three people, a vendor and a clock, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.vendor = Vendor()
        self.names: list[str] = []
        self.ended: dict[str, tuple[State, str, int]] = {}
        self.signed: dict[tuple[str, int], dict[str, str]] = {}
        self.calls = 0

    @initialize(quorum=st.integers(1, 2))
    def open(self, quorum: int) -> None:
        self.policy = replace(BASE, quorum=quorum)
        self.groups = dict.fromkeys(PEOPLE, frozenset({"leads"}))
        self.loop.run(self._open())
        self.propose("a")

    async def _open(self) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{Path(self.folder.name) / 'life.db'}")
        await self.database.migrate()
        jobs, self.audit = Jobs(self.database), Audit(self.database, b"key")
        self.drafts = DraftStore(self.database, jobs, self.audit)

    def person(self, name: str) -> Person:
        short = name.partition("@")[0].removeprefix("p:")
        return replace(PEOPLE[short], groups=self.groups[short]) if short in PEOPLE else ASKER

    async def find(self, name: str) -> Person:
        return self.person(name)

    def keep(self, draft: Draft, call: Call) -> None:
        self.names.append(self.loop.run(self.drafts.keep(draft, call=call, policy=self.policy)).id)

    def call(self, argument: str = "SUP-1") -> Call:
        self.calls += 1
        return Call(f"call-{self.calls}", "triage", argument, ASKER, HERE)

    @rule(value=st.sampled_from("abc"))
    def ask(self, value: str) -> None:
        self.propose(value)

    def propose(self, value: str) -> None:
        call, record = self.call(), self.vendor.record()
        self.keep(Draft.of("triage", record, [Change("labels", self.vendor.value, value)], call=call), call)

    @rule(
        data=st.data(),
        who=st.sampled_from([*PEOPLE, "ada"]),
        verb=st.sampled_from([Verb.APPROVE, Verb.APPROVE, *Verb]),
        old=RARELY,
    )
    def press(self, data: st.DataObject, who: str, verb: Verb, *, old: bool) -> None:
        self.decide(self.pick(data, State.PENDING), data, who, verb, old=old)

    @rule(data=st.data(), faults=st.lists(st.sampled_from(FAULTS), max_size=4))
    def agree(self, data: st.DataObject, faults: list[str]) -> None:
        draft = self.pick(data, State.PENDING)
        for who in PEOPLE:
            self.decide(self.read(draft.id), data, who, Verb.APPROVE, old=False)
        for fault in faults:
            self.attempt(self.read(draft.id), fault, last=False)
            self.every_write_was_signed_by_enough_people_and_made_once()
            self.an_end_stands_and_tells_the_truth()

    def decide(self, draft: Draft, data: st.DataObject, who: str, verb: Verb, *, old: bool) -> None:
        version = max(1, draft.version - old)
        values = {"labels": data.draw(st.sampled_from("xyz"))} if verb is Verb.EDIT else {}
        decision = Decision(draft.id, version, verb, self.person(who), HERE, values)
        try:
            after = self.loop.run(decide(decision, drafts=self.drafts, policies=lambda _: self.policy, persons=self.find))
        except Refused:
            return
        assert who != "ada"
        assert (draft.state, draft.version) == (State.PENDING, version)
        assert "leads" in self.groups[who]
        if verb is Verb.APPROVE:
            signed = self.signed.setdefault((draft.id, version), {})
            signed[who] = str(draft.changes[0].after)
            enough = sum("leads" in self.groups[each] for each in signed) >= self.policy.quorum
            assert (after.state is State.APPROVED) == enough

    @rule(who=st.sampled_from(list(PEOPLE)))
    def leave_or_return(self, who: str) -> None:
        self.groups[who] = frozenset() if self.groups[who] else frozenset({"leads"})

    @rule()
    def somebody_changes_the_record(self) -> None:
        self.vendor.move()

    @rule(data=st.data())
    def time_runs_out(self, data: st.DataObject) -> None:
        draft = self.pick(data)
        self.loop.run(self.drafts.expire(draft.id, draft.version))

    @rule(data=st.data(), fault=st.sampled_from(FAULTS), last=st.booleans())
    def work(self, data: st.DataObject, fault: str, *, last: bool) -> None:
        self.attempt(self.pick(data, State.APPROVED, State.WRITING, State.UNKNOWN), fault, last=last)

    def attempt(self, draft: Draft, fault: str, *, last: bool) -> None:
        self.vendor.fault = fault
        self.loop.run(self._work(draft, last=last))
        self.vendor.fault = "none"
        self.names += [d.id for d in self.loop.run(self.drafts.list()) if d.id not in self.names]

    async def _work(self, draft: Draft, *, last: bool) -> None:
        try:
            await carry_out(draft.id, draft.version, drafts=self.drafts, writes=self.vendor)
        except (Unavailable, Unknown) as trouble:
            if last:
                await give_up(draft.id, draft.version, trouble, drafts=self.drafts)
        except Killed:
            pass

    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        call = self.call(self.pick(data, State.WRITTEN).id)
        written = self.read(call.argument).state is State.WRITTEN
        try:
            found = self.loop.run(undo(call, drafts=self.drafts, reread=self.vendor.reread, policies=lambda _draft: Policy()))
        except Invalid:
            assert not written
            return
        assert written
        if isinstance(found, Draft):
            self.keep(found, call)

    def pick(self, data: st.DataObject, *states: State) -> Draft:
        """A draft, mostly one in these states: what has ended is pressed now and then too."""
        found = [self.read(name) for name in self.names]
        fitting = [draft for draft in found if draft.state in states]
        return data.draw(st.sampled_from(found if not fitting or data.draw(RARELY) else fitting))

    def read(self, name: str) -> Draft:
        return self.loop.run(self.drafts.read(name))

    @invariant()
    def every_write_was_signed_by_enough_people_and_made_once(self) -> None:
        assert len({(name, version) for name, version, _ in self.vendor.writes}) == len(self.vendor.writes)
        for name, version, value in self.vendor.writes:
            signed = self.signed.get((name, version), {})
            assert len(signed) >= self.policy.quorum
            assert set(signed.values()) == {value}

    @invariant()
    def an_end_stands_and_tells_the_truth(self) -> None:
        written = {(name, version) for name, version, _ in self.vendor.writes}
        for name in self.names:
            draft = self.read(name)
            if name in self.ended:
                assert (draft.state, draft.outcome, draft.version) == self.ended[name]
            if draft.state in ENDS:
                self.ended[name] = (draft.state, draft.outcome, draft.version)
                assert ((name, draft.version) in written) == (draft.state is State.WRITTEN)

    def teardown(self) -> None:
        try:
            if hasattr(self, "audit"):
                self.loop.run(self.audit.verify())
        finally:
            self.loop.run(self.database.close())
            self.loop.close()
            self.folder.cleanup()


LONG = os.environ.get("LIFE_EXAMPLES", "")
TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=int(LONG or 12),
    stateful_step_count=20,
    deadline=None,
    phases=tuple(Phase) if LONG else (Phase.generate,),  # shrinking does not fit into the time of a short run
    suppress_health_check=list(HealthCheck),
)
