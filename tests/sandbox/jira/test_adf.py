"""Plain text to documents and back."""

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.jira import adf

words = st.text(alphabet=st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=8)
paragraphs = st.lists(words, min_size=1, max_size=5).map(" ".join)


def test_lists_code_and_paragraphs_become_blocks() -> None:
    document = adf.document("Hello\nworld\n\n- one\n- two\n\n1. first\n2. second\n\n```\nx = 1\n```")
    assert [block["type"] for block in document["content"]] == ["paragraph", "bulletList", "orderedList", "codeBlock"]
    assert adf.text(document) == "Hello\nworld\none\ntwo\nfirst\nsecond\nx = 1"


@given(st.lists(paragraphs, min_size=1, max_size=5))
def test_what_was_written_can_be_read(parts: list[str]) -> None:
    document = adf.document("\n\n".join(parts))
    assert adf.is_document(document)
    assert adf.text(document) == "\n".join(parts)


def test_mentions_and_links_are_read() -> None:
    inside = [
        {"type": "mention", "attrs": {"id": "1", "text": "@Bo"}},
        {"type": "inlineCard", "attrs": {"url": "https://x.example"}},
    ]
    assert (
        adf.text({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": inside}]}) == "@Bohttps://x.example"
    )


def test_what_is_no_document_is_told_apart() -> None:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": "x"}]}
    assert adf.is_document({"type": "doc", "version": 1, "content": [paragraph]})
    for wrong in (
        None,
        "text",
        {"type": "doc", "version": 1},
        {"type": "doc", "version": 1, "content": [paragraph], "extra": 1},
        {"type": "doc", "version": 1, "content": ["x"]},
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": ["x"]}]},
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": {}}]},
        {"type": "doc", "version": 1, "content": [{"type": "blink"}]},
    ):
        assert not adf.is_document(wrong)
