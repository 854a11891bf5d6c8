"""What is printed of the connectors stands in its place, and printing again changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.about import abouts
from bot.connectors.pages import MODELS, PAGES, dataflow, print_into, printed, settings_table, tables

PLACE = "before\n<!-- printed: part -->\n{}<!-- end of part -->\nafter"


@given(st.text(st.characters(exclude_characters="<"), max_size=40), st.text(st.characters(exclude_characters="<"), max_size=40))
def test_what_stood_there_gives_way_and_the_rest_stays(old, new):
    once = printed(PLACE.format(old), {"part": lambda _found: new}, {})

    assert once == PLACE.format(f"\n{new}\n")
    assert printed(once, {"part": lambda _found: new}, {}) == once


@pytest.mark.parametrize("page", ["", "<!-- printed: part -->\n", "<!-- end of part -->\n"])
def test_a_page_without_the_place_is_told(page):
    with pytest.raises(ValueError, match="the page needs the lines"):
        printed(page, {"part": lambda _found: "x"}, {})


def test_every_page_is_printed(tmp_path):
    for name, parts in PAGES.items():
        places = "".join(f"<!-- printed: {part} -->\n<!-- end of {part} -->\n" for part in parts)
        (tmp_path / name).write_text(places, encoding="utf-8")

    print_into(tmp_path, abouts())

    written = "".join((tmp_path / name).read_text(encoding="utf-8") for name in PAGES)
    assert all(show(abouts()) in written for show in (tables, settings_table, dataflow))


def test_the_map_of_data_names_every_record_what_is_personal_and_the_model():
    rows = [line for line in dataflow(abouts()).splitlines()[2:] if line]

    assert len(rows) == sum(len(about.objects) for about in abouts().values())
    [ticket] = [row for row in rows if row.startswith("| Zendesk | ticket |")]
    assert ticket.split(" | ")[3:6] == ["`description`, `requester_id`", "`/reply`, `/alerts`", ", ".join(MODELS.values())]
