"""The sandbox's own loopback routes under /_sandbox: look at the ledger, break things, edit as somebody else would."""

from dataclasses import asdict
from typing import Protocol

from aiohttp import web

from bot.sandbox.faults import Faults, fault_of
from bot.sandbox.ledger import Ledger
from bot.sandbox.models import Payload


class Controlled(Protocol):
    """What the control routes need from a stand-in."""

    faults: Faults
    ledger: Ledger

    def record(self, record: str | int) -> Payload:
        """The record as it stands now."""
        ...

    async def edit(self, record: str | int, fields: Payload) -> Payload:
        """Change the record as a person in the vendor's own pages would."""
        ...


def add_routes(router: web.UrlDispatcher, standin: Controlled) -> None:
    """Hang the control routes into a stand-in's application. They need no sign-in: the server listens on loopback only."""

    async def ledger(_: web.Request) -> web.Response:
        return web.json_response({"entries": [asdict(write) for write in standin.ledger.entries]})

    async def read(request: web.Request) -> web.Response:
        try:
            return web.json_response(standin.record(request.match_info["id"]))
        except KeyError:
            return _no(404, f"There is no record {request.match_info['id']}.")

    async def edit(request: web.Request) -> web.Response:
        try:
            return web.json_response(await standin.edit(request.match_info["id"], _object(await request.json())))
        except KeyError:
            return _no(404, f"There is no record {request.match_info['id']}.")
        except ValueError as error:
            return _no(400, str(error))

    async def break_things(request: web.Request) -> web.Response:
        try:
            wanted = await request.json()
            faults = [fault_of(_object(one)) for one in (wanted if isinstance(wanted, list) else [wanted])]
        except ValueError as error:
            return _no(400, str(error))
        standin.faults.add(*faults)
        return web.json_response({"armed": len(faults)}, status=201)

    async def mend(_: web.Request) -> web.Response:
        standin.faults.clear()
        return web.Response(status=204)

    router.add_get("/_sandbox/ledger", ledger)
    router.add_get("/_sandbox/records/{id}", read)
    router.add_post("/_sandbox/records/{id}", edit)
    router.add_post("/_sandbox/faults", break_things)
    router.add_delete("/_sandbox/faults", mend)


def _object(value: object) -> Payload:
    if not isinstance(value, dict):
        raise ValueError("Send a JSON object.")  # noqa: TRY004 - one kind of error for every bad body
    return value


def _no(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
