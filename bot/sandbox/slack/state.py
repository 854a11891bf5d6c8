"""A Slack workspace in memory: people, channels, messages, views, streams, and the addresses and triggers that live a short while."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.company import NAME, PEOPLE
from bot.sandbox.models import Clock, Payload, utc_now

TEAM, DOMAIN, APP = "T1", "harbourlight", "A1"
BOT_USER, BOT_ID, BOT_NAME = "UBOT", "BBOT", "countersign"
TRIGGER_LIVES = 3.0
"""Seconds in which a trigger opens a form (docs.slack.dev/interactivity/handling-user-interaction)."""
RESPONSE_USES, RESPONSE_LIVES = 5, 1800.0
"""How often, and for how many seconds, a response_url takes answers (same page)."""
LARGEST_FILE = 2**30
"""Bytes of a file that Slack takes; a workspace may allow less."""
MENTION = f"<@{BOT_USER}>"


@dataclass(slots=True)
class Member:
    """Somebody in the workspace. The flags are Slack's own; tests set them."""

    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_email_confirmed: bool = True
    team: str = TEAM


@dataclass(slots=True)
class Channel:
    """A channel, or a direct message with the bot, with what was said in it, oldest first."""

    id: str
    name: str = ""
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    user: str = ""
    messages: list[Payload] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        """Whether it is the direct message of one person with the bot."""
        return bool(self.user)

    @property
    def kind(self) -> str:
        """Slack's word in the names of scopes: channels, groups or im."""
        return "im" if self.is_im else "groups" if self.is_private else "channels"

    def message(self, ts: str) -> Payload | None:
        """The message of this time, if it is there."""
        return next((message for message in self.messages if message["ts"] == ts), None)

    def thread(self, ts: str) -> list[Payload]:
        """The answers under a message, oldest first, without the message itself."""
        return [each for each in self.messages if each.get("thread_ts") == ts and each["ts"] != ts]


@dataclass(slots=True)
class Trigger:
    """What opens a form once, for somebody, within three seconds."""

    user: str
    born: float
    is_used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """An address for answers to a command or a press. `ts` is the message pressed on, empty for a command."""

    channel: str
    user: str
    ts: str
    born: float
    is_ephemeral: bool = False
    uses: int = 0


@dataclass(slots=True)
class Upload:
    """A file of the bot's on its way: `token` is in the address that takes its bytes, `length` what was announced of them."""

    token: str
    name: str
    length: int
    alt: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Modal:
    """A form somebody has, or had, in front of them. `errors` is what the bot said beside the fields, by block."""

    view: Payload
    user: str
    is_open: bool = True
    errors: Payload = field(default_factory=dict)


def _people() -> dict[str, Member]:
    found = {
        f"U{number}": Member(f"U{number}", person.id, person.name, person.email, person.role)
        for number, person in enumerate(PEOPLE, start=1)
    }
    return {**found, BOT_USER: Member(BOT_USER, BOT_NAME, BOT_NAME.title(), is_bot=True)}


def _groups(people: dict[str, Member]) -> list[Payload]:
    by_handle: dict[str, list[str]] = {}
    for number, person in enumerate(PEOPLE, start=1):
        for group in person.groups:
            by_handle.setdefault(group, []).append(f"U{number}")
    return [
        {"id": f"S{number}", "team_id": TEAM, "is_usergroup": True, "name": handle.title(), "handle": handle, "description": "",
         "date_create": 1, "date_update": 1, "date_delete": 0, "created_by": "U1", "user_count": len(users),
         "users": [user for user in users if user in people]}
        for number, (handle, users) in enumerate(sorted(by_handle.items()), start=1)
    ]  # fmt: skip


