"""A card that was posted has to show its draft as it stands, though drafts move while cards are being posted."""

from collections.abc import Awaitable, Callable

from handlers.models import Draft

Read = Callable[[str], Awaitable[Draft]]
Draw = Callable[[Draft], Awaitable[None]]


async def catch_up(shown: Draft, *, read: Read, draw: Draw, certain: bool = True) -> None:
    """Draw a card again until it shows what stands in the store. `shown` is what was posted; not `certain`: perhaps something older.

    The jobs that redraw cards take turns, but whoever has just posted one draws out of turn: what it draws may arrive after what a
    later job drew. So it looks once more after each drawing; whatever moves after that look has a job of its own, which comes later.
    """
    while True:
        now = await read(shown.id)
        if certain and look(now) == look(shown):
            return
        await draw(now)
        shown, certain = now, True


def look(draft: Draft) -> tuple[object, ...]:
    """What of a draft changes how its card looks."""
    return (draft.version, draft.state, draft.votes, draft.outcome, tuple((i.state, i.outcome) for i in draft.items))
