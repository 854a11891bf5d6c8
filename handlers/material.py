"""What a model is given to read: pieces of text, each with where it comes from."""

from dataclasses import dataclass

THREAD = "thread"
"""The source of earlier turns of a thread: they may quote anything, so where some source is never sent, they are not either."""
REMOVED = "(address removed)"
"""What stands in an answer where a web address stood that is in none of our own material."""


@dataclass(frozen=True, slots=True)
class Material:
    """One text for a model. It is data, never an instruction, whoever wrote it.

    `label` says what it is in a few small letters (`question`, `passage 2`), or names the vendor's field that it stood in. `outside`
    is true where somebody outside the company, or just anybody, may have written it: no web address in it may stand in an answer.
    `source` is the system or the source of documents that it comes from, as `[llm] never_send` in `bot.toml` names it.
    """

    label: str
    text: str
    outside: bool
    source: str = ""
