"""What a model says is fit to be shown: only addresses of its material, no mentions, nothing that nobody sees."""

import time
from urllib.parse import unquote

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.urls import ROUNDS, Addresses, visible
from handlers.material import REMOVED

INSIDE = "Our handbook is at https://docs.acme.example/refunds?lang=en, and status.acme.example tells the rest. Run setup.py."
EVIL = "evil.example"


@pytest.fixture
def addresses():
    return Addresses([INSIDE])


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/?q=secret", "see HTTPS://EVIL.EXAMPLE.", "//evil.example/x", "evil.example", "www.evil.example", "[here](https://evil.example)",
        "![x](https://evil.example/p.png)", "[here][1]\n\n[1]: https://evil.example/a 'title'", "<https://evil.example>", "<https://evil.example|our wiki>",
        "<img src='https://evil.example/a.png'>", "<a href=https://evil.example>x</a>", "e\u200bvil.example", "evil\u3002example", "evil\uff0eexample",
        "\uff45vil.example", "evil%2Eexample", "evil[.]example", "evil&#46;example", "ftp://evil.example", "mailto:bo@evil.example", "bo@evil.example",
        "https://docs.acme.example/refunds?lang=en&x=evil.example", "https://docs.acme.example@evil.example/", "https:evil.example", "https%3A%2F%2Fevil.example",
        "ht<b>tps://evil.example", "[a](<https://evil.example/a b>)", "![a][r]\n[r]: //evil.example", "evil.example:8080/x", "evil.example#docs.acme.example",
        "https://docs.acme.example/refunds?lang=en,https://evil.example", "x_evil.example_y", "evil<i></i>.example", "[evil](x).example",
    ],
)  # fmt: skip
def test_an_address_that_is_not_in_the_material_is_gone(addresses, text):
    shown = addresses.kept(f"Go on. {text} Or not.")

    assert EVIL not in unquote(visible(shown)).casefold().replace("\u3002", ".").replace("\uff0e", ".").replace("\uff45", "e")
    assert addresses.kept(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "See https://docs.acme.example/refunds?lang=en.", "(status.acme.example)", "Run setup.py and read README.md? No, notes.txt and package.json.",
        "It costs 1.50 EUR, e.g. in v2.0 at 10:30. See [1] and [2][3].", "Ask a < b and c > d.", "Write to [EMAIL_ADDRESS_1_A1B2C3] now.",
    ],
)  # fmt: skip
def test_what_stands_in_the_material_and_plain_words_stay(addresses, text):
    assert addresses.kept(text).replace(f"read {REMOVED}?", "read README.md?") == text


def test_a_link_to_a_known_address_shows_where_it_leads(addresses):
    assert (
        addresses.kept("[the page](https://docs.acme.example/refunds?lang=en)")
        == "the page https://docs.acme.example/refunds?lang=en"
    )
    assert addresses.kept("[the page](https://evil.example)") == f"the page {REMOVED}"


@pytest.mark.parametrize(
    "text", ["<!channel>", "<@U123>", "<#C1|x>", "@here all", "<at>Bo</at>", "\uff20everyone", "<!subteam^S1>", "<<!here>!here>"]
)
def test_nobody_is_called(addresses, text):
    shown = addresses.kept(f"Hey {text} look")

    assert not any(sign in shown for sign in ("<!", "<@", "<#", "<at", "@here", "@everyone", "\uff20"))


@given(
    st.lists(
        st.one_of(
            HOSTILE,
            st.sampled_from(
                ["https://", "evil", ".", "example", "[", "](", ")", "<", ">", "@", "!", "//", "\u200b", "&#46;", ":"]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_what_was_kept_once_is_kept_again_and_names_no_foreign_host(text):
    addresses = Addresses([INSIDE])

    shown = addresses.kept(text)

    assert addresses.kept(shown) == shown
    assert EVIL not in shown.casefold()
    assert visible(shown) == shown


def test_a_text_that_goes_on_changing_is_not_shown_at_all(addresses):
    nested = "![" * (ROUNDS + 4) + "x" + "](y)" * (ROUNDS + 4)

    assert addresses.kept(nested) == REMOVED or "](" not in addresses.kept(nested)


def test_a_long_text_takes_time_in_proportion(addresses):
    def seconds(text):
        return min(timed(addresses, text) for _ in range(3))

    for piece in ("a.", "a-", "[", "<a", "x@", "a@b.", "http:", "!["):
        short, long = piece * 2_000, piece * 8_000
        assert seconds(long) < 12 * seconds(short) + 0.05, piece


def timed(addresses, text):
    begun = time.thread_time()
    addresses.kept(text)
    return time.thread_time() - begun
