"""What a phone number looks like. No numbering plan: the groups in which people write, and the words beside."""

import re
from dataclasses import dataclass

from bot.llm.masking.vocabulary import Label

LONGEST = 15
"""Digits of an international number (E.164); two more for the 00 in front of it."""
SHORTEST = 6
"""Digits of a number that is only called one; without that it takes seven."""
EXTENSION = re.compile(
    r",?\s?(?:(?:ext|extension|durchwahl|dw|poste|anexo|ramal|interno|int|доб)\b\.?|x|#)[ .:]?\s?\d{1,6}(?!\w)|/\d{1,4}(?![\w/-])",
    re.IGNORECASE,
)
MONEY_BEFORE = re.compile(r"(?:[$€£¥₹₽₩]|\b(?:usd|eur|gbp|chf|inr|jpy|cny|brl|pln|rs)\.?)\s?-?$", re.IGNORECASE)
MONEY_BEHIND = re.compile(
    r"(?:[.,]\d{2})?\s?(?:[$€£¥₹₽₩%°]|(?:usd|eur|euros?|dollars|gbp|chf|pln|zl|kc|kr|rub|inr|jpy|units|rows|bytes|users|people|items"
    r"|records|times|requests|kb|mb|gb|ms|px|km|kg|hz|sec|seconds|minutes|hours|days)\b)",
    re.IGNORECASE,
)
SPACED = (
    "3-3-3 2-4-4 2-2-2-2 5-5 3-4-4 3-2-2-2 4-3-3 2-3-2-2 2-3-3-2 2-5-4 3-3-2-2 3-3-2-3 2-3-4 3-2-3 3-3-4 1-3-3-4 1-3-3-2-2"
    " 3-3-5 4-2-2-2 3-5-4 3-3-3-3 4-3-4 4-4 1-4-2-2-2 2-3-3 2-2-3-3 5-2-2-2 5-3-3 5-6"
)
DASHED = "3-3-4 1-3-3-4 3-3-2-2 3-4-4 2-4-4 2-5-4 3-3-3 2-3-4 3-2-2-2 1-3-3-2-2 4-3-3 3-7 4-4"
DOTTED = "3-3-4 1-3-3-4 2-2-2-2-2 3-2-2-2 3-4-4"
ALONE = "3-4 2-6 2-7 2-8 3-6 3-7 3-8 4-5 4-6 1-4-4 1-3-2-2 2-2-3-2 3-4-3"
GROUPS = {" ": frozenset(SPACED.split()), "-": frozenset(DASHED.split()), ".": frozenset(DOTTED.split())}
"""How many digits stand together in national numbers without a zero in front, by what parts them.
Order numbers have dashes too, versions full stops."""
LINE = frozenset(ALONE.split())
"""Groups with spaces that are a phone number's when nothing else stands in the line or cell."""
BARE = re.compile(r"[2-9]\d\d[2-9]\d{6}|1[2-9]\d\d[2-9]\d{6}|1[3-9]\d{9}|[6-9]\d{9}|8[034589]\d{9}")
"""Ten digits of North America or India, eleven of China or Russia, written without a space."""
LIMITS = ("2147483647", "2147483648", "4294967295", "4294967296")
"""The largest numbers of 32 bits, which look like phone numbers of Texas."""
CLOSE = 12
"""Characters between a word and a number up to which the word names it and is not only in the same sentence."""
YEAR = re.compile(r"(?:19|20)\d\d")
CLOCK = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")


