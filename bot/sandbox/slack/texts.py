"""Slack's text objects, as rules."""

from bot.sandbox.rules import Rule, Shape, flag, of_type, words


def text(most: int, *kinds: str) -> Rule:
    """A text object of so many characters, of the kinds named; without a name of either."""
    known = {
        "plain_text": Shape({"text": words(most)}, {"emoji": flag}),
        "mrkdwn": Shape({"text": words(most)}, {"verbatim": flag}),
    }
    return of_type({kind: known[kind] for kind in kinds or known}, f"a text object ({' or '.join(kinds or known)})")


def plain(most: int) -> Rule:
    """A plain_text object of so many characters."""
    return text(most, "plain_text")
