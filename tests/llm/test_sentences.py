"""A stream cut into whole sentences, however it comes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.llm.sentences import Sentences

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                ". ",
                ".",
                " ",
                "\n",
                "Ask Dr. Bo. ",
                "evil",
                "\u3002",
                "com",
                "[EMAIL_",
                "ADDRESS_1_AB12CD]",
                "A",
                "e.g. ",
                "? Yes! ",
            ]
        ),
        st.text(max_size=6),
    )
)


def parts(pieces):
    held = Sentences()
    return [*(sentence for piece in pieces for sentence in held.add(piece)), held.rest()]


@given(PIECES)
def test_nothing_is_lost_or_changed(pieces):
    assert "".join(parts(pieces)) == "".join(pieces)


@given(PIECES)
def test_where_a_sentence_ends_does_not_depend_on_the_pieces(pieces):
    text = "".join(pieces)

    assert parts(pieces) == parts(list(text))


@given(PIECES)
def test_no_word_is_cut(pieces):
    assert all(not part or part[-1:].isspace() for part in parts(pieces)[:-1])


def test_sentences_come_as_soon_as_the_next_one_begins():
    held = Sentences()

    assert held.add("Ask Dr. Bo. Th") == ["Ask Dr. Bo. "]
    assert held.add("en go") == []
    assert held.add(" home.\n\nNow") == ["Then go home.\n\n"]
    assert held.rest() == "Now"
