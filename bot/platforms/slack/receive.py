"""What Slack sends -> an Envelope. Pure; nothing here is trusted before the signature over the raw bytes was checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bot.net.http import whole
from handlers.errors import Invalid

NAME = "slack"
LONGEST_KEY = 150
"""Characters of an event's id that are kept as they are; a longer one is kept as its hash."""
MOST_FIELDS = 100
"""Fields of a form; a slash command has about twenty."""
HANDLED = frozenset({"block_actions", "view_submission", "message_action"})
"""Interactions that the bot answers to; the others are acknowledged."""
NEWS = frozenset({
    "app_home_opened", "app_mention", "app_uninstalled", "member_joined_channel", "member_left_channel", "message", "reaction_added",
    "tokens_revoked",
})  # fmt: skip
"""Events that the bot does something about."""
SLACKBOT = "USLACKBOT"
"""Slack's own bot, which says things in people's direct messages and carries no `bot_id`."""
SPOKEN_SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
"""Messages that a person wrote; all the others say that something happened."""
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One verified request. `kind` is Slack's own word for it, `key` is the same for every copy of it.

    `body` is what Bolt is given: the JSON of an event or an interaction, or the fields of a slash command.
    """

    kind: str
    key: str
    body: Body

    @property
    def is_news(self) -> bool:
        """Whether there is something to do. What a bot said, and what only happened, is acknowledged and forgotten."""
        match self.kind:
            case "event_callback":
                return is_news(part(self.body, "event"))
            case "command":
                return True
            case kind:
                return kind in HANDLED

    @property
    def action(self) -> Body:
        """The button of a press; empty for everything else."""
        actions = self.body.get("actions")
        first = actions[0] if self.kind == "block_actions" and isinstance(actions, list) and actions else {}
        return first if isinstance(first, Mapping) else {}


def is_news(event: Body) -> bool:
    """Whether an event asks for something. The bot never answers a bot, itself included."""
    kind = text(event, "type")
    if kind == "message":
        is_person = text(event, "user") not in ("", SLACKBOT) and not event.get("bot_id")
        return is_person and text(event, "subtype") in SPOKEN_SUBTYPES
    if kind == "app_mention":
        return not event.get("bot_id")
    return kind in NEWS


def envelope(raw: bytes) -> Envelope:
    """The request in a body, which is JSON or a form. Raises Invalid with what is wrong."""
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        raise Invalid("The body is not UTF-8.") from None
    if decoded.lstrip().startswith("{"):
        return of_json(parsed(decoded), raw)
    try:
        form = whole(dict(parse_qsl(decoded, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS)))
    except ValueError:
        raise Invalid("The body is neither JSON nor a form.") from None
    return of_form(form, raw)


def of_json(body: Body, raw: bytes) -> Envelope:
    """An event, or Slack's question whether this address is ours. Socket Mode brings interactions this way, too."""
    kind = text(body, "type")
    if not kind and "command" in body:
        return of_form({name: str(value) for name, value in body.items()}, raw)
    if kind in ("url_verification", "app_rate_limited"):
        return Envelope(kind, "", body)
    if kind == "event_callback":
        part(body, "event")
        return Envelope(kind, key(body, text(body, "event_id"), raw), body)
    return interaction(body, raw)


def of_form(form: Mapping[str, str], raw: bytes) -> Envelope:
    """A slash command, a press, or a check of the certificate."""
    if form.get("ssl_check"):
        return Envelope("ssl_check", "", form)
    if "payload" in form:
        return interaction(parsed(form["payload"]), raw)
    if not form.get("command", "").startswith("/") or not form.get("user_id") or not form.get("channel_id"):
        raise Invalid("The form is no slash command: it names no command, user and channel.")
    return Envelope("command", key(form, form.get("trigger_id", ""), raw), form)


def interaction(body: Body, raw: bytes) -> Envelope:
    """A press, a form that was filled in, a shortcut."""
    if not (kind := text(body, "type")):
        raise Invalid("The body has no type.")
    part(body, "user")
    return Envelope(kind, key(body, text(body, "trigger_id"), raw), body)


def team_of(body: Body) -> str:
    """The workspace in which something happened; the organisation, where Slack names no workspace."""
    named = body.get("team")
    inside = text(named, "id") if isinstance(named, Mapping) else ""
    user = body.get("user")
    home = text(user, "team_id") if isinstance(user, Mapping) else ""
    return text(body, "team_id") or inside or home or text(body, "enterprise_id")


def key(body: Body, given: str, raw: bytes) -> str:
    """One name for every copy of a request: Slack's id where it gave one, else the bytes themselves."""
    found = f"{team_of(body)}:{given}" if given else f"raw:{hashlib.sha256(raw).hexdigest()}"
    if len(found) <= LONGEST_KEY and found.isascii() and found.isprintable():
        return found
    return f"sha:{hashlib.sha256(found.encode(errors='replace')).hexdigest()}"


def parsed(words: str) -> Body:
    """A JSON object, its half characters and zeros replaced. Raises Invalid for anything else."""
    try:
        found = whole(json.loads(words))
    except (ValueError, RecursionError):
        raise Invalid("The body is no JSON object.") from None
    if not isinstance(found, dict):
        raise Invalid("The body is no JSON object.")
    return found


def part(body: Body, name: str) -> Body:
    """An object inside the body. Raises Invalid when it is not there."""
    found = body.get(name)
    if not isinstance(found, Mapping):
        raise Invalid(f"The body has no {name}.")
    return found


def text(body: Body, name: str) -> str:
    """A text of the body; empty for anything that is none."""
    found = body.get(name)
    return found if isinstance(found, str) else ""
