"""Keys and tokens that show by their form what they are, whoever issued them."""

import re
from collections.abc import Iterator

from bot.llm.masking.finding import Finding
from bot.llm.masking.folding import Folded

FREE = r"(?<![A-Za-z0-9])"
"""Nothing of a word in front."""
START = r"(?<![\w-])"
"""For forms of several parts: they start at the beginning of a run only, which keeps the time linear."""
BODY = r"[\w-]{16,}"
FORMS = {
    # what this bot holds
    "xoxa- xoxb- xoxc- xoxd- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs-": FREE + r"xox[a-z](?:\.xox[a-z])?-[\w%/+=-]{8,}",  # Slack
    "xapp- xwfp-": FREE + r"x(?:app|wfp)-[\w-]{8,}",
    "ATATT ATCTT ATSTT ATBB ATOA ATCT": FREE + r"AT(?:ATT|CTT|STT|BB|OA|CT)[\w=-]{12,}",  # Atlassian
    "pat-": FREE + r"pat-(?:na|eu|ap)\d-[\w-]{8,}",  # HubSpot
    "00D": FREE + r"00D\w{12}(?:\w{3})?(?:!|%21)[\w.]{16,}",  # Salesforce
    "3MVG9 5Aep861": FREE + r"(?:3MVG9|5Aep861)[\w.]{16,}",
    "sk- sk_ pk_ rk_ sess-": FREE + r"(?:sk|pk|rk|sess)[-_](?:[a-z0-9]{2,12}[-_]){0,3}[A-Za-z0-9][\w-]{15,}",  # OpenAI, Anthropic, Stripe and others
    "8Q~ 7Q~": r"[78]Q~[\w~.-]{31,34}",  # client secrets of Microsoft Entra, from their fourth character
    # what people paste
    "AKIA ASIA ABIA ACCA AROA AIDA AGPA ANPA": FREE + r"A(?:KIA|SIA|BIA|CCA|ROA|IDA|GPA|NPA)[A-Z0-9]{12,}",  # AWS
    "ghp_ gho_ ghu_ ghs_ ghr_": FREE + r"gh[pousr]_[A-Za-z0-9]{16,}", "github_pat_": FREE + r"github_pat_\w{16,}",
    "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glimt- glagent-": FREE + r"gl[a-z]{2,5}-[\w.-]{16,}",
    "AIza ya29. GOCSPX- 1//0": FREE + r"(?:AIza|ya29\.|GOCSPX-|1//0)" + BODY,  # Google
    "SG.": START + r"SG\.[\w-]{16,64}\.[\w-]{16,}", "SK AC": FREE + r"(?:SK|AC)[0-9a-f]{32}(?!\w)",  # SendGrid, Twilio
    "-us": r"(?<=[0-9a-f]{32})-us\d{1,2}(?!\w)",  # Mailchimp; the hexadecimal part is found by what stands behind it
    "npm_ hf_ r8_ gsk_ xai- pplx- glsa_ figd_ sbp_ nfp_ dop_v1_ doo_v1_ dor_v1_ shpat_ shpca_ shppa_ shpss_ lin_api_ ntn_ dckr_pat_ whsec_ secret_ rpa_"
    " rnd_ fo1_ pscale_tkn_ pscale_pw_ tfp_ xkeysib- key- ops_ re_ cfut_ tskey- vercel_": FREE + r"[a-z][a-z0-9_]{1,10}[_-](?=[\w-]{0,60}\d)" + BODY,
    "pypi- NRAK- PMAK- sntrys_ sntryu_ hvs. hvb. dapi EAA sq0 dp. AGE-SECRET-KEY- HRKU- LTAI SK- sl. ops_ v2.local. CFPAT- PRIVATE- PAT_ FlyV1":
        FREE + r"[A-Za-z][A-Za-z0-9_]{1,6}[-.\w](?=[\w.-]{0,60}\d)[\w.-]{20,}",
    "eyJ": START + r"eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*){0,3}",  # JWT, JWE
    ":AA": r"(?<=\d{8}):AA[\w-]{30,}",  # Telegram, without the number of the bot
    "hooks.slack.com/ webhook.office.com/ discord.com/api/webhooks/ discordapp.com/api/webhooks/ api.telegram.org/bot logic.azure.com hooks.zapier.com/":
        r"[a-z.]+[/:][\w%./:@?=&-]{8,}",  # addresses that are keys: whoever has one can post
    "$2a$ $2b$ $2y$ $argon2 $5$ $6$ $y$": r"\$(?:2[aby]|argon2id?|5|6|y)\$[\w./$,=+-]{20,}",  # hashes of passwords
}  # fmt: skip
"""Literals that a form has, apart by spaces, and the form. The literals are looked for first: nearly all texts have none."""
KNOWN = tuple((literal, re.compile(form)) for literals, form in FORMS.items() for literal in literals.split())
BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
PEM_LIMIT = 16384
"""Characters of one key block, the largest RSA keys included."""
PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
PEM_BODY = re.compile(
    r"(?:(?:\\[nr]|[\s>\"'+])*(?:[A-Za-z0-9+/=]{16,}|(?:Proc-Type|DEK-Info|Version|Comment)[^\n]{0,100}|[A-Za-z0-9+/]{0,15}=+))*"
)
WORTH = re.compile(r"[\w.~%+/=!$:-]{12}")
"""As many characters as the shortest of these forms has, without a space."""
WIDEST = 40
"""Characters in front of a literal that can belong to its token."""
LONG = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
MIXED = re.compile(r"[a-z]+|[A-Z]+|\d+")
ALL_KINDS, LONGER = 3, 28
"""Capitals, small letters, digits; and the characters of a word of only two of them."""
SAMPLE = 256
"""Characters of a long word whose changes of case are counted."""


