"""Recall and precision over labelled texts, as the notes on masking define them: a value counts as masked when every letter and digit of it is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from llm.labelled.texts import Labelled

from bot.llm.masking.finding import Finding
from bot.llm.masking.folding import fold
from bot.llm.masking.rules import found_in, joined

CHECKABLE = ("EMAIL_ADDRESS", "PHONE_NUMBER", "PAYMENT_CARD", "IBAN", "SSN", "IP_ADDRESS", "URL")


@dataclass
class Score:
    """What was there, what of it was masked, and how many stretches touched nothing that was there. Misses are kept to be read."""

    there: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    right: int = 0
    wrong: int = 0
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    spurious: list[tuple[str, str]] = field(default_factory=list)

    def recall(self, kind: str = "") -> float:
        kinds = [kind] if kind else list(self.there)
        return sum(self.masked[one] for one in kinds) / max(1, sum(self.there[one] for one in kinds))

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)


def stretches(text: str) -> list[Finding]:
    even = fold(text)
    return joined(text, (Finding(*even.span(one.start, one.end), one.kind) for one in found_in(even)))


def scored(texts: Iterable[Labelled]) -> Score:
    score = Score()
    for one in texts:
        found = stretches(one.text)
        covered = {place for stretch in found for place in range(stretch.start, stretch.end)}
        for start, end, kind in one.spans:
            score.there[kind] += 1
            if all(place in covered or not one.text[place].isalnum() for place in range(start, end)):
                score.masked[kind] += 1
            else:
                score.missed.append((kind, one.text[start:end], one.text))
        for stretch in found:
            if any(start < stretch.end and stretch.start < end for start, end, _ in one.spans):
                score.right += 1
            elif stretch.kind in CHECKABLE:
                score.wrong += 1
                score.spurious.append((stretch.kind, one.text[max(0, stretch.start - 20) : stretch.end + 10]))
    return score
