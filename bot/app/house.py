"""The composition root: builds every part once, when it is first needed, and closes them in reverse."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.app.alerting import alert_ports, alert_work
from bot.app.clockwork import Clockwork, clockwork
from bot.app.digests import telling
from bot.app.likeness import likeness
from bot.app.model import LateGate, embedder, model, open_gate, writer
from bot.app.observing import Observing
from bot.app.platforms import Platforms, configured
from bot.app.ports import ports
from bot.app.reconciling import intake
from bot.app.store import Store, open_store
from bot.app.talking import Talking
from bot.app.tokens import open_tokens
from bot.app.views import issues, read_ports, record_reader, tickets
from bot.connectors.about import abouts
from bot.connectors.hooks import Hook
from bot.connectors.hooks import hooks as configured_hooks
from bot.connectors.registry import Connector, WritesBySystem, WritesByWorkflow, connected
from bot.dispatch import Dispatch
from bot.llm.gate import Gate
from bot.members.requests import Requests
from bot.net.breaker import Breakers
from bot.net.fetch import Fetcher
from bot.net.http import Http
from bot.net.pace import Pace
from bot.platforms.playground.page import Playground
from bot.platforms.playground.receive import NAME as PLAYGROUND
from bot.platforms.playground.receive import PageKey
from bot.platforms.playground.send import PlaygroundVoice
from bot.sandbox import Sandbox
from bot.settings import Configuration, Settings
from bot.settings.keys import secret_key
from bot.settings.people import People
from bot.store.talk.offers import Offers
from bot.store.talk.uploads import Uploads
from bot.watch import failpoint, log
from bot.watch.health import Health
from bot.work.chains import ChainWork
from bot.work.hold import before_write
from bot.work.kinds import Work
from bot.work.queue import Queue, queue_for
from bot.work.ready import health
from bot.work.revival import Bell
from bot.work.runner import LEASE, Runner
from bot.work.voice import Everybody, Voice
from handlers.ports import Similar
from handlers.systems import Issues, Tickets
from handlers.taught import Learn
from knowledge import Knowledge
from knowledge.disk import Disk
from knowledge.folders import ingest_files
from knowledge.models import IngestReport
from knowledge.ports import Embedder, Progress

logger = log.get("app")


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything that answers and writes: handlers bound to their ports, and the worker."""

    dispatch: Dispatch
    runner: Runner
    connectors: Mapping[str, Connector]
    persons: Everybody
    platforms: Platforms
    work: Work
    health: Health
    queue: Queue | None
    hooks: Mapping[str, Hook]
    clock: Clockwork


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class House:
    """The parts of one process, each opened at its first use. `settings` must not change afterwards."""

    def __init__(
        self,
        settings: Settings,
        configuration: Configuration,
        *,
        sandbox: bool = False,
        role: str = "run",
        progress: Progress = quiet,
    ) -> None:
        self.role = role
        self.settings = settings
        self.configuration = configuration.in_shadow() if settings.shadow == "on" else configuration
        self.people = People(configuration)
        self.progress = progress
        self._with_sandbox = sandbox
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._ingesting = asyncio.Lock()
        self._store: Store | None = None
        self._knowledge: Knowledge | None = None
        self._http: Http | None = None
        self._gate: Gate | None = None
        self._floor: Floor | None = None

    @property
    def shows_page(self) -> bool:
        """Whether this process serves the playground."""
        if self.role == "worker":
            return False
        return self.settings.playground == "on" or (self._with_sandbox and self.settings.playground != "off")

    @property
    def platforms(self) -> Sequence[str]:
        """The chat platforms that are configured."""
        return configured(self.settings)

    async def store(self) -> Store:
        """The state of record. Raises Unavailable when the database is not there."""
        async with self._lock:
            if self._store is None:
                self._store = await self._stack.enter_async_context(open_store(self.settings, self.configuration))
            return self._store

    async def knowledge(self) -> Knowledge:
        """The knowledge base. Raises KnowledgeError; Unavailable when the embedding model of a provider is away."""
        if self._knowledge is not None:
            return self._knowledge
        chosen = await embedder(self.settings, self.configuration, self.gate)  # may ask the gate, which takes the lock itself
        async with self._lock:
            if self._knowledge is None:
                self._knowledge = await self._open_knowledge(chosen)
            return self._knowledge

    async def gate(self) -> Gate:
        """The gate before the language model that is configured. Raises Unavailable when the database of its costs is not there."""
        store = await self.store()
        async with self._lock:
            if self._gate is None:
                given = (self.settings, self.configuration, store, await self._open_http(store))
                self._gate = await self._stack.enter_async_context(open_gate(*given))
            return self._gate

    async def floor(self) -> Floor:
        """Dispatch and worker, with the sandbox's vendors where they were asked for."""
        store, knowledge = await self.store(), await self.knowledge()
        async with self._lock:
            if self._floor is None:
                self._floor = await self._open_floor(store, knowledge)
            return self._floor

    async def history(self) -> tuple[Issues, Tickets, Similar, Learn]:
        """Past issues, past tickets, how alike two of them are, and what they teach: what `/triage` and `/reply` are measured with."""
        connectors, knowledge = (await self.floor()).connectors, await self.knowledge()
        return issues(connectors), tickets(connectors), *likeness(self.settings, knowledge, drift=0.0)

    async def playground(self, *, tries: Sequence[str]) -> Playground:
        """The page. Call after `floor`."""
        store, floor = await self.store(), await self.floor()
        secret = secret_key(self.settings).value
        return Playground(
            posts=store.posts,
            drafts=store.drafts,
            inbound=store.inbound,
            uploads=Uploads(store.database),
            configuration=self.configuration,
            people=self.people,
            key=PageKey.derived(secret),
            tries=tries,
            record=record_reader(floor.connectors),
            public_url=self.settings.public_url,
            clock=lambda: datetime.now(UTC),
        )

    async def ingest(
        self,
        paths: Sequence[Path],
        *,
        audience: frozenset[str],
        source: str = "",
        progress: Progress = quiet,
        alone: bool = False,
        disk: Disk | None = None,
    ) -> IngestReport:
        """Files and folders into the knowledge base, `alone` as all of their source. Raises Unreadable for a path that does not exist or answer."""
        manifest = self.settings.data_dir / "ingest.json"
        knowledge = await self.knowledge()
        async with self._ingesting:  # the notes of one run must not be those of another
            return await ingest_files(
                knowledge, paths, audience=audience, source=source, manifest=manifest, progress=progress, alone=alone, disk=disk
            )

    @asynccontextmanager
    async def working(self, runner: Runner, *, grace: float = 10.0) -> AsyncIterator[None]:
        """Keep the worker running during the block, where it does not run already and this is no `web`; then let it finish what it holds."""
        if runner.is_running or self.role == "web":
            yield
            return
        task = asyncio.create_task(runner.run(), name="runner")
        try:
            yield
        finally:
            runner.stop()
            await asyncio.wait([task], timeout=grace)
            task.cancel()

    async def close(self) -> None:
        """Close what was opened, last first."""
        await self._stack.aclose()

    async def _open_knowledge(self, chosen: Embedder | None) -> Knowledge:
        settings = self.settings
        opened = await Knowledge.open(
            settings.data_dir,
            url=settings.chroma_url,
            token=settings.chroma_token.get_secret_value(),
            models=settings.models,
            embedder=chosen,
            writer=writer(LateGate(self.gate), self.configuration) if settings.has_model else None,
            progress=self.progress,
        )
        self._stack.push_async_callback(opened.close)
        return opened

    async def _open_floor(self, store: Store, knowledge: Knowledge) -> Floor:
        settings = await self._with_vendors()
        http = await self._open_http(store)
        connectors = connected(settings, http, self.configuration)
        drafts, policy, observer = store.drafts, self.configuration.policy_of, Observing.of(settings, store.links)
        writes = WritesBySystem(connectors, observer)
        platforms, voices = await self._open_platforms(store)
        chosen, persons = model(settings, self.gate), Everybody(self.people, voices)
        own = ports(settings, self.configuration, store, knowledge, connectors, model=chosen)
        digests = telling(self.configuration, store.database, store.alerts, persons=persons, voices=voices, model=chosen)
        talking = Talking(voices, Fetcher(), knowledge.document_at)
        own |= {**alert_ports(self.configuration, self.people, store, connectors, observer), **digests.ports()}
        given_to = {**own, **read_ports(connectors, observer), **talking.ports(), "reread": writes.reread}
        dispatch = Dispatch(given_to, configuration=self.configuration, drafts=drafts, policies=policy)
        work = Work(
            dispatch=dispatch, configuration=self.configuration, persons=persons, drafts=drafts, audit=store.audit, policies=policy,
            writes=WritesByWorkflow(writes, self.configuration.shadow.has), voices=voices, answers=store.answers,
            readable=knowledge.readable, offers=Offers(store.database), requests=self._requests(),
        )  # fmt: skip
        chains = ChainWork(dispatch=dispatch, drafts=drafts, links=store.links, persons=persons, voices=voices)
        hooks = configured_hooks(settings)
        taken = intake(self.configuration, store, connectors, observer)
        triggers = taken.triggers(dispatch=dispatch, drafts=drafts, voices=voices, hooks=hooks)
        alerts = alert_work(self.configuration, store, taken.records, voices, observer=observer, dispatch=dispatch)
        clock = clockwork(
            self.configuration, store,
            ingest=self.ingest, narrow=knowledge.narrow, reconciler=taken.reconciler, away=http.left_alone,
        )  # fmt: skip
        own_kinds = {**work.kinds(), **chains.kinds(), **triggers.kinds(), **clock.kinds(), **alerts.kinds()}
        kinds = {**own_kinds, **digests.work.kinds(), **platforms.kinds(work, self.configuration)}
        runner = Runner(store.database, store.jobs, kinds, lease=failpoint.lease(LEASE))
        queue = queue_for(self.role, settings.redis_url, store.jobs, take=runner.take, bell=store.database.bell)
        well = health(store.posts, runner, queue)
        return Floor(dispatch, runner, connectors, persons, platforms, work, well, queue, hooks, clock)

    def _requests(self) -> Requests:
        """What counts how often a person asks."""
        made = Requests(self.settings.redis_url, most=self.configuration.most_requests)
        self._stack.push_async_callback(made.close)
        return made

    async def _open_platforms(self, store: Store) -> tuple[Platforms, Mapping[str, Voice]]:
        """The chat platforms that are configured, and how the bot speaks there and on its own page."""
        own = PlaygroundVoice(store.posts, self.configuration, self.people, uploads=Uploads(store.database))
        given = (self.settings, self.configuration, self.people, store)
        platforms = await self._stack.enter_async_context(Platforms.open(*given))
        return platforms, {PLAYGROUND: own, **platforms.voices()}

    async def _open_http(self, store: Store) -> Http:
        """The way out to every system, with what its users share through Redis and the database. Opened once."""
        if self._http is None:
            redis_url = self.settings.redis_url
            breakers = await self._stack.enter_async_context(Breakers(redis_url, closed=Bell(store.database, store.jobs)))
            pace = await self._stack.enter_async_context(Pace(redis_url))
            tokens = await open_tokens(self.settings, store)
            way = Http(before_write=before_write, breakers=breakers, pace=pace, tokens=tokens)
            self._http = await self._stack.enter_async_context(way)
        return self._http

    async def _with_vendors(self) -> Settings:
        """The settings, with the sandbox's vendors in the place of those that are not connected for real."""
        if not self._with_sandbox:
            return self.settings
        sandbox = await self._stack.enter_async_context(Sandbox.start(self.settings.data_dir / "sandbox"))
        found = {name.lower(): value for name, value in sandbox.environment().items()}
        absent = tuple(f"{name}_" for name, about in abouts().items() if not about.is_on(self.settings))
        chosen = {name: value for name, value in found.items() if name.startswith(absent)}
        return Settings.model_validate({**self.settings.model_dump(), **chosen})
