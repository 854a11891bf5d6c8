"""What happened in Teams -> what the bot is asked to do, in the words that every platform shares. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict
from html import unescape

from bot.platforms.teams.receive import NAME, Letter, part, text
from handlers.catalogue import COMMANDS, chosen, repeats, taken
from handlers.errors import Invalid
from handlers.models import Attachment

AT = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^<>]{1,2000}>")
BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
HANDLE = re.compile(r"[a-z0-9]{4,16}\Z")
FILE = "application/vnd.microsoft.teams.file.download.info"
"""Type of an attachment that is a file."""
LONGEST = 20_000
"""Characters of what somebody said; Teams itself takes about 28,000."""
Asked = dict[str, object]


def words(letter: Letter) -> str:
    """What was said as a person reads it: the bot's own mention becomes `@countersign`, other people keep their names."""
    mine = {text(each, "text") for each in mentions(letter) if text(part(each, "mentioned"), "id") == letter.me}
    raw = text(letter.body, "text")
    for mention in sorted(mine - {""}, key=len, reverse=True):
        raw = raw.replace(mention, " @countersign ")
    named = AT.sub(lambda found: f"@{found[1]}", raw)
    plain = re.sub(r"[^\S\n]+", " ", unescape(named).replace("\u00a0", " ").replace("\r", "")).strip()
    return plain[:LONGEST]


def mentions(letter: Letter) -> list[Mapping[str, object]]:
    """Who is mentioned."""
    found = letter.body.get("entities")
    listed = found if isinstance(found, list) else []
    return [each for each in listed if isinstance(each, Mapping) and each.get("type") == "mention"]


def is_mention(letter: Letter) -> bool:
    """Whether the bot itself is mentioned."""
    return any(text(part(each, "mentioned"), "id") == letter.me for each in mentions(letter))


def is_command(letter: Letter) -> bool:
    """Whether it was typed as a slash command, which only the person and the bot see."""
    return part(letter.body, "recipient").get("isTargeted") is True


def said(letter: Letter) -> Asked:
    """A message as the job that answers it. In a channel the answer stands in the thread of the message; under a command, which
    nobody else sees, it would be seen by nobody else: there the answer begins a thread.
    """
    root, post = letter.thread, letter.id
    if letter.conversation_kind == "channel" and is_command(letter):
        root, post = "" if root == letter.id else root, ""
    elif letter.conversation_kind == "channel" and not root:
        root = letter.id
    sent = [asdict(one) for one in files_of(letter)]
    return about(letter) | {
        "text": spoken(letter),
        "thread": root,
        "post": post,
        "files": sent,
        "message": f"{NAME}:{letter.conversation}:{letter.id}",
    }


def files_of(letter: Letter) -> tuple[Attachment, ...]:
    """The files of a message; Teams hands them out in direct chats only, each at an address for a few minutes."""
    given = letter.body.get("attachments")
    rows = (
        [one for one in given if isinstance(one, Mapping) and one.get("contentType") == FILE] if isinstance(given, list) else []
    )
    found = [(text(one, "name"), text(part(one, "content"), "downloadUrl")) for one in rows]
    return tuple(Attachment(name[:255], 0, url) for name, url in found if url)


def spoken(letter: Letter) -> str:
    """What was said, as the grammar of commands wants it. Teams' menu of commands types a name without a slash, and where only
    the bot listens its mention is left out: `triage SUP-21` there is what `@countersign triage SUP-21` is in a channel.
    """
    plain = words(letter)
    name, _, rest = plain.partition(" ")
    if plain.startswith(("/", "@")) or not (is_command(letter) or letter.conversation_kind == "personal"):
        return plain
    if name.casefold() == "ask" and rest.strip():
        return f"/ask {rest.strip()}"
    if is_command(letter) and name.casefold() in COMMANDS:
        return f"/{plain}"
    return f"@countersign {plain}".strip()


def about(letter: Letter) -> Asked:
    """Who did something where. The person is the one whom the envelope names, whatever stands in the card."""
    return {
        "id": f"{NAME}:{letter.key}",
        "person": f"{NAME}:{letter.sender}",
        "name": letter.sender_name,
        "platform": NAME,
        "channel": letter.conversation,
        "thread": letter.thread,
    }


