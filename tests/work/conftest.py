"""A runner at work: on a scripted kind of job, and on the real ones with a platform that writes down what it is told."""

import asyncio

import pytest
import structlog
from bound import bound
from sqlalchemy import select, text
from voices import PEOPLE, RULES, Voice, nothing_stored, readable

from bot.app.talking import Talking
from bot.connectors.registry import WritesBySystem
from bot.dispatch import Dispatch
from bot.net.fetch import Fetcher
from bot.store.audit.heads import HeadFile
from bot.store.audit.trail import Audit
from bot.store.tables import jobs
from bot.store.talk.answers import Answers
from bot.store.talk.offers import Offers
from bot.watch import log
from bot.work.kinds import Work
from bot.work.runner import Kind, Runner
from bot.work.voice import Everybody
from handlers.models import Call, Draft, Policy, Verb


class Desk:
    """A kind of job whose runs are scripted, and what was given up."""

    def __init__(self) -> None:
        self.script: list[BaseException | None] = []
        self.runs: list[dict] = []
        self.told: list[tuple[dict, str]] = []
        self.apology: BaseException | None = None
        self.go = asyncio.Event()
        self.go.set()

    async def run(self, payload) -> None:
        self.runs.append(dict(payload))
        await self.go.wait()
        if len(self.runs) <= len(self.script) and (trouble := self.script[len(self.runs) - 1]) is not None:
            raise trouble

    async def give_up(self, payload, trouble) -> None:
        self.told.append((dict(payload), str(trouble)))
        if self.apology is not None:
            raise self.apology


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def enqueue(stores):
    async def add(key="k", kind="call", **more):
        async with stores.database.write() as tx:
            await stores.jobs.enqueue(tx, kind, key=key, payload={"words": f"secret {key}"}, **more)

    return add


@pytest.fixture
def job(stores):
    async def found(key="k"):
        return next((job for job in await stores.whole() if job.key == key), None)

    return found


@pytest.fixture
def dated(stores, job):
    """The job, and the time by the database's clock."""

    async def found():
        async with stores.database.read() as tx:
            return await job(), float((await tx.execute(text("SELECT strftime('%s', 'now')"))).scalar_one())

    return found


@pytest.fixture
def abandoned(stores, enqueue):
    """A job that a process claimed before it died."""

    async def make(key="k", *, lease=-1.0, **more):
        await enqueue(key, **more)
        [due] = await stores.jobs.due(1)
        await stores.jobs.claim(due, lease=lease)

    return make


@pytest.fixture
async def start(stores, desk):
    running = []

    def begin(*, patience=0.0, **more):
        kinds = {"call": Kind(desk.run, desk.give_up, patience)}
        runner = Runner(stores.database, stores.jobs, kinds, **more)
        running.append((runner, asyncio.create_task(runner.run())))
        return running[-1]

    yield begin
    desk.go.set()
    for runner, task in running:
        runner.stop()
        await task


@pytest.fixture
def ends(wait_until, job):
    async def until(state, key="k"):
        async def probe():
            found = await job(key)
            return found if found and found.state == state else None

        return await wait_until(probe)

    return until


@pytest.fixture
def start_and_end(start, ends):
    async def both(state):
        start()
        return await ends(state)

    return both


@pytest.fixture
def logged(capsys):
    """Log in a style from now on; what the operator has seen so far."""

    def begin(style):
        log.configure(level="info", style=style)
        return lambda: capsys.readouterr().err

    yield begin
    structlog.reset_defaults()


@pytest.fixture
def held(desk, enqueue, start, ends, wait_until):
    """A job that is being run, under a short lease, until `desk.go`."""

    async def begin():
        desk.go.clear()
        start(lease=0.6)
        await enqueue()
        await wait_until(lambda: desk.runs)
        return wait_until, ends

    return begin


@pytest.fixture
def away(stores):
    """Take the ledger's table away, or bring it back: the database answers with an error."""

    async def switch(*, gone: bool):
        names = ("jobs", "away") if gone else ("away", "jobs")
        async with stores.database.write() as tx:
            await tx.execute(text("ALTER TABLE {} RENAME TO {}".format(*names)))

    return switch


@pytest.fixture
def voice():
    return Voice()


@pytest.fixture
async def work(stores, connectors, voice, tmp_path):
    """A bot that works: dispatch, ledger and writes; `work(kind, **payload)` puts a job in, the first one starts it."""

    talking = Talking({"playground": voice}, Fetcher(), nothing_stored).ports()
    ports = bound(connectors, stores.drafts, RULES, **talking)
    audit = Audit(stores.database, b"key", HeadFile(tmp_path / "audit.head"))
    made = Work(
        dispatch=Dispatch(ports, configuration=RULES, drafts=stores.drafts, policies=RULES.policy_of), configuration=RULES,
        persons=Everybody(PEOPLE, {"playground": voice}), drafts=stores.drafts, audit=audit, policies=RULES.policy_of, writes=WritesBySystem(connectors),
        voices={"playground": voice}, answers=Answers(stores.database), readable=readable,
        offers=Offers(stores.database),
    )  # fmt: skip
    runner = Runner(stores.database, stores.jobs, made.kinds())
    tasks = []

    async def put(kind, *, attempts=3, **payload):
        given = {"id": "d1", "person": "playground:ada", "name": "", "platform": "playground", "channel": "general", "post": "7"}
        async with stores.database.write() as tx:
            await stores.jobs.enqueue(tx, kind, key=f"test:{kind}:{payload}", payload=given | payload, attempts=attempts)
        tasks.extend(() if tasks else [asyncio.create_task(runner.run())])

    yield put
    runner.stop()
    await asyncio.gather(*tasks)


@pytest.fixture
def said(voice, wait_until):
    async def found(key="d1"):
        return await wait_until(lambda: voice.said.get(key))

    return found


@pytest.fixture
def becomes(stores, wait_until):
    async def reached(draft, state):
        async def probe():
            found = await stores.drafts.read(draft.id)
            return found if found.state is state else None

        return await wait_until(probe)

    return reached


@pytest.fixture
def ended(stores, wait_until):
    """The row of the only job of this kind once it is over."""

    async def found(kind):
        async def probe():
            async with stores.database.read() as tx:
                return (
                    await tx.execute(select(jobs).where(jobs.c.kind == kind, jobs.c.state.in_(("done", "dead", "unknown"))))
                ).first()

        return await wait_until(probe)

    return found


@pytest.fixture
def approved(stores, connectors):
    """An approved draft of a real issue, whose write job the test puts in itself."""

    async def make(name, change):
        record, drawn = await connectors["jira"].read(name), await stores.draft()
        call = Call("approved", "triage", name, drawn.asked_by, drawn.place)
        draft = await stores.drafts.keep(Draft.of("triage", record, [change], call=call), call=call, policy=Policy())
        await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
        async with stores.database.write() as tx:
            await stores.jobs.cancel(tx, f"write:{draft.id}:1")
        return draft

    make.read = lambda draft: stores.drafts.read(draft.id)
    return make
