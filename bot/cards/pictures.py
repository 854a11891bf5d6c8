"""A picture that goes with a reply, and what is said in its place where it cannot be shown. Pure."""

from dataclasses import replace

from bot.cards.clean import clean
from handlers.models import Reply
from handlers.speech import Picture

NAME = "chart.png"
"""What the file is called where it is one."""
LONGEST_ALT = 1000
"""Characters of the words behind a picture; Slack and Teams name no limit that is lower."""


def alternative(picture: Picture) -> str:
    """The words behind a picture, in one line."""
    return " ".join(clean(picture.alt).split())[:LONGEST_ALT]


def instead(picture: Picture) -> str:
    """What is said where a picture cannot be shown."""
    return f"[Chart] {alternative(picture)}"


def in_words(reply: Reply) -> Reply:
    """The reply without its picture, which is said in words below the others."""
    if reply.picture is None:
        return reply
    return replace(reply, text=f"{reply.text}\n\n{instead(reply.picture)}".strip(), picture=None)
