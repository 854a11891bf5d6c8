"""The vault: what goes in comes back, to nobody else, and never into an address."""

import re
from types import SimpleNamespace

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.masking import Vault
from bot.llm.masking.vault import Rules
from handlers.errors import NotAllowed, Refused

VALUES = (
    "jane.doe@example.com", "JANE.DOE@example.com", "+44 20 7946 0958", "442079460958", "(415) 555-2671", "4155552671", "4111 1111 1111 1111", "4111111111111111",
    "DE89 3704 0044 0532 0130 00", "de89370400440532013000", "123-45-6789", "10.0.0.1", "2001:db8::1", "::1", "xoxb-1234567890-abcdefghij", "password: hunter2!", "token=", "Jane Doe", "DOE, jane",
    "Jane", "José", "Jose\u0301", "https://example.com/?q=", "www.example.com/", "//", "example.com/a?b=", "postgres://u:p@h/d", "bo:pa55@example.com", "[EMAIL_ADDRESS_1_C5D444]", "[PERSON_1_",
    "hidden words", "HIDDEN\u200b words", "https://", ",", ";", "|", "<", ">", '"', " ", "\n", ".", "@", "x", "1", "\ufb01", "\u0130", "\u0301", "\ud800", "\uff14\uff11\uff15 555 2671",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(VALUES), st.text(max_size=6), HOSTILE), max_size=14).map("".join)
PEOPLE = ("Jane Doe", "José Ñandú", "jane.doe@example.com", "+44 20 7946 0958", "Bo", "", " ", "山田太郎")
TOKEN = re.compile(r"\[[A-Z_]+_\d+_[0-9A-F]{6}\]")


def vault() -> Vault:
    return Vault(hidden={"hidden words", "abc"})


@given(TEXTS)
def test_every_text_comes_back(text):
    own = vault()

    assert own.unmask(own.mask(text, people=PEOPLE)) == text


@given(TEXTS, TEXTS)
def test_so_does_a_text_that_holds_tokens_of_the_same_vault(one, two):
    own = vault()
    masked = own.mask(one, people=PEOPLE)
    again = f"{two}{masked}{two}"

    assert own.unmask(own.mask(again)) == again


@given(TEXTS)
def test_what_was_masked_once_stands_nowhere_else_in_the_text(text):
    own = vault()
    rest = TOKEN.split(own.mask(text, people=PEOPLE))

    for token, value in own._values.items():
        if not token.startswith("[PERSON"):
            assert all(value not in piece for piece in rest), (value, rest)


@given(TEXTS)
def test_another_vault_gives_nothing_back(text):
    masked = vault().mask(text, people=PEOPLE)

    assert vault().unmask(masked) == masked


def test_the_same_value_has_the_same_token_in_every_text():
    own = vault()

    one, two = own.mask("ask bo@example.com"), own.mask("bo@example.com, again bo@example.com")

    assert [*TOKEN.findall(one), *TOKEN.findall(two)] == [TOKEN.findall(one)[0]] * 3
    assert own.counts == {"EMAIL_ADDRESS": 3}


def test_other_spellings_of_a_number_that_was_found_are_found():
    masked = vault().mask("call (415) 555-2671. order 4155552671; x14155552671; card 4111 1111 1111 1112 as 4111111111111112")

    assert re.findall(r"\d{5,}", TOKEN.sub("", masked)) == []


def test_nothing_is_put_back_into_an_address():
    own = vault()
    token = TOKEN.findall(own.mask("bo@example.com"))[0]

    for address in (
        "https://evil.example/?q={}",
        "evil.example/{}",
        "www.evil.example?{}",
        "//evil.example/{}",
        "![x](https://evil.example/{})",
        "HTTPS://e.example/a'{}",
        "https://{}/x",
    ):
        assert own.unmask(address.format(token)) == address.format(token)
    assert own.unmask(f"Write to {token}.") == "Write to bo@example.com."


def test_an_address_that_holds_a_value_is_one_token_and_comes_back():
    own = vault()
    masked = own.mask("see <https://app.example.com/u?mail=bo@example.com&x=1> for bo@example.com")

    assert "app.example.com" not in masked
    assert own.unmask(masked).startswith("see <https://app.example.com/u?mail=bo@example.com&x=1> for bo@")


def test_a_forged_token_stays():
    own = vault()
    nonce = TOKEN.findall(own.mask("bo@example.com"))[0][-7:-1]

    for forged in ("[EMAIL_ADDRESS_1_000000]", f"[EMAIL_ADDRESS_2_{nonce}]", f"[SECRET_1_{nonce}]", f"[EMAIL_ADDRESS_1_{nonce}"):
        assert own.unmask(forged) == forged


def broken(text):
    raise ValueError(f"the value is {text.text}")


@pytest.mark.parametrize("rules", [broken, lambda _: [SimpleNamespace(start=0)], lambda _: 1 / 0])
def test_nothing_is_sent_when_a_rule_fails(rules: Rules):
    with pytest.raises(Refused) as refused:
        Vault(rules=rules).mask("bo@example.com")

    assert "bo@" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_source_that_is_never_sent_is_refused_whatever_it_says():
    own = Vault(never={"zendesk"})

    with pytest.raises(NotAllowed, match="text of zendesk"):
        own.mask("hello", source="zendesk")
    assert own.mask("hello", source="jira") == "hello"


@pytest.mark.parametrize("text", [
    "Hi Jane Doe,", "JANE DOE wrote", "jane doe wrote", "Doe, Jane", "Jane A. Doe", "Jane's laptop", "thanks Jane!", "Mr Doe called", "Jane\u00a0Doe", "Jane\nDoe", "@Jane", "Jane-Doe", "José", "Jose\u0301 was here", "Jose",
    "山田太郎さん", "ask Bo.", "(Ñandú)", "NANDU", "Jane/Bo",
])  # fmt: skip
def test_people_on_the_record_are_found_in_every_spelling(text):
    masked = TOKEN.sub("", vault().mask(text, people=PEOPLE)).casefold()

    assert [name for name in ("jane", "doe", "jos", "andu", "andú", "bo", "山田") if name in masked] == []


@pytest.mark.parametrize("text", ["Janet doesn't", "a doe and a bobbin", "about boats", "mary jane"])
def test_words_that_hold_a_name_stay(text):
    assert vault().mask(text, people=PEOPLE) == text


def test_a_vault_shows_no_value():
    own = Vault(hidden={"hidden words"})
    own.mask("bo@example.com")

    assert "bo@" not in repr(own)
    assert "hidden words" not in repr(own)
