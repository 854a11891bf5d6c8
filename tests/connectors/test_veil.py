"""No text of a draft is left in a sentence, however a vendor spells it; what says nothing of anybody stays."""

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.veil import MASK, veiled, without
from handlers.errors import Busy
from handlers.models import Call, Change, Draft, Person, Place, Record

RECORD = Record("zendesk", "ticket", "153", "v", "t", "x", {})
CALL = Call("c", "reply", "153", Person("p:a", "A"), Place("p", "c"))
WORD = st.text(st.characters(categories=("L", "P")), min_size=3, max_size=12)


def drawn(*changes):
    return Draft.of("reply", RECORD, changes, call=CALL)


@given(st.lists(WORD, min_size=2, max_size=5), st.sampled_from([str, escape, lambda text: json.dumps(text)[1:-1]]))
def test_no_text_is_left_however_it_is_spelled(words, spelling):
    line = " ".join(words)
    draft = drawn(Change("reply", None, f"Hello\n{line}\n"))

    assert without(f"1 {spelling(line)} 2", draft) == f"1 {MASK} 2"


@pytest.mark.parametrize("cut", [slice(0, 40), slice(9, 49), slice(31, None)])
@pytest.mark.parametrize("spelling", [str, escape, lambda text: json.dumps(text)[1:-1]])
def test_a_quote_that_was_cut_off_is_hidden_too(cut, spelling):
    line = 'Mira Kestrel said "call me" on <Monday>, & her sister on Tuesday of the week after that'

    told = without(f"refused: '{spelling(line)[cut]}...' is too long", drawn(Change("note", None, line)))

    assert told.startswith(f"refused: '{MASK}")
    assert told.endswith("...' is too long")
    assert not any(word in told for word in ("Mira", "call", "sister", "Tuesday", "week"))


@pytest.mark.parametrize("words", ["mira@kestrelboats.example", "+441632960777", "Mira Kestrel"])
def test_addresses_numbers_and_names_are_hidden_before_and_after(words):
    assert without(f"no {words}", drawn(Change("phone", words, None))) == f"no {MASK}"
    assert without(f"no {words}", drawn(Change("phone", None, words))) == f"no {MASK}"


@pytest.mark.parametrize("change", [Change("priority", None, "urgent"), Change("stage", None, "Closed - Won", ("Closed - Won",))])
def test_a_choice_stays(change):
    assert without(f"no {change.after} here", drawn(change)) == f"no {change.after} here"


def test_a_trouble_stays_what_it_is():
    with pytest.raises(Busy, match=r"later, \*\*\*") as busy, veiled(drawn(Change("note", None, "Call Mira Kestrel"))):
        raise Busy("later, Call Mira Kestrel", after=7)

    assert busy.value.after == 7
