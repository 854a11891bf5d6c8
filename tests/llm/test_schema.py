"""Dataclasses as strict JSON Schema, and answers that fit them or are told where they do not."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.schema import Misfit, form


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    title: str
    urgency: Literal["low", "high"]
    share: float
    steps: tuple[Step, ...]
    owner: str | None = None


PLANS = st.builds(
    Plan,
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["low", "high"]),
    st.floats(0, 1),
    st.lists(st.builds(Step, st.just("do it"), st.lists(st.integers(0, 9), max_size=3).map(tuple)), max_size=3).map(tuple),
    st.none() | st.just("bo"),
)
GOOD = {"title": "t", "urgency": "low", "share": 0.5, "steps": [], "owner": None}


def objects(schema):
    if isinstance(schema, dict):
        yield from ([schema] if schema.get("type") == "object" else [])
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_the_schema_is_strict_everywhere():
    schema = form(Plan).shape.schema

    found = list(objects(schema))
    assert len(found) == 2
    assert all(one["additionalProperties"] is False and one["required"] == list(one["properties"]) for one in found)
    assert "default" not in json.dumps(schema)
    assert form(Plan).shape.name == "plan"


@given(PLANS)
def test_what_fits_the_schema_is_read_as_it_was_meant(plan):
    told = json.dumps(asdict(plan))

    jsonschema.validate(json.loads(told), form(Plan).shape.schema)
    assert form(Plan).read(told) == plan
    assert form(Plan).read(f"```json\n{told}\n```") == plan


def test_every_text_in_it_is_seen_on_its_way():
    told = json.dumps({**GOOD, "steps": [{"text": "a", "numbers": [1]}]})

    found = form(Plan).read(told, each=lambda text: f"{text}!" if text in "ta" else text)

    assert (found.title, found.steps[0].text, found.urgency) == ("t!", "a!", "low")


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("", "json invalid"), ("sorry, no", "json invalid"), ("[]", "the whole"), (json.dumps({**GOOD, "urgency": "secret-7"}), "urgency: literal error"),
        (json.dumps({**GOOD, "share": "0.5"}), "share: float type"), (json.dumps({**GOOD, "steps": [{"numbers": []}]}), "steps.0.text: missing"),
    ],
)  # fmt: skip
def test_a_misfit_is_told_by_place_and_rule_and_never_quoted(told, complaint):
    with pytest.raises(Misfit, match=complaint) as wrong:
        form(Plan).read(told)

    assert "secret-7" not in str(wrong.value)
    assert "sorry" not in str(wrong.value)


@dataclass(frozen=True)
class Pair:
    both: tuple[int, str]


@dataclass(frozen=True)
class Table:
    rows: dict[str, str]


@pytest.mark.parametrize("kind", [Pair, Table])
def test_what_the_strict_form_cannot_say_is_a_mistake_of_ours(kind):
    with pytest.raises(TypeError, match="an answer may hold"):
        form(kind)
