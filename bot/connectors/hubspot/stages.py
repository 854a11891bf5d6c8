"""What the stages of deals are called: HubSpot keeps an id in a deal, and people know the label."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.connectors.hubspot.api import Api, part
from bot.net.http import Rejected
from bot.watch import log
from handlers.errors import Invalid

KEPT = timedelta(hours=1)
"""For which the labels are kept: they change when somebody rebuilds a pipeline."""
logger = log.get("hubspot")


class Stages:
    """The labels of one account's pipelines."""

    def __init__(self, api: Api, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._known: Mapping[str, str] = {}
        self._until: datetime | None = None

    async def labels(self) -> Mapping[str, str]:
        """Id of a stage -> its label; none where the account does not let the bot see its pipelines. Raises Invalid, Unavailable."""
        if self._until is None or self._clock() >= self._until:
            try:
                self._known = labels(part(await self._api.get("/crm/v3/pipelines/deals")))
            except Rejected as refused:
                logger.info("stages are shown by their ids", reason=str(refused))
                self._known = {}
            self._until = self._clock() + KEPT
        return self._known


def labels(pipelines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The labels of the stages of every pipeline. Raises Invalid naming what is missing."""
    try:
        return {str(stage["id"]): str(stage["label"]) for pipeline in pipelines for stage in pipeline["stages"]}
    except (KeyError, TypeError) as missing:
        raise Invalid(f"HubSpot's answer has no usable {missing}; the bot cannot read its pipelines.") from missing
