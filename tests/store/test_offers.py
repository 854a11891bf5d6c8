"""Buttons under replies: they are gone after a while, with what they ask for."""

import pytest
from sqlalchemy import update

from bot.store.tables import now, offers
from bot.store.talk.offers import DAYS, Offers, Wanted, offer_id
from handlers.errors import NotFound
from handlers.models import Offer, Reply


async def test_what_an_old_button_asks_for_is_not_kept(stores):
    kept, place, press = Offers(stores.database), "playground:general", {"press": "p", "person": "playground:ada"}
    call, export = (
        Offer("Draft it", "/issue Ada calls Bo"),
        Offer("Draft it", "/issue the export hangs", authors=frozenset({"p:bo", "bo@x"})),
    )
    await kept.keep("old", Reply("", offers=(call,)), place=place, to="")
    await kept.keep("newer", Reply("", offers=(export,)), place=place, to="")
    for name, days in ((old := offer_id("old", 0, call), DAYS + 1), (newer := offer_id("newer", 0, export), DAYS - 1)):
        async with stores.database.write() as tx:
            await tx.execute(update(offers).where(offers.c.id == name).values(at=now() - days * 86400.0))

    await kept.keep("new", Reply("", offers=(Offer("Draft it", "/issue of today"),)), place=place, to="")

    assert await kept.pressed(newer, place=place, **press) == Wanted(
        "/issue the export hangs", outside=False, authors=export.authors
    )
    with pytest.raises(NotFound, match="not there any more"):
        await kept.pressed(old, place=place, **press)
