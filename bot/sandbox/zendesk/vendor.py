"""The Zendesk room: its routes, its sign-in, its way of saying no, and what an agent can change in its pages."""

import base64
import hmac
from collections.abc import Iterable, Mapping

from bot.sandbox.models import Answer, Clock, Payload, Refusal, Route
from bot.sandbox.zendesk import lookups, seed, updates
from bot.sandbox.zendesk.catalogue import BOT_EMAIL, group_named, user_named
from bot.sandbox.zendesk.search import Search
from bot.sandbox.zendesk.tickets import Tickets

TOKEN = "sandbox-zendesk-token"  # noqa: S105 - opens nothing but the stand-in

_ERRORS = {401: "Couldn't authenticate you", 404: "InvalidEndpoint", 400: "Unprocessable"}


class Zendesk:
    """Harbourlight's Zendesk account. `records` holds every ticket by id."""

    name = "zendesk"
    email = BOT_EMAIL
    token = TOKEN
    page = "/agent/tickets/{id}"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: dict[str, Payload] = seed.tickets()
        self._tickets = Tickets(self.records, clock)
        self._search = Search(self.records)

    def routes(self) -> Iterable[Route]:
        """Every path that this account answers."""
        return [*self._tickets.routes(), *self._search.routes(), *lookups.routes()]

    def settings(self, url: str) -> Mapping[str, str]:
        """The connector's settings."""
        return {"ZENDESK_URL": url, "ZENDESK_EMAIL": self.email, "ZENDESK_API_TOKEN": self.token}

    def authenticated(self, authorization: str) -> bool:
        """Whether it is Basic sign-in with `address/token` and the API token."""
        expected = base64.b64encode(f"{self.email}/token:{self.token}".encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {expected}".encode())

    def trouble(self, status: int, sentence: str) -> Answer:
        """Zendesk's plain error."""
        return Answer(status, {"error": _ERRORS.get(status, "Error"), "description": sentence})

    def edited(self, record: str, fields: Payload) -> Payload:
        """The ticket after an agent's click. Fields as in `records`, besides `assignee` and `group` by name.

        `comment` adds a public comment, `note` a private one, `author` says whose it is (Bo when it is missing).
        KeyError for a strange ticket, ValueError for a strange field or value.
        """
        ticket = self.records[record]
        given = dict(fields)
        author = _user(given.pop("author", "bo"))
        comment = {"body": given["comment"], "public": True} if "comment" in given else None
        if "note" in given:
            comment = {"body": given["note"], "public": False}
        values = {name: value for name, value in given.items() if name not in ("comment", "note", "assignee", "group")}
        if strange := sorted(values.keys() - set(updates.SETTABLE)):
            raise ValueError(f"The field {strange[0]!r} cannot be changed here: use {', '.join(updates.SETTABLE)}.")
        if "group" in given:
            values["group_id"] = _group(given["group"])
        if "assignee" in given:
            values["assignee_id"] = _user(given["assignee"])
        try:
            return updates.updated(ticket, updates.values_of(values), comment, author or 0, self._clock)
        except Refusal as refusal:
            raise ValueError(f"Zendesk would refuse this: {refusal.answer.body}") from refusal


def room(clock: Clock) -> Zendesk:
    """The door of this room."""
    return Zendesk(clock)


def _user(value: object) -> int | None:
    if value is None:
        return None
    try:
        return user_named(str(value)).id
    except KeyError:
        raise ValueError(f"Nobody is called {value!r}: use a short id or an e-mail address.") from None


def _group(value: object) -> int:
    try:
        return group_named(str(value)).id
    except KeyError:
        raise ValueError(f"There is no group {value!r}: use Billing, Technical, Onboarding or Success.") from None
