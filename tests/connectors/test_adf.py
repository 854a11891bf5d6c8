"""Atlassian's document format: plain text goes in and comes out, and what goes in is valid."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.jira.adf import document, text

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "specs" / "adf-v1.schema.json"
plain = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
lines = st.lists(st.text(st.characters(codec="utf-8")), max_size=5).map("\n".join)
pieces = st.sampled_from([
    "**", "*", "_", "`", "```", "- ", "1. ", "  ", "\n", "\n\n", "# ", "> ", "[", "](", ")", "https://x.example", "javascript:x", "@bo",
    "[~accountid:5b]", "![a](https://x.example/y.png)", "<b>", "|", "word", "\\", "&amp;", ":tada:", "-", "***", "0. ", "{mention}",
])  # fmt: skip
marked = st.lists(pieces | plain, max_size=25).map("".join)
KINDS = {"doc", "paragraph", "text", "hardBreak", "heading", "bulletList", "orderedList", "listItem", "codeBlock"}
MARKS = {"strong", "em", "code", "link"}


def every(node):
    yield node
    for child in node.get("content", ()):
        yield from every(child)


@given(st.lists(st.lists(plain, min_size=1, max_size=4).map(" ".join), max_size=5))
def test_words_survive_the_way_there_and_back(paragraphs):
    assert text(document("\n\n".join(paragraphs))) == "\n".join(paragraphs)
    assert text(document("\n".join(paragraphs))) == "\n".join(paragraphs)


@given(lines | marked)
def test_nothing_comes_out_of_a_text_that_calls_somebody_or_fetches_something(words):
    for node in every(document(words)):
        assert node["type"] in KINDS
        assert node["type"] != "text" or node["text"]
        assert {mark["type"] for mark in node.get("marks", ())} <= MARKS
        for mark in node.get("marks", ()):
            assert mark["type"] != "link" or mark["attrs"]["href"].lower().startswith(("https://", "http://", "mailto:"))


@pytest.mark.skipif(not SCHEMA.exists(), reason="the vendor's schema is not beside this checkout")
@given(words=lines | marked)
def test_a_document_is_valid(words):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.Draft4Validator(schema).validate(document(words))


def words_of(*marks):
    return {"type": "text", "text": "x", **({"marks": [{"type": mark} for mark in marks]} if marks else {})}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("x", {"type": "paragraph", "content": [words_of()]}),
        ("**x**", {"type": "paragraph", "content": [words_of("strong")]}),
        ("*x*", {"type": "paragraph", "content": [words_of("em")]}),
        ("**`x`**", {"type": "paragraph", "content": [words_of("code")]}),
        ("x\nx", {"type": "paragraph", "content": [words_of(), {"type": "hardBreak"}, words_of()]}),
        ("## x", {"type": "heading", "attrs": {"level": 2}, "content": [words_of()]}),
        (
            "- x",
            {
                "type": "bulletList",
                "content": [{"type": "listItem", "content": [{"type": "paragraph", "content": [words_of()]}]}],
            },
        ),
        ("```py\nx\n```", {"type": "codeBlock", "attrs": {"language": "py"}, "content": [words_of()]}),
        (
            "[x](https://x.example)",
            {
                "type": "paragraph",
                "content": [words_of() | {"marks": [{"type": "link", "attrs": {"href": "https://x.example"}}]}],
            },
        ),
    ],
)
def test_what_people_write_in_markdown(written, found):
    assert document(written)["content"] == [found]


def test_a_list_begins_with_the_number_that_was_written():
    [block] = document("3. x\n4. x\n   - x")["content"]

    assert (block["type"], block["attrs"], len(block["content"])) == ("orderedList", {"order": 3}, 2)
    assert [inner["type"] for inner in block["content"][1]["content"]] == ["paragraph", "bulletList"]


nodes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["doc", "paragraph", "text", "mention", "hardBreak", "emoji", "new"]) | st.none()},
            optional={"content": st.lists(inner, max_size=3) | st.none(), "text": st.text(max_size=5), "attrs": st.none()},
        )
    ),
)


@given(nodes)
def test_whatever_a_vendor_sends_reads_as_text(node):
    found = text(node)

    assert isinstance(found, str)
    assert isinstance(node, str) or all(line.strip() for line in found.splitlines())


def test_the_words_of_every_kind_of_node_are_read():
    def paragraph(*content):
        return {"type": "paragraph", "content": list(content)}

    words = [
        {"type": "heading", "content": [{"type": "text", "text": "Title"}]},
        paragraph({"type": "text", "text": "Hi "}, {"type": "mention", "attrs": {"text": "@Ada"}}, {"type": "hardBreak"}),
        paragraph({"type": "emoji", "attrs": {"shortName": ":tada:"}}, {"type": "mention"}),
        {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph({"type": "text", "text": "one"})]}]},
        {"type": "codeBlock", "content": [{"type": "text", "text": "a\nb"}]},
    ]

    assert text({"type": "doc", "content": words}) == "Title\nHi @Ada\n:tada:\none\na\nb"
    assert text("plain") == "plain"
    assert text(None) == ""
