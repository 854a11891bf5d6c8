"""The people who use the bot: what they say, type, press and send, delivered the way Slack delivers it."""

import asyncio
import copy
import uuid
from collections.abc import Mapping
from typing import Literal, Unpack

from bot.sandbox.delivery import Reply, first_object
from bot.sandbox.models import Payload
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, World
from bot.sandbox.slack.chat import by_bot, threaded
from bot.sandbox.slack.deliver import COMMANDS, EVENTS, INTERACTIVE, Courier, How
from bot.sandbox.slack.files import Files, sent
from bot.sandbox.slack.payloads import command, container, event, interaction, place, spoken
from bot.sandbox.slack.shown import Given, filled, pressed
from bot.sandbox.slack.state import BOT_USER, MENTION, TEAM, Channel, Modal
from bot.sandbox.slack.views import drawn


class Driver:
    """Every method answers with the bot's replies, one a delivery and copy. `said` keeps the messages of `say`.

    LookupError for what is not there, ValueError for what a person could not do.
    """

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._workspace = world.workspace
        self._courier = courier
        self.said: list[Payload] = []

    async def say(
        self, user: str, channel: str, text: str, thread_ts: str = "", *, files: Files | None = None, **how: Unpack[How]
    ) -> list[Reply]:
        """Say something, perhaps with files. With a mention Slack tells it twice, as two events; where the bot is not a member, not at all."""
        where = self._where(user, channel)
        fresh: Payload = {"user": user, "text": text, "team": TEAM, "client_msg_id": str(uuid.uuid4()), "blocks": []}
        fresh |= sent(self._workspace, self._world.url, user, files or {})
        kept = self._workspace.add(where, fresh | threaded(where, Asked("say", {"thread_ts": thread_ts})))
        self.said.append(kept)
        if BOT_USER not in where.members:
            return []
        kinds = ["message", "app_mention"] if MENTION in text and not where.is_im else ["message"]
        return await self._tell([spoken(kept, where, kind) for kind in kinds], how)

    async def command(self, user: str, channel: str, name: str, text: str = "", **how: Unpack[How]) -> list[Reply]:
        """Give a slash command; the bot's immediate answer is shown to the person."""
        where = self._where(user, channel)
        url = self._world.url + self._workspace.response_url(where.id, user)
        replies = await self._courier.send(COMMANDS, command(self._workspace, user, where, (name, text), url), how)
        answer = first_object(replies)
        if answer.get("text") or answer.get("blocks"):
            shown = by_bot({"text": answer.get("text", ""), "blocks": answer.get("blocks", [])})
            if answer.get("response_type") == "in_channel":
                self._workspace.add(where, shown)
            else:
                self._workspace.whisper(where.id, user, shown | {"is_ephemeral": True})
        return replies

    async def press(
        self,
        channel: str,
        ts: str,
        action_id: str,
        user: str,
        *,
        value: str = "",
        as_shown: Payload | None = None,
        **how: Unpack[How],
    ) -> list[Reply]:
        """Press an element of a message. `value` chooses one of several; `as_shown` is the message as it stood on a slower screen."""
        where = self._where(user, channel)
        message = copy.deepcopy(as_shown or self._workspace.message(channel, ts))
        url = self._world.url + self._workspace.response_url(channel, user, ts=ts)
        rest = {"container": container(message, channel, is_ephemeral=False), "message": message, "response_url": url}
        return await self._press(user, where, pressed(message["blocks"], action_id, value), rest, how)

    async def press_ephemeral(self, ts: str, action_id: str, *, value: str = "", **how: Unpack[How]) -> list[Reply]:
        """Press an element of something that one person sees; that person does."""
        message = next((each for each in self._workspace.ephemerals if each["ts"] == ts), None)
        if message is None:
            raise LookupError(f"Nobody sees an ephemeral message {ts}.")
        user, channel = message["user"], message["channel"]
        url = self._world.url + self._workspace.response_url(channel, user, ts=ts, is_ephemeral=True)
        rest = {"container": container(message, channel, is_ephemeral=True), "response_url": url}
        where = self._workspace.channel(channel)
        return await self._press(user, where, pressed(message["blocks"], action_id, value), rest, how)

    async def press_home(self, user: str, action_id: str, *, value: str = "", **how: Unpack[How]) -> list[Reply]:
        """Press an element of one's Home tab."""
        view = self._home(user)
        action = pressed(view["blocks"], action_id, value) | {"action_ts": self._workspace.next_ts()}
        rest = {"container": {"type": "view", "view_id": view["id"]}, "view": view, "actions": [action]}
        return await self._courier.send(INTERACTIVE, interaction(self._workspace, "block_actions", user) | rest, how)

    async def submit(self, view: str, user: str, values: Mapping[str, Given], **how: Unpack[How]) -> list[Reply]:
        """Send a form that is open: `view` is its id, or empty for the newest of this person. See `shown.filled` for `values`.

        The form then shows errors, changes or closes as the bot says; it stays open when the bot did not answer.
        """
        modal = self._modal(view, user)
        state = {"values": filled(modal.view, values)}
        body = interaction(self._workspace, "view_submission", user)
        body |= {"view": {**modal.view, "state": state}, "response_urls": []}
        replies = await self._courier.send(INTERACTIVE, body, how)
        if any(status == 200 for status, _ in replies):  # noqa: PLR2004 - HTTP's own number
            self._follow(modal, first_object(replies))
        return replies

    async def shortcut(self, user: str, channel: str, ts: str, callback_id: str = "ask_about", **how: Unpack[How]) -> list[Reply]:
        """Use a message shortcut."""
        where = self._where(user, channel)
        body = interaction(self._workspace, "message_action", user) | {
            "callback_id": callback_id, "channel": place(where), "message": copy.deepcopy(self._workspace.message(channel, ts)),
            "message_ts": ts, "action_ts": self._workspace.next_ts(),
            "response_url": self._world.url + self._workspace.response_url(channel, user),
        }  # fmt: skip
        return await self._courier.send(INTERACTIVE, body, how)

    async def react(self, user: str, channel: str, ts: str, name: str, **how: Unpack[How]) -> list[Reply]:
        """Put a reaction on a message."""
        where = self._where(user, channel)
        message = self._workspace.message(channel, ts)
        reactions: list[Payload] = message.setdefault("reactions", [])
        mine = next((each for each in reactions if each["name"] == name), None)
        if mine is None:
            reactions.append(mine := {"name": name, "users": [], "count": 0})
        if user in mine["users"]:
            raise ValueError(f"{user} has reacted with {name} already.")
        mine["users"].append(user)
        mine["count"] = len(mine["users"])
        if BOT_USER not in where.members:
            return []
        item = {"type": "message", "channel": channel, "ts": ts}
        return await self._tell(
            [{"type": "reaction_added", "user": user, "reaction": name, "item": item, "item_user": message["user"]}], how
        )

    async def open_home(self, user: str, tab: Literal["home", "messages"] = "home", **how: Unpack[How]) -> list[Reply]:
        """Open the app, at its Home tab or at its messages."""
        where = self._where(user, f"D{user}")
        view = {"view": self._workspace.homes[user]} if tab == "home" and user in self._workspace.homes else {}
        return await self._tell([{"type": "app_home_opened", "user": user, "channel": where.id, "tab": tab, **view}], how)

    async def join(self, user: str, channel: str, **how: Unpack[How]) -> list[Reply]:
        """Join a channel; the bot itself, too, when it is invited."""
        where = self._workspace.channel(channel)
        if user not in where.members:
            where.members.append(user)
        return await self._moved("member_joined_channel", user, where, how)

    async def leave(self, user: str, channel: str, **how: Unpack[How]) -> list[Reply]:
        """Leave a channel."""
        where = self._workspace.channel(channel)
        where.members.remove(user)
        return await self._moved("member_left_channel", user, where, how)

    async def uninstall(self, **how: Unpack[How]) -> list[Reply]:
        """Take the app out of the workspace: its tokens are good for nothing any more, and it is told so twice."""
        self._world.access.revoke_all()
        return await self._tell(
            [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}], how
        )

    async def again(self, number: int = -1, **how: Unpack[How]) -> list[Reply]:
        """Deliver something that was delivered before, the last one unless `number` says otherwise; by default marked as a retry."""
        return await self._courier.again(number, how=how or None)

    async def _tell(self, happened: list[Payload], how: How) -> list[Reply]:
        bodies = [event(self._workspace, each) for each in happened]
        answers = await asyncio.gather(*(self._courier.send(EVENTS, body, how) for body in bodies))
        return [reply for replies in answers for reply in replies]

    async def _moved(self, kind: str, user: str, where: Channel, how: How) -> list[Reply]:
        if BOT_USER not in where.members and user != BOT_USER:
            return []
        kinds = {"channel": where.id, "channel_type": "G" if where.is_private else "C"}
        return await self._tell([{"type": kind, "user": user, "team": TEAM, **kinds}], how)

    async def _press(self, user: str, where: Channel, action: Payload, rest: Payload, how: How) -> list[Reply]:
        body = interaction(self._workspace, "block_actions", user) | rest | {
            "channel": place(where), "state": {"values": {}},
            "actions": [action | {"action_ts": self._workspace.next_ts()}],
        }  # fmt: skip
        return await self._courier.send(INTERACTIVE, body, how)

    def _where(self, user: str, channel: str) -> Channel:
        where = self._workspace.channel(channel)
        if user not in where.members:
            raise ValueError(f"{user} is not in {channel}.")
        return where

    def _home(self, user: str) -> Payload:
        if user not in self._workspace.homes:
            raise LookupError(f"{user} has no Home tab yet: the bot published none.")
        return self._workspace.homes[user]

    def _modal(self, view: str, user: str) -> Modal:
        theirs = [each for each in self._workspace.modals.values() if each.user == user and each.is_open]
        found = [each for each in theirs if view in ("", each.view["id"])]
        if not found:
            raise LookupError(f"{user} has no open form {view}".rstrip() + ".")
        return found[-1]

    def _follow(self, modal: Modal, answer: Payload) -> None:
        """What the bot says about a form."""
        modal.errors = {}
        match answer.get("response_action"):
            case "errors":
                modal.errors = dict(answer.get("errors", {}))
            case "update":
                try:
                    self._world.judge(Asked("view_submission", {}), answer["view"], self._world.check_view, "invalid_view")
                except No as no:
                    modal.errors = {"": str(no)}
                else:
                    modal.view = drawn(self._world, answer["view"], known=modal.view["id"])
            case _:
                modal.is_open = False
