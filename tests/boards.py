"""What a message of alerts has to be, worked out the slow way: every alert is looked at. The board counts in SQL and has to find the same."""

from dataclasses import dataclass

from handlers.alert import Severity, Standing
from handlers.bulletin import FOREVER, MOST_LINES, MOST_SHOWN, Tally, line, place_in, told_of


@dataclass(frozen=True)
class Drawn:
    """A message. `told` is how each alert in it stands to be told of, `words` what is said in its thread."""

    tally: Tally
    top: list
    told: dict
    words: str


def is_announced(member):
    return member.told is not None or (member.hushed is None and member.alert.standing is not Standing.RESOLVED)


def drawn(members, now):
    """The message of a group with these members."""
    members = [one for one in members if one.told is not None or one.alert.standing is not Standing.RESOLVED]
    shown = sorted(filter(is_announced, members), key=lambda one: place_in(one.alert))
    told = {one.alert.id: told_of(one, now)[0] for one in shown}
    stands = [one.alert for one in shown if one.alert.standing is not Standing.RESOLVED]
    tally = Tally(
        announced=len(shown), standing=len(stands), fresh=sum(one.standing is Standing.OPEN for one in stands),
        quiet=sum(not is_announced(one) for one in members),
        worst=max((one.severity for one in stands), key=lambda one: one.rank, default=Severity.INFO),
        is_over=all(one.standing is Standing.RESOLVED for one in told.values()),
        until=min((one.hushed for one in members if one.hushed not in (None, FOREVER)), default=None),
    )  # fmt: skip
    said = [words for one in shown if (words := line(one, now))]
    more = [f"and {len(said) - MOST_LINES} more"] if len(said) > MOST_LINES else []
    return Drawn(tally, [one.alert for one in shown][:MOST_SHOWN], told, "\n".join([*said[:MOST_LINES], *more]))
