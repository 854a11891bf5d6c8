"""New objects in HubSpot: made once, and found again when the answer was lost."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote

from bot.connectors.hubspot import changes, creation, records
from bot.connectors.hubspot.api import PAGE, Api
from handlers.errors import Invalid, NotFound, Unknown
from handlers.models import Draft

BY_DRAFT = "[crm] hubspot_draft_property"


class Maker:
    """Makes what a draft of a new record says. `unique` is the property of contacts, companies and deals that holds which draft made them;

    without one a contact is known by its e-mail address, and companies and deals are not made at all.
    """

    def __init__(self, api: Api, *, unique: str, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._unique = unique
        self._clock = clock

    async def write(self, draft: Draft) -> str:
        """The address of what was made. Raises Invalid, Unavailable, Unknown."""
        kind, about = draft.record.kind, creation.hangs_on(draft)
        held = creation.properties(draft, at=self._clock().isoformat(timespec="milliseconds"), unique=self._unique)
        self._check(kind, held)
        path = f"/crm/v3/objects/{records.KINDS[kind]}"
        upserts = self._unique in held and about is None
        if upserts:
            answer = await self._api.write("POST", f"{path}/batch/upsert", creation.upsert(held, self._unique))
        else:
            answer = await self._api.write("POST", path, creation.body(held, kind, about))
        number = creation.made(answer.data, several=upserts)
        return records.link(records.site(self._api.url), await self._api.portal(), kind, number)

    async def landed(self, draft: Draft) -> bool:
        """Whether this draft has made its record. Raises Unknown where HubSpot does not show it."""
        kind, about = draft.record.kind, creation.hangs_on(draft)
        if about is not None and kind in creation.BODIES:
            return await is_marked(self._api, kind, about, creation.mark(draft))
        held = creation.properties(draft, at="", unique=self._unique)
        self._check(kind, held)
        by, name = (self._unique, held[self._unique]) if self._unique else ("email", held["email"])
        names = ",".join(held)
        try:
            answer = await self._api.get(
                f"/crm/v3/objects/{records.KINDS[kind]}/{quote(name, safe='')}",
                {"idProperty": by, "properties": names, "propertiesWithHistory": names},
            )
        except NotFound:
            return False
        return bool(self._unique) or changes.was_made(answer.data, held)

    def _check(self, kind: str, held: Mapping[str, str]) -> None:
        """Raises Invalid for what could not be found again, and so might be made twice."""
        if kind in creation.BODIES or self._unique:
            return
        if kind != "contact":
            raise Invalid(
                f"The bot makes a {kind} only where {BY_DRAFT} names a text property with unique values: it is found again by that."
            )
        if not held.get("email"):
            raise Invalid("A new contact in HubSpot needs an e-mail address: it is found again by that.")


async def is_marked(api: Api, kind: str, about: tuple[str, str], mark: str) -> bool:
    """Whether something of a kind that hangs on a record carries a mark. It is looked up by its links, which do not lag as searches do.

    Raises Unknown where HubSpot does not show them all.
    """
    many, (of, number) = records.KINDS[kind], about
    if (linked := await api.linked(of, number, kind)) is None:
        raise Unknown(f"HubSpot does not show the {many} of {of} {number}. Look at them there.")
    found, is_whole = linked
    ids = sorted(found, key=len, reverse=True)
    for start in range(0, len(ids), PAGE):
        if changes.is_marked(
            await api.batch(kind, ids[start : start + PAGE], [creation.BODIES[kind]]), creation.BODIES[kind], mark
        ):
            return True
    if not is_whole:
        raise Unknown(f"HubSpot shows only some of the {many} of {of} {number}. Look for: {mark}")
    return False
