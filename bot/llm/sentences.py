"""A stream of pieces as whole sentences: what is held back is what could still turn out to go on. Pure."""

from itertools import pairwise

from knowledge.sentences import sentences


class Sentences:
    """Takes pieces, gives sentences with the white space behind them: put together they are the text that came in.

    A sentence without an end is held until the last piece; the tokens that a prompt allows are its limit.
    """

    def __init__(self) -> None:
        self._held = ""

    def add(self, piece: str) -> list[str]:
        """The sentences that are whole now, in order."""
        self._held += piece
        starts = [start for start, _ in sentences(self._held)]
        cuts = [0, *(start for start in starts[1:] if is_clear(self._held, start))]
        whole = [self._held[start:end] for start, end in pairwise(cuts)]
        self._held = self._held[cuts[-1] :]
        return whole

    def rest(self) -> str:
        """What is left when nothing more comes."""
        left, self._held = self._held, ""
        return left


def is_clear(text: str, start: int) -> bool:
    """Whether a sentence surely begins here: behind white space. A full stop of full width may also be the dot of an address."""
    return text[start - 1].isspace()
