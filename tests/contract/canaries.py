"""Words that nobody else uses, in every field that `about.toml` says to redact: wherever they turn up, something personal has got there."""

from collections.abc import Iterable

from bot.connectors.about import abouts

WORDS = "Canary Seven-Three, canary@seven.example, says {}"


def canaries(name: str) -> dict[str, str]:
    """A canary for each field of a connector's that is personal, by the vendor's name."""
    return {field: WORDS.format(field) for field in abouts()[name].redact}


def is_told(trouble: BaseException | None, *more: object) -> bool:
    """Whether a canary stands in an error, in what caused it, or in anything else that a log or the ledger keeps."""
    chain: list[object] = []
    seen: set[int] = set()
    while trouble is not None and id(trouble) not in seen:
        seen.add(id(trouble))
        chain += [repr(trouble), str(trouble)]
        trouble = trouble.__cause__ or trouble.__context__
    return "canary" in " ".join(map(str, (*chain, *flat(more)))).casefold()


def flat(things: Iterable[object]) -> list[object]:
    """Lists among them, taken apart."""
    return [part for one in things for part in (one if isinstance(one, list) else [one])]
