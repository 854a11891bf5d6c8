"""Comments of Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.extraction.comments import without_comments


def test_a_comment_goes_over_lines_and_fences() -> None:
    assert without_comments("a <!-- x\n```\nsecret\n``` --> b <!----> c") == "a  b  c"


def test_a_code_block_keeps_its_comments() -> None:
    text = "<!-- a -->\n```html\n<!-- keep -->\n``\n```x\n<!-- keep too -->\n```\n<!-- b -->\n~~~\n<!-- kept -->\n```\n~~~~\nend"
    kept = "\n```html\n<!-- keep -->\n``\n```x\n<!-- keep too -->\n```\n\n~~~\n<!-- kept -->\n```\n~~~~\nend"
    assert without_comments(text) == kept


def test_what_is_never_closed_is_text() -> None:
    assert without_comments("a <!-- b --> c <!-- d") == "a  c <!-- d"


@given(st.text("ab\n<>!-`~ ", max_size=200))
def test_only_ever_less_and_never_more_than_comments(text: str) -> None:
    clean = without_comments(text)
    assert len(clean) <= len(text)
    if "<!--" not in text or "-->" not in text:
        assert clean == text


@given(st.lists(st.text("ab \n", max_size=10)), st.text("secret", min_size=6, max_size=6))
def test_every_comment_outside_of_code_goes(parts: list[str], secret: str) -> None:
    assert without_comments(f"<!-- {secret} -->".join(parts)) == "".join(parts)
