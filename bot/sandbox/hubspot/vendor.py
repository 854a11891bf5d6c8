"""The HubSpot room: its routes, its sign-in, its way of saying no, and what a person can change in its pages."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.sandbox.hubspot import checks, refusals, seed
from bot.sandbox.hubspot.catalogue import OWNERS, PROPERTIES
from bot.sandbox.hubspot.lookups import Lookups
from bot.sandbox.hubspot.oauth import CLIENT_ID, CLIENT_SECRET, FIRST, Tokens
from bot.sandbox.hubspot.objects import Objects, changed
from bot.sandbox.hubspot.pace import Pace
from bot.sandbox.hubspot.search import Index, Search
from bot.sandbox.models import Answer, Clock, Payload, Refusal, Route

TOKEN = "pat-eu1-sandbox-hubspot-token"  # noqa: S105 - opens nothing but the stand-in


class HubSpot:
    """Harbourlight's HubSpot account. `records` holds every object by id; an id is given once, whatever the kind."""

    name = "hubspot"
    email = ""
    token = TOKEN
    page = "/contacts/{portal}/record/{type}/{id}"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: dict[str, Payload] = seed.objects()
        self.pace = Pace(clock)
        self.tokens = Tokens(clock)
        self.index = Index(clock)

    def routes(self) -> Iterable[Route]:
        """Every path that this account answers."""
        searches = [route for kind in PROPERTIES for route in Search(kind, self.records, self.index).routes()]
        objects = [route for kind in PROPERTIES for route in Objects(kind, self.records, self._clock).routes()]
        return [
            *self.tokens.routes(),
            *(replace(route, handle=self.pace.searched(route.handle)) for route in searches),
            *(replace(route, handle=self.pace.kept(route.handle)) for route in (*objects, *Lookups(self.records).routes())),
        ]

    def settings(self, url: str) -> Mapping[str, str]:
        """The connector's settings."""
        return {"HUBSPOT_URL": url, "HUBSPOT_ACCESS_TOKEN": self.token}

    def app_settings(self, url: str) -> Mapping[str, str]:
        """The same for who signs in as a public app."""
        app = {"HUBSPOT_CLIENT_ID": CLIENT_ID, "HUBSPOT_CLIENT_SECRET": CLIENT_SECRET, "HUBSPOT_REFRESH_TOKEN": FIRST}
        return {"HUBSPOT_URL": url, **app}

    def authenticated(self, authorization: str) -> bool:
        """Whether it is the token of the private app, or one that the public app got."""
        private = hmac.compare_digest(authorization.encode(), f"Bearer {self.token}".encode())
        return private or self.tokens.known(authorization)

    def trouble(self, status: int, sentence: str) -> Answer:
        """HubSpot's plain error."""
        return refusals.trouble(status, sentence)

    def edited(self, record: str, fields: Payload) -> Payload:
        """The object after a person's click. Fields are properties; `owner` is a short id, `author` says who it was; `archived` alone
        deletes the object.

        KeyError for a strange object, ValueError for a strange property or value.
        """
        found = self.records[record]
        if fields == {"archived": True}:
            return {**found, "archived": seed.stamp(self._clock())}
        given = dict(fields)
        author = str(given.pop("author", "bo"))
        if "owner" in given:
            given["hubspot_owner_id"] = _owner(given.pop("owner"))
        try:
            values = checks.values_of(found["kind"], given)
        except Refusal as refusal:
            raise ValueError(f"HubSpot would refuse this: {refusal.answer.body}") from refusal
        return changed(found, values, self._clock, source="CRM_UI", by=f"userId:{author}")


def room(clock: Clock) -> HubSpot:
    """The door of this room."""
    return HubSpot(clock)


def _owner(value: object) -> str | None:
    if value is None:
        return None
    for number, one in OWNERS.items():
        if value in (one.id, one.email):
            return number
    raise ValueError(f"Nobody who owns anything is called {value!r}: use {', '.join(one.id for one in OWNERS.values())}.")
