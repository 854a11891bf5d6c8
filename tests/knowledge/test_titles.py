"""What a file calls itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.titles import entitle


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("# Refund rules\n\ntext", "a.md", "Refund rules"),
        ("text\n\n## The [**time** limit](x.md) of `us` ##\n", "a.md", "The time limit of us"),
        ("Refunds\n=======\ntext", "a.md", "Refunds"),
        ("Refunds\n---\ntext", "a.md", "Refunds"),
        ("```\n# no heading\n```\n\n- item\n---\n\n# Yes", "a.md", "Yes"),
        ("#\n\nno heading at all", "travel-expenses_2026.md", "Travel expenses 2026"),
        ("# a remark of a configuration", "notes.txt", "Notes"),
        ("## Sheet1", "price list.xlsx", "Price list"),
        ("---\ntitle: 'Front: matter'\ntags:\n  - a\n# x\n\n---\n# Heading", "a.md", "Front: matter"),
        ("---\ntitle: only in Markdown\n---\n", "page.txt", "Page"),
        ("---\nA line, then another\n---\n# Heading", "a.md", "A line, then another"),
        ("text", "---.md", "---.md"),
        ("# " + "long " * 100, "a.md", ("long " * 100)[:200]),
    ],
)
def test_the_title_of_a_file(text: str, name: str, title: str) -> None:
    assert entitle(text, name).title == title


def test_front_matter_is_no_text_and_may_name_the_address() -> None:
    found = entitle("---\ntitle: A\nurl: https://example.org/a\n---\n\nBody\n", "a.md")
    assert (found.url, found.text) == ("https://example.org/a", "Body\n")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/etc/passwd", "https://a b", "file:///etc/passwd"])
def test_only_a_web_address_is_an_address(url: str) -> None:
    assert entitle(f"---\nurl: {url}\n---\nBody", "a.md").url == ""


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    text = "---\n\nTwo words here\n---\n"
    assert entitle(text, "a.md").text == text


@given(st.text("-#: ab\n=`", max_size=80), st.sampled_from(["a.md", "b.txt", "c.pdf"]))
def test_there_is_always_a_title_in_one_line(text: str, name: str) -> None:
    found = entitle(text, name)
    assert found.title
    assert "\n" not in found.title
    assert text.endswith(found.text)
