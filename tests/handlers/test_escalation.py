"""Escalation: each sign stands in the customer's words, more words never lower the risk, and nobody else can lower it either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.escalation import RISKS, SIGNS, Sign, plain, raised, risk, sentence, sentiment, signs

signed = st.builds(Sign, st.sampled_from(sorted(SIGNS)), st.text(max_size=30))


@pytest.mark.parametrize(
    ("text", "level", "count"),
    [
        ("How do I change my address?", "low", 0),
        ("We will call our lawyer.", "medium", 1),
        ("This is the THIRD time, it is unacceptable and we lose: losing money!!", "high", 3),
        ("Ich warte immer noch, unser Anwalt meldet sich.", "high", 2),
        ("The suede courtyard is fine, issue solved. I know now.", "low", 0),
        ("Nobody can sign in and our shops are closed", "medium", 1),
    ],
)
def test_the_risk_is_read_from_signs_that_are_named(text, level, count):
    found = signs(text)

    assert (risk(found), len(found)) == (level, count)
    assert all(plain(one.quote) in plain(text) for one in found)
    assert all(one.kind in sentence(found) and one.quote in sentence(found) for one in found)


@given(st.text(), st.text())
def test_more_words_never_lower_the_risk(text, more):
    assert RISKS.index(risk(signs(f"{text} \n {more}"))) >= RISKS.index(risk(signs(f"{text} ")))


@given(st.text(max_size=60), st.lists(signed, max_size=4))
def test_another_voice_never_lowers_the_risk_and_invents_no_quote(text, others):
    own = signs(text)

    found = raised(own, others, text)

    assert found[: len(own)] == own
    assert RISKS.index(risk(found)) >= RISKS.index(risk(own))
    assert all(plain(one.quote) in plain(text) for one in found)


def test_a_quote_that_stands_in_the_ticket_raises_the_risk():
    text = "My guests laugh at me, and my\nbank manager asks questions."

    found = raised(
        (), (Sign("loses money", "MY BANK manager asks"), Sign("is angry", "a"), Sign("wants to leave", "we leave you")), text
    )

    assert found == (Sign("loses money", "MY BANK manager asks"),)


@pytest.mark.parametrize(
    ("text", "said", "feels"),
    [
        ("This is outrageous.", "positive", "negative"),
        ("This is annoying.", None, "negative"),
        ("You are great, thank you.", None, "positive"),
        ("Where is the button?", None, "neutral"),
        ("Where is the button?", "negative", "negative"),
    ],
)
def test_nobody_who_is_angry_is_content(text, said, feels):
    assert sentiment(text, signs(text), said) == feels
