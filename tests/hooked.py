"""A bot that is told things: the real door over HTTP, real stores, the vendors' stand-ins, and a platform that writes down what it is told."""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer
from bound import bound
from kb import Kb
from voices import PEOPLE, Voice

from bot.app.alerting import Manners
from bot.app.hooks import hook_routes
from bot.connectors.hooks import hooks
from bot.connectors.registry import ReadsBySystem
from bot.connectors.together import for_events
from bot.dispatch import Dispatch, Heard
from bot.http.routes import application
from bot.settings import Configuration, Settings
from bot.store.alerts.alerts import AlertStore
from bot.store.alerts.board import AlertBoard
from bot.store.ledger.checkpoints import Checkpoints
from bot.store.ledger.inbound import Inbound
from bot.store.talk.offers import Offers
from bot.store.talk.posts import Posts
from bot.watch.health import Health
from bot.work.alerts import AlertWork
from bot.work.events import Events
from bot.work.reconciler import Reconciler
from bot.work.runner import Kind, Runner
from bot.work.states import States
from bot.work.triggers import Triggers
from handlers.models import EVERYONE, Place

ADA = PEOPLE.find("playground:ada")
PUBLIC = "https://bot.example.com"


def by_jira(body, *, by="new", name="w-1"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    mac = hmac.new(by.encode(), raw, hashlib.sha256).hexdigest()
    return raw, {"X-Hub-Signature": f"sha256={mac}", "X-Atlassian-Webhook-Identifier": name}


def by_zendesk(body, *, stamp=None):
    raw, stamp = body if isinstance(body, bytes) else json.dumps(body).encode(), stamp or datetime.now(UTC).isoformat()
    mac = hmac.new(b"z", stamp.encode() + raw, hashlib.sha256).digest()
    return raw, {"X-Zendesk-Webhook-Signature": base64.b64encode(mac).decode(), "X-Zendesk-Webhook-Signature-Timestamp": stamp}


def by_hubspot(body, *, by="h"):
    raw, stamp = body if isinstance(body, bytes) else json.dumps(body).encode(), str(round(datetime.now(UTC).timestamp() * 1000))
    mac = hmac.new(by.encode(), f"POST{PUBLIC}/hooks/hubspot".encode() + raw + stamp.encode(), hashlib.sha256).digest()
    return raw, {"X-HubSpot-Signature-v3": base64.b64encode(mac).decode(), "X-HubSpot-Request-Timestamp": stamp}


SIGNED = {"jira": by_jira, "zendesk": by_zendesk, "hubspot": by_hubspot}
SECRETS = {"jira_webhook_secret": "old, new", "zendesk_webhook_secret": "z", "hubspot_client_secret": "h"}

LATE = 503
"""How the door answers where recording takes longer than it waits, as it does on a machine under load."""
KINDS = ("hook", "trigger", "reconcile", "alert", "alert-draw")
"""What is to be done at once."""


@dataclass
class Town:
    """A bot that is told things."""

    stores: Any
    dispatch: Dispatch
    voice: Voice
    url: str
    session: aiohttp.ClientSession
    wait: Any
    reconciler: Reconciler
    checkpoints: Checkpoints
    alerts: AlertStore
    late: int = 0

    async def tell(self, system, raw, headers):
        """What the door says in the end: told that a second was too short for its database, a system sends the same again."""
        while True:
            async with self.session.post(f"{self.url}/hooks/{system}", data=io.BytesIO(raw), headers=headers) as answer:
                if answer.status != LATE:
                    return answer.status, await answer.json()
            self.late += 1

    async def ask(self, words, call="c1", audience=frozenset({EVERYONE})):
        return await self.dispatch.answer(Heard(call, words, ADA, Place("playground", "general", audience=audience)))

    async def look(self, system, key="1"):
        """Ask a system what has changed, as a firing does, and have everything done that follows."""
        async with self.stores.database.write() as tx:
            await self.stores.jobs.enqueue(tx, "reconcile", key=f"reconcile:{system}:{key}", payload={"connector": system})
        await self.idle()

    async def idle(self):
        """Everything in the ledger is at its end."""

        async def nothing():
            found = [job for state in ("pending", "running") for job in await self.stores.jobs.list(state=state, limit=1000)]
            return not [job for job in found if job.kind in KINDS]

        await self.wait(nothing, within=90)

    async def jobs(self, kind):
        return [job for job in await self.stores.jobs.list(limit=1000) if job.kind == kind]

    async def ended(self, kind):
        """The jobs of a kind, once none of them is open."""

        async def look():
            found = await self.jobs(kind)
            return found if found and all(job.state in ("done", "dead") for job in found) else None

        return await self.wait(look)


def alerting(rules, stores, records, voices, dispatch):
    """Alerts, and the work that makes them."""
    alerts = AlertStore(stores.database, stores.jobs, stores.audit, pause=0.0)
    board = AlertBoard(stores.database, stores.jobs, alerts, hush=Manners(rules), clock=lambda: datetime.now(UTC))
    given = {"alerts": alerts, "board": board, "records": records, "offers": Offers(stores.database)}
    return alerts, AlertWork(configuration=rules, voices=voices, dispatch=dispatch, drafts=stores.drafts, **given)


@asynccontextmanager
async def told(
    rules: Configuration,
    stores: Any,
    connectors: Any,
    sandbox: Any,
    wait: Any,
    *,
    secrets: Mapping[str, str] = SECRETS,
    clock: Any = None,
    more: Mapping[str, Kind] | None = None,
    answers: Any = None,
) -> AsyncIterator[Town]:
    """The bot at work during the block."""
    kb = Kb()
    kb.gate.set()
    ports = bound(connectors, stores.drafts, rules, answer=kb.answer, search=kb.search)
    environment = {name.lower(): value for name, value in sandbox.environment().items()} | dict(secrets)
    found, voice = hooks(Settings.model_validate(environment | {"public_url": PUBLIC})), Voice()
    dispatch = Dispatch(ports, configuration=rules, drafts=stores.drafts, policies=rules.policy_of)
    inbound, checkpoints = Inbound(stores.database, stores.jobs, Posts(stores.database)), Checkpoints(stores.database)
    events, voices = Events(rules, inbound), {"playground": voice}
    records = for_events(connectors)
    states = States(inbound, ReadsBySystem(records).read)
    triggers = Triggers(dispatch=dispatch, drafts=stores.drafts, events=events, states=states, voices=voices, hooks=found)
    given = {"configuration": rules, "connectors": connectors, "events": events, "checkpoints": checkpoints}
    reconciler = Reconciler(**given, clock=clock or (lambda: datetime.now(UTC)), answers=answers)
    alerts, work = alerting(rules, stores, records, voices, dispatch)
    runner = Runner(stores.database, stores.jobs, {**triggers.kinds(), **reconciler.kinds(), **work.kinds(), **(more or {})})
    server = TestServer(application(Health({}), hook_routes(found, inbound)), host="127.0.0.1")
    await server.start_server()
    task = asyncio.create_task(runner.run())
    async with aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        yield Town(stores, dispatch, voice, url, session, wait, reconciler, checkpoints, alerts)
    runner.stop()
    await task
    await server.close()
