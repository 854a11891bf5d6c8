"""What the page sends -> a Delivery. Pure; the page's key is checked over the raw bytes before anything is parsed."""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.http.gate import Delivery
from bot.settings import Configuration
from handlers.errors import Invalid
from handlers.models import Verb

NAME = "playground"
BOT = "bot"
"""Who the bot is in the log."""
ALONE = "dm:"
"""Channels whose name starts so are direct messages with one person."""
KEY_HEADER = "X-Playground-Key"
MENTION = re.compile(r"@(countersign|bot)\b", re.IGNORECASE)
Form = TypeVar("Form", bound=BaseModel)
Name = Annotated[str, Field(min_length=1, max_length=100)]
EventId = Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
"""Printable ASCII: it becomes part of a key, and PostgreSQL's text holds no zero character."""


def decoded(value: object) -> bytes:
    """The content of a file. Raises ValueError for what is no base64."""
    if not isinstance(value, str):
        raise ValueError("a file is sent as a text in base64")  # noqa: TRY004 - pydantic wants it so
    return base64.b64decode(value, validate=True)


class Sent(BaseModel):
    """A file that goes with a message. `data` is its content in base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(min_length=1, max_length=255)]
    data: Annotated[bytes, BeforeValidator(decoded)]


class Said(BaseModel):
    """A person wrote something. `thread` is the post it answers, 0 for none."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: EventId
    person: Name
    channel: Name
    thread: int = Field(default=0, ge=0)
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    files: Annotated[tuple[Sent, ...], Field(max_length=5)] = ()


class Pressed(BaseModel):
    """A person pressed a button of a card. `values` are the fields of an edit, as typed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: EventId
    person: Name
    channel: Name
    thread: int = Field(default=0, ge=0)
    draft: Annotated[str, Field(pattern=r"^[a-z0-9]{4,16}$")]
    version: int = Field(ge=1)
    verb: Literal["approve", "edit", "reject"]
    values: dict[Name, Annotated[str, Field(max_length=20_000)]] = {}


class Chosen(BaseModel):
    """A person pressed a button under a reply."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: EventId
    person: Name
    channel: Name
    thread: int = Field(default=0, ge=0)
    offer: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


@dataclass(frozen=True, slots=True)
class PageKey:
    """Proof that a request comes from a page that this very process served: other sites cannot read the key."""

    key: str

    @classmethod
    def derived(cls, secret: bytes) -> "PageKey":
        """The same over restarts, so that an open page goes on working."""
        return cls(hmac.new(secret, b"playground page", "sha256").hexdigest())

    def verify(self, headers: Mapping[str, str], _raw: bytes) -> bool:
        """Whether the header carries the key."""
        return hmac.compare_digest(headers.get(KEY_HEADER, "").encode(), self.key.encode())


def said(raw: bytes) -> Said:
    """Raises Invalid."""
    return parsed(Said, raw)


def pressed(raw: bytes) -> Delivery:
    """A press as a delivery. Raises Invalid."""
    form = parsed(Pressed, raw)
    payload = {
        "id": form.id,
        "draft": form.draft,
        "version": form.version,
        "verb": str(Verb(form.verb)),
        "values": form.values,
        "person": person_id(form.person),
        "platform": NAME,
        "channel": form.channel,
        "thread": form.thread,
    }
    return Delivery(NAME, form.id, "decision", payload)


def chosen(raw: bytes) -> Delivery:
    """A press of a button under a reply as a delivery. Raises Invalid."""
    form = parsed(Chosen, raw)
    return Delivery(NAME, form.id, "offer", {**form.model_dump(), "person": person_id(form.person), "platform": NAME})


def parsed(shape: type[Form], raw: bytes) -> Form:
    """The form in a body. Raises Invalid with the first thing that is wrong."""
    try:
        return shape.model_validate(json.loads(raw))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise Invalid(f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}") from None
    except (ValueError, RecursionError):
        raise Invalid("The body is no JSON object.") from None


def person_id(name: str) -> str:
    """A person of the page under the name that `bot.toml` uses."""
    return f"{NAME}:{name}"


def is_for_the_bot(form: Said, configuration: Configuration, *, bot_in_thread: bool) -> bool:
    """Whether a message asks for an answer: a command, a mention, a direct message, a follow-up, or the channel wants all."""
    wanted = configuration.channel(f"{NAME}:{form.channel}").answer
    if form.channel.startswith(ALONE):
        return True
    if wanted == "off":
        return form.text.lstrip().startswith("/")
    addressed = form.text.lstrip().startswith("/") or MENTION.search(form.text) is not None
    return addressed or bot_in_thread or wanted == "all"
