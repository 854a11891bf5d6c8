"""Whole answers: text, shapes, why they end, what they cost, and servers that want to be asked in another way."""

import asyncio
import json

import pytest

from bot.llm.openai.refusals import ModelRefused
from bot.llm.provider import Message
from bot.sandbox.faults import Fault
from bot.sandbox.openai.speech import Said
from handlers.errors import Invalid

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


async def test_an_answer_comes_with_the_tokens_that_the_server_counted(model):
    model.standin.ways.say = lambda asked: f"{len(asked.messages)} messages"

    answer = await model.ask()

    assert (answer.text, answer.end) == ("2 messages", "done")
    assert (answer.usage.model, answer.usage.estimated) == ("harbour-large", False)
    assert answer.usage.asked > 0 < answer.usage.answered
    assert model.bodies == [
        {
            "model": "harbour-large",
            "max_tokens": 200,
            "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "How do refunds work?"}],
        }
    ]


async def test_tokens_that_nobody_counted_are_estimated(model):
    model.standin.ways.counts, model.standin.ways.say = False, lambda _asked: "x" * 41

    usage = (await model.ask()).usage

    assert (usage.asked, usage.answered, usage.estimated) == (3 + 5, 11, True)


async def test_a_shape_is_asked_for_strictly(model, shape):
    answer = await model.ask(shape=shape)

    assert json.loads(answer.text)["kind"] == "bug"
    assert model.bodies[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "kind", "schema": shape.schema, "strict": True},
    }


@pytest.mark.parametrize(
    ("lacks", "form", "asked"),
    [
        ({"json_schema"}, "json_object", ["json_schema", "json_object"]),
        ({"json_schema", "json_object"}, "", ["json_schema", "json_object", ""]),
    ],
)
async def test_a_server_without_schemas_is_told_in_words_and_not_tried_again(model, shape, lacks, form, asked):
    model.standin.ways.lacks |= lacks
    model.standin.ways.say = lambda _asked: '{"kind": "task", "reasons": []}'

    first, second = await model.ask(shape=shape), await model.ask(shape=shape)

    assert first.text == second.text == '{"kind": "task", "reasons": []}'
    assert [body.get("response_format", {}).get("type", "") for body in model.bodies] == [*asked, form]
    assert json.dumps(shape.schema) in model.bodies[-1]["messages"][-1]["content"]
    assert model.bodies[-1]["messages"][-1]["role"] == "system"
    assert model.provider.form == form


async def test_a_question_that_is_refused_for_itself_does_not_change_how_the_server_is_asked(model, shape):
    with pytest.raises(ModelRefused, match="too long"):
        await model.provider.complete([Message("user", "x" * 500_000)], shape=shape, longest=9, within=5)

    assert len(model.bodies) == 1
    assert model.provider.form == "json_schema"


async def test_a_refusal_without_a_word_is_tried_in_every_way_and_nothing_is_learnt_from_it(model, shape, refuses):
    refuses(400, {"detail": "no"}, count=3)

    with pytest.raises(ModelRefused, match="status 400"):
        await model.ask(shape=shape)

    assert len(model.bodies) == 3
    assert model.provider.form == "json_schema"


@pytest.mark.parametrize("lacks", ["max_tokens", "max_completion_tokens"])
async def test_either_spelling_of_the_longest_answer_is_found(connect, http, lacks):
    model = connect(http)
    model.standin.ways.lacks.add(lacks)

    await model.ask()
    await model.ask()

    spellings = [{"max_tokens", "max_completion_tokens"} & body.keys() for body in model.bodies]
    expected = ["max_tokens", "max_completion_tokens", "max_completion_tokens"] if lacks == "max_tokens" else ["max_tokens"] * 2
    assert spellings == [{name} for name in expected]


async def test_questions_that_find_it_out_side_by_side_are_all_answered(model):
    model.standin.ways.lacks.add("max_tokens")
    model.standin.faults.add(Fault("delay", nth=2, seconds=0.3))
    await model.provider.load()

    answers = await asyncio.gather(model.ask(), model.ask())

    assert [answer.end for answer in answers] == ["done", "done"]
    assert len(model.bodies) == 4


async def test_a_server_that_knows_neither_spelling_is_given_up(model):
    model.standin.ways.lacks |= {"max_tokens", "max_completion_tokens"}

    with pytest.raises(ModelRefused):
        await model.ask()

    assert len(model.bodies) == 2


@pytest.mark.parametrize(
    ("said", "end", "text"),
    [
        (Said("half", "length"), "length", "half"),
        (Said("", "content_filter"), "filtered", ""),
        (Said("", refusal="I will not."), "refused", "I will not."),
        (Said("", "stop"), "done", ""),
    ],
)
async def test_why_an_answer_ends_is_told(model, said, end, text):
    model.standin.ways.say = lambda _asked: said

    answer = await model.ask()

    assert (answer.end, answer.text) == (end, text)


async def test_an_answer_ends_at_its_longest(model):
    model.standin.ways.say = lambda _asked: "word " * 1000

    answer = await model.ask(longest=10)

    assert (answer.end, answer.text) == ("length", "word " * 8)


async def test_a_question_that_a_filter_keeps_back_is_filtered_and_not_asked_again(model, shape, refuses):
    refuses(400, {"error": {"message": "The prompt triggered the policy.", "code": "content_filter", "param": "prompt"}})

    answer = await model.ask(shape=shape)

    assert (answer.text, answer.end, answer.usage.estimated) == ("", "filtered", True)
    assert len(model.bodies) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": "sk-wrong"}, "OPENAI_API_KEY"),
        ({"model": "no-such"}, "OPENAI_MODEL"),
        ({"path": "/v9"}, "OPENAI_BASE_URL"),
    ],
)
async def test_what_an_operator_has_to_change_is_named(connect, http, standin, change, words):
    path = change.pop("path", "")
    model = connect(http, **change, **({"base_url": standin.url + path} if path else {}))

    with pytest.raises(Invalid, match=words) as told:
        await model.ask()

    assert "sk-wrong" not in f"{told.value!r} {told.value.__cause__!r}"
    assert len(model.bodies) == 1


async def test_vectors_come_in_the_order_of_the_texts_and_are_unit_vectors(model):
    together = await model.provider.embed(["the refund", "a boat", "the refund policy"], within=5)
    alone = await model.provider.embed(["a boat"], within=5)

    vectors = together.vectors
    assert (vectors.shape, str(vectors.dtype)) == ((3, 64), "float32")
    assert abs((vectors * vectors).sum(axis=1) - 1).max() < 1e-5
    assert abs(vectors[1] - alone.vectors[0]).max() < 1e-6
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1]
    assert (together.usage.model, together.usage.answered, together.usage.estimated) == ("harbour-embedding", 0, False)
    assert model.bodies[0]["encoding_format"] == "float"


async def test_the_models_of_a_server_are_listed(model):
    assert await model.provider.models(within=5) == {"harbour-large", "harbour-embedding"}
