"""Drafts, their versions, votes and outcomes. Each change of state is one compare-and-set with its audit row and its jobs."""

import secrets
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.audit.trail import Audit
from bot.store.clock import clock
from bot.store.database import Database
from bot.store.drafts.bodies import ID, LARGEST, OF, ONE, TURN, assembled, dump, misfit, voter
from bot.store.drafts.bundles import Bundles
from bot.store.drafts.errands import Errands, Followers, no_followers
from bot.store.drafts.pressed import is_taken, take
from bot.store.drafts.subjects import OPEN, holder, one_for, stand_for
from bot.store.drafts.succession import TOP, Succession
from bot.store.drafts.witness import Witness
from bot.store.ledger.jobs import Jobs
from bot.store.tables import draft_versions, drafts, intents, now, votes
from bot.watch.failpoint import failpoint
from handlers.bundles import proposed
from handlers.errors import NotAllowed, NotFound
from handlers.models import Call, Decision, Draft, Policy, State, Verb


class DraftStore:
    """The Drafts port on SQL."""

    def __init__(self, database: Database, jobs: Jobs, audit: Audit, followers: Followers = no_followers) -> None:
        self._database = database
        self._errands = Errands(jobs, followers)
        self._witness = Witness(jobs, audit)
        self._bundles = Bundles(self._errands)
        self._succession = Succession(self._errands, self._witness)

    async def keep(self, draft: Draft, *, call: Call, policy: Policy, absorbs: Draft | None = None) -> Draft:
        """See the port."""
        async with self._database.write() as tx:
            found = (await tx.execute(OF, {"call": call.id})).one_or_none()
            one = found.id if found else await one_for(self._database, tx, draft, call.id)
            if one == draft.id and found is None:
                await stand_for(self._database, tx, draft, absorbs)
                items = tuple(replace(item, policy=policy) for item in draft.items)
                old = await self._succession.hold(tx, draft, absorbs)
                await self._insert(tx, replace(draft, policy=policy, items=items), call.id, old, absorbs=absorbs)
            return await self._read(tx, one)

    async def read(self, draft: str) -> Draft:
        """The newest version with its votes. Raises NotFound."""
        async with self._database.read() as tx:
            return await self._read(tx, draft)

    async def whole(self, draft: str) -> Draft:
        """See the port."""
        async with self._database.read() as tx:
            found = await self._read(tx, draft)
            top = await self._read(tx, found.parent) if found.parent else found
            if top.state is State.SUPERSEDED and (name := await holder(tx, found.subject)):
                other = await self._read(tx, name)
                return other if found.subject in {item.subject for item in other.items} else top
            return top

    async def of(self, call: str) -> Draft | None:
        """The newest version of the draft that an earlier attempt at a call led to, if there was one."""
        async with self._database.read() as tx:
            row = (await tx.execute(OF, {"call": call})).one_or_none()
            return None if row is None else await assembled(tx, row)

    async def waiting(self) -> Sequence[Draft]:
        """Pending drafts that have not expired, oldest first."""
        query = select(drafts).where(drafts.c.state == State.PENDING, drafts.c.expires_at > now(), TOP).order_by(drafts.c.created)
        return await self._list(query)

    async def list(self, *, state: str = "", limit: int = 200) -> Sequence[Draft]:
        """Drafts, oldest first; `state` narrows them."""
        query = select(drafts).where(TOP).order_by(drafts.c.created).limit(limit)
        return await self._list(query.where(drafts.c.state == state) if state else query)

    async def approve(self, decision: Decision, *, without: AbstractSet[str] = frozenset()) -> Draft:
        """Record one approval; the one that completes the quorum, not counting those of `without`, also makes the write job."""
        async with self._database.write() as tx:
            draft = await self._hold(tx, decision)
            await self._lapse(tx, draft, without)
            new = await self._vote(tx, decision, draft)
            cast = {v.person for v in draft.votes if v.verb is Verb.APPROVE and v.version == draft.version}
            held = (cast - without) | {voter(decision)}
            if complete := len(held) >= draft.policy.quorum:
                await self._state(tx, draft.id, State.APPROVED)
                await self._errands.void(tx, draft)
                await (self._bundles.sign(tx, draft) if draft.items else self._errands.write(tx, draft))
            if new:
                await self._witness.draft(
                    tx, decision.person.id, "approved" if complete else "voted", draft, via=decision.place.key
                )
                await self._errands.amend(tx, draft, f"votes{len(held)}")
            return await self._read(tx, draft.id)

    async def reject(self, decision: Decision) -> Draft:
        """End the draft."""
        async with self._database.write() as tx:
            draft = await self._hold(tx, decision)
            await self._vote(tx, decision, draft)
            await self._state(tx, draft.id, State.REJECTED)
            await self._errands.void(tx, draft)
            await self._witness.draft(tx, decision.person.id, "rejected", draft, via=decision.place.key)
            await self._errands.amend(tx, draft, "rejected")
            return await self._read(tx, draft.id)

    async def amend(self, decision: Decision, edited: Draft) -> Draft:
        """Put the edited version in the place of the one that the decision names."""
        async with self._database.write() as tx:
            draft = await self._hold(tx, decision)
            values = {"version": edited.version, "body": dump(edited), "digest": edited.digest, "updated": now()}
            await tx.execute(update(drafts).where(drafts.c.id == draft.id).values(**values))
            await self._version(tx, edited, by=decision.person.id)
            await self._bundles.amend(tx, edited, by=decision.person.id)
            await self._errands.renew(tx, draft, edited, (draft.expires.timestamp() if draft.expires else 0) - await clock(tx))
            await self._witness.draft(tx, decision.person.id, "edited", edited, via=decision.place.key)
            await self._errands.amend(tx, edited, "edited")
            return await self._read(tx, draft.id)

    async def taken(self, decision: Decision) -> Draft | None:
        """See the port."""
        # Not a read: what made this press late may stand in a group of writers whose COMMIT is still to come.
        async with self._database.write() as tx:
            return await self._read(tx, decision.draft) if await is_taken(tx, decision) else None

    async def expire(self, draft: str, version: int) -> None:
        """End a draft whose time has run out; nothing happens when somebody was first."""
        async with self._database.write() as tx:
            ended = await tx.execute(
                update(drafts)
                .where(drafts.c.id == draft, drafts.c.version == version, drafts.c.state == State.PENDING)
                .values(state=State.EXPIRED, updated=now())
            )
            if ended.rowcount:
                row = (await tx.execute(select(drafts).where(drafts.c.id == draft))).one()
                found = await assembled(tx, row)
                await self._state(tx, draft, State.EXPIRED)
                await self._errands.void(tx, found)
                await self._witness.draft(tx, "clock", "expired", found)
                await self._errands.amend(tx, found, "expired")

    async def begin(self, draft: str, version: int) -> tuple[Draft, bool] | None:
        """Write the intent row before anything is sent. False: there is one from an earlier attempt. None: nothing is to be written.

        Raises NotAllowed when what is stored is not what enough people approved.
        """
        failpoint("before_intent")
        async with self._database.write() as tx:
            found = await self._read(tx, draft)
            if found.version != version or found.state not in OPEN or found.items:
                return None
            signed = await tx.execute(select(votes.c.digest).where(votes.c.draft == draft, votes.c.version == version))
            if set(signed.scalars()) != {found.digest} or found.approvals < found.policy.quorum:
                raise NotAllowed("not allowed: what is stored is not what was approved, so it is not written. Ask again.")
            first = await self._database.insert_once(tx, intents, draft=draft, version=version, digest=found.digest, at=now())
            if first:
                await self._state(tx, draft, State.WRITING)
                await self._bundles.begun(tx, found)
                await self._witness.draft(tx, "bot", "writing", found)
        failpoint("after_intent")
        return found, first

    async def release(self, draft: str, version: int) -> None:
        """Take the intent back, because this very attempt certainly sent nothing: the draft is approved and not being written."""
        mine = (drafts.c.id == draft, drafts.c.version == version, drafts.c.state == State.WRITING)
        async with self._database.write() as tx:
            freed = await tx.execute(update(drafts).where(*mine).values(state=State.APPROVED, updated=now()).returning(drafts))
            if (row := freed.one_or_none()) is not None:
                await tx.execute(delete(intents).where(intents.c.draft == draft, intents.c.version == version))
                await self._witness.draft(tx, "bot", "not sent", await assembled(tx, row))

    async def conclude(
        self, draft: str, version: int, state: State, outcome: str, *, successor: Draft | None = None, final: bool = False
    ) -> Draft:
        """See the port. All of it or nothing; an unknown outcome may be concluded again once it is known, any other one stands."""
        failpoint("before_outcome")
        async with self._database.write() as tx:
            ended = await tx.execute(
                update(drafts)
                .where(drafts.c.id == draft, drafts.c.version == version, drafts.c.state.in_(OPEN))
                .values(state=state, outcome=outcome, updated=now())
            )
            if ended.rowcount:
                row = (await tx.execute(select(drafts).where(drafts.c.id == draft))).one()
                found = await assembled(tx, row)
                old = await self._succession.hold(tx, successor) if successor else ()
                await self._witness.draft(tx, "bot", str(state), found, outcome=outcome)
                await self._errands.amend(tx, found, f"{state}:{secrets.token_hex(4)}")
                if successor is not None:
                    await self._insert(tx, replace(successor, policy=found.policy), f"after:{draft}", old)
                    await self._errands.card(tx, successor)
                if state is State.WRITTEN:
                    await self._errands.follow(tx, found, "written")
                if found.parent:
                    for each in await self._bundles.advance(tx, found, final=final):
                        await self._witness.draft(tx, "bot", str(each.state), each, outcome=each.outcome)
        failpoint("after_outcome")
        return await self.read(draft)

    async def refuse(self, decision: Decision, reason: str) -> None:
        """Put a refused attempt on the audit trail."""
        detail = {"verb": str(decision.verb), "version": decision.version, "reason": reason, "via": decision.place.key}
        async with self._database.write() as tx:
            await self._witness.attempt(
                tx, decision.person.id, "refused", decision.draft if ID.match(decision.draft) else "?", detail
            )

    async def _read(self, tx: AsyncConnection, draft: str) -> Draft:
        row = (await tx.execute(ONE, {"name": draft})).one_or_none() if ID.match(draft) else None
        if row is None:
            named = draft if ID.match(draft) else "of this name"
            raise NotFound(f"There is no draft {named}. Type /approvals to see what waits.")
        return await assembled(tx, row)

    async def _list(self, query: Select[Any]) -> Sequence[Draft]:
        async with self._database.read() as tx:
            return [await assembled(tx, row) for row in (await tx.execute(query)).all()]

    async def _insert(
        self, tx: AsyncConnection, draft: Draft, call_key: str, old: Sequence[Draft], *, absorbs: Draft | None = None
    ) -> None:
        if absorbs is not None:
            await self._succession.absorb(tx, absorbs, draft)
        seconds = draft.policy.expires.total_seconds()
        await tx.execute(
            insert(drafts).values(
                id=draft.id,
                version=draft.version,
                state=State.PENDING,
                workflow=draft.workflow,
                record_key=draft.record.key,
                call_key=call_key,
                body=dump(draft),
                digest=draft.digest,
                expires_at=now() + seconds,
                outcome="",
                created=now(),
                updated=now(),
            )
        )
        await self._version(tx, draft, by=draft.asked_by.id)
        await self._bundles.keep(tx, draft, by=draft.asked_by.id)
        await self._errands.expire(tx, draft, seconds)
        await self._errands.announce(tx, draft)
        for new in proposed(draft, absorbs):
            await self._errands.follow(tx, new, "drafted")
        await self._witness.draft(tx, draft.asked_by.id, "drafted", draft)
        await self._succession.supersede(tx, old, draft)

    async def _hold(self, tx: AsyncConnection, decision: Decision) -> Draft:
        """Lock the row if the decision still fits it; else say why not."""
        fits = (
            drafts.c.id == decision.draft,
            drafts.c.version == min(decision.version, LARGEST),
            drafts.c.state == State.PENDING,
            drafts.c.expires_at > now(),
            TOP,
        )
        row = (await tx.execute(update(drafts).where(*fits).values(updated=now()).returning(drafts))).one_or_none()
        if row is not None:
            await take(self._database, tx, decision)
            return await assembled(tx, row)
        raise misfit(await self._read(tx, decision.draft), decision)

    async def _vote(self, tx: AsyncConnection, decision: Decision, draft: Draft) -> bool:
        return await self._database.insert_once(
            tx, votes, draft=draft.id, version=draft.version, person=voter(decision), actor=decision.person.id, name=decision.person.name, verb=str(decision.verb),
            digest=draft.digest, at=now(),
        )  # fmt: skip

    async def _lapse(self, tx: AsyncConnection, draft: Draft, voters: AbstractSet[str]) -> None:
        """Take back the votes of people who may not decide any more, so that every card counts those that hold."""
        gone = sorted(voters & {vote.person for vote in draft.votes if vote.version == draft.version})
        if gone:
            mine = (votes.c.draft == draft.id, votes.c.version == draft.version, votes.c.person.in_(gone))
            await tx.execute(delete(votes).where(*mine))
            await self._witness.draft(tx, "bot", "lapsed", draft, voters=", ".join(gone))

    async def _version(self, tx: AsyncConnection, draft: Draft, *, by: str) -> None:
        row = {"draft": draft.id, "version": draft.version, "body": dump(draft), "digest": draft.digest, "by": by}
        await tx.execute(insert(draft_versions).values(**row, at=now()))

    async def _state(self, tx: AsyncConnection, draft: str, state: State) -> None:
        await tx.execute(TURN, {"name": draft, "to": state})
