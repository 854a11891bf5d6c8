"""All rules over one text, and what they found as stretches that do not overlap."""

from collections.abc import Iterable, Sequence

from bot.llm.masking import addresses, assigned, credentials, numbers, phones
from bot.llm.masking.finding import Finding, Kind
from bot.llm.masking.folding import Folded
from bot.llm.masking.labels import Labels
from bot.llm.masking.links import links


def found_in(text: Folded) -> list[Finding]:
    """What every rule finds by itself, overlaps included."""
    found = [*credentials.known(text), *credentials.random(text), *assigned.assigned(text), *assigned.signed_in(text)]
    labels = Labels(text)
    found += addresses.emails(text, labels)
    if any(letter.isdecimal() for letter in text.text):
        found += numbers.ibans(text, labels)
        found += numbers.ssns(text, labels)
        found += numbers.cards(text, labels)
        found += addresses.ips(text, labels)
        found += phones.phones(text, labels, [(one.start, one.end) for one in found])
    elif "::" in text.text:
        found += addresses.ips(text, labels)
    return found


def joined(text: str, found: Iterable[Finding]) -> list[Finding]:
    """Findings in the text as it came, in order. What overlaps becomes one; what touches an address takes all of it."""
    runs = links(text)
    return united(grown(united(found), runs))


def united(found: Iterable[Finding]) -> list[Finding]:
    """Overlapping stretches as one, of the kind of the longest."""
    kept: list[Finding] = []
    longest = 0
    for one in sorted(found):
        if kept and one.start < kept[-1].end:
            kind: Kind = one.kind if one.end - one.start > longest else kept[-1].kind
            longest = max(longest, one.end - one.start)
            kept[-1] = Finding(kept[-1].start, max(one.end, kept[-1].end), kind)
        else:
            kept.append(one)
            longest = one.end - one.start
    return kept


def grown(found: Sequence[Finding], runs: Sequence[tuple[int, int]]) -> list[Finding]:
    """Each finding with the addresses it is part of. A token right behind an address would read as its end, so that counts too."""
    kept, first = [], 0
    for one in found:
        while first < len(runs) and runs[first][1] < one.start:
            first += 1
        start, end, kind, index = one.start, one.end, one.kind, first
        while index < len(runs) and runs[index][0] < one.end:
            start, end = min(start, runs[index][0]), max(end, runs[index][1])
            index += 1
        if (start, end) != (one.start, one.end):
            kind = "URL"
        kept.append(Finding(start, end, kind))
    return kept
