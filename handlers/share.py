"""A private answer, said in public, if everybody there may read what it rests on."""

from dataclasses import replace

from handlers.errors import NotAllowed
from handlers.models import Person, Place, Reply
from handlers.ports import Readable


async def share(reply: Reply, *, asked_by: str, person: Person, place: Place, readable: Readable) -> Reply:
    """The answer for everybody in the place. Raises NotAllowed, by what the place may read now, not when it was asked."""
    if person.id != asked_by:
        raise NotAllowed("not allowed: this answer was given to somebody else.")
    titles = {source.document: source.title for source in reply.citations}
    open_here = await readable(titles, audience=place.audience)
    if closed := sorted(title for document, title in titles.items() if document not in open_here):
        raise NotAllowed(f"not allowed: not everybody here may read {', '.join(closed)}.")
    return replace(reply, private=False, aside=None)
