"""What a language model adds to a workflow, or why it adds nothing. Every workflow has a way without one."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from handlers.errors import NoModel
from handlers.material import REMOVED, Material
from handlers.ports import Model

T = TypeVar("T")
FOREIGN = "what the language model wrote carries an address of its own."


async def advised(
    model: Model,
    prompt: str,
    kind: type[T],
    *,
    material: Sequence[Material],
    people: Sequence[str] = (),
    audience: AbstractSet[str],
) -> tuple[T | None, str]:
    """An answer of the model as a `kind`, or None and the reason in a sentence; no reason where no model is configured.

    An answer with a web address that stands in none of our own material is none: somebody may have put it there.
    """
    try:
        found = await model(prompt, kind, material=material, people=people, audience=audience)
    except NoModel as none:
        return None, str(none)
    return (None, FOREIGN) if REMOVED in repr(found) else (found, "")
