"""The stand-in's own loopback routes under /_sandbox: look at the tenant, break things, and be its people."""

from dataclasses import asdict
from typing import Protocol

from aiohttp import web

from bot.sandbox.deeds import done, explained, json_object
from bot.sandbox.faults import Faults, fault_of
from bot.sandbox.models import Payload
from bot.sandbox.teams.deliver import Courier, How
from bot.sandbox.teams.drive import Driver
from bot.sandbox.teams.state import Tenant

DEEDS = frozenset({
    "again", "command", "delete", "edit", "feedback", "install", "join", "leave", "message_action", "press", "react", "refresh", "say",
    "submit", "uninstall",
})  # fmt: skip
"""Methods of the Driver that another process may call."""
SPEAKING = frozenset({"say", "command"})


class Controlled(Protocol):
    """What the routes need of the stand-in."""

    tenant: Tenant
    faults: Faults
    courier: Courier
    drive: Driver

    @property
    def written(self) -> list[Payload]:
        """Every call so far."""
        ...

    @property
    def refused(self) -> list[Payload]:
        """What Teams would not have taken."""
        ...


def add_routes(router: web.UrlDispatcher, standin: Controlled) -> None:
    """Hang the routes into the application. They need no sign-in: the server listens on loopback only."""
    control = Control(standin)
    reads = {"state": control.state, "messages": control.messages, "deliveries": control.deliveries, "calls": control.calls}
    for name, route in reads.items():
        router.add_get(f"/_sandbox/{name}", explained(route))
    router.add_post("/_sandbox/faults", explained(control.break_things))
    router.add_delete("/_sandbox/faults", explained(control.mend))
    router.add_post("/_sandbox/messages-url", explained(control.aim))
    router.add_post("/_sandbox/drive", explained(control.drive))


class Control:
    """The routes, each a method."""

    def __init__(self, standin: Controlled) -> None:
        self._standin = standin

    async def state(self, _: web.Request) -> web.Response:
        """The whole tenant."""
        told = [{"user": user, "text": text} for user, text in self._standin.drive.told]
        return web.json_response(pictured(self._standin.tenant) | {"refused": self._standin.refused, "told": told})

    async def calls(self, _: web.Request) -> web.Response:
        """Every call of the bot."""
        return web.json_response({"calls": self._standin.written})

    async def messages(self, request: web.Request) -> web.Response:
        """What was said in a conversation, from an id on."""
        found = self._standin.tenant.conversation(request.query.get("conversation", "")).messages
        since = request.query.get("since", "")
        return web.json_response({"messages": [each.as_json for each in found if each.id >= since]})

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
        """Where the bot takes the Bot Connector's requests."""
        url = json_object(await request.json()).get("url", "")
        if not isinstance(url, str):
            raise ValueError("Send the address as a text: url.")  # noqa: TRY004 - one kind of error for every bad body
        self._standin.courier.messages_url = url
        return web.json_response({"url": url})

    async def drive(self, request: web.Request) -> web.Response:
        """Be one of the people."""
        deed = json_object(await request.json())
        before = len(self._standin.drive.said)
        replies = await done(self._standin.drive, deed, known=DEEDS, how=How.__annotations__)
        said = self._standin.drive.said[before] if deed.get("do") in SPEAKING else {}  # others may have spoken since
        about = {"id": said["id"], "conversation": said["conversation"]["id"]} if said else {}
        return web.json_response({"answers": [list(reply) for reply in replies], **about})


def pictured(tenant: Tenant) -> Payload:
    """The tenant as JSON."""
    conversations = {
        each.id: {
            "kind": each.kind, "name": each.name, "members": each.members, "has_bot": each.has_bot,
            "messages": [message.as_json for message in each.messages],
        }
        for each in tenant.conversations.values()
    }  # fmt: skip
    return {"people": {person.id: asdict(person) for person in tenant.people.values()}, "conversations": conversations}
