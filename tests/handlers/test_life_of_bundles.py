"""The life of a bundle as a state machine: people, clocks, lost answers and dying processes, over the ledger's own jobs.

LIFE_EXAMPLES=2000 makes it the long run (with --timeout=0).
"""

import asyncio
import os
from dataclasses import dataclass, field
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
from handlers.bundles import bundle
from handlers.errors import Refused, Stale, Unavailable, Unknown
from handlers.models import Call, Change, Decision, Draft, Person, Place, Policy, Record, State, Verb

HERE = Place("playground", "general")
ASKER = Person("p:ada", "Ada", "ada@example.com")
PEOPLE = {name: Person(f"p:{name}", name.title(), f"{name}@example.com") for name in ("bo", "cy")}
NAMES = ("A", "B", "C")
OVER = (State.WRITTEN, State.REJECTED, State.EXPIRED, State.STALE, State.FAILED)
FAULTS = ("none", "none", "none", "away", "lost before", "lost after", "killed after", "moved")


class Killed(BaseException):
    """The process dies: nothing below catches it."""


@dataclass
class Vendor:
    """A system with a record for each item."""

    fault: str = "none"
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    writes: list[tuple[str, str, int, str]] = field(default_factory=list)

    def record(self, name: str) -> Record:
        held = next((value for record, _, _, value in reversed(self.writes) if record == name), "v0")
        return Record("jira", "issue", name, str(self.versions[name]), "t", "", {"labels": held})

    async def reread(self, draft: Draft) -> Record:
        return self.record(draft.record.id)

    async def landed(self, draft: Draft) -> bool:
        return (draft.id, draft.version) in {(name, version) for _, name, version, _ in self.writes}

    async def write(self, draft: Draft) -> str:
        name = draft.record.id
        if self.fault == "moved":
            self.versions[name] += 1
        if self.fault == "away":
            raise Unavailable("away")
        if self.fault == "lost before":
            raise Unknown("no answer")
        if draft.record.version != str(self.versions[name]):
            raise Stale("the guard refused it")
        self.versions[name] += 1
        self.writes.append((name, draft.id, draft.version, str(draft.changes[0].after)))
        if self.fault == "killed after":
            raise Killed
        if self.fault == "lost after":
            raise Unknown("no answer")
        return f"https://jira.example/{name}"


