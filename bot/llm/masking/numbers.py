"""Numbers that carry a checksum or a fixed shape: payment cards, IBANs, social security numbers of the United States."""

import re
from collections.abc import Iterator, Sequence

from bot.llm.masking.finding import Finding
from bot.llm.masking.folding import Folded
from bot.llm.masking.labels import Labels

IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15), **dict.fromkeys(("BE",), 16), **dict.fromkeys(("DK", "FI", "FK", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19), **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25), **dict.fromkeys(("IS", "TR"), 26), **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"), 28), **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30), **dict.fromkeys(("MT", "SC"), 31), "LC": 32, "RU": 33,
}  # fmt: skip
"""Characters by country, from the registry of ISO 13616."""
IBAN_START = re.compile(r"(?:(?<![^\W_])|(?<=iban)|(?<=\\[nrt]))[a-z]{2}[ ._-]?\d[ ._-]?\d", re.IGNORECASE)
IBAN_GAP = 3
"""Spaces, dashes or line ends between two characters of an IBAN."""
RUN = re.compile(r"(?<!\d)\d(?:[ ._/-]{0,2}\d){12,}")
GROUP = re.compile(r"\d+")
BRANDS = (
    (re.compile(r"4"), (16,)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65|35|60|81|82|508|9792|2200|2201|2202|2203|2204"), (16,)),
    (re.compile(r"30[0-5]|3095|36|38|39"), (14,)),
    (re.compile(r"62"), (16, 17, 18, 19)),
    (re.compile(r"50|5[6-8]|63|67"), (16, 19)),
)  # fmt: skip
"""First digits of the issuers (ISO/IEC 7812 ranges as the networks publish them) and how long their numbers are."""
SHAPES = frozenset(
    {
        (4, 4, 4, 4),
        (4, 6, 5),
        (4, 6, 4),
        (8, 8),
        (4, 4, 4, 4, 3),
        (6, 13),
        (6, 10),
        (4, 4, 4, 4, 2),
        (4, 4, 4, 4, 1),
        (4, 12),
        (5, 5, 5),
        (4, 4, 4, 3),
        (4, 4, 4, 2),
    }
)
CARD_DIGITS = range(13, 20)
SSN = re.compile(r"(?<![\d.+/-])(?<!\d[ .])(\d{3})([ .-]|\s-\s)(\d{2})\2(\d{4})(?!\2?\d|[\w-])")
SSN_BARE = re.compile(r"(?<![\w.-])\d{3}[ .-]?\d{2}[ .-]?\d{4}(?![\w-]|\.\d)")
SSN_REACH = 32


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812)."""
    total = sum(int(digit) for digit in digits[-1::-2])
    return (total + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])) % 10 == 0


def mod97(iban: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 7064)."""
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1


def is_brand(digits: str) -> bool:
    """Whether an issuer has numbers that begin like this and are as long."""
    return any(start.match(digits) and len(digits) in lengths for start, lengths in BRANDS)


def cards(text: Folded, labels: Labels) -> Iterator[Finding]:
    """Numbers with a check digit, numbers in the groups that stand on a card, and whatever is called a card."""
    for run in RUN.finditer(text.text):
        groups = [(found.start(), found.end()) for found in GROUP.finditer(text.text, *run.span())]
        said, gap = labels.before(run.start())
        card = said == "card" or labels.behind(run.end()) == "card"
        close = said in ("other", "version") and gap <= 4  # noqa: PLR2004
        first = 0
        while first < len(groups):
            size = card_at(text.text, groups, first, card=card, close=close)
            if size:
                yield Finding(groups[first][0], groups[first + size - 1][1], "PAYMENT_CARD")
            first += max(size, 1)


def card_at(text: str, groups: Sequence[tuple[int, int]], first: int, *, card: bool, close: bool) -> int:
    """How many groups from this one on are a card; 0 when none are. `close` says that a word beside it calls it something else."""
    digits, shape, best = "", [], 0
    for index in range(first, min(first + 19, len(groups))):
        start, end = groups[index]
        digits += text[start:end]
        shape.append(end - start)
        if len(digits) > CARD_DIGITS[-1]:
            break
        if len(digits) not in CARD_DIGITS:
            continue
        known = tuple(shape) in SHAPES or set(shape) == {1}
        if len(shape) > 1 and not known and (not card or "." in text[groups[first][0] : end]):
            continue
        if is_fraction(text, groups[first][0], end) or (not card and not stands_alone(text, groups[first][0], end)):
            continue
        brand = is_brand(digits)
        if (brand or card) and luhn(digits):
            return len(shape)
        if card or (brand and known and not close):
            best = best or len(shape)
    return best


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the digits are no part of a word, or of a hexadecimal number."""
    ahead, after = text[max(0, start - 2) : start], text[end : end + 2]
    if ahead[-1:].isalpha() and ahead.isalnum() and ahead[-1:].lower() in "abcdef":
        return False
    return not (after[:1].isalpha() and after.isalnum() and after[:1].lower() in "abcdef")


def is_fraction(text: str, start: int, end: int) -> bool:
    """Whether the digits stand behind the point of a decimal number: one long group after a digit and a full stop."""
    return text[start - 1 : start] == "." and text[max(0, start - 2) : start - 1].isdecimal() and text[start:end].isdecimal()


def ibans(text: Folded, labels: Labels) -> Iterator[Finding]:
    """Right check digits in any spelling; wrong ones where the word IBAN or the groups of four say what it is meant to be."""
    for found in IBAN_START.finditer(text.text):
        country = found[0][:2].upper()
        length = IBAN_LENGTHS.get(country)
        if length is None:
            continue
        iban, end, grouped = collected(text.text, found.start(), length)
        if len(iban) < length:
            continue
        ended = not text.text[end : end + 1].isalnum()
        called = labels.before(found.start() + 2)[0] == "iban"
        if mod97(iban) or (ended and (called or (grouped and iban[2:4].isdecimal()))):
            yield Finding(found.start(), end, "IBAN")


def collected(text: str, start: int, length: int) -> tuple[str, int, bool]:
    """The next `length` letters and digits over small gaps, where they end, and whether they stand in groups of four."""
    kept: list[str] = []
    gaps: set[int] = set()
    place, gap = start, 0
    while place < len(text) and len(kept) < length:
        letter = text[place]
        if letter.isascii() and letter.isalnum():
            kept.append(letter.upper())
            gap = 0
        elif letter in " \t\r\n.-_/·>" and gap < IBAN_GAP:
            gap += 1
            gaps.add(len(kept))
        else:
            break
        place += 1
    return "".join(kept), place, gaps == set(range(4, length, 4))


def ssns(text: Folded, labels: Labels) -> Iterator[Finding]:
    """Three, two and four digits that can have been issued, or any nine digits that are called one."""
    for found in SSN.finditer(text.text):
        if issued(found[1], found[3], found[4]):
            yield Finding(found.start(), found.end(), "SSN")
    for found in SSN_BARE.finditer(text.text):
        said, gap = labels.before(found.start())
        if (said == "ssn" and gap <= SSN_REACH) or labels.behind(found.end()) == "ssn":
            yield Finding(found.start(), found.end(), "SSN")


def issued(area: str, group: str, serial: str) -> bool:
    """Whether the Social Security Administration or the tax authority (9xx) gives out such a number."""
    return area not in ("000", "666") and group != "00" and serial != "0000"
