"""What the control routes of the chat platforms' stand-ins share: a route that explains itself, and a deed from its JSON."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping

from aiohttp import web

from bot.sandbox.delivery import Reply
from bot.sandbox.models import Payload

Route = Callable[[web.Request], Awaitable[web.Response]]


def explained(route: Route) -> Route:
    """The route, with 404 for what is not there and 400 for what makes no sense, each with one sentence."""

    async def serve(request: web.Request) -> web.Response:
        try:
            return await route(request)
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    return serve


async def done(driver: object, deed: Payload, *, known: Collection[str], how: Collection[str]) -> list[Reply]:
    """What `{"do": "say", ...}` asks of the driver, with the options `how` besides the method's own arguments.

    ValueError when it names none of the `known` deeds, or not what the deed needs.
    """
    name = deed.get("do")
    if name not in known:
        raise ValueError(f"There is nothing to do named {name}: use one of {', '.join(sorted(known))}.")
    method: Callable[..., Awaitable[list[Reply]]] = getattr(driver, str(name))
    given = {key: value for key, value in deed.items() if key != "do"}
    signature = inspect.signature(method)
    try:
        signature.bind(**given)
    except TypeError as error:
        raise ValueError(f"{name} cannot be done so: {error}.") from error
    if strange := set(given) - set(signature.parameters) - set(how):
        raise ValueError(f"{name} takes no {', '.join(sorted(strange))}.")
    return await method(**given)


def json_object(value: object) -> Payload:
    """A JSON object. Raises ValueError for anything else."""
    if not isinstance(value, Mapping):
        raise ValueError("Send a JSON object.")  # noqa: TRY004 - one kind of error for every bad body
    return dict(value)
