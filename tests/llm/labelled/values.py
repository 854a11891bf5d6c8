"""Values of every kind in the ways people write them. Nobody's: numbers are drawn, and check digits computed."""

import random
from collections.abc import Callable
from ipaddress import IPv6Address

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.llm.masking.numbers import IBAN_LENGTHS

FIRST = [
    "ada",
    "bo",
    "chloé",
    "dmitri",
    "elif",
    "fatima",
    "gustavo",
    "hana",
    "ines",
    "jörg",
    "kwame",
    "lena",
    "marek",
    "nadia",
    "o'neil",
    "priya",
    "quentin",
    "rosa",
    "søren",
    "tomas",
    "uma",
    "vera",
    "wei",
    "yuki",
    "zoë",
]
LAST = [
    "abara",
    "berg",
    "costa",
    "dvořák",
    "eriksen",
    "fischer",
    "garcia",
    "haddad",
    "ito",
    "jansen",
    "kowalski",
    "lopez",
    "mbeki",
    "novak",
    "okafor",
    "petrov",
    "quist",
    "rossi",
    "silva",
    "tanaka",
    "ueda",
    "vogel",
    "weiss",
    "xu",
    "young",
    "zhang",
]
DOMAINS = [
    "example.com",
    "example.org",
    "mail.example.co.uk",
    "corp.example.de",
    "exämple.de",
    "sub.dept.example.com.br",
    "firma.example.pl",
    "example.io",
    "example.museum",
    "xn--fsq.example.cn",
    "example-shop.nl",
    "a.example.travel",
]
REGIONS = [
    "US",
    "CA",
    "GB",
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "BE",
    "AT",
    "CH",
    "SE",
    "NO",
    "DK",
    "FI",
    "PL",
    "CZ",
    "PT",
    "BR",
    "MX",
    "AR",
    "IN",
    "CN",
    "JP",
    "KR",
    "AU",
    "NZ",
    "ZA",
    "TR",
    "RU",
    "UA",
    "GR",
    "HU",
    "RO",
    "IE",
    "IL",
    "SG",
    "HK",
    "AE",
    "SA",
]
OTHERS = [
    "SK",
    "SI",
    "HR",
    "BG",
    "RS",
    "LT",
    "LV",
    "EE",
    "IS",
    "LU",
    "MT",
    "CY",
    "CL",
    "CO",
    "PE",
    "VE",
    "EC",
    "UY",
    "TH",
    "VN",
    "ID",
    "MY",
    "PH",
    "TW",
    "PK",
    "BD",
    "LK",
    "NP",
    "KE",
    "NG",
    "GH",
    "EG",
    "MA",
    "TN",
    "DZ",
    "KZ",
    "GE",
    "AM",
    "AZ",
    "QA",
    "KW",
    "JO",
    "LB",
    "BY",
    "MD",
    "AL",
]
"""Countries that stand in the unseen part only, among those of REGIONS."""

Maker = Callable[[random.Random], str]


def email(draw: random.Random) -> str:
    first, last = draw.choice(FIRST), draw.choice(LAST)
    local = draw.choice((
        f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}{draw.randint(1, 99)}", f"{last}-{first}", f"{first}+{draw.choice(('news', 'test', 'a.b'))}",
        f"{first}{draw.randint(1950, 2010)}", f"info.{last}", f"{first[0]}.{last[0]}", f"{first}%{last}", f"{first}.{last}".upper(), first,
    ))  # fmt: skip
    return f"{local}@{draw.choice(DOMAINS)}"


def number(draw: random.Random, region: str) -> phonenumbers.PhoneNumber:
    """A valid number of a region: its example with other last digits."""
    kind = draw.choice((PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE))
    example = phonenumbers.example_number_for_type(region, kind)
    for _ in range(50):
        digits = str(example.national_number)
        other = "".join(str(draw.randint(0, 9)) for _ in range(5))
        found = phonenumbers.PhoneNumber(
            example.country_code, int(digits[:-5] + other), italian_leading_zero=example.italian_leading_zero
        )
        if phonenumbers.is_valid_number(found):
            return found
    return example


