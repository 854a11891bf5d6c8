"""What a vendor sent, checked field by field: what is missing or of another type is named, and never what stands in it. Pure."""

import json
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from handlers.errors import Invalid

MOST_NAMED = 5
"""Fields in one sentence."""


class Payload(BaseModel):
    """A part of what a vendor sends: the fields that the bot reads, in the vendor's names, each of exactly that type."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


Checked = TypeVar("Checked", bound=Payload)


def parsed(system: str, raw: bytes) -> object:
    """The JSON of a body. Raises Invalid."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid(f"{system} sent something that is no JSON.") from None


def checked(model: type[Checked], data: object, system: str) -> Checked:
    """The data as a model. Raises Invalid naming every field that cannot be used, and why the first of them cannot."""
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False, include_context=False)
    names = list(dict.fromkeys(".".join(map(str, one["loc"])) for one in found))
    told = ", ".join(repr(name) for name in names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    raise Invalid(f"{system}'s event has no usable {told}: {found[0]['msg'].removeprefix('Value error, ')}.")


def milliseconds(value: object) -> datetime:
    """A time that is given in milliseconds since 1970, as a number or as text. Raises ValueError."""
    try:
        return datetime.fromtimestamp(number(value) / 1000, UTC)
    except (OverflowError, OSError):
        raise ValueError("is beyond the times that there are") from None


def number(value: object) -> int:
    """A whole number of at most 64 bits, which comes as one or as text. Raises ValueError."""
    words = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (words.isascii() and words.isdecimal() and len(words) <= 20):  # noqa: PLR2004 - 64 bits
        raise ValueError("is no whole number")
    return int(words)


Words = Annotated[str, Field(max_length=1000)]
"""Text that can be written down: half of a character is none."""
Milliseconds = Annotated[datetime, BeforeValidator(milliseconds)]
Number = Annotated[int, BeforeValidator(number)]
