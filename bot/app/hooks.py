"""The door for what systems tell by themselves, as a part of a process."""

from collections.abc import Mapping, Sequence

from aiohttp.web_routedef import AbstractRouteDef

from bot.connectors.hooks import ROUTE, Hook
from bot.http.gate import Delivery
from bot.http.hooks import Door
from bot.store.ledger.inbound import Inbound


def hook_routes(hooks: Mapping[str, Hook], inbound: Inbound) -> Sequence[AbstractRouteDef]:
    """What the application on the one port adds; a system that is not configured is answered with 404 by the same route."""

    async def record(delivery: Delivery) -> bool:
        return await inbound.record(delivery.source, delivery.event_id, delivery.kind, delivery.payload)

    return Door(hooks, record).routes(ROUTE)