@dataclass(frozen=True, slots=True)
class Number:
    """Digits in groups as they are written, and what a label calls them. `near` is how far away the label in front is."""

    start: int
    end: int
    groups: tuple[str, ...]
    gaps: tuple[str, ...]
    plus: bool
    bracket: bool
    said: Label
    near: int

    @property
    def digits(self) -> str:
        """All of them."""
        return "".join(self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        """How long each group is."""
        return tuple(map(len, self.groups))


def fits(text: str, number: Number) -> bool:
    """Whether a number is a phone number where it stands."""
    size = len(number.digits)
    if not SHORTEST <= size <= LONGEST + 2 or is_glued(text, number) or is_measure(text, number):
        return False
    if number.plus:
        return size >= 8 or number.said == "phone"  # noqa: PLR2004 - the shortest with a country's code
    if is_book(number) or (size == SHORTEST and len(number.groups) > 2):  # noqa: PLR2004 - a short date
        return False
    if number.said == "phone":
        return not is_fraction(number) or (number.near <= CLOSE and len(number.groups[0]) > 1)
    close = number.said not in ("", "email") and number.near <= CLOSE
    return size > SHORTEST and not is_fraction(number) and looks(text, number, close=close)


def looks(text: str, number: Number, *, close: bool) -> bool:
    """Whether the way it is written is enough. `close` says that a word beside it calls it something else."""
    if number.bracket:
        return bracketed(number)
    if len(number.groups) == 1:
        return not close and bare(text, number)
    if number.digits[0] == "0":
        return with_zero(number, close=close)
    return not close and in_groups(text, number)


def in_groups(text: str, number: Number) -> bool:
    """In the groups of a country without a zero in front."""
    parted = set("".join(number.gaps))
    if not parted <= {" ", "-"} and parted != {"."}:
        return False
    if all(set(group) == {"0"} for group in number.groups[1:]) or all(map(YEAR.fullmatch, number.groups)):
        return False  # ten million; from one year to another
    shape = "-".join(map(str, number.shape))
    return shape in GROUPS[" " if " " in parted else parted.pop()] or (
        parted == {" "} and shape in LINE and is_line(text, number)
    )


def bracketed(number: Number) -> bool:
    """With an area code in brackets; a year in brackets before one number is none."""
    year = len(number.shape) == 2 and number.groups[0][:2] in ("19", "20") and number.shape[0] == 4  # noqa: PLR2004
    return not year and 7 <= len(number.digits) <= LONGEST and max(number.shape) <= 9  # noqa: PLR2004


def with_zero(number: Number, *, close: bool) -> bool:
    """With a zero in front and in groups: the trunk code of most countries, or the 00 before a country's code."""
    digits, shape = number.digits, number.shape
    if (
        digits.startswith("000")
        or set(digits) <= {"0", "1"}
        or shape[-1] == 1
        or len(set(shape)) == 1 == max(shape) - 1 < len(shape) - 4
    ):
        return False
    if digits.startswith("00"):
        return not close and 10 <= len(digits) <= LONGEST + 2  # noqa: PLR2004
    if shape[0] == 1 or (close and len(shape) == 2):  # noqa: PLR2004
        return False
    if len(digits) == 8 and ((shape == (2, 2, 2, 2) and len(set(number.gaps)) == 1) or all(map(CLOCK.fullmatch, number.groups))):  # noqa: PLR2004
        return False
    return 8 <= len(digits) <= 12 + (len(shape) > 2) and (len(digits) > 8 or "." not in number.gaps)  # noqa: PLR2004


def bare(text: str, number: Number) -> bool:
    """Digits without any space: a zero in front, or the length and first digits of a large country."""
    ahead = text[max(0, number.start - 3) : number.start].rstrip(" ")[-1:]
    digits = number.digits
    touching = text[max(0, number.start - 1) : number.start]
    if ahead == "=" or (touching and touching in "/#_-@:.*") or digits.startswith("000") or digits in LIMITS:
        return False
    if digits.startswith("00"):
        return 11 <= len(digits) <= LONGEST + 1 and digits[2] != "0" and not is_article(digits)  # noqa: PLR2004
    if digits.startswith("0"):
        return 9 <= len(digits) <= (12 if digits[1] == "1" else 11)  # noqa: PLR2004
    return BARE.fullmatch(digits) is not None


def is_article(digits: str) -> bool:
    """Whether thirteen digits carry the check digit of an article's bar code (EAN)."""
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return len(digits) == 13 and weighed % 10 == 0  # noqa: PLR2004


def is_line(text: str, number: Number) -> bool:
    """Whether nothing else stands in its line or cell."""
    ahead, after = text[: number.start].rstrip(" "), text[number.end :].lstrip(" ")
    first, last = ahead[-1:] or "\n", (after[:1] or "\n").replace("\r", "\n")
    return first in '\n\t,;|"' and (last == first or {first, last} <= set("\n\t,;|"))


def is_glued(text: str, number: Number) -> bool:
    """Whether the digits are the end or the beginning of something that has letters; a label may touch them."""
    ahead, after = text[max(0, number.start - 2) : number.start], text[number.end : number.end + 2]
    escaped = ahead in ("\\n", "\\r", "\\t")  # a line end as JSON spells it
    called = escaped or (number.said == "phone" and (number.near <= 2 or text.endswith("wa.me/", 0, number.start)))  # noqa: PLR2004
    if not called and (ahead[-1:].isalnum() or (ahead[-1:] in tuple("-_/.#") and ahead[:1].isalnum())):
        return True
    if EXTENSION.match(text, number.end):
        return False
    if after[:1].isalnum() or after[:1] == "_":
        return True
    return len(after) > 1 and after[0] in "-_./" and (after[1].isalnum() or after[1] == "\x00") and after[:2] != ".\x00"


def is_measure(text: str, number: Number) -> bool:
    """Whether money or a unit stands beside it."""
    if number.plus:
        return False
    return bool(MONEY_BEFORE.search(text[max(0, number.start - 5) : number.start]) or MONEY_BEHIND.match(text, number.end))


def is_fraction(number: Number) -> bool:
    """Whether it is a decimal number: one full stop and nothing else between the digits."""
    return number.gaps == (".",) and not (number.groups[0][0] == "0" and len(number.groups[0]) > 2)  # noqa: PLR2004


def is_book(number: Number) -> bool:
    """Whether it is an ISBN: ten digits or thirteen in four or five groups, the last of one digit."""
    return len(number.shape) in (4, 5) and number.shape[-1] == 1 and len(number.digits) in (10, 13) and number.said != "phone"
