"""What a server answers when it says no, as sentences that say what to do. Pure; nothing of what was sent stands in them."""

import json
import re
from collections.abc import Mapping

from bot.net.answer import LONGEST_WAIT, Rejected, Said, retry_after
from handlers.errors import Busy, Trouble, Unavailable, Unknown

SYSTEM = "Model"
"""What the server is called in the figures, for the breaker and the pace."""
BROKE, BUSY = frozenset({"insufficient_quota", "billing_not_active", "billing_hard_limit_reached"}), 429
"""Words that mean: nothing is answered before somebody pays."""
FILTERED = frozenset({"content_filter", "invalid_prompt", "content_policy_violation"})
"""Words that mean: the question was kept back, not misspelt."""
UNSAID = frozenset({"model_not_found", "DeploymentNotFound", "context_length_exceeded", "string_above_max_length", *FILTERED})
"""Words that mean: another way of asking does not help."""
SENTENCES: Mapping[str, str] = {
    "context_length_exceeded": "That is too long for the language model. Ask about less at once.",
    "string_above_max_length": "That is too long for the language model. Ask about less at once.",
    "model_not_found": "The server does not have the language model. An operator has to check OPENAI_MODEL and its rights.",
    "DeploymentNotFound": "Azure does not have that deployment. An operator has to check OPENAI_BASE_URL.",
}
STATUSES: Mapping[int, str] = {
    401: "The language model's server refuses the bot's key. An operator has to check OPENAI_API_KEY.",
    403: "The bot's key may not use this language model. An operator has to widen its rights.",
    404: "The language model's server does not know the model, or not this address. "
    "An operator has to check OPENAI_MODEL, OPENAI_EMBEDDING_MODEL and OPENAI_BASE_URL.",
    413: "That is too long for the language model. Ask about less at once.",
}
FIELDS = ("max_completion_tokens", "max_tokens", "response_format", "stream_options")
"""What a server may not know; a message that names no `param` is searched for them."""
WORD = re.compile(r"[\w.\[\]-]{1,60}", re.ASCII)


class ModelRefused(Rejected):
    """The server said no; nothing is paid. `code` is its own word for why, `field` what it did not like, both empty where it is silent."""

    def __init__(self, message: str, *, status: int, code: str = "", field: str = "") -> None:
        super().__init__(message, status=status, data=code)
        self.code = code
        self.field = field

    @property
    def is_filtered(self) -> bool:
        """Whether the question was kept back for what stands in it."""
        return self.code in FILTERED

    @property
    def may_be_spelling(self) -> bool:
        """Whether the same question may be taken when it is asked in another way."""
        return self.status in (400, 404, 422) and self.code not in UNSAID


def trouble_of(said: Said) -> Trouble:
    """What a status other than success means."""
    code, field = why(said.raw)
    if said.status == BUSY and code in BROKE:
        return Unavailable("The account at the language model's server has no money left. An operator has to top it up.")
    if said.status == BUSY:
        wait = wait_of(said.headers)
        return Busy(f"The language model is busy and asks to come back in {max(wait, 1):.0f} seconds.", after=wait)
    if said.status >= 500 or said.status in (408, 409):  # noqa: PLR2004 - HTTP's own border
        return Unknown(f"{SYSTEM} answered with status {said.status}")
    sentence = SENTENCES.get(code) or STATUSES.get(said.status)
    words = sentence or f"The language model's server refused the request (status {said.status}{f', {code}' if code else ''})."
    return ModelRefused(words, status=said.status, code=code, field=field)


def wait_of(headers: Mapping[str, str]) -> float:
    """Seconds that a 429 asks for; some servers say it in thousandths, which is exact."""
    text = headers.get("retry-after-ms", "")
    return min(int(text) / 1000, LONGEST_WAIT) if text.isascii() and text.isdecimal() and len(text) < 10 else retry_after(headers)  # noqa: PLR2004 - digits


def why(raw: bytes) -> tuple[str, str]:
    """The server's word for what is wrong, and the parameter; the two spellings are OpenAI's and that of servers built on pydantic."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return "", ""
    error = data.get("error", data) if isinstance(data, Mapping) else data
    if not isinstance(error, Mapping):
        return "", mentioned(error)
    code = word(error.get("code")) or word(error.get("type"))
    return code, word(error.get("param")) or mentioned(error.get("message")) or mentioned(error.get("detail"))


def word(found: object) -> str:
    """A word, where it is one."""
    return found if isinstance(found, str) and WORD.fullmatch(found) else ""


def mentioned(found: object) -> str:
    """The first parameter of ours that a message names."""
    text = str(found)[:2000]
    places = {name: at.start() for name in FIELDS if (at := re.search(rf"\b{name}\b", text))}
    return min(places, key=lambda name: places[name]) if places else ""