class Life(RuleBasedStateMachine):
    """Bundles of three records, one after the other."""

    @initialize(quorum=st.integers(1, 2))
    def open(self, quorum: int) -> None:
        self.folder, self.loop = TemporaryDirectory(), asyncio.Runner()
        self.policy, self.vendor = Policy(quorum=quorum), Vendor()
        self.names: list[str] = []
        self.signed: dict[str, dict[str, tuple[str, ...]]] = {}
        self.ended: dict[str, tuple[State, str]] = {}
        self.loop.run(self._open())
        self.propose()

    async def _open(self) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{Path(self.folder.name) / 'life.db'}")
        await self.database.migrate()
        self.jobs, self.audit = Jobs(self.database), Audit(self.database, b"key")
        self.drafts = DraftStore(self.database, self.jobs, self.audit)

    @rule()
    def propose(self) -> None:
        call = Call(f"call-{len(self.names)}", "triage", "A", ASKER, HERE)
        records = [self.vendor.record(name) for name in NAMES]
        items = [Draft.of("triage", r, [Change("labels", r.fields["labels"], f"n{len(self.names)}")], call=call) for r in records]
        self.names.append(self.loop.run(self.drafts.keep(bundle(items, call=call), call=call, policy=self.policy)).id)

    @rule(
        data=st.data(),
        who=st.sampled_from(list(PEOPLE)),
        verb=st.sampled_from([Verb.APPROVE] * 4 + list(Verb)),
        old=st.integers(0, 7),
    )
    def press(self, data: st.DataObject, who: str, verb: Verb, *, old: int) -> None:
        whole = self.pick(data)
        version = max(1, whole.version - (old == 0))
        values = {f"{data.draw(st.integers(1, 3))}.labels": data.draw(st.sampled_from("xyz"))} if verb is Verb.EDIT else {}
        decision = Decision(whole.id, version, verb, PEOPLE[who], HERE, values)
        try:
            self.loop.run(decide(decision, drafts=self.drafts, policies=lambda _: self.policy))
        except Refused:
            return
        assert (whole.state, whole.version) == (State.PENDING, version)
        if verb is Verb.APPROVE:
            self.signed.setdefault(f"{whole.id}:{version}", {})[who] = tuple(str(c.after) for c in whole.changes)

    @rule(data=st.data())
    def time_runs_out(self, data: st.DataObject) -> None:
        whole = self.pick(data)
        self.loop.run(self.drafts.expire(whole.id, whole.version))

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4), last=st.integers(0, 5))
    def work(self, faults: list[str], *, last: int) -> None:
        for self.vendor.fault in faults:
            self.loop.run(self._work(last=last == 0))
            self.items_are_written_in_order_as_they_were_signed()
            self.an_end_stands()

    async def _work(self, *, last: bool) -> None:
        """The oldest write job that is due, once: what died under it is found by the next attempt."""
        due = [job for job in reversed(await self.jobs.list(state="pending", limit=500)) if job.kind == "write"]
        for job in due[:1]:
            payload = (await self.jobs.read(job.id)).payload
            name, version = str(payload["draft"]), int(str(payload["version"]))
            try:
                await carry_out(name, version, drafts=self.drafts, writes=self.vendor)
            except Killed:
                return
            except (Unavailable, Unknown) as trouble:
                if not last:
                    return
                await give_up(name, version, trouble, drafts=self.drafts)
            await self.jobs.void(job.id)

    def pick(self, data: st.DataObject) -> Draft:
        return self.loop.run(self.drafts.read(data.draw(st.sampled_from(self.names[-2:]))))

    @invariant()
    def items_are_written_in_order_as_they_were_signed(self) -> None:
        for name in getattr(self, "names", ()):
            whole = self.loop.run(self.drafts.read(name))
            made = [(record, value) for record, item, _, value in self.vendor.writes if item in {one.id for one in whole.items}]
            assert [record for record, _ in made] == list(NAMES)[: len(made)]
            if made:
                signed = self.signed[f"{name}:{whole.version}"]
                assert len(signed) >= self.policy.quorum
                assert {values[: len(made)] for values in signed.values()} == {tuple(value for _, value in made)}
            held = [item.state is State.WRITTEN for item in whole.items]
            assert held == sorted(held, reverse=True)
            assert (whole.state is State.WRITTEN) == all(held)
            if whole.state in (State.PENDING, State.REJECTED, State.EXPIRED):
                assert {item.state for item in whole.items} == {whole.state}

    @invariant()
    def an_end_stands(self) -> None:
        for name in getattr(self, "names", ()):
            whole = self.loop.run(self.drafts.read(name))
            for each in (whole, *whole.items):
                if each.id in self.ended:
                    assert (each.state, each.outcome) == self.ended[each.id]
                if each.state in OVER:
                    self.ended[each.id] = (each.state, each.outcome)

    def teardown(self) -> None:
        try:
            self.loop.run(self.audit.verify())
        finally:
            self.loop.run(self.database.close())
            self.loop.close()
            self.folder.cleanup()


LONG = os.environ.get("LIFE_EXAMPLES", "")
TestLifeOfBundles = Life.TestCase
TestLifeOfBundles.settings = settings(
    max_examples=int(LONG or 4),
    stateful_step_count=15,
    deadline=None,
    phases=tuple(Phase) if LONG else (Phase.generate,),  # shrinking does not fit into the time of a short run
    suppress_health_check=list(HealthCheck),
)
