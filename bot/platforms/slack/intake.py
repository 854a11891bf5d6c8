"""What Slack sends: verified, recorded with the job that follows, then answered. Forms are opened and checked in the same request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.http.gate import Delivery, Recording, refuse, verified
from bot.platforms.slack.receive import NAME, Envelope, envelope, text
from bot.watch import log
from handlers.errors import Invalid, Trouble, Unavailable

ENVELOPE = "slack"
"""Kind of the job that replays what was recorded."""
PRESSED = frozenset({"approve", "reject", "feedback", "share", "show"})
OFFER = "offer."
"""Buttons that lead to a job: these, and those whose name begins so."""
GOT_IT = "Got it, working on it."
logger = log.get("slack")


class Forms(Protocol):
    """Edit forms. They are opened and checked at once: Slack lets a form be opened for three seconds only."""

    async def open(self, letter: Envelope) -> None:
        """Open the form of a draft. Raises Trouble."""
        ...

    async def check(self, letter: Envelope) -> Mapping[str, object] | None:
        """What is wrong with a form that was sent, as Slack shows it beside the fields; None when nothing is."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack is told. `body` is JSON for Slack, empty for a plain acknowledgement."""

    body: Mapping[str, object] | None = None


class Intake:
    """One way in for both modes: HTTP requests and what comes over the socket."""

    def __init__(
        self, verify: Callable[[Mapping[str, str], bytes], bool], record: Callable[[Delivery], Awaitable[bool]], forms: Forms
    ) -> None:
        self._verify = verify
        self._recording = Recording(record)
        self._forms = forms

    async def __call__(self, request: web.Request) -> web.Response:
        """200 once recorded (also for a copy), 401, 400, 413 or 503. No body is ever logged."""
        raw = await request.read()
        if not verified(self._verify, request.headers, raw):
            return refuse(401, "This request does not carry a valid signature.")
        try:
            letter = envelope(raw)
        except Invalid as wrong:
            return refuse(400, str(wrong))
        try:
            answer = await self.take(letter)
        except Unavailable as down:
            logger.warning("delivery not recorded", source=NAME, reason=str(down))
            return refuse(503, "This could not be recorded. Send it again.")
        return web.Response() if answer.body is None else web.json_response(dict(answer.body))

    async def take(self, letter: Envelope) -> Answer:
        """Record an envelope and say what Slack is told. Raises Unavailable when it could not be recorded."""
        match letter.kind:
            case "url_verification":
                return Answer({"challenge": text(letter.body, "challenge")})
            case "app_rate_limited":
                logger.warning("Slack holds events back", minute=letter.body.get("minute_rate_limited"))
            case "view_submission":
                return await self._submitted(letter)
            case "block_actions" if text(letter.action, "action_id") == "edit":
                await self._edit(letter)
            case "command":
                return Answer({"response_type": "ephemeral", "text": GOT_IT}) if await self._record(letter) else Answer()
            case _ if letter.is_news and not is_idle(letter):
                await self._record(letter)
        return Answer()

    async def _edit(self, letter: Envelope) -> None:
        """A copy of a press opens nothing: its trigger was used up."""
        if await self._record(letter, kind=""):
            try:
                await self._forms.open(letter)
            except Trouble as trouble:  # the person was told by `open`; to Slack the press is done
                logger.info("form not opened", reason=str(trouble))

    async def _submitted(self, letter: Envelope) -> Answer:
        wrong = await self._forms.check(letter)
        if wrong is not None:
            await self._record(letter, kind="")
            return Answer(wrong)
        await self._record(letter)
        return Answer()

    async def _record(self, letter: Envelope, *, kind: str = ENVELOPE) -> bool:
        return await self._recording(Delivery(NAME, letter.key, kind, {"key": letter.key, "body": dict(letter.body)}))


def is_idle(letter: Envelope) -> bool:
    """Whether a press asks for nothing: a link button opens its page by itself, an old menu is nobody's."""
    return letter.kind == "block_actions" and not is_work(text(letter.action, "action_id"))


def is_work(action: str) -> bool:
    """Whether a press of this button leads to a job."""
    return action in PRESSED or action.startswith(OFFER)