def known(text: Folded) -> Iterator[Finding]:
    """Tokens with the prefix of their issuer, and key blocks, whole or cut off."""
    for literal, form in KNOWN if WORTH.search(text.text) else ():
        place = text.text.find(literal)
        while place >= 0:
            found = form.match(text.text, place)
            if found:
                yield Finding(begun(text.text, place), found.end(), "SECRET")
            place = text.text.find(literal, found.end() if found else place + 1)
    place = 0
    while begin := BEGIN.search(text.text, place):
        end = PEM_END.search(text.text, begin.end(), begin.end() + PEM_LIMIT)
        inner = BEGIN.search(text.text, begin.end(), begin.end() + PEM_LIMIT)
        if end is None or (inner is not None and inner.start() < end.start()):
            end = PEM_BODY.match(text.text, begin.end(), begin.end() + PEM_LIMIT)
        place = end.end() if end is not None else begin.end()
        yield Finding(begin.start(), place, "SECRET")


def begun(text: str, place: int) -> int:
    """Where the word starts that a token is part of; a little further at most."""
    start = place
    while start > max(0, place - WIDEST) and (text[start - 1].isalnum() or text[start - 1] in "_~.-"):
        start -= 1
    return start


def random(text: Folded) -> Iterator[Finding]:
    """Long words that change between capitals, small letters and digits as often as chance does; no hashes, which are hexadecimal."""
    for found in LONG.finditer(text.text):
        if is_random(found[0][:SAMPLE]):
            yield Finding(found.start(), found.end(), "SECRET")


def is_random(word: str) -> bool:
    """Whether a word looks drawn and not composed."""
    runs = MIXED.findall(word)
    kinds = {"d" if run.isdecimal() else "u" if run.isupper() else "l" for run in runs}
    size = sum(map(len, runs))
    if len(kinds) == ALL_KINDS:
        return len(runs) >= 0.38 * size  # chance gives 0.6, names of classes 0.3
    plain = len(word) == size >= LONGER and not HEXADECIMAL.fullmatch(word)
    return plain and len(kinds) > 1 and "d" in kinds and len(runs) >= 0.22 * size
