"""Statements of a language model, each with the records that it rests on, held against them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers.errors import NoModel
from knowledge.grounded import numbers_of

LONGEST = 600
"""Characters of one statement."""
UNFOUNDED = "what the language model wrote does not stand in the records."


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement. `records` are the labels of the material that it rests on, as the model was shown them: one at least."""

    text: str
    records: tuple[str, ...]


def checked(claims: Iterable[Claim], grounds: Mapping[str, str]) -> tuple[Claim, ...]:
    """The claims, with white space and labels in order. `grounds` is the text that stood under each label.

    Raises NoModel when one of them names no record, one that is not there, or has a number that stands in none of those it
    names: numbers are computed by code, so a figure that was not given was made up.
    """
    found = tuple(Claim(" ".join(one.text.split()), tuple(dict.fromkeys(one.records))) for one in claims)
    if not all(stands(one, grounds) for one in found):
        raise NoModel(UNFOUNDED)
    return found


def stands(claim: Claim, grounds: Mapping[str, str]) -> bool:
    """Whether a claim rests on what it names."""
    if not claim.text or len(claim.text) > LONGEST or not claim.records or not set(claim.records) <= set(grounds):
        return False
    known = numbers_of("\n".join((*claim.records, *(grounds[name] for name in claim.records))))
    return numbers_of(claim.text) <= known
