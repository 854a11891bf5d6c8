"""What happened in Slack -> what the bot is asked to do, in the words that every platform shares. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import unescape

from bot.platforms.slack.receive import NAME, Body, Envelope, part, team_of, text
from handlers.catalogue import COMMANDS, chosen, repeats, taken
from handlers.errors import Invalid
from handlers.models import Attachment

MENTION = re.compile(r"<@([\w-]+)(?:\|[^>]*)?>")
LINK = re.compile(r"<((?:https?|mailto|tel):[^|>\s]+)(?:\|([^>]*))?>")
CHANNEL = re.compile(r"<#[\w-]+(?:\|([^>]*))?>")
SPECIAL = re.compile(r"<!(?:subteam\^[A-Z0-9]+|[a-z]+)(?:\^[^|>]*)?(?:\|([^>]*))?>")
HANDLE = re.compile(r"([a-z0-9]{4,16})\.([0-9]{1,9})\Z")
DIRECT = "D"
"""Channels whose id starts so are direct messages with the bot."""
LONGEST = 20_000
"""Characters of what somebody said; Slack itself cuts at 40,000."""
Asked = dict[str, object]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that a person wrote. `thread` is the root of its thread, empty for none."""

    team: str
    channel: str
    user: str
    ts: str
    thread: str
    words: str
    is_mention: bool
    files: tuple[Attachment, ...] = ()

    @property
    def is_direct(self) -> bool:
        """Whether only the person and the bot read it."""
        return self.channel.startswith(DIRECT)


def spoken(body: Body, *, bot_user: str) -> Spoken:
    """The message of an event. Raises Invalid when it has no channel, author or time."""
    event = part(body, "event")
    raw, user, channel, ts = (text(event, name) for name in ("text", "user", "channel", "ts"))
    if not (user and channel and ts):
        raise Invalid("This Slack message names no author, channel or time.")
    is_mention = text(event, "type") == "app_mention" or f"<@{bot_user}>" in raw or f"<@{bot_user}|" in raw
    thread = text(event, "thread_ts")
    said_words, sent = words(raw, bot_user=bot_user), files_of(event)
    return Spoken(team_of(body), channel, user, ts, "" if thread == ts else thread, said_words, is_mention, sent)


def files_of(message: Body) -> tuple[Attachment, ...]:
    """The files of a message. What Slack does not keep itself has no address here."""
    given = message.get("files")
    rows = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    found = [(text(one, "name"), one.get("size"), text(one, "url_private_download") or text(one, "url_private")) for one in rows]
    return tuple(Attachment(name[:255], size if isinstance(size, int) else 0, url) for name, size, url in found if url)


def words(raw: str, *, bot_user: str = "") -> str:
    """Slack's markup as a person reads it: the bot's mention becomes `@countersign`, links their address, entities characters."""

    def person(found: re.Match[str]) -> str:
        return "@countersign" if found[1] == bot_user else f"@{found[1]}"

    def link(found: re.Match[str]) -> str:
        address, label = found[1].removeprefix("mailto:").removeprefix("tel:"), found[2] or ""
        return address if not label or label in address else f"{label} ({address})"

    plain = LINK.sub(link, MENTION.sub(person, raw))
    plain = CHANNEL.sub(lambda found: f"#{found[1] or 'channel'}", plain)
    plain = SPECIAL.sub(lambda found: found[1] or "", plain)
    return unescape(plain).strip()[:LONGEST]


def said(found: Spoken) -> Asked:
    """A message as the job that answers it. The answer stands in a thread under it, so that follow-ups have a place."""
    return {
        "id": f"{NAME}:{found.team}:{found.channel}:{found.ts}",
        "text": found.words,
        "person": person_id(found.team, found.user),
        "platform": NAME,
        "channel": f"{found.team}/{found.channel}",
        "thread": found.thread or found.ts,
        "post": found.ts,
        "files": [asdict(one) for one in found.files],
        "message": message_id(found.team, found.channel, found.ts),
    }


def commanded(letter: Envelope) -> Asked:
    """A slash command as the job that answers it. `via` is Slack's address for answers where the bot is not a member."""
    form = letter.body
    team = team_of(form)
    return {
        "id": f"{NAME}:{letter.key}",
        "text": f"{text(form, 'command')} {words(text(form, 'text'))}".strip(),
        "person": person_id(team, text(form, "user_id")),
        "name": text(form, "user_name"),
        "platform": NAME,
        "channel": f"{team}/{text(form, 'channel_id')}",
        "via": text(form, "response_url"),
    }


def pressed(letter: Envelope) -> Asked:
    """A press of Approve or Reject as a decision. A button that nobody made names no draft: that is refused, and witnessed."""
    try:
        draft, version = handle(text(letter.action, "value"))
    except Invalid:
        draft, version = "?", 1
    return decision(letter, draft, version, verb=text(letter.action, "action_id"), values={})


