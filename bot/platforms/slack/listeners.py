"""What was recorded, replayed through Bolt: its listeners hand each request to the part of the bot that answers it."""

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.desk import Desk
from bot.platforms.slack.modal import values
from bot.platforms.slack.receive import NAME, Body, Envelope, part, team_of, text
from bot.platforms.slack.surroundings import Surroundings
from bot.platforms.slack.tokens import Tokens
from bot.platforms.slack.translate import (
    DIRECT,
    Asked,
    Spoken,
    commanded,
    decision,
    pressed,
    reacted,
    said,
    shortcut,
    spoken,
    submitted,
)
from bot.settings import Configuration
from bot.watch import log
from handlers.catalogue import SHORTCUTS
from handlers.errors import Invalid, NotFound

REACTION = "slack.reaction."
Do = Callable[[Asked], Awaitable[None]]
logger = log.get("slack")


Own = Callable[[str, str], Awaitable[bool]]
"""(effect, owner) -> whether the effect is this owner's to make."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """One method a kind of request. Each may be run again after a crash: effects carry keys."""

    desk: Desk
    slack: Surroundings
    tokens: Tokens
    configuration: Configuration
    own: Own

    async def message(self, body: dict[str, Any]) -> None:
        """A message, or a mention: Slack sends both for one question, and one of them is answered."""
        me = await self.tokens.bot(team_of(body))
        found = spoken(body, bot_user=me.bot_user)
        if found.user != me.bot_user and await self._is_for_us(found):
            await self._once(body, said(found), self.desk.call)

    async def command(self, body: dict[str, Any]) -> None:
        """A slash command."""
        letter = letter_of(body)
        await self.desk.call(commanded(letter))

    async def press(self, body: dict[str, Any]) -> None:
        """Approve or Reject."""
        await self.desk.decision(pressed(letter_of(body)))

    async def submit(self, body: dict[str, Any]) -> None:
        """An edit form that passed its checks."""
        await self.desk.decision(submitted(letter_of(body), values(part(body, "view"))))

    async def shortcut(self, body: dict[str, Any]) -> None:
        """A command from the menu of a message, like `Ask about this`."""
        await self.desk.call(shortcut(letter_of(body)))

    async def feedback(self, body: dict[str, Any]) -> None:
        """A thumb under an answer."""
        verdict, _, answer = text(letter_of(body).action, "value").partition(".")
        await self.desk.vote(self._about(body) | {"answer": answer, "verdict": verdict})

    async def share(self, body: dict[str, Any]) -> None:
        """`Share` under a private answer."""
        await self.desk.share(self._about(body) | {"answer": text(letter_of(body).action, "value")})

    async def offer(self, body: dict[str, Any]) -> None:
        """A button under a reply."""
        await self.desk.offer(self._about(body) | {"offer": text(letter_of(body).action, "value")})

    async def show(self, body: dict[str, Any]) -> None:
        """`Show me` on the Home tab: the cards, in the direct message."""
        team, user = team_of(body), text(part(body, "user"), "id")
        channel = await self.slack.direct(team, user)
        await self.desk.call(self._about(body) | {"text": "/approvals", "channel": f"{team}/{channel}"})

    async def reaction(self, body: dict[str, Any]) -> None:
        """A reaction that `[triggers]` names starts a workflow, once a message however many people react."""
        event = part(body, "event")
        trigger = self.configuration.triggers.get(f"{REACTION}{text(event, 'reaction')}")
        item = part(event, "item")
        if trigger is None or text(item, "type") != "message":
            return
        try:
            message = await self.slack.message(team_of(body), text(item, "channel"), text(item, "ts"))
            asked = reacted(body, message, workflow=trigger.workflow, channel=trigger.channel)
        except (Invalid, NotFound) as useless:
            logger.info("reaction without effect", reason=str(useless))
            return
        await self._once(body, asked, self.desk.call)

    async def home(self, body: dict[str, Any]) -> None:
        """Somebody opened the app: what waits for them, or what to ask."""
        event, team = part(body, "event"), team_of(body)
        if text(event, "tab") == "messages":
            await self.slack.prompts(team, text(event, "channel"))
        else:
            await self.slack.home(team, text(event, "user"))

    async def gone(self, body: dict[str, Any]) -> None:
        """The app was taken out of the workspace, or the bot's token was revoked. Tokens of single people are none of ours."""
        revoked = part(body, "event").get("tokens")
        if isinstance(revoked, Mapping) and not revoked.get("bot"):
            return
        await self.slack.left(team_of(body))

    async def joined(self, body: dict[str, Any]) -> None:
        """Who may read a channel has changed."""
        self.slack.moved(team_of(body), text(part(body, "event"), "channel"))

    async def _is_for_us(self, found: Spoken) -> bool:
        key = f"{found.team}/{found.channel}"
        wanted = self.configuration.channel(f"{NAME}:{key}").answer
        if found.is_direct:
            return True
        if wanted == "off":
            return False
        if found.is_mention or wanted == "all":
            return True
        return bool(found.thread) and await self.slack.in_thread(key, found.thread)

    async def _once(self, body: Body, asked: Asked, do: Do) -> None:
        """Several events can ask for one and the same thing: the first that comes has it, and keeps it through a crash."""
        owner = hashlib.sha256(letter_of(body).key.encode()).hexdigest()[:32]
        if await self.own(str(asked["id"]), owner):
            await do(asked)

    def _about(self, body: dict[str, Any]) -> Asked:
        """Who pressed what where, for buttons that decide nothing."""
        return decision(letter_of(body), "", 0, verb="", values={})


