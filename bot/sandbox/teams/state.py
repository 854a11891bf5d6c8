"""A tenant of Teams in memory: people, a team with two channels, a group chat, personal chats, and every version of every message."""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.company import NAME, PEOPLE
from bot.sandbox.models import Clock, Payload, utc_now

APP = "3c1b7a52-6f0e-4d4b-9a57-c0de51900001"
TENANT = "8f2d4c10-1b7e-4a53-8e6d-a11ba5c00002"
TEAM_GUID = "d1f6a7e4-93c2-4f0b-b7a8-7ea300000003"
BOT, BOT_NAME = f"28:{APP}", "Countersign"
CHANNEL = "msteams"
"""Teams, as the Bot Connector calls it."""
GENERAL, BILLING, LEADS = "19:general@thread.tacv2", "19:billing@thread.tacv2", "19:leads@thread.v2"
THREAD = ";messageid="
CARD = "application/vnd.microsoft.card.adaptive"
TARGETED_LIVES = 24 * 3600.0
"""Seconds until a message that one person sees is gone (msteams-docs, targeted messages)."""
Kind = Literal["personal", "channel", "groupChat"]


@dataclass(slots=True)
class Person:
    """Somebody in the tenant. `is_installed`: has the app, and so a personal chat; `has_blocked` it there."""

    id: str
    short: str
    name: str
    email: str
    aad_object_id: str
    user_role: Literal["user", "guest", "anonymous"] = "user"
    is_installed: bool = True
    has_blocked: bool = False

    @property
    def as_member(self) -> Payload:
        """As the connector's lists show them."""
        given, _, surname = self.name.partition(" ")
        return {
            "id": self.id, "name": self.name, "givenName": given, "surname": surname, "email": self.email,
            "userPrincipalName": self.email, "aadObjectId": self.aad_object_id, "objectId": self.aad_object_id,
            "tenantId": TENANT, "userRole": self.user_role,
        }  # fmt: skip

    @property
    def as_sender(self) -> Payload:
        """As an activity names who it is from."""
        return {"id": self.id, "name": self.name, "aadObjectId": self.aad_object_id}


@dataclass(slots=True)
class Message:
    """A message with all its versions, oldest first. `thread` is the id of a channel's post that it stands under, or its own.

    `targeted` is the one person who sees it. `shown_to` has the card that somebody sees in place of everybody's: the answer to
    their press or refresh. `streamed` has the texts while it grew.
    """

    id: str
    author: str
    thread: str
    born: float
    versions: list[Payload] = field(default_factory=list)
    targeted: str = ""
    shown_to: dict[str, Payload] = field(default_factory=dict)
    streamed: list[str] = field(default_factory=list)
    reactions: list[Payload] = field(default_factory=list)
    is_streaming: bool = False
    is_deleted: bool = False

    @property
    def activity(self) -> Payload:
        """The newest version."""
        return self.versions[-1]

    @property
    def text(self) -> str:
        """The newest text; empty when it has none."""
        found = self.activity.get("text")
        return found if isinstance(found, str) else ""

    def card(self, user: str = "") -> Payload | None:
        """The card that this person sees, or everybody; None when there is none."""
        if user in self.shown_to:
            return self.shown_to[user]
        there = (each.get("content") for each in self.activity.get("attachments") or () if each.get("contentType") == CARD)
        return next((each for each in there if isinstance(each, dict)), None)

    @property
    def as_json(self) -> Payload:
        """For the control route."""
        return {
            "id": self.id, "author": self.author, "thread": self.thread, "targeted": self.targeted, "versions": self.versions,
            "shown_to": self.shown_to, "streamed": self.streamed, "reactions": self.reactions, "is_streaming": self.is_streaming,
            "is_deleted": self.is_deleted,
        }  # fmt: skip


@dataclass(slots=True)
class Conversation:
    """A channel, a group chat, or the chat of one person with the bot. `members` are the people's ids, without the bot."""

    id: str
    kind: Kind
    name: str = ""
    members: list[str] = field(default_factory=list)
    has_bot: bool = True
    messages: list[Message] = field(default_factory=list)

    def message(self, name: str) -> Message | None:
        """The message of this id, if it is there, for everybody or for one."""
        return next((each for each in self.messages if each.id == name and not each.is_deleted), None)

    def shown(self, user: str = "") -> list[Message]:
        """What this person sees, oldest first; without one, what everybody does."""
        return [each for each in self.messages if not each.is_deleted and each.targeted in ("", user)]

    def address(self, thread: str = "") -> str:
        """The id by which a place in it is spoken to."""
        return f"{self.id}{THREAD}{thread}" if self.kind == "channel" and thread else self.id


