"""What stands in a document, found by rules: its passages, its most telling sentences, dates, amounts, periods, parties, and compliance flags. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.sentences import SENTENCE, pieces

Kind = Literal["dates", "amounts", "periods", "parties"]
LONGEST_PASSAGE, LONGEST_QUOTE = 1500, 240
"""Characters."""
MOST_SENTENCES = 5
MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s)?|märz|apr(?:il)?|avril|may|mai|june?|juni|juin|july?|juli|juillet|"
    r"aug(?:ust)?|août|sep(?:t(?:ember|embre)?)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember|embre)?|décembre|enero|febrero|marzo|"
    r"abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b\.?"
)
CURRENCY = r"(?:€|\$|£|¥|EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY|euros?|dollars?|pounds?|francs?)"
AMOUNT = r"\d{1,3}(?:[.,'\u2019\u202f\u00a0 ]\d{3}){1,6}(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
SCALE = r"(?:\s?(?:k|m|mn|mio\.?|million(?:en|s)?|billion(?:s)?|mrd\.?|milliarden|bn))?"
LEGAL = r"(?:GmbH(?: & Co\. KG)?|AG|SE|KG|UG|e\.V\.|Ltd\.?|Limited|LLC|LLP|PLC|plc|Inc\.?|Corp\.?|Corporation|S\.?A\.?R?\.?L?\.?|SAS|B\.?V\.?|N\.V\.|S\.?p\.?A\.?|S\.?r\.?l\.?|AB|Oy|ApS|A/S|Pty)"
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "dates",
        re.compile(
            rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}\b|\b\d{{1,2}}(?:st|nd|rd|th|\.|er)? (?:de )?{MONTH}(?: de)?,? \d{{4}}\b|\b{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "amounts",
        re.compile(
            rf"{CURRENCY}\s?(?:{AMOUNT}){SCALE}(?!\w)|(?<![\w.,])(?:{AMOUNT}){SCALE}\s?(?:{CURRENCY}(?!\w)|%)", re.IGNORECASE
        ),
    ),
    (
        "periods",
        re.compile(
            r"\b(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen|twenty-four|thirty|sixty|ninety|ein(?:en|em)?|zwei|drei|"
            r"vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|deux|trois|quatre|cinq|six|dix|douze|dos|tres|cuatro|cinco|seis|diez|doce|due|tre|cinque|sei)(?: \(\d{1,3}\))?[ -](?:calendar |business |working )?"
            r"(?:days?|weeks?|months?|years?|Tagen?|Wochen?|Monaten?|Jahren?|jours?|semaines?|mois|ans?|días?|semanas?|meses|años?|giorni|settimane|mesi|anni)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "parties",
        re.compile(
            rf"(?<![\w&.'-])[A-ZÄÖÜÉ0-9][\w&.'-]*(?:[ ](?:(?:&|and|und|et|y|of|de|du|des|del|della|di)[ ])?[A-ZÄÖÜÉ0-9][\w&.'-]*){{0,4}}?,?[ ]{LEGAL}(?!\w)"
        ),
    ),
)
WORD = re.compile(r"[^\W\d_]{4,}")
HEADING = re.compile(r"\s*#{1,6}\s+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One compliance rule of `bot.toml`. A `missing` one is raised when none of its words stands anywhere in the document."""

    name: str
    words: tuple[str, ...]
    pattern: str
    why: str
    when: Literal["found", "missing"] = "found"


@dataclass(frozen=True, slots=True)
class DataPoint:
    """A date, an amount, a period or a party, as it is written. `passages` count from 1."""

    kind: Kind
    value: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """What a rule was raised by: the sentence, and its passage; both empty (0) where something is missing."""

    rule: Rule
    quote: str = ""
    passage: int = 0


def passages(text: str) -> list[str]:
    """The paragraphs of a document; a heading belongs to what follows, and a long paragraph is cut at a sentence."""
    found: list[str] = []
    heads: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r", "")):
        bare = block.strip()
        if HEADING.match(bare) and "\n" not in bare:
            heads.append(bare)
        elif bare:
            found += pieces("\n".join((*heads, bare)), LONGEST_PASSAGE)
            heads = []
    return [*found, *pieces("\n".join(heads), LONGEST_PASSAGE)]


def data_points(found: Sequence[str]) -> tuple[DataPoint, ...]:
    """Every date, amount, period and party with the passages in which it stands, in the order of the document, a kind after the other."""
    places: dict[tuple[Kind, str], list[int]] = {}
    for kind, pattern in PATTERNS:
        for number, text in enumerate(found, 1):
            for hit in pattern.finditer(text):
                places.setdefault((kind, " ".join(hit[0].split())), []).append(number)
    return tuple(DataPoint(kind, value, tuple(dict.fromkeys(numbers))) for (kind, value), numbers in places.items())


def flags(found: Sequence[str], rules: Iterable[Rule]) -> tuple[Flag, ...]:
    """What each rule is raised by: its first place is enough."""
    return tuple(flag for rule in rules if (flag := flagged(found, rule)) is not None)


def flagged(found: Sequence[str], rule: Rule) -> Flag | None:
    """What raises a rule; None where nothing does."""
    wanted = matching(rule)
    for number, text in enumerate(found, 1):
        if (hit := wanted.search(text)) is not None:
            return Flag(rule, around(text, hit.start(), hit.end()), number) if rule.when == "found" else None
    return Flag(rule) if rule.when == "missing" else None


def matching(rule: Rule) -> re.Pattern[str]:
    """The words of a rule, whole, in any case and over line ends; or its pattern."""
    words = (r"\s+".join(re.escape(part) for part in word.split()) for word in rule.words)
    either = [*(rf"(?<!\w){word}(?!\w)" for word in words if word), *([rule.pattern] if rule.pattern else [])]
    return re.compile("|".join(either) or r"(?!)", re.IGNORECASE)


def around(text: str, start: int, end: int) -> str:
    """The sentence in which something stands, in one line; cut where it is long."""
    first = max((hit.end() for hit in SENTENCE.finditer(text, 0, start)), default=0)
    last = next((hit.start() for hit in SENTENCE.finditer(text, end)), len(text))
    line = " ".join(HEADING.sub("", text[first:last]).split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"


def telling(found: Sequence[str]) -> list[tuple[str, int]]:
    """The sentences whose words are the most frequent of the document, each with its passage, in the order of the document."""
    counts = Counter(word.casefold() for text in found for word in WORD.findall(text))
    listed = [
        (sentence.strip(), number) for number, text in enumerate(found, 1) for sentence in SENTENCE.split(HEADING.sub("", text))
    ]

    def weight(sentence: str) -> float:
        words = {word.casefold() for word in WORD.findall(sentence)}
        return sum(counts[word] - 1 for word in words) / (len(words) + 5)

    whole = [(place, one) for place, one in enumerate(listed) if WORD.search(one[0])]
    best = sorted(whole, key=lambda each: (-weight(each[1][0]), each[0]))[:MOST_SENTENCES]
    return [(around(sentence, 0, len(sentence)), number) for _, (sentence, number) in sorted(best)]
