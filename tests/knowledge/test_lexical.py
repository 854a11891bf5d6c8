from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.lexical import Lexical
from knowledge.models import Chunk

ALL = frozenset({"everyone"})


def chunk(name: str, text: str, *, title: str = "", audience: frozenset[str] = ALL) -> Chunk:
    return Chunk(name, f"doc-{name}", title, "", text, "", audience, "", 0)


@pytest.fixture
def lexical(tmp_path: Path) -> Iterator[Lexical]:
    opened = Lexical(tmp_path / "lexical")
    yield opened
    opened.close()


def found(lexical: Lexical, text: str, audience: frozenset[str] = ALL) -> list[str]:
    return list(lexical.search(text, audience=audience, count=10))


def test_stems_match_and_the_title_weighs_more(lexical: Lexical) -> None:
    lexical.change([chunk("a", "Refunds take a week."), chunk("b", "It takes a week.", title="Refund")], [])
    assert found(lexical, "refunding") == ["b", "a"]
    assert found(lexical, "nothing like it") == ["b"]
    assert found(lexical, "absent") == []


def test_only_the_audience_sees_a_chunk(lexical: Lexical) -> None:
    lexical.change(
        [chunk("a", "bonus", audience=frozenset({"hr", "boss"})), chunk("b", "bonus"), chunk("c", "bonus", audience=frozenset())],
        [],
    )
    assert found(lexical, "bonus") == ["b"]
    assert set(found(lexical, "bonus", frozenset({"hr", "everyone"}))) == {"a", "b"}
    assert found(lexical, "bonus", frozenset()) == []
    assert found(lexical, "bonus", frozenset({""})) == []


def test_a_changed_chunk_replaces_the_former_and_a_dropped_one_is_gone(lexical: Lexical) -> None:
    lexical.change([chunk("a", "apple"), chunk("b", "apple")], [])
    lexical.change([chunk("a", "pear")], ["b"])
    assert found(lexical, "apple") == []
    assert found(lexical, "pear") == ["a"]
    assert lexical.count() == 1


def test_the_stamp_is_empty_while_changes_are_under_way(lexical: Lexical, tmp_path: Path) -> None:
    assert lexical.stamp == ""
    lexical.mark("r1")
    assert lexical.stamp == "r1"
    lexical.mark("")
    assert lexical.stamp == ""
    lexical.clear()
    assert (tmp_path / "lexical").is_dir()


def test_rare_words_weigh_more_and_common_ones_are_left_out(lexical: Lexical) -> None:
    lexical.change([chunk(str(number), f"page about refunds {'and zebras' if number == 3 else ''}") for number in range(9)], [])
    assert lexical.content("What is the page about zebras?") == ["what", "page", "about", "zebra"]
    weights = lexical.weights(["zebra", "page", "unknown"])
    assert weights["page"] < weights["zebra"] < weights["unknown"]


@pytest.mark.parametrize("damage", ["meta.json", "all"])
def test_a_damaged_folder_starts_afresh_without_a_stamp(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "lexical"
    first = Lexical(folder)
    first.change([chunk("a", "apple")], [])
    first.mark("r1")
    first.close()
    del first
    for path in folder.iterdir():
        if path.name != "stamp" and damage in {path.name, "all"}:
            path.write_bytes(b"\0garbage")
    again = Lexical(folder)
    assert again.count() == 0
    assert again.stamp == ""
    again.change([chunk("b", "pear")], [])
    assert found(again, "pear") == ["b"]
    again.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_any_text_is_a_valid_question(lexical: Lexical, text: str) -> None:
    found(lexical, text)
    found(lexical, f'"{text}" AND OR ( [ :: ^2 ~ * \\ {text}')


def test_a_very_long_question_and_half_surrogates_are_fine(lexical: Lexical) -> None:
    lexical.change([chunk("a", "apple \ud800 pie", title="\udfff")], [])
    assert found(lexical, "apple " * 20_000) == ["a"]
    assert found(lexical, "\ud800 apple") == ["a"]
    assert len(lexical.terms(" ".join(f"w{number}" for number in range(50_000)))) == 256