def _people() -> dict[str, Person]:
    found = {}
    for person in PEOPLE:
        name = f"29:1{person.id}-{uuid.uuid5(uuid.UUID(APP), person.email).hex[:24]}"
        found[name] = Person(name, person.id, person.name, person.email, str(uuid.uuid5(uuid.UUID(TENANT), person.email)))
    return found


class Tenant:
    """Harbourlight's tenant. Everybody is in both channels of its team, in the group chat, and has a chat with the bot.

    `largest_page` bounds a page of members. `stream_lives` is in seconds, `stream_pace` the least time between two pieces.
    """

    def __init__(self, clock: Clock = utc_now) -> None:
        self.id, self.name, self.team_name = TENANT, NAME, f"{NAME} Support"
        self.clock = clock
        self.people = _people()
        everybody = list(self.people)
        self.conversations = {
            GENERAL: Conversation(GENERAL, "channel", "General", list(everybody)),
            BILLING: Conversation(BILLING, "channel", "Billing", list(everybody)),
            LEADS: Conversation(LEADS, "groupChat", "Leads", list(everybody)),
        }
        for person in self.people.values():
            name = f"a:1{person.short}"
            self.conversations[name] = Conversation(name, "personal", members=[person.id])
        self.files: dict[str, bytes] = {}
        self.largest_page = 500
        self.stream_lives, self.stream_pace = 120.0, 0.0
        self._last = 0

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock().timestamp()

    def next_id(self) -> str:
        """An id for a message: milliseconds since 1970, later than all before."""
        self._last = max(self._last + 1, int(self.now() * 1000))
        return str(self._last)

    def keep(self, data: bytes) -> str:
        """Keep a file that somebody sends; its id."""
        name = str(uuid.uuid4())
        self.files[name] = data
        return name

    def widen(self, count: int) -> None:
        """So many more channels, 19:team101@thread.tacv2 and up, with everybody in them: Teams limits each by itself."""
        for number in range(101, 101 + count):
            name = f"19:team{number}@thread.tacv2"
            self.conversations[name] = Conversation(name, "channel", f"Team {number}", list(self.people))

    def person(self, who: str) -> Person:
        """Somebody by their id in Teams or in the directory, their short name ("ada") or their address. Raises LookupError."""
        for person in self.people.values():
            if who in (person.id, person.aad_object_id, person.short, person.email):
                return person
        raise LookupError(f"There is nobody named {who}: use one of {', '.join(each.short for each in self.people.values())}.")

    def conversation(self, name: str) -> Conversation:
        """A conversation by its id, with or without a thread. Raises LookupError."""
        bare = name.partition(THREAD)[0]
        if bare not in self.conversations:
            raise LookupError(f"There is no conversation {bare}: use one of {', '.join(self.conversations)}.")
        return self.conversations[bare]

    def personal(self, who: str) -> Conversation:
        """The chat of somebody with the bot. Raises LookupError."""
        person = self.person(who)
        return next(each for each in self.conversations.values() if each.kind == "personal" and each.members == [person.id])

    def message(self, conversation: str, name: str) -> Message:
        """A message. Raises LookupError."""
        found = self.conversation(conversation).message(name)
        if found is None:
            raise LookupError(f"There is no message {name} in {conversation}.")
        return found

    def add(self, conversation: Conversation, author: str, activity: Payload, *, thread: str = "", targeted: str = "") -> Message:
        """Put a message into a conversation, under a post or by itself."""
        name = self.next_id()
        root = thread or (name if conversation.kind == "channel" else "")
        kept = Message(name, author, root, self.now(), [copy.deepcopy(activity)], targeted)
        conversation.messages.append(kept)
        return kept

    def every_message(self) -> Iterator[tuple[str, Message]]:
        """Each message with its conversation."""
        for conversation in self.conversations.values():
            for message in conversation.messages:
                yield conversation.id, message