def phone_of(draw: random.Random, regions: list[str]) -> str:
    found = number(draw, draw.choice(regions))
    national = phonenumbers.format_number(found, PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL)
    return draw.choice((
        national, national, national, abroad, abroad, phonenumbers.format_number(found, PhoneNumberFormat.E164),
        national.replace(" ", "-"), national.replace("-", " "), national.replace(" ", ".").replace("-", "."), abroad.replace(" ", "-"),
        abroad.replace("+", "00"), "".join(filter(str.isdecimal, national)), national.replace(" ", "\u00a0"), abroad.replace("-", "\u2011"),
        abroad.replace(" ", " (0)", 1) if found.country_code in (44, 49, 33, 41, 43) else abroad,
        national.replace(" ", "/", 1) if found.country_code in (49, 43) else national,
        national + draw.choice((" ext. 12", " x4431", "x221")) if found.country_code == 1 else national,
    ))  # fmt: skip


def phone(draw: random.Random) -> str:
    return phone_of(draw, REGIONS)


def checked(digits: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def card(draw: random.Random) -> str:
    start, length = draw.choice(
        (
            ("4", 16),
            ("4", 16),
            ("51", 16),
            ("55", 16),
            ("2221", 16),
            ("34", 15),
            ("37", 15),
            ("6011", 16),
            ("65", 16),
            ("3528", 16),
            ("36", 14),
            ("62", 16),
        )
    )
    digits = checked(start + "".join(str(draw.randint(0, 9)) for _ in range(length - len(start) - 1)))
    cuts = {16: (4, 8, 12), 15: (4, 10), 14: (4, 10)}[length]
    gap = draw.choice(("", " ", " ", "-", "-", ".", "\u00a0"))
    parts = [digits[one:two] for one, two in zip((0, *cuts), (*cuts, length), strict=True)]
    return gap.join(parts)


def iban(draw: random.Random) -> str:
    country = draw.choice(sorted(IBAN_LENGTHS))
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ" if country in ("GB", "NL", "IE", "MT", "BG", "LV", "RO") else ""
    account = "".join(draw.choice(letters) for _ in range(4 if letters else 0))
    account += "".join(str(draw.randint(0, 9)) for _ in range(IBAN_LENGTHS[country] - 4 - len(account)))
    rest = int("".join(str(int(letter, 36)) for letter in f"{account}{country}00"))
    plain = f"{country}{98 - rest % 97:02d}{account}"
    fours = [plain[place : place + 4] for place in range(0, len(plain), 4)]
    return draw.choice(
        (
            plain,
            plain,
            " ".join(fours),
            " ".join(fours),
            "-".join(fours),
            plain.lower(),
            " ".join(fours).lower(),
            "\u00a0".join(fours),
        )
    )


def ssn(draw: random.Random) -> str:
    area = draw.choice([*range(1, 666), *range(667, 900)])
    return f"{area:03d}-{draw.randint(1, 99):02d}-{draw.randint(1, 9999):04d}".replace("-", draw.choice(("-", "-", "-", " ")))


def ip(draw: random.Random) -> str:
    if draw.random() < 0.6:
        return ".".join(str(draw.randint(1, 254)) for _ in range(4))
    whole = IPv6Address(draw.getrandbits(128) | (0x2001 << 112))
    short = IPv6Address((0x20010DB8 << 96) | draw.getrandbits(32))
    return draw.choice(
        (
            str(whole),
            whole.exploded,
            str(short),
            str(short).upper(),
            f"fe80::{draw.randint(1, 9999):x}",
            f"::ffff:{draw.randint(1, 223)}.0.2.1",
        )
    )


MAKERS: dict[str, Maker] = {"email": email, "phone": phone, "card": card, "iban": iban, "ssn": ssn, "ip": ip}
