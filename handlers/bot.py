"""`/bot help` and `/bot status`: what one can say here, and what is connected."""

from handlers.errors import Invalid
from handlers.models import Call, Reply
from handlers.ports import Guide


async def bot(call: Call, *, guide: Guide) -> Reply:
    """Help by default. Raises Invalid for a word that is neither."""
    match call.argument.casefold().split():
        case [] | ["help"]:
            return Reply(guide.help(), private=True)
        case ["status"]:
            return Reply(await guide.status(), private=True)
        case _:
            raise Invalid(f"/bot knows no {call.argument!r}. Type /bot help or /bot status.")
