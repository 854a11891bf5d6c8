"""What the connector works on, and the words with which it refuses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.sandbox.models import Payload
from bot.sandbox.teams.gate import TOO_BIG
from bot.sandbox.teams.state import THREAD, Conversation, Message, Tenant

Answer = tuple[int, Payload | None]
"""Status and body."""


class Check(Protocol):
    """Says what is wrong with an activity; nothing for one that Teams would show."""

    def __call__(self, activity: Mapping[str, object], *, conversation_type: str) -> list[str]:
        """One sentence each."""
        ...


class Refused(Exception):
    """The connector says no. `code` is Teams' own word, `retry_after` in seconds."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.body: Payload = {"error": {"code": code, "message": message}}


@dataclass(slots=True)
class Stream:
    """A message that still grows. `sequence` is that of the newest piece, `piece` its streamed text, `last` when it came."""

    conversation: str
    message: Message
    sequence: int
    last: float
    piece: str = ""
    is_stopped: bool = False


@dataclass(slots=True)
class World:
    """The tenant, and what happens in it. `refused` keeps what Teams would not have taken, with what is wrong."""

    tenant: Tenant
    check: Check
    refused: list[Payload] = field(default_factory=list)
    streams: dict[str, Stream] = field(default_factory=dict)
    typing: list[Payload] = field(default_factory=list)

    def judge(self, activity: Payload, conversation: Conversation, more: Callable[[], list[str]] = list) -> None:
        """Refuse what Teams would refuse; `more` finds what the activity alone does not show. Raises Refused."""
        if wrong := [*self.check(activity, conversation_type=conversation.kind), *more()]:
            self.note(activity, conversation.id, wrong)
            if any(each.startswith(TOO_BIG) for each in wrong):
                raise Refused(413, TOO_BIG, "Message size too large.")
            raise Refused(400, "BadSyntax", " ".join(wrong))

    def note(self, activity: object, conversation: str, problems: list[str]) -> None:
        """Keep something that Teams would not have taken."""
        self.refused.append({"conversation": conversation, "activity": activity, "problems": problems})

    def place(self, name: str) -> tuple[Conversation, str]:
        """A conversation that the bot is in, and the thread that its id names. Raises Refused."""
        try:
            found = self.tenant.conversation(name)
        except LookupError:
            raise Refused(404, "ConversationNotFound", "Conversation not found.") from None
        if found.kind == "personal":
            person = self.tenant.people[found.members[0]]
            if person.has_blocked:
                raise Refused(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
            self.roster(is_in=person.is_installed)
        self.roster(is_in=found.has_bot)
        thread = name.partition(THREAD)[2]
        if thread and (found.kind != "channel" or not any(each.thread == thread for each in found.messages)):
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        return found, thread

    def roster(self, *, is_in: bool) -> None:
        """Refuse where the bot is not. Raises Refused."""
        if not is_in:
            raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
