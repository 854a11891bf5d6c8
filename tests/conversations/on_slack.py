"""The conversation in Slack: signed events, commands and interactions in, what the workspace shows out."""

import copy
from collections.abc import Mapping
from typing import Any

from conversations.reading import of_slack
from conversations.stages import Card, Seen
from offices import Office, buttons

from bot.sandbox.slack.state import BOT_USER, Modal

CHANNEL = "C1"
ACKNOWLEDGED = "Got it, working on it."
"""What Slack shows at once to who gives a command."""


class SlackStage:
    """Slack's Stage."""

    name = "slack"

    def __init__(self, office: Office) -> None:
        self._office = office
        self._drive = office.slack.drive
        self._workspace = office.slack.workspace
        self._told: list[tuple[str, str, str]] = []  # (when, to whom, what a form said)

    async def ask(self, person: str, words: str) -> None:
        heard(await self._drive.say(self._user(person), CHANNEL, f"<@{BOT_USER}> {words}"))

    async def tell(self, person: str, words: str) -> None:
        user = self._user(person)
        heard(await self._drive.say(user, f"D{user}", words))

    async def send(self, person: str, words: str, name: str, content: bytes) -> None:
        user = self._user(person)
        heard(await self._drive.say(user, f"D{user}", words, files={name: content}))

    async def chat(self, person: str, words: str) -> None:
        heard(await self._drive.say(self._user(person), CHANNEL, words))

    async def follow_up(self, person: str, words: str) -> None:
        root = self._messages(CHANNEL)[-1]
        heard(await self._drive.say(self._user(person), CHANNEL, words, thread_ts=root.get("thread_ts", root["ts"])))

    async def command(self, person: str, line: str) -> None:
        name, _, argument = line.partition(" ")
        heard(await self._drive.command(self._user(person), CHANNEL, name, argument))

    async def press(self, card: Card, verb: str, person: str, values: Mapping[str, str]) -> None:
        channel, message = card.there
        user = self._user(person)
        if verb != "edit" or not self._form(user):
            heard(await self._drive.press(channel, message["ts"], verb, user, as_shown=message))
        if verb == "edit" and (form := self._form(user)):
            self._note(user, *(block["text"]["text"] for block in form.view["blocks"] if form.view["callback_id"] == "refused"))
            if form.view["callback_id"] == "edit":
                heard(await self._drive.submit("", user, {name: value or [""] for name, value in values.items()}))
                self._note(user, *form.errors.values())
            form.is_open = bool(form.errors)

    async def choose(self, person: str, label: str) -> None:
        user = self._user(person)
        message, button = next(
            (m, each) for m in reversed(self._messages(CHANNEL)) for each in offers(m) if each["text"]["text"] == label
        )
        heard(await self._drive.press(CHANNEL, message["ts"], button["action_id"], user))

    async def vote(self, person: str, verdict: str) -> None:
        answer = next(m for m in reversed(self._messages(CHANNEL)) if thumbs(m))
        value = thumbs(answer)[{"up": "positive_button", "down": "negative_button"}[verdict]]["value"]
        heard(await self._drive.press(CHANNEL, answer["ts"], "feedback", self._user(person), value=value))

    async def share(self, person: str) -> None:
        user = self._user(person)
        found = [m for m in self._workspace.ephemerals if m["user"] == user and "share" in buttons(m)]
        heard(await self._drive.press_ephemeral(found[-1]["ts"], "share"))

    async def seen(self, person: str) -> list[Seen]:
        user = self._user(person)
        read = [(m, where) for where in (CHANNEL, f"D{user}") for m in self._messages(where)]
        found = [(m["ts"], self._look(part, where)) for m, where in read for part in parts(m)]
        found += [(m["ts"], Seen(of_slack(m), private=True)) for m in self._workspace.ephemerals if m["user"] == user]
        found += [(ts, Seen(words, private=True)) for ts, told, words in self._told if told == user]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _user(self, person: str) -> str:
        return self._office.user(person.title())

    def _messages(self, channel: str) -> list[dict[str, Any]]:
        return self._office.messages(channel)

    def _form(self, user: str) -> Modal | None:
        """The form that this person has open."""
        return next((modal for modal in self._workspace.modals.values() if modal.user == user and modal.is_open), None)

    def _note(self, user: str, *words: str) -> None:
        self._told += [(self._workspace.next_ts(), user, each) for each in words]

    def _look(self, message: dict[str, Any], channel: str) -> Seen:
        names = [b["block_id"].split(".")[1] for b in message.get("blocks", ()) if b.get("block_id", "").startswith("draft.")]
        there = (channel, copy.deepcopy(message))
        card = Card(names[0], tuple(buttons(message)), there) if names else None
        return Seen(of_slack(message), private=channel != CHANNEL, card=card)


def parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A message, and by themselves the words above a card: elsewhere they are a message of their own."""
    blocks = message.get("blocks", ())
    words = [b for b in blocks if b.get("block_id", "").startswith("above.")]
    return [{"blocks": words}, {**message, "blocks": [b for b in blocks if b not in words]}] if words else [message]


def offers(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The buttons under a reply."""
    return [e for b in message.get("blocks", ()) if b.get("block_id", "").startswith("offers.") for e in b["elements"]]


def thumbs(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The two thumbs under an answer."""
    found = [e for b in message.get("blocks", ()) if b["type"] == "context_actions" for e in b["elements"]]
    return found[0] if found else {}


def heard(replies: list[tuple[int, Any]]) -> None:
    """The bot has everything."""
    assert any(status == 200 for status, _ in replies), replies
