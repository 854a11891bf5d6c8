"""The vault of one request: what may not leave goes in, and a token comes out. Where a person reads the answer, it is put back."""

import json
import re
import secrets
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote

from bot.llm.masking.exact import Exact, spelled_apart
from bot.llm.masking.finding import Finding, Kind
from bot.llm.masking.folding import Folded, fold
from bot.llm.masking.links import links
from bot.llm.masking.people import People, kind_of
from bot.llm.masking.rules import found_in, joined
from handlers.errors import NotAllowed, Refused, Trouble

SHORTEST = 4
"""Characters of a configured secret that is looked for; a shorter one stands in every other word."""
NONCE_BYTES = 3
"""Bytes of chance in each token, as six digits. Whoever forges one has a single try a token, and never sees the real ones."""

TOKEN = re.compile(r"\[[A-Z_]{3,16}_\d{1,7}_[0-9A-F]{6}\]")
"""What tokens look like. Square brackets, because angle ones are markup in chat."""

PLACE = "\ue000"
"""Stands for the chance in tokens that outlive their request. No text of a model holds it: it is a character that nobody sees."""

Rules = Callable[[Folded], list[Finding]]


class Vault:
    """Masks the texts of one request and unmasks its answer. The same value has the same token in all of them.

    `hidden` are the configured secrets (`bot.settings.review.secret_values`); `never` names sources whose text is never sent to a model.
    Holds values in memory only, for as long as the request lives; its `repr` shows none.
    """

    def __init__(self, *, hidden: Iterable[str] = (), never: Iterable[str] = (), rules: Rules = found_in) -> None:
        self._nonce = secrets.token_hex(NONCE_BYTES).upper()
        self._secrets = secret_spellings(frozenset(hidden))
        self._never = frozenset(never)
        self._rules = rules
        self._tokens: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._people: dict[tuple[str, ...], People] = {}
        self._numbers: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many stretches were masked so far, by kind."""
        return dict(self._counts)

    def mask(self, text: str, *, people: Iterable[str] = (), source: str = "") -> str:
        """The text with a token for everything that a rule, a configured secret or a person on the record has in it.

        `people` are names, addresses and numbers of those on the record. Raises NotAllowed when `source` is never sent to a model,
        and Refused when anything inside goes wrong: then there is no text to send.
        """
        if source in self._never:
            raise NotAllowed(f"not allowed: text of {source} is never sent to a model")
        try:
            return self._masked(text, tuple(people))
        except Trouble:
            raise
        except Exception as wrong:  # noqa: BLE001 - fail closed: whatever it was, nothing is sent, and its message may hold the text
            raise Refused(
                f"not sent to a model: what is private in this text could not be masked ({type(wrong).__name__})"
            ) from None

    def conceal(self, text: str, *, source: str = "") -> str:
        """One token for a whole text: a field that must not be read at all. Raises NotAllowed as `mask` does."""
        if source in self._never:
            raise NotAllowed(f"not allowed: text of {source} is never sent to a model")
        if not text:
            return text
        self._counts["SECRET"] += 1
        return self._token_of(text, "SECRET")

    def value(self, token: str) -> str:
        """What stands behind one of this vault's tokens; empty for any other."""
        return self._values.get(token, "")

    def lasting(self, masked: str) -> str:
        """A masked text without this request's chance, so that another request over the same texts can take it up."""
        return TOKEN.sub(lambda token: token[0].replace(f"_{self._nonce}]", f"_{PLACE}]"), masked)

    def taken_up(self, lasting: str) -> str:
        """The same text as if it had been masked here. The same texts in the same order have tokens of the same numbers."""
        return lasting.replace(f"_{PLACE}]", f"_{self._nonce}]")

    def unmask(self, text: str) -> str:
        """The text with this vault's values in place of their tokens, for the person who reads it.

        Other tokens stay, and so does one inside a web address: a model could carry a value to a foreign host with it.
        """
        runs = links(text)
        return TOKEN.sub(lambda token: token[0] if within(runs, token.start()) else self._values.get(token[0], token[0]), text)

    def _masked(self, text: str, people: tuple[str, ...]) -> str:
        even = fold(text)
        names = self._called(people)
        known: dict[str, Kind] = {person.strip(): kind_of(person) for person in people if kind_of(person) != "PERSON"}
        known |= dict.fromkeys(names.inside, "PERSON")
        found = [*self._rules(even), *names.find(even), *self._secrets.find(even)]
        found += [
            Finding(*token.span(), "LITERAL") for token in TOKEN.finditer(even.text) if token[0].endswith(f"_{self._nonce}]")
        ]
        known |= {even.text[one.start : one.end]: one.kind for one in found if one.kind != "PERSON"}
        apart = list(spelled_apart(even, ((fold(value).text, kind) for value, kind in known.items())))
        found += apart
        known |= {even.text[one.start : one.end]: one.kind for one in apart}
        found += Exact(known).find(even)
        stretches = joined(text, (Finding(*even.span(one.start, one.end), one.kind) for one in found))
        masked = self._replaced(text, stretches)
        if self.unmask(masked) != text:
            raise Refused("not sent to a model: this text would not come back as it was")
        self._counts.update(one.kind for one in stretches)
        return masked

    def _called(self, people: tuple[str, ...]) -> People:
        """Their names: the same people stand on all texts of a request."""
        if (known := self._people.get(people)) is None:
            known = self._people[people] = People(person for person in people if kind_of(person) == "PERSON")
        return known

    def _replaced(self, text: str, stretches: list[Finding]) -> str:
        kept, place = [], 0
        for one in stretches:
            kept += [text[place : one.start], self._token_of(text[one.start : one.end], one.kind)]
            place = one.end
        return "".join([*kept, text[place:]])

    def _token_of(self, value: str, kind: Kind) -> str:
        if value not in self._tokens:
            self._numbers[kind] += 1
            token = f"[{kind}_{self._numbers[kind]}_{self._nonce}]"
            self._tokens[value], self._values[token] = token, value
        return self._tokens[value]


def within(runs: list[tuple[int, int]], place: int) -> bool:
    """Whether a place lies inside one of the runs."""
    found = bisect_right(runs, place, key=lambda run: run[0]) - 1
    return found >= 0 and place < runs[found][1]


@lru_cache(maxsize=4)
def secret_spellings(hidden: frozenset[str]) -> Exact:
    """Each configured secret as text, JSON, Python and an address would hold it. The same for every request, so made once."""
    long = [text for text in hidden if len(text) >= SHORTEST]
    forms = {form for text in long for form in (text, json.dumps(text)[1:-1], repr(text)[1:-1], quote(text, safe=""))}
    return Exact(dict.fromkeys(forms, "SECRET"))
