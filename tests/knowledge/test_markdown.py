from hypothesis import given
from hypothesis import strategies as st

from knowledge.markdown import sections

PAGE = """Before.

# One
para line one
line two

## Two ##
- item a
- item b

| h | i |
|---|---|
| 1 | 2 |

```py
# no heading
```

Under
-----
text

# Last
"""


def outline(text: str) -> list[tuple[tuple[str, ...], list[tuple[str, str]]]]:
    return [
        (section.path, [(block.kind, text[block.lines[0][0] : block.lines[-1][1]]) for block in section.blocks])
        for section in sections(text)
    ]


def test_headings_nest_and_blocks_are_told_apart() -> None:
    assert outline(PAGE) == [
        ((), [("prose", "Before.")]),
        (("One",), [("prose", "para line one\nline two")]),
        (
            ("One", "Two"),
            [
                ("prose", "- item a"),
                ("prose", "- item b"),
                ("table", "| h | i |\n|---|---|\n| 1 | 2 |"),
                ("code", "```py\n# no heading\n```"),
            ],
        ),
        (("One", "Under"), [("prose", "text")]),
        (("Last",), []),
    ]


def test_a_fence_that_is_never_closed_reaches_to_the_end() -> None:
    assert outline("~~~\na\n# b") == [((), [("code", "~~~\na\n# b")])]


def test_a_hash_without_a_space_and_a_lone_rule_are_text() -> None:
    assert outline("#1 priority\n\n---\n\n#tag") == [((), [("prose", "#1 priority"), ("prose", "---"), ("prose", "#tag")])]


def test_a_table_ends_where_no_bar_is() -> None:
    assert outline("a | b\n--|--\n1 | 2\nafter") == [((), [("table", "a | b\n--|--\n1 | 2"), ("prose", "after")])]


def test_nothing_gives_nothing() -> None:
    assert sections("") == []
    assert sections(" \n\n\t\n") == []


@given(st.text(alphabet="ab #|-=`~\n*1.", max_size=200))
def test_every_line_with_letters_is_a_heading_or_in_one_block(text: str) -> None:
    found = sections(text)
    covered = [span for section in found for block in section.blocks for span in block.lines]
    covered += [section.heading for section in found if section.path]
    for place, letter in enumerate(text):
        if letter in "ab1":
            assert sum(start <= place < end for start, end in covered) == 1
