"""Atlassian's document format: plain text goes in and comes out, and what goes in is valid."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.jira.adf import document, text

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "specs" / "adf-v1.schema.json"
lines = st.lists(st.text(st.characters(codec="utf-8")), max_size=5).map("\n".join)


@given(lines)
def test_words_survive_the_way_there_and_back(words):
    kept = [line.strip() for line in words.splitlines() if line.strip()]

    assert text(document(words)) == "\n".join(kept)


@given(lines)
def test_no_text_of_a_document_is_empty(words):
    for paragraph in document(words)["content"]:
        [leaf] = paragraph["content"]
        assert leaf["text"]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the vendor's schema is not beside this checkout")
@given(words=lines)
def test_a_document_is_valid(words):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.Draft4Validator(schema).validate(document(words))


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