def letter_of(body: Body) -> Envelope:
    """The envelope that was recorded; its key travels with the body."""
    kind = "command" if "command" in body and "type" not in body else text(body, "type")
    return Envelope(kind, text(body, KEY), body)


KEY = "countersign_key"
"""Under this name the key of a recorded envelope travels beside its fields."""
ROUTES: Sequence[tuple[str, str]] = (
    ("app_mention", "message"),
    ("message", "message"),
    ("reaction_added", "reaction"),
    ("app_home_opened", "home"),
    ("app_uninstalled", "gone"),
    ("tokens_revoked", "gone"),
    ("member_joined_channel", "joined"),
    ("member_left_channel", "joined"),
)
"""Event -> the listener of the class above."""


def acknowledged(listener: Callable[[dict[str, Any]], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The listener of an interaction. Bolt takes one that does not acknowledge for one that did not listen."""

    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await listener(body)

    return listen


def authorize(tokens: Tokens) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Who the bot is in a workspace, for Bolt: it asks with arguments of these names."""

    async def authorized(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        me = await tokens.bot(team_id or enterprise_id or "")
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=me.token, bot_id=me.bot_id, bot_user_id=me.bot_user
        )

    return authorized


class Replay:
    """Bolt, fed from the ledger. It verifies nothing and answers nobody: that was done when the request came in."""

    def __init__(self, listeners: Listeners) -> None:
        quiet = logging.getLogger("slack_bolt")
        quiet.setLevel(logging.CRITICAL)  # it logs bodies; what goes wrong is raised by `run` and logged by the ledger
        self._tokens = listeners.tokens
        self._app = AsyncApp(
            name="countersign",  # without one Bolt walks through the stack and its source files to find one
            logger=quiet,
            signing_secret="verified before it was recorded",  # noqa: S106 - opens nothing, see the class
            authorize=authorize(listeners.tokens),
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            ignoring_self_events_enabled=False,  # the bot's own messages were dropped at the door
            attaching_conversation_kwargs_enabled=False,
        )
        for event, name in ROUTES:
            self._app.event(event)(getattr(listeners, name))
        self._app.command(re.compile(r"^/"))(acknowledged(listeners.command))
        actions = {"approve": listeners.press, "reject": listeners.press, "feedback": listeners.feedback,
                   "share": listeners.share, "show": listeners.show}  # fmt: skip
        for action, listener in actions.items():
            self._app.action(action)(acknowledged(listener))
        self._app.action(re.compile(r"offer\.\d+\Z"))(acknowledged(listeners.offer))
        self._app.view("edit")(acknowledged(listeners.submit))
        for name in SHORTCUTS:
            self._app.message_shortcut(name)(acknowledged(listeners.shortcut))
        self._app.error(keep)

    async def run(self, payload: Mapping[str, object]) -> None:
        """Carry out one recorded request. Raises whatever its listener raised, and Invalid for a request nobody listens to."""
        body = {**part(payload, "body"), KEY: text(payload, "key")}
        if not team_of(body):  # a bot with one token is in one workspace
            body["team_id"] = (await self._tokens.bot("")).team
        request = AsyncBoltRequest(mode="socket_mode", body=body)
        answer = await self._app.async_dispatch(request)
        if (failure := request.context.get(FAILURE)) is not None:
            raise failure
        if answer.status != 200:  # noqa: PLR2004 - HTTP's "ok"
            raise Invalid(f"Slack sent something that no part of the bot listens to (status {answer.status}).")

    @staticmethod
    def asked(payload: Mapping[str, object]) -> Asked | None:
        """Who has to be told when a recorded request could not be carried out; None when nobody asked for anything."""
        body = {**part(payload, "body"), KEY: text(payload, "key")}
        letter = letter_of(body)
        match letter.kind:
            case "command":
                return commanded(letter)
            case "block_actions" | "view_submission" | "message_action":
                return decision(letter, "", 0, verb="", values={})
        event = part(body, "event")
        if text(event, "type") == "app_mention" or text(event, "channel").startswith(DIRECT):
            return said(spoken(body, bot_user=""))
        return None


FAILURE = "countersign_failure"


async def keep(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """What a listener raised goes back to the ledger, which knows whether to try again."""
    request.context[FAILURE] = error
    return BoltResponse(status=500, body="")
