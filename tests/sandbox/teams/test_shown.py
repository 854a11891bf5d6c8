"""What a person has in front of them, whatever the card: what is typed comes back, and what is not stays as it stood."""

from hypothesis import given
from hypothesis import strategies as st
from sandbox.teams.callers import card, said

from bot.sandbox.teams.gate import problems
from bot.sandbox.teams.shown import executes, filled, inputs, pressed

NAMES = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=5, unique=True)
WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)


def form(names, value="", *, depth=0):
    body = [{"type": "Input.Text", "id": name, **({"value": value} if value else {})} for name in names]
    for _ in range(depth):
        body = [{"type": "Container", "items": body}]
    return card(body=body)


@given(NAMES, WORDS, WORDS, st.integers(0, 4), st.data())
def test_what_is_typed_comes_back_and_the_rest_stays(names, preset, words, depth, data):
    some = data.draw(st.sets(st.sampled_from(names)))
    shown = form(names, preset, depth=depth)

    assert filled(shown, dict.fromkeys(some, words)) == {name: words if name in some else preset for name in names}
    assert problems(said(shown), conversation_type="channel") == []


@given(NAMES, WORDS, st.dictionaries(st.sampled_from(["draft", "other"]), WORDS))
def test_a_press_carries_the_cards_data_what_was_forged_and_every_field(names, words, forged):
    action = pressed(form(names, words), "approve", {}, forged)

    assert action["data"] == {"draft": "abcd", "version": 1, **forged, **dict.fromkeys(names, words)}
    assert (action["verb"], action["title"]) == ("approve", "Approve")


JSON = st.recursive(
    st.none() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "items", "actions", "refresh"]), inner),
    max_leaves=10,
)


@given(JSON)
def test_buttons_and_fields_are_found_however_deep_they_stand(content):
    button, field = {"type": "Action.Execute", "verb": "go"}, {"type": "Input.Text", "id": "x"}
    shown = card(
        body=[content, {"items": [{"actions": [button, field]}]}], actions=None, refresh={"action": dict(button, verb="show")}
    )

    assert [each["verb"] for each in executes(shown) if "verb" in each] == ["go"]
    assert [each for each in inputs(shown) if each.get("id")] == [field]
