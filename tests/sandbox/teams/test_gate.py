"""What Teams takes and what it refuses or breaks, activity by activity. Each bad one names the path that is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox.teams.callers import CARD, card, said

from bot.sandbox.teams.gate import problems

MADE = "https://schema.org/Message"


def body(*elements, **more):
    return said(card(body=list(elements), **more))


def block(text="hello", **more):
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def rich(*inlines):
    return {"type": "RichTextBlock", "inlines": list(inlines)}


def run(text="hello", **more):
    return {"type": "TextRun", "text": text, **more}


def typed(kind="Text", name="field", **more):
    return {"type": f"Input.{kind}", "id": name, **more}


def choices(number=2, **more):
    return typed("ChoiceSet", choices=[{"title": f"t{n}", "value": f"v{n}"} for n in range(number)], **more)


def execute(verb="approve", **more):
    return {"type": "Action.Execute", "title": "Go", "verb": verb, "data": {"draft": "a"}, **more}


def row(number, **more):
    return {"type": "ActionSet", "actions": [execute(f"v{n}", **more) for n in range(number)]}


def claim(position=1, **over):
    shown = {"@type": "DigitalDocument", "name": "Refunds", "abstract": "Refunds take five days.", **over}
    return {"@type": "Claim", "position": position, "appearance": shown}


def made(*citation, **more):
    entity = {
        "type": MADE,
        "@type": "Message",
        "@context": "https://schema.org",
        "additionalType": ["AIGeneratedContent"],
        **more,
    }
    return {"text": "Five days [1].", "type": "message", "entities": [{**entity, "citation": list(citation)}]}


def piece(text="Five", kind="typing", more=None, **info):
    info = {"type": "streaminfo", "streamType": "streaming", "streamSequence": 1, **info}
    return {"type": kind, "text": text, "entities": [{k: v for k, v in info.items() if v is not None}], **(more or {})}


def final(**more):
    return piece("Five days.", "message", streamType="final", streamSequence=None, streamId="1", **more)


def suggested(number):
    return said(suggestedActions={"to": [], "actions": [{"type": "imBack", "title": "More", "value": "more"}] * number})


TABLE = {
    "type": "Table",
    "columns": [{"width": 1}],
    "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [block()]}]}],
}
GOOD = {
    "a text": said(),
    "typing": {"type": "typing"},
    "a card": said(card()),
    "a card without a body": said(card(body=[])),
    "runs": body(rich(run("a", weight="Bolder", size="small"), "b", run(" ", selectAction={"type": "Action.OpenUrl", "url": "https://x.example"}))),
    "boxes": body({"type": "Container", "style": "emphasis", "spacing": "None", "items": [block()]}),
    "columns": body({"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": [block()]}]}),
    "facts": body({"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}),
    "a table": body(TABLE),
    "inputs": body(typed(maxLength=5, value="12345", isRequired=True, errorMessage="Type."), choices(name="b", value="v1"), typed("Toggle", "c", title="On")),
    "several choices": body(choices(isMultiSelect=True, value="v0,v1")),
    "people as choices": body(typed("ChoiceSet", **{"choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}})),
    "six buttons": body(row(6)),
    "secondary buttons": body(row(9, mode="secondary")),
    "a refresh": said(card(refresh={"action": execute("show"), "userIds": ["29:1"] * 60})),
    "a fallback": said(card(actions=[execute(fallback={"type": "Action.Submit", "title": "Go", "data": {}})])),
    "full width": said(card(msteams={"width": "Full"}, **{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json"})),
    "citations": made(claim(), claim(2, url="https://kb.example/x", keywords=["a"])),
    "thumbs": said(channelData={"feedbackLoop": {"type": "default"}}),
    "a piece": piece(),
    "an informative piece": piece("x" * 1000, streamType="informative"),
    "a final piece": final(more={"attachments": [{"contentType": CARD, "content": card()}]}),
    "three suggestions": suggested(3),
    "a mention": said(text="<at>Ada</at> hi", entities=[{"type": "mention", "text": "<at>Ada</at>", "mentioned": {"id": "29:1", "name": "Ada"}}]),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_teams_takes_passes(name):
    assert problems(GOOD[name], conversation_type="personal") == []


CONTENT = "attachments[0].content"
FIRST = f"{CONTENT}.body[0]"
BAD = [
    ({"type": "event"}, "type is neither"),
    ({"type": "message"}, "text and attachments are missing"),
    (said(text=" \n"), "text and attachments are missing"),
    (said(text=5), "text is no string"),
    (said(textFormat="html"), "textFormat"),
    (said(text="x" * 50_000), "MessageSizeTooBig"),
    ({"type": "message", "attachments": [{"content": card()}]}, "attachments[0].contentType"),
    ({"type": "message", "attachments": [{"contentType": CARD, "content": "{}"}]}, f"{CONTENT} is no card"),
    ({"type": "message", "attachments": "x"}, "attachments is no list"),
    (said(card(type="Card")), f"{CONTENT}.type"),
    (said(card(version=None)), f"{CONTENT}.version is missing"),
    (said(card(version="1.6")), f"{CONTENT}.version is 1.6, newer"),
    (said(card(version="one")), f"{CONTENT}.version is no version"),
    (said(card(version="1.3")), f"{CONTENT}.version is 1.3, older"),
    (said(card(body=[], actions=None)), f"{CONTENT} shows nothing"),
    (said(card(colour="red")), f"{CONTENT}.colour"),
    (body(*[block("x" * 900)] * 30), "bytes as JSON"),
    (body({"type": "Poll"}), f"{FIRST}.type"),
    (body("hello"), f"{FIRST} is a plain string"),
    (body(block("")), f"{FIRST}.text is empty"),
    (body(block("  ")), f"{FIRST}.text is empty"),
    (body({"type": "TextBlock"}), f"{FIRST}.text is missing"),
    (body(block(5)), f"{FIRST}.text is no string"),
    (body(block(size="huge")), f"{FIRST}.size"),
    (body(block(wrap="yes")), f"{FIRST}.wrap"),
    (body(block(colour="red")), f"{FIRST}.colour"),
    (body(rich(run(""))), f"{FIRST}.inlines[0]"),
    (body(rich()), f"{FIRST}.inlines has 0"),
    (body({"type": "Container", "items": [{"type": "Poll"}]}), f"{FIRST}.items[0].type"),
    (body({"type": "ColumnSet", "columns": [{"type": "Column", "items": [block("")]}]}), f"{FIRST}.columns[0].items[0].text"),
    (body({"type": "FactSet", "facts": [{"title": "a"}]}), f"{FIRST}.facts[0].value is missing"),
    (body({"type": "Image"}), f"{FIRST}.url is missing"),
    (body({"type": "Input.Text"}), f"{FIRST}.id is missing"),
    (body(typed(name="")), f"{FIRST}.id is empty"),
    (body(typed(), {"type": "Container", "items": [typed()]}), f"{CONTENT}.body[1].items[0].id is the id of another"),
    (body(typed("Slider")), f"{FIRST}.type"),
    (body(typed(maxLength=4, value="12345")), f"{FIRST}.value has 5"),
    (body(typed(regex="(", errorMessage="x")), f"{FIRST}.regex"),
    (body(typed(isRequired=True)), f"{FIRST}.errorMessage is missing"),
    (body(typed(value=5)), f"{FIRST}.value is no string"),
    (body(typed("Number", value="5")), f"{FIRST}.value is no number"),
    (body(typed("Date", value="1.2.26")), f"{FIRST}.value is no day"),
    (body(typed("Toggle")), f"{FIRST}.title is missing"),
    (body(choices(0)), f"{FIRST} has no choices"),
    (body(typed("ChoiceSet")), f"{FIRST} has no choices"),
    (body(choices(value="v9")), f"{FIRST}.value is not among"),
    (body(typed("ChoiceSet", choices=[{"title": "a", "value": "v"}] * 2)), f"{FIRST}.choices has the same value twice"),
    (body(typed("ChoiceSet", choices=[{"title": "", "value": "v"}])), f"{FIRST}.choices[0].title is empty"),
    (body(row(7)), f"{FIRST}.actions has more than 6"),
    (said(card(actions=[execute(f"v{n}") for n in range(7)])), f"{CONTENT}.actions has more than 6"),
    (said(card(actions=[{"type": "Action.Execute", "title": "Go"}])), f"{CONTENT}.actions[0].verb is missing"),
    (said(card(actions=[{"type": "Action.Http", "title": "Go"}])), f"{CONTENT}.actions[0].type"),
    (said(card(actions=[execute(title=None)])), f"{CONTENT}.actions[0].title is missing"),
    (said(card(actions=[execute(title=5)])), f"{CONTENT}.actions[0].title is no string"),
    (said(card(actions=[execute(style="green")])), f"{CONTENT}.actions[0].style"),
    (said(card(actions=[{"type": "Action.OpenUrl", "title": "Go"}])), f"{CONTENT}.actions[0].url is missing"),
    (said(card(actions=[{"type": "Action.ShowCard", "title": "Go", "card": {"type": "AdaptiveCard", "body": [block("")]}}])), "card.body[0].text"),
    (said(card(refresh={"action": execute(), "userIds": ["29:1"] * 61})), f"{CONTENT}.refresh.userIds has 61"),
    (said(entities=[{"type": "streamInfo"}]), "entities[0].type"),
    (said(entities=[{"type": "mention", "text": "<at>A</at>", "mentioned": {"id": "1", "name": "A"}}]), "does not stand in the text"),
    (made(claim(0)), "position is 0"),
    (made(claim(), claim()), "the same position twice"),
    (made(*[claim(n) for n in range(1, 22)]), "citation has 21"),
    (made(claim(name="x" * 81)), "name has 81"),
    (made(claim(abstract="x" * 161)), "abstract has 161"),
    (made(claim(abstract="")), "abstract is empty"),
    (made(claim(url="javascript:alert(1)")), "url is no address"),
    (made(claim(keywords=["a"] * 4)), "keywords has 4"),
    (made(**{"@context": "x"}), "@context"),
    (made(additionalType=["AI"]), "additionalType[0]"),
    ({**made(), "entities": made()["entities"] * 2}, "more than once"),
    (said(channelData={"feedbackLoop": {"type": "yes"}}), "channelData.feedbackLoop.type"),
    (said(channelData={"feedbackLoop": {}}), "channelData.feedbackLoop.type is missing"),
    (piece(""), "text is missing in a piece"),
    (piece(streamSequence=None), "streamSequence is missing"),
    (piece(streamSequence=0), "streamSequence is 0"),
    (piece("x" * 1001, streamType="informative"), "text has 1001"),
    (piece(streamType="final"), "streamType is final"),
    (piece(kind="message"), "streamType is final"),
    (piece("x", "message", streamType="final", streamSequence=3, streamId="1"), "no streamSequence"),
    (piece("x", "message", streamType="final", streamSequence=None), "needs streamId"),
    (piece(more={"attachments": [{"contentType": CARD, "content": card()}]}), "belong to the final message"),
    (suggested(4), "suggestedActions.actions has 4"),
    (said(recipient={"id": "29:1", "isTargeted": True}), "recipient.isTargeted"),
]  # fmt: skip


@pytest.mark.parametrize(("activity", "words"), BAD)
def test_what_teams_refuses_is_named(activity, words):
    found = problems(activity, conversation_type="personal")

    assert any(words in each for each in found), found


@pytest.mark.parametrize("kind", ["channel", "groupChat"])
def test_nothing_is_streamed_outside_of_a_personal_chat(kind):
    assert any("outside of a personal chat" in each for each in problems(piece(), conversation_type=kind))
    assert problems(said(recipient={"id": "29:1", "isTargeted": True}), conversation_type=kind) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "text", "body", "items", "actions", "id", "value", "choices", "card", "version"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON, JSON, st.sampled_from(["personal", "channel", "groupChat"]))
def test_whatever_is_sent_gets_an_answer_and_keeps_its_shape(content, entities, kind):
    activity = {"type": "message", "text": "x", "entities": entities, "attachments": [{"contentType": CARD, "content": content}]}
    before = json.dumps(activity)

    assert all(isinstance(each, str) for each in problems(activity, conversation_type=kind))
    assert json.dumps(activity) == before
