"""How `bot.toml` names a channel, and what somebody may have meant who named none. Pure."""

import re

CHANNEL = re.compile(r"(slack|teams|playground):\S+")
APPLIES = re.compile(r"slack:[^\s/]+/[^\s/]+|(teams|playground|cli):.+")
"""The places that commands come from; on Slack a workspace and a channel, on the command line a person."""
MEANT = (
    (re.compile(r"([A-Z0-9]+/[A-Z0-9]+)"), '"slack:{}"?'),
    (re.compile(r"(?:slack:)?([CDG][A-Z0-9]+)"), '"slack:T1/{}", with the id of your workspace for T1?'),
    (re.compile(r"(19:\S+)"), '"teams:{}"?'),
    (re.compile(r"([a-z][a-z0-9-]*)"), '"playground:{}"?'),
)
"""Names that lack something, and how they are written with it."""


def channel(name: str) -> str:
    """A channel of a platform, or nothing. Raises ValueError."""
    if name and CHANNEL.fullmatch(name) is None:
        raise ValueError(f"a channel is written like slack:T1/C1, teams:19:... or playground:general, not {name!r}")
    return name


def applying(name: str) -> str:
    """What `[channels]` has a table for. Raises ValueError for what no command comes from: the table would restrict nothing."""
    if APPLIES.fullmatch(name) is None:
        meant = next(
            (f". Did you mean {form.format(found[1])}" for lacking, form in MEANT if (found := lacking.fullmatch(name))), ""
        )
        raise ValueError(
            f'no channel is called that; one is written like "slack:T1/C1", "teams:19:..." or "playground:general"{meant}'
        )
    return name
