"""Will Teams take this, and show it whole? Pure."""

from collections.abc import Iterator, Mapping

TOO_BIG = "MessageSizeTooBig"
LARGEST = 80 * 1024
"""Bytes of an activity as UTF-16, as msteams-docs advises: Teams refuses somewhat above it."""


def problems(activity: Mapping[str, object], *, conversation_type: str) -> list[str]:
    """Everything for which Teams refuses an activity or breaks it silently, in a conversation of this type."""
    return list(dict.fromkeys(faults(activity, conversation_type)))


def faults(activity: Mapping[str, object], conversation_type: str) -> Iterator[str]:
    """What is wrong, one sentence each."""
    if activity.get("type") not in ("message", "typing"):
        yield "type is neither message nor typing."
    if activity.get("type") == "message" and not activity.get("text") and not activity.get("attachments"):
        yield f"text and attachments are missing in a message to a {conversation_type} conversation."
