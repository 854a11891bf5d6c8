"""What is pure: answers of any kind are read or refused in our words, and every setting makes one address and one sign-in."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.counting import estimated, estimated_all
from bot.llm.openai.access import OPENAI, access
from bot.llm.openai.answers import Gathered, completion, embedded, usage_of
from bot.llm.openai.dialect import FORMS, Dialect
from bot.llm.openai.refusals import FIELDS, ModelRefused, trouble_of, wait_of, why
from bot.llm.provider import Completion, Message, Shape
from bot.net.answer import Said
from handlers.errors import Busy, Invalid, Trouble, Unavailable, Unknown

SECRET = "zebra-4711"
WORDS = st.sampled_from(
    [
        "choices",
        "message",
        "content",
        "refusal",
        "finish_reason",
        "usage",
        "prompt_tokens",
        "delta",
        "data",
        "index",
        "embedding",
        "error",
        "code",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=5),
    max_leaves=12,
)
QUESTION = [Message("user", SECRET)]
SHAPE = Shape("kind", {"type": "object"})


def shown(trouble):
    return f"{trouble!r} {getattr(trouble, '__cause__', '')!r} {getattr(trouble, 'data', '')!r}"


def refusal_of(read):
    """The one kind of error that reading may end with; None where it did not."""
    try:
        read()
    except Unknown as told:
        return told
    return None


@given(JSON | st.fixed_dictionaries({"choices": st.lists(JSON, max_size=2)}), st.booleans())
def test_any_answer_is_read_or_unknown(found, half):
    raw = json.dumps(found).encode()
    raw = raw[: len(raw) // 2] if half else raw
    for read in (completion, embedded):
        assert SECRET not in shown(refusal_of(lambda read=read: read(raw, "m", ["q"])))


@given(st.lists(JSON | st.fixed_dictionaries({"choices": st.lists(JSON, max_size=2)}), max_size=4))
def test_any_stream_is_read_or_unknown(events):
    gathered, pieces = Gathered("m", ["q"]), []

    def read():
        pieces.extend(gathered.add(event) for event in events)
        whole = gathered.whole()
        assert whole.end == "refused" or whole.text == "".join(pieces)

    assert SECRET not in shown(refusal_of(read))


@given(
    st.integers(100, 599),
    JSON | st.fixed_dictionaries({"error": JSON}),
    st.dictionaries(st.sampled_from(["Retry-After", "retry-after-ms"]), st.text()),
)
def test_any_refusal_is_ours_and_says_nothing_of_what_was_sent(status, body, headers):
    trouble = trouble_of(Said(status, json.dumps(body).encode(), headers))

    assert isinstance(trouble, Busy | ModelRefused | Unknown | Unavailable)
    assert isinstance(trouble, Trouble)
    assert isinstance(trouble, Busy) <= (status == 429)
    if isinstance(trouble, ModelRefused):
        assert isinstance(trouble, Invalid)
        assert status < 500
    if SECRET not in why(json.dumps(body).encode()):  # a code is a word of the server's, and shown
        assert SECRET not in shown(trouble)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, 1.0), ({"Retry-After": "7"}, 7.0), ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25), ({"retry-after-ms": "soon"}, 1.0),
     ({"retry-after-ms": "999999999"}, 3600.0)],
)  # fmt: skip
def test_the_exact_time_to_come_back_counts(headers, seconds):
    assert wait_of(headers) == seconds


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"error": {"code": "x", "type": "y", "param": "max_tokens", "message": "Use 'max_completion_tokens'."}}, "x", "max_tokens"),
        ({"error": {"code": None, "type": "y", "message": "Unrecognized request argument supplied: max_completion_tokens"}}, "y", "max_completion_tokens"),
        ({"detail": [{"loc": ["body", "response_format"], "msg": "extra fields"}]}, "", "response_format"),
        ({"object": "error", "message": "no stream_options here", "type": "BadRequestError", "code": 400}, "BadRequestError", "stream_options"),
        ({"error": "response_format is not supported"}, "", "response_format"),
        ({"error": {"code": "two words", "param": ["max_tokens"], "message": "?"}}, "", ""),
        ("max_tokens", "", "max_tokens"),
    ],
)  # fmt: skip
def test_the_reason_of_a_refusal_in_the_words_of_many_servers(body, code, field):
    assert why(json.dumps(body).encode()) == (code, field)


@given(
    st.sampled_from([*FIELDS, "", "messages", "response_format.json_schema"]),
    st.sampled_from([400, 401, 404, 422]),
    st.booleans(),
    st.booleans(),
)
def test_other_ways_of_asking_come_to_an_end(field, status, shaped, streamed):
    dialect, seen = Dialect("max_tokens"), []
    while dialect is not None and dialect not in seen:
        seen.append(dialect)
        dialect = dialect.other(ModelRefused("no", status=status, field=field), shaped=shaped, streamed=streamed)

    assert len(seen) <= len(FORMS) + 1
    assert (len(seen) == 1) >= (status == 401)


@given(st.integers(0, 2), st.booleans(), st.booleans())
def test_a_question_is_the_same_in_every_way_of_asking(form, counts, stream):
    body = Dialect("max_tokens", form, counts_streams=counts).body("m", QUESTION, shape=SHAPE, longest=5, stream=stream)

    assert body["messages"][0] == {"role": "user", "content": SECRET}
    assert [message["role"] for message in body["messages"][1:]] == ([] if form == 0 else ["system"])
    assert body.get("response_format", {}).get("type", "") == FORMS[form]
    assert ("stream_options" in body) == (stream and counts)
    assert not body.keys() & {"tools", "temperature", "user"}


@pytest.mark.parametrize(
    "counted",
    [
        None, [], {}, {"prompt_tokens": "7"}, {"prompt_tokens": 0}, {"prompt_tokens": -1}, {"prompt_tokens": True},
        {"prompt_tokens": 10**15}, {"prompt_tokens": 7, "completion_tokens": 10**15},
    ],
)  # fmt: skip
def test_a_count_that_makes_no_sense_is_replaced_by_an_estimate(counted):
    usage = usage_of(counted, "m", ["12345"], "1234")

    assert (usage.asked, usage.answered, usage.estimated) == (2, 1, True)


@given(st.lists(st.text()))
def test_an_estimate_is_never_less_than_what_texts_need_at_four_bytes_a_token(texts):
    assert estimated_all(texts) >= sum(len(text.encode("utf-8", "replace")) for text in texts) / 4
    assert all(estimated(text) <= len(text) for text in texts)


def rows(*vectors, at=None):
    return json.dumps(
        {"data": [{"index": i, "embedding": v} for i, v in zip(at or range(len(vectors)), vectors, strict=True)]}
    ).encode()


@pytest.mark.parametrize(
    "raw",
    [rows([1.0]), rows([1.0], [1.0, 2.0]), rows([1.0], [0.0]), rows([1.0], [float("nan")]), rows([1.0], [1e39]), rows([1.0], [1.0], at=[0, 0]),
     rows([1.0], [1.0], at=[1, 2]), rows([1.0], [1.0], [1.0]), rows([], []), b"{", b"[]"],
)  # fmt: skip
def test_vectors_that_do_not_fit_the_texts_are_unknown(raw):
    with pytest.raises(Unknown), np.errstate(over="ignore"):
        embedded(raw, "m", ["a", "b"])


@pytest.mark.parametrize(
    ("base_url", "key", "url", "query", "sign_in"),
    [
        ("", "k", OPENAI, {}, {"Authorization": "Bearer k"}),
        ("http://127.0.0.1:11434/v1/", "", "http://127.0.0.1:11434/v1", {}, {}),
        ("https://llm.example/v1", "k", "https://llm.example/v1", {}, {"Authorization": "Bearer k"}),
        ("https://a.openai.azure.com/openai/deployments/d?api-version=2024-10-21", "k", "https://a.openai.azure.com/openai/deployments/d",
         {"api-version": "2024-10-21"}, {"api-key": "k"}),
        ("https://gateway.example/openai/deployments/d?api-version=1", "k", "https://gateway.example/openai/deployments/d", {"api-version": "1"}, {"api-key": "k"}),
        ("https://a.openai.azure.com/openai/v1", "k", "https://a.openai.azure.com/openai/v1", {}, {"api-key": "k"}),
        ("https://openai.azure.com.evil.example/v1", "k", "https://openai.azure.com.evil.example/v1", {}, {"Authorization": "Bearer k"}),
    ],
)  # fmt: skip
def test_an_address_and_a_key_say_where_and_as_whom(base_url, key, url, query, sign_in):
    found = access(base_url, key)

    assert (found.url, found.query, found.sign_in) == (url, query, sign_in)
    assert found.is_openai == (base_url == "")
    assert f"{key!r}" not in repr(found)


def test_a_completion_is_what_it_says():
    raw = json.dumps(
        {
            "choices": [{"message": {"content": "half \ud83d"}, "finish_reason": "odd"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2},
        }
    )

    found = completion(raw.encode(), "m", ["q"])

    assert isinstance(found, Completion)
    assert (found.text, found.end, found.usage.asked, found.usage.answered) == ("half \ufffd", "done", 3, 2)