def submitted(letter: Envelope, values: Mapping[str, str]) -> Asked:
    """An edit form that was sent, as a decision. The place is the one that opened the form."""
    draft, version, channel, thread = form_handle(text(part(letter.body, "view"), "private_metadata"))
    asked = decision(letter, draft, version, verb="edit", values=values)
    return asked | {"channel": f"{team_of(letter.body)}/{channel}", "thread": thread}


def decision(letter: Envelope, draft: str, version: int, *, verb: str, values: Mapping[str, str]) -> Asked:
    """What every decision carries. The person is the one whom Slack's envelope names, whatever stands in the button."""
    team, user = team_of(letter.body), part(letter.body, "user")
    channel, _, thread = where(letter.body)
    return {
        "id": f"{NAME}:{letter.key}",
        "draft": draft,
        "version": version,
        "verb": verb,
        "values": dict(values),
        "person": person_id(team, text(user, "id")),
        "name": text(user, "name") or text(user, "username"),
        "platform": NAME,
        "channel": f"{team}/{channel}",
        "thread": thread,
        "via": text(letter.body, "response_url"),
    }


def shortcut(letter: Envelope) -> Asked:
    """A command from the menu of a message, like "Ask about this": the answer stands in its thread. Raises Invalid."""
    message, (channel, ts, thread) = part(letter.body, "message"), where(letter.body)
    spoken_as = chosen(text(letter.body, "callback_id"), words(text(message, "text")))
    return decision(letter, "", 0, verb="", values={}) | {
        "text": spoken_as, "channel": f"{team_of(letter.body)}/{channel}", "thread": thread or ts, "post": ts,
        "message": message_id(team_of(letter.body), channel, ts),
        **whose(spoken_as, message, team_of(letter.body), text(part(letter.body, "user"), "id")),
    }  # fmt: skip


def reacted(body: Body, message: Body, *, workflow: str, channel: str = "") -> Asked:
    """A reaction that starts a workflow on the message it was put on. Raises Invalid where the message names nothing for it."""
    event = part(body, "event")
    item, team = part(event, "item"), team_of(body)
    here, ts = text(item, "channel"), text(item, "ts")
    spoken_as = f"/{workflow} {argument(workflow, words(text(message, 'text')))}"
    there = channel.removeprefix(f"{NAME}:") if channel else f"{team}/{here}"
    return {
        "id": f"{NAME}:reaction:{team}:{here}:{ts}:{workflow}",
        "text": spoken_as,
        "person": person_id(team, text(event, "user")),
        "platform": NAME,
        "channel": there,
        "thread": "" if channel else ts,
        "post": "" if channel else ts,
        "message": message_id(team, here, ts),
        **whose(spoken_as, message, team, text(event, "user")),
    }


def whose(line: str, message: Body, team: str, asked_by: str) -> Asked:
    """Whether a line repeats a message that somebody else wrote, and who that was; a message of a program has no author."""
    author = text(message, "user")
    outside = repeats(line) and author != asked_by
    return {"outside": outside, "author": person_id(team, author) if outside and author else ""}


def message_id(team: str, channel: str, ts: str) -> str:
    """One name for a message, however a workflow is started on it."""
    return f"{NAME}:{team}/{channel}:{ts}"


def argument(workflow: str, message: str) -> str:
    """What a workflow takes out of a message: the first thing that looks like its argument, or all of it."""
    if workflow not in COMMANDS:
        raise Invalid(f"There is no workflow {workflow}: correct [triggers] in bot.toml.")
    return taken(COMMANDS[workflow], message)


def where(body: Body) -> tuple[str, str, str]:
    """Channel, message and thread of an interaction; what it does not have is empty."""
    found = [body.get(name) for name in ("container", "channel", "message")]
    container, channel, message = (each if isinstance(each, Mapping) else {} for each in found)
    ts = text(container, "message_ts") or text(message, "ts") or text(body, "message_ts")
    thread = text(message, "thread_ts") or text(container, "thread_ts")
    return text(channel, "id") or text(container, "channel_id"), ts, thread


def handle(value: str) -> tuple[str, int]:
    """The draft and the version that a button names. Raises Invalid."""
    if (found := HANDLE.match(value)) is None:
        raise Invalid("This button is not one of ours. Type /approvals to see what waits.")
    return found[1], int(found[2])


def form_handle(value: str) -> tuple[str, int, str, str]:
    """The draft, version, channel and thread that an edit form was opened with. Raises Invalid."""
    name, *place = value.split(" ")
    draft, version = handle(name)
    if len(place) != 2 or not re.fullmatch(r"[\w-]{0,32}", place[0]) or not re.fullmatch(r"[0-9.]{0,32}", place[1]):  # noqa: PLR2004 - channel and thread
        raise Invalid("This form is not one of ours. Press Edit again.")
    return draft, version, place[0], place[1]


def person_id(team: str, user: str) -> str:
    """A person under the name that `bot.toml` uses."""
    return f"{NAME}:{team}/{user}"