class Workspace:
    """Harbourlight's workspace. C1 general and C2 support are public, G1 is private; everybody has a direct message `D<user>`."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self.id, self.name, self.domain = TEAM, NAME, DOMAIN
        self.clock = clock
        self.people = _people()
        self.groups = _groups(self.people)
        users = [user for user in self.people if user != BOT_USER]
        self.channels = {
            "C1": Channel("C1", "general", [*users, BOT_USER]),
            "C2": Channel("C2", "support", [*users[:2], BOT_USER]),
            "G1": Channel("G1", "support-leads", [users[1], BOT_USER], is_private=True),
        }
        self.channels |= {f"D{user}": Channel(f"D{user}", members=[user, BOT_USER], user=user) for user in users}
        self.ephemerals: list[Payload] = []
        self.modals: dict[str, Modal] = {}
        self.homes: dict[str, Payload] = {}
        self.streams: dict[tuple[str, str], str] = {}
        self.statuses: list[Payload] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        self.uploads: dict[str, Upload] = {}
        self.largest_file = LARGEST_FILE
        self.prompts: list[Payload] = []
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._last = 0
        self._numbers = iter(range(1, 2**31))

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock().timestamp()

    def next_ts(self) -> str:
        """A time that no other message has, later than all before."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """A fresh id, like Ev000001 or V000002."""
        return f"{prefix}{next(self._numbers):06d}"

    def block_ids(self) -> Iterator[str]:
        """Fresh ids for blocks that were sent without."""
        while True:
            yield secrets.token_urlsafe(4)[:5]

    def widen(self, count: int) -> None:
        """So many more public channels, C101 and up, with everybody in them: Slack limits each by itself."""
        for number in range(101, 101 + count):
            self.channels[f"C{number}"] = Channel(f"C{number}", f"team-{number}", list(self.people))

    def channel(self, name: str) -> Channel:
        """A channel by id; LookupError when there is none."""
        if name not in self.channels:
            raise LookupError(f"There is no channel {name}: use one of {', '.join(self.channels)}.")
        return self.channels[name]

    def message(self, channel: str, ts: str) -> Payload:
        """A message; LookupError when it is not there."""
        found = self.channel(channel).message(ts)
        if found is None:
            raise LookupError(f"There is no message {ts} in {channel}.")
        return found

    def add(self, channel: Channel, message: Payload) -> Payload:
        """Put a message into a channel; its thread's root counts it. Its ts is given here."""
        kept: Payload = {"type": "message", **message, "ts": self.next_ts()}
        channel.messages.append(kept)
        root = channel.message(kept["thread_ts"]) if "thread_ts" in kept else None
        if root is not None and root is not kept:
            recount(channel, root)
        return kept

    def remove(self, channel: Channel, message: Payload) -> None:
        """Take a message out of a channel."""
        channel.messages.remove(message)
        root = channel.message(message.get("thread_ts", ""))
        if root is not None:
            recount(channel, root)

    def whisper(self, channel: str, user: str, shown: Payload) -> Payload:
        """Show something to one person only."""
        kept: Payload = {"type": "message", **shown, "channel": channel, "user": user, "ts": self.next_ts()}
        self.ephemerals.append(kept)
        return kept

    def trigger(self, user: str) -> str:
        """A fresh trigger of somebody's, good from now on."""
        name = f"{next(self._numbers)}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(user, self.now())
        return name

    def response_url(self, channel: str, user: str, *, ts: str = "", is_ephemeral: bool = False) -> str:
        """The path of a fresh address for answers."""
        name = secrets.token_urlsafe(18)
        self.response_urls[name] = ResponseUrl(channel, user, ts, self.now(), is_ephemeral)
        return f"/response/{self.id}/{name}"

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file that somebody sends; its id."""
        found = self.next_id("F")
        self.files[found] = (name, data)
        return found

    def every_message(self) -> Iterator[tuple[str, Payload]]:
        """Each message with its channel."""
        for channel in self.channels.values():
            for message in channel.messages:
                yield channel.id, message


def recount(channel: Channel, root: Payload) -> None:
    """Bring what a thread's root says about its answers up to date."""
    answers = channel.thread(root["ts"])
    for name in ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply"):
        root.pop(name, None)
    if answers:
        users = list(dict.fromkeys(answer["user"] for answer in answers))
        root |= {"thread_ts": root["ts"], "reply_count": len(answers), "reply_users": users, "reply_users_count": len(users)}
        root["latest_reply"] = answers[-1]["ts"]


def is_ts(value: str) -> bool:
    """Whether a text is a time as Slack writes it."""
    return re.fullmatch(r"\d{1,12}\.\d{6}", value, re.ASCII) is not None