def decision(letter: Letter, verb: str, values: Mapping[str, str]) -> Asked:
    """A press as a decision. A button that nobody made names no draft: that is refused, and witnessed."""
    try:
        draft, version = handle(letter)
    except Invalid:
        draft, version = "?", 1
    return about(letter) | {"draft": draft, "version": version, "verb": verb, "values": dict(values)}


def handle(letter: Letter) -> tuple[str, int]:
    """The draft and the version that a button names. Raises Invalid."""
    data = part(letter.action, "data")
    name, given = text(data, "draft"), data.get("version")
    version = int(given) if isinstance(given, int | str) and re.fullmatch(r"[0-9]{1,9}", str(given), re.ASCII) else 0
    if not HANDLE.match(name) or version < 1:
        raise Invalid("This button is not one of ours. Type /approvals to see what waits.")
    return name, version


def asked_about(letter: Letter) -> Asked:
    """A command from the menu of a message, like `Ask about this`: the answer stands in its thread. Raises Invalid."""
    message = part(letter.value, "messagePayload")
    content = text(part(message, "body"), "content")
    question = unescape(TAG.sub("", BREAK.sub("\n", AT.sub(lambda found: f"@{found[1]}", content)))).strip()[:LONGEST]
    spoken_as = chosen(text(letter.value, "commandId"), question)
    root = text(message, "replyToId") or text(message, "id")
    thread = letter.thread or (root if letter.conversation_kind == "channel" else "")
    known = f"{NAME}:{letter.conversation}:{text(message, 'id')}"
    author = text(part(part(message, "from"), "user"), "id")
    outside = repeats(spoken_as) and (not author or author != letter.directory_id)
    return about(letter) | {
        "text": spoken_as, "thread": thread, "post": text(message, "id"), "message": known,
        "outside": outside, "author": f"{NAME}:{author}" if outside and author else "",
    }  # fmt: skip


def reactions(letter: Letter) -> list[str]:
    """What was put on a message, by Teams' names: like, heart, laugh, surprised, sad, angry, and others."""
    given = letter.body.get("reactionsAdded")
    return [
        text(one, "type") for one in (given if isinstance(given, list) else ()) if isinstance(one, Mapping) and text(one, "type")
    ]


def reacted(letter: Letter, message: str, *, workflow: str, author: str = "", channel: str = "") -> Asked:
    """A reaction that starts a workflow on the message it was put on, once however many people react. `author` is Teams' id of who wrote
    it; empty for the bot, and where nobody knows. Raises Invalid where the message names nothing for it.
    """
    post, spoken_as = text(letter.body, "replyToId"), f"/{workflow} {taken(COMMANDS[workflow], message)}"
    where = f"{NAME}:{letter.conversation}:{post}"
    root = letter.thread or (post if letter.conversation_kind == "channel" else "")
    outside = repeats(spoken_as) and author != letter.sender
    return about(letter) | {
        "id": f"{NAME}:reaction:{hashlib.sha256(f'{where}:{workflow}'.encode()).hexdigest()[:40]}",
        "text": spoken_as,
        "channel": channel.removeprefix(f"{NAME}:") or letter.conversation,
        "thread": "" if channel else root,
        "post": "" if channel else post,
        "message": where,
        "outside": outside,
        "author": f"{NAME}:{author}" if outside and author else "",
    }


def shared(letter: Letter) -> Asked:
    """Share, pressed under a private answer. Where that answer began a thread, nobody else sees it: what is shared begins another."""
    thread = "" if letter.thread == text(letter.body, "replyToId") else letter.thread
    return about(letter) | {"answer": text(part(letter.action, "data"), "answer"), "thread": thread}


def offered(letter: Letter) -> Asked:
    """A button under a reply. What it leads to stands where the reply does; under words that nobody else sees it begins a thread."""
    thread = "" if letter.thread == text(letter.body, "replyToId") else letter.thread
    return about(letter) | {"offer": text(part(letter.action, "data"), "offer"), "thread": thread}


def voted(letter: Letter, answer: str) -> Asked:
    """A thumb under an answer. Raises Invalid for a reaction that is none of the two."""
    reaction = text(part(letter.value, "actionValue"), "reaction")
    verdict = {"like": "up", "dislike": "down"}.get(reaction)
    if verdict is None:
        raise Invalid("A vote is like or dislike.")
    return about(letter) | {"answer": answer, "verdict": verdict}
