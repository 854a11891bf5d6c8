"""One request to a model: its texts masked and fenced on the way in, what comes back checked and unmasked on the way out."""

import functools
import json
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from hashlib import sha256

from bot.llm.fence import fenced
from bot.llm.masking import Vault
from bot.llm.prompts import Prompt
from bot.llm.provider import Message
from bot.llm.urls import Addresses
from bot.watch import metrics
from handlers.errors import NoModel, Refused
from handlers.material import REMOVED, Material

ADDRESS_TOKEN = re.compile(r"\[URL_\d{1,7}_[0-9A-F]{6}\]")
NOTHING: Mapping[str, AbstractSet[str]] = {}


@dataclass(frozen=True)
class Secrecy:
    """What never reaches a model: `hidden` texts, whole sources in `never`, and per system the fields of `redacted`, by their label."""

    hidden: AbstractSet[str] = frozenset()
    never: AbstractSet[str] = frozenset()
    redacted: Mapping[str, AbstractSet[str]] = field(default_factory=dict)

    @functools.cached_property
    def mark(self) -> str:
        """Another one whenever something else is kept back: the tokens of an answer that was kept count on it."""
        redacted = {system: sorted(names) for system, names in self.redacted.items()}
        whole = json.dumps([sorted(self.hidden), sorted(self.never), redacted], sort_keys=True)
        return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

    def vault(self) -> Vault:
        """A fresh vault that knows them."""
        return Vault(hidden=self.hidden, never=self.never)


class Request:
    """Made in one step, so that nothing unmasked is ever at hand. Raises NoModel when something may not be sent."""

    def __init__(self, secrecy: Secrecy, prompt: Prompt, material: Sequence[Material], people: Sequence[str]) -> None:
        self.prompt = prompt
        self._vault = secrecy.vault()
        self._addresses = Addresses(one.text for one in material if not one.outside)
        try:
            blocks = [(one.label, self._masked(secrecy, one, people)) for one in material]
        except Refused as refused:
            raise NoModel(f"{str(refused).removeprefix('not allowed: ')}.") from None
        self.messages: tuple[Message, ...] = fenced(prompt.text, blocks)

    @property
    def masked(self) -> Mapping[str, int]:
        """How many stretches were masked, by kind."""
        return self._vault.counts

    def shown(self, text: str) -> str:
        """What a person may see of a model's words: foreign addresses out first, then this request's values in."""
        kept = ADDRESS_TOKEN.sub(self._address, self._addresses.kept(text))
        if removed := kept.count(REMOVED) - text.count(REMOVED):
            metrics.LLM_REMOVED.inc(max(0, removed))
        return self._vault.unmask(kept)

    def lasting(self, text: str) -> str:
        """A model's words for the cache; see `Vault.lasting`."""
        return self._vault.lasting(text)

    def taken_up(self, text: str) -> str:
        """A model's words from the cache."""
        return self._vault.taken_up(text)

    def _masked(self, secrecy: Secrecy, one: Material, people: Sequence[str]) -> str:
        if one.label in secrecy.redacted.get(one.source, ()):
            return self._vault.conceal(one.text, source=one.source)
        return self._vault.mask(one.text, people=people, source=one.source)

    def _address(self, token: re.Match[str]) -> str:
        value = self._vault.value(token[0])
        return token[0] if value and self._addresses.allows(value) else REMOVED
