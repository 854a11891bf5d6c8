"""links: what belongs together across systems, on the command line; shown, said by a person, forgotten on demand."""

from collections.abc import Mapping
from typing import Any

from bot.app import House
from bot.cli.out import Failure, Out
from bot.cli.render import one_line
from bot.store.links.linking import Link
from bot.store.links.links import LinkStore

Arguments = Mapping[str, Any]


async def links(house: House, arguments: Arguments, out: Out) -> int:
    """Links show | join | part | forget."""
    store = (await house.store()).links
    match arguments["verb"]:
        case "show":
            return await show(store, arguments, out)
        case "forget":
            count = await store.forget(arguments["email"])
            out.line(f"{count} records forgotten. What is read of this person later is learned anew.")
            return 0
        case verb:
            by = house.people.find(arguments["person"])
            say = store.join if verb == "join" else store.part
            out.line(told(await say(arguments["one"], arguments["other"], arguments["what"], by=by.name)))
            return 0


async def show(store: LinkStore, arguments: Arguments, out: Out) -> int:
    """What is known under an e-mail address, or what belongs together with a record. Raises Failure where nothing is."""
    name = arguments["about"]
    if "@" in name:
        found = [f"{one.key}  {one.title}" for one in await store.of(name)]
    else:
        found = [f"{one.title}  {told(link)}" for one, link in await store.about(name, arguments["what"])]
    if not found:
        raise Failure(f"Nothing is known of {name}. The bot learns it when it reads records: with /triage, /reply or /lead.")
    for line in found:
        out.line(one_line(line))
    return 0


def told(link: Link) -> str:
    """A link on one line."""
    return f"{link.one} and {link.other}: the same {link.what}, {link.confidence:.0%} ({link.reason})"
