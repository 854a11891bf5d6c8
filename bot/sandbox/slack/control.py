"""The stand-in's own loopback routes under /_sandbox: look at the workspace, break things, and be its people."""

from dataclasses import asdict
from typing import Protocol

from aiohttp import web

from bot.sandbox.deeds import done, explained, json_object
from bot.sandbox.faults import Faults, fault_of
from bot.sandbox.models import Payload
from bot.sandbox.slack.api import Called
from bot.sandbox.slack.deliver import Courier, How
from bot.sandbox.slack.drive import Driver
from bot.sandbox.slack.state import Workspace

DEEDS = frozenset({
    "again", "command", "join", "leave", "open_home", "press", "press_ephemeral", "press_home", "react", "say", "shortcut", "submit",
    "uninstall",
})  # fmt: skip
"""Methods of the Driver that another process may call."""


class Controlled(Protocol):
    """What the routes need of the stand-in."""

    workspace: Workspace
    faults: Faults
    courier: Courier
    drive: Driver

    @property
    def calls(self) -> list[Called]:
        """Every call so far."""
        ...

    @property
    def refused(self) -> list[Payload]:
        """What a check refused."""
        ...


def add_routes(router: web.UrlDispatcher, standin: Controlled) -> None:
    """Hang the routes into the application. They need no sign-in: the server listens on loopback only."""
    control = Control(standin)
    reads = {"state": control.state, "messages": control.messages, "deliveries": control.deliveries, "calls": control.calls}
    for name, route in reads.items():
        router.add_get(f"/_sandbox/{name}", explained(route))
    router.add_post("/_sandbox/faults", explained(control.break_things))
    router.add_delete("/_sandbox/faults", explained(control.mend))
    router.add_post("/_sandbox/events-url", explained(control.aim))
    router.add_post("/_sandbox/drive", explained(control.drive))


class Control:
    """The routes, each a method."""

    def __init__(self, standin: Controlled) -> None:
        self._standin = standin

    async def state(self, _: web.Request) -> web.Response:
        """The whole workspace."""
        return web.json_response(pictured(self._standin.workspace) | {"refused": self._standin.refused})

    async def calls(self, _: web.Request) -> web.Response:
        """Every call of the bot."""
        return web.json_response({"calls": [call.as_json for call in self._standin.calls]})

    async def messages(self, request: web.Request) -> web.Response:
        """What was said in a channel, from a time on."""
        found = self._standin.workspace.channel(request.query.get("channel", "")).messages
        since = request.query.get("since", "")
        return web.json_response({"messages": [each for each in found if each["ts"] >= since]})

    async def deliveries(self, _: web.Request) -> web.Response:
        """What was sent to the bot."""
        return web.json_response({"deliveries": [asdict(each) for each in self._standin.courier.sent]})

    async def break_things(self, request: web.Request) -> web.Response:
        """Arm faults."""
        wanted = await request.json()
        faults = [fault_of(json_object(one)) for one in (wanted if isinstance(wanted, list) else [wanted])]
        self._standin.faults.add(*faults)
        return web.json_response({"armed": len(faults)}, status=201)

    async def mend(self, _: web.Request) -> web.Response:
        """Disarm them."""
        self._standin.faults.clear()
        return web.Response(status=204)

    async def aim(self, request: web.Request) -> web.Response:
        """Where the bot takes requests, or that it listens to the socket."""
        wanted = json_object(await request.json())
        url = wanted.get("url", "")
        if not isinstance(url, str):
            raise ValueError("Send the address as a text: url.")  # noqa: TRY004 - one kind of error for every bad body
        self._standin.courier.events_url, self._standin.courier.over_socket = url, wanted.get("socket") is True
        return web.json_response({"url": url, "socket": self._standin.courier.over_socket})

    async def drive(self, request: web.Request) -> web.Response:
        """Be one of the people."""
        deed = json_object(await request.json())
        before = len(self._standin.drive.said)
        replies = await done(self._standin.drive, deed, known=DEEDS, how=How.__annotations__)
        said = {"ts": self._standin.drive.said[before]["ts"]} if deed.get("do") == "say" else {}  # others may have spoken since
        return web.json_response({"answers": [list(reply) for reply in replies], **said})


def pictured(workspace: Workspace) -> Payload:
    """The workspace as JSON."""
    channels = {
        channel.id: {"name": channel.name, "members": channel.members, "is_private": channel.is_private, "messages": channel.messages}
        for channel in workspace.channels.values()
    }  # fmt: skip
    return {
        "people": {person.id: {"name": person.name, "email": person.email} for person in workspace.people.values()},
        "channels": channels,
        "ephemerals": workspace.ephemerals,
        "modals": {name: asdict(modal) for name, modal in workspace.modals.items()},
        "homes": workspace.homes,
        "streams": [{"channel": channel, "ts": ts, "text": text} for (channel, ts), text in workspace.streams.items()],
        "statuses": workspace.statuses,
        "prompts": workspace.prompts,
        "response_urls": {f"/response/{workspace.id}/{name}": asdict(url) for name, url in workspace.response_urls.items()},
    }
