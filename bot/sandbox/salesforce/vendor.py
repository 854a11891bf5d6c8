"""The Salesforce room: its routes, its sign-in, its way of saying no, and what a person can change in its pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.sandbox.models import Answer, Call, Clock, Payload, Refusal, Route
from bot.sandbox.salesforce import rows, seed
from bot.sandbox.salesforce.composite import Composite
from bot.sandbox.salesforce.oauth import CLIENT_ID, CLIENT_SECRET, Tokens
from bot.sandbox.salesforce.query import Cursors, Queries
from bot.sandbox.salesforce.refusals import error
from bot.sandbox.salesforce.schema import object_of
from bot.sandbox.salesforce.sobjects import ROOT, Sobjects, version_of

DAILY = 15_000
"""Requests that the organisation may make in 24 hours."""
_CODES = {400: "JSON_PARSER_ERROR", 401: "INVALID_SESSION_ID", 404: "NOT_FOUND"}
_AUTOMATION = "automation"
"""Who moves only the system's own stamp, as a flow or a roll-up does."""


class Salesforce:
    """Harbourlight's Salesforce organisation. `records` holds every record by its long id; `used` counts the day's requests."""

    name = "salesforce"
    email = CLIENT_ID
    token = CLIENT_SECRET
    page = "/lightning/r/{object}/{id}/view"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: dict[str, Payload] = seed.records()
        self.tokens = Tokens(clock, seed.BOT)
        self.used = 0
        self._cursors: Cursors = {}

    def routes(self) -> Iterable[Route]:
        """Every path that this organisation answers."""
        api = [
            *self._rooms(self.records),
            *Composite(self.records, self._rooms).routes(),
            Route("GET", ROOT + "/limits", self._limits),
        ]
        return [*self.tokens.routes(), *(replace(one, handle=self._counted(one.handle)) for one in api)]

    def settings(self, url: str) -> Mapping[str, str]:
        """The connector's settings."""
        return {"SALESFORCE_URL": url, "SALESFORCE_CLIENT_ID": self.email, "SALESFORCE_CLIENT_SECRET": self.token}

    def authenticated(self, authorization: str) -> bool:
        """Whether the header carries a token of a session that has not ended."""
        return self.tokens.known(authorization)

    def trouble(self, status: int, sentence: str) -> Answer:
        """Salesforce's list of errors."""
        return Answer(status, [error(_CODES.get(status, "UNKNOWN_EXCEPTION"), sentence)])

    def edited(self, record: str, fields: Payload) -> Payload:
        """The record after somebody's click. Fields by their API names; `author` says whose it is (Bo when it is missing).

        The author "automation" moves SystemModstamp and leaves LastModifiedDate; `IsDeleted` alone throws the record away. KeyError for a
        strange record, ValueError for a strange field.
        """
        before = self.records[record]
        given = dict(fields)
        author = str(given.pop("author", "bo"))
        if author not in (*seed.USERS, _AUTOMATION):
            raise ValueError(f"Nobody is called {author!r}: use {', '.join(seed.USERS)} or {_AUTOMATION}.")
        source = object_of(record)
        if source is None:
            raise KeyError(record)
        by = seed.USERS.get(author) or str(before["LastModifiedById"])
        if given == {"IsDeleted": True}:
            return rows.deleted(before, by=by, clock=self._clock)
        try:
            after = rows.changed(source, before, given, self.records, by=by, clock=self._clock)
        except Refusal as refusal:
            raise ValueError(f"Salesforce would refuse this: {refusal.answer.body}") from refusal
        if author == _AUTOMATION:
            after["LastModifiedDate"] = before["LastModifiedDate"]
        return after

    def _rooms(self, records: Mapping[str, Payload]) -> Sequence[Route]:
        """The routes that may stand inside a composite request, over this state."""
        return [*Sobjects(records, self._clock, seed.BOT).routes(), *Queries(records, self._cursors).routes()]

    def _limits(self, call: Call) -> Answer:
        version_of(call)
        return Answer(200, {"DailyApiRequests": {"Max": DAILY, "Remaining": max(DAILY - self.used, 0)}})

    def _counted(self, handle: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        """The handler, with every request counted against the day and told so in the answer."""

        def serve(call: Call) -> Answer:
            if self.used >= DAILY:
                return Answer(403, [error("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")])
            self.used += 1
            try:
                answer = handle(call)
            except Refusal as no:
                answer = no.answer
            return replace(answer, headers={**answer.headers, "Sforce-Limit-Info": f"api-usage={self.used}/{DAILY}"})

        return serve


def room(clock: Clock) -> Salesforce:
    """The door of this room."""
    return Salesforce(clock)
