"""What Slack takes and what it refuses, payload by payload. Each bad one names the path that is wrong."""

import json

import pytest
from slack_sdk.models.blocks import Block

from bot.sandbox.slack.gate import problems, view_problems

URL = "https://docs.example/page"


def plain(text="Go"):
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text="*hi*"):
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def said(*blocks, **more):
    return {"channel": "C1", "text": "fallback", "blocks": list(blocks), **more}


def section(text="hello", **more):
    return {"type": "section", "text": plain(text), **more}


def button(name="go", **more):
    return {"type": "button", "action_id": name, "text": plain(), "value": "v", **more}


def acts(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


def context(*elements):
    return {"type": "context", "elements": list(elements)}


def options(number, text="one", value="v"):
    return [{"text": plain(text), "value": f"{value}{n}"} for n in range(number)]


def menu(**more):
    return {"type": "static_select", "action_id": "pick", "options": options(2), **more}


def markdown(text):
    return {"type": "markdown", "text": text}


def table(rows=2, columns=2):
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def agent(*elements):
    return {"type": "context_actions", "elements": list(elements)}


def thumbs(name="feedback"):
    return {
        "type": "feedback_buttons",
        "action_id": name,
        "positive_button": {"text": plain("Good"), "value": "up"},
        "negative_button": {"text": plain("Bad"), "value": "down"},
    }


def typed(**more):
    return {"type": "plain_text_input", "action_id": "value", **more}


def asked(element, name="b", **more):
    return {"type": "input", "block_id": name, "label": plain("Field"), "element": element, **more}


def modal(*blocks, **more):
    head = {"type": "modal", "title": plain("Edit"), "submit": plain("Save"), "close": plain("Cancel"), "callback_id": "edit"}
    return {**head, "blocks": list(blocks) or [section()], **more}


def home(*blocks, **more):
    return {"type": "home", "blocks": list(blocks) or [section()], **more}


PICTURE = {"type": "image", "image_url": URL, "alt_text": "a chart"}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}]}  # fmt: skip
GOOD = {
    "text alone": {"channel": "C1", "text": "hello"},
    "a section": said(section("x" * 3000)),
    "fifty blocks": said(*[section()] * 50),
    "fields": said({"type": "section", "fields": [mrkdwn("x" * 900)] * 10}),
    "a header": said({"type": "header", "text": plain("x" * 150)}),
    "a divider": said({"type": "divider", "block_id": "d"}),
    "a picture": said({**PICTURE, "title": plain()}),
    "buttons": said(acts(button("a", style="primary"), button("b", url="mailto:a@example.com"), block_id="b" * 255)),
    "twenty-five buttons": said(acts(*[button(f"b{n}") for n in range(25)])),
    "a menu with a choice": said(acts(menu(initial_option=options(1)[0]))),
    "an accessory": said(section(accessory=menu(placeholder=plain("Pick")))),
    "context": said(context(plain(), mrkdwn(), PICTURE)),
    "markdown of the greatest length": said(markdown("x" * 6000), markdown("x" * 6000)),
    "a table": said(table(100, 2)),
    "thumbs": said(agent(thumbs(), {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": "bin"})),
    "rich text": said(RICH),
    "an alert": said({"type": "alert", "text": plain("x" * 200), "level": "info"}),
    "a card": said({"type": "card", "title": plain(), "body": mrkdwn("x" * 200), "actions": [button()]}),
    "metadata": said(section(), metadata={"event_type": "post", "event_payload": {"key": "k", "more": [1]}}),
    "an update": {"channel": "C1", "ts": "1.2", "text": "x" * 4000},
    "checkboxes": said(acts({"type": "checkboxes", "action_id": "c", "options": [{"text": mrkdwn(), "value": "1"}]})),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_slack_takes_passes(name):
    assert problems(GOOD[name]) == []


@pytest.mark.parametrize("name", GOOD)
def test_slacks_own_models_agree_about_what_is_good(name):
    for block in GOOD[name].get("blocks", []):
        assert Block.parse(json.loads(json.dumps(block))).to_dict()["type"] == block["type"]


GOOD_VIEWS = {
    "a form": modal(asked(typed(max_length=3000, initial_value="x" * 3000, multiline=True), hint=plain("why"), optional=True)),
    "the same action in two blocks": modal(asked(typed(), "a"), asked(typed(), "b")),
    "a form without inputs": {"type": "modal", "title": plain(), "close": plain(), "blocks": [section()]},
    "menus": modal(asked({"type": "multi_static_select", "options": options(100), "initial_options": options(3)})),
    "a home": home(*[section()] * 100),
    "an empty private_metadata": home(private_metadata=""),
}


@pytest.mark.parametrize("name", GOOD_VIEWS)
def test_views_that_slack_takes_pass(name):
    assert view_problems(GOOD_VIEWS[name]) == []


FIRST = "blocks[0]"
BAD = [
    ({"channel": "C1"}, "text and blocks"),
    ({"channel": "C1", "blocks": [section()]}, "text is missing"),
    ({"channel": "C1", "text": "", "blocks": []}, "text and blocks"),
    ({"channel": "C1", "text": " \n", "blocks": [section()]}, "text is missing"),
    ({"channel": "C1", "text": 5}, "text is no string"),
    ({"channel": "C1", "text": "x" * 40_001}, "text has 40001"),
    ({"channel": "C1", "ts": "1.2", "text": "x" * 4001}, "text has 4001"),
    ({"text": "x", "blocks": "[]"}, "blocks is no list"),
    ({"text": "x", "blocks": ["hello"]}, f"{FIRST} is a plain string"),
    ({"text": "x", "blocks": [None]}, f"{FIRST} is no object"),
    (said(*[section()] * 51), "blocks has 51 items"),
    (said({"type": "poll"}), f"{FIRST}.type"),
    (said({"text": plain()}), f"{FIRST}.type"),
    (said({"type": "call", "call_id": "R1"}), f"{FIRST}.type"),
    (said({"type": "section"}), f"{FIRST} has none of text, fields"),
    (said(section(colour="red")), f"{FIRST}.colour"),
    (said({"type": "section", "text": "hello"}), f"{FIRST}.text is a plain string"),
    (said(section("")), f"{FIRST}.text.text is empty"),
    (said(section("x" * 3001)), f"{FIRST}.text.text has 3001"),
    (said({"type": "section", "text": {"type": "markdown", "text": "x"}}), f"{FIRST}.text.type"),
    (said({"type": "section", "text": {**plain(), "verbatim": True}}), f"{FIRST}.text.verbatim"),
    (said({"type": "section", "text": {**plain(), "emoji": "no"}}), f"{FIRST}.text.emoji"),
    (said({"type": "section", "text": {"type": "plain_text"}}), f"{FIRST}.text.text is missing"),
    (said({"type": "section", "text": {"type": "plain_text", "text": 7}}), f"{FIRST}.text.text is no string"),
    (said({"type": "section", "fields": [plain()] * 11}), f"{FIRST}.fields has 11"),
    (said({"type": "section", "fields": [plain("x" * 2001)]}), f"{FIRST}.fields[0].text has 2001"),
    (said({"type": "section", "fields": []}), f"{FIRST}.fields has 0"),
    (said(section(accessory={"type": "slider"})), f"{FIRST}.accessory.type"),
    (said({"type": "header", "text": mrkdwn()}), f"{FIRST}.text.type"),
    (said({"type": "header", "text": plain("x" * 151)}), f"{FIRST}.text.text has 151"),
    (said({"type": "header"}), f"{FIRST}.text is missing"),
    (said({"type": "divider", "text": plain()}), f"{FIRST}.text is not known"),
    (said({"type": "image", "image_url": URL}), f"{FIRST}.alt_text is missing"),
    (said({"type": "image", "alt_text": "x"}), f"{FIRST} has none of image_url"),
    (said({**PICTURE, "image_url": "data:image/png;base64,AA"}), f"{FIRST}.image_url"),
    (said(context()), f"{FIRST}.elements has 0"),
    (said(context(*[plain()] * 11)), f"{FIRST}.elements has 11"),
    (said(context(button())), f"{FIRST}.elements[0].type"),
    (said(context("hello")), f"{FIRST}.elements[0] is a plain string"),
    (said(context({"type": "image", "image_url": URL})), f"{FIRST}.elements[0].alt_text"),
    (said(acts()), f"{FIRST}.elements has 0"),
    (said(acts(plain())), f"{FIRST}.elements[0].type"),
    (said(acts(*[button(f"b{n}") for n in range(26)])), f"{FIRST}.elements has 26"),
    (said(acts(button(text=mrkdwn()))), f"{FIRST}.elements[0].text.type"),
    (said(acts(button(text="Go"))), f"{FIRST}.elements[0].text is a plain string"),
    (said(acts(button(text=plain("x" * 76)))), f"{FIRST}.elements[0].text.text has 76"),
    (said(acts(button(value="x" * 2001))), f"{FIRST}.elements[0].value has 2001"),
    (said(acts(button(url=f"https://x.example/{'x' * 3000}"))), f"{FIRST}.elements[0].url has 3018"),
    (said(acts(button(url="javascript:alert(1)"))), f"{FIRST}.elements[0].url is no URL"),
    (said(acts(button(url="/relative"))), f"{FIRST}.elements[0].url is no URL"),
    (said(acts(button(url="https://"))), f"{FIRST}.elements[0].url is no URL"),
    (said(acts(button(url="http://[::1"))), f"{FIRST}.elements[0].url is no URL"),
    (said(acts(button(style="green"))), f"{FIRST}.elements[0].style"),
    (said(acts(button("x" * 256))), f"{FIRST}.elements[0].action_id has 256"),
    (said(acts(button(), button())), f"{FIRST}.elements[1].action_id"),
    (said(acts(button()), acts(button())), "blocks[1].elements[0].action_id"),
    (said(section(block_id="b" * 256)), f"{FIRST}.block_id has 256"),
    (said(section(block_id="")), f"{FIRST}.block_id is empty"),
    (said(section(block_id="b"), section(block_id="b")), "blocks[1].block_id"),
    (said(acts(menu(options=[]))), f"{FIRST}.elements[0].options has 0"),
    (said(acts(menu(options=options(101)))), f"{FIRST}.elements[0].options has 101"),
    (said(acts(menu(options=options(1, "x" * 76)))), f"{FIRST}.elements[0].options[0].text.text has 76"),
    (said(acts(menu(options=options(1, value="x" * 150)))), f"{FIRST}.elements[0].options[0].value has 151"),
    (said(acts(menu(initial_option={"text": plain("other"), "value": "v9"}))), f"{FIRST}.elements[0].initial_option"),
    (said(acts({"type": "static_select", "action_id": "pick"})), f"{FIRST}.elements[0] has none of options"),
    (said(acts({"type": "overflow", "action_id": "o", "options": options(6)})), f"{FIRST}.elements[0].options has 6"),
    (said(acts({"type": "radio_buttons", "action_id": "o", "options": options(11)})), f"{FIRST}.elements[0].options has 11"),
    (said(acts({"type": "datepicker", "action_id": "d", "initial_date": "2/3/26"})), f"{FIRST}.elements[0].initial_date"),
    (said(acts(typed())), f"{FIRST}.elements[0].type"),
    (said(asked(typed())), f"{FIRST}.type"),
    (said(agent(button())), f"{FIRST}.elements[0].type"),
    (said(agent(*[thumbs(f"t{n}") for n in range(6)])), f"{FIRST}.elements has 6"),
    (said(agent({"type": "feedback_buttons", "positive_button": {"text": plain(), "value": "up"}})), f"{FIRST}.elements[0].negative_button"),
    (said(markdown("")), f"{FIRST}.text is empty"),
    (said(markdown("x" * 12_001)), f"{FIRST}.text has 12001"),
    (said(markdown("x" * 6000), markdown("x" * 6001)), "blocks has 12001 characters of markdown"),
    (said({"type": "markdown", "text": plain()}), f"{FIRST}.text is no string"),
    (said(*[section("x" * 2800)] * 5), "characters as JSON, more than 13000"),
    (said(table(101)), f"{FIRST}.rows has 101"),
    (said(table(1, 21)), f"{FIRST}.rows[0] has 21"),
    (said(table(), table()), "blocks[1] is a second table"),
    (said({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "javascript:x"}]}]}), f"{FIRST}.elements[0].elements[0].url"),
    (said({"type": "alert", "text": plain("x" * 201)}), f"{FIRST}.text.text has 201"),
    (said(section(), metadata={"event_type": "post"}), "metadata.event_payload is missing"),
    (said(section(), metadata={"event_payload": {}}), "metadata.event_type is missing"),
    (said(section(), metadata="post"), "metadata is no object"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_what_slack_refuses_is_named_with_its_path(message, sentence):
    found = problems(message)
    assert any(sentence in line for line in found), found
    assert all(len(line) < 250 and line.endswith(".") for line in found)


BAD_VIEWS = [
    ({"type": "dialog", "blocks": [section()]}, "type is 'dialog'"),
    ({"blocks": [section()]}, "type is 'None'"),
    ({"type": "modal", "blocks": [section()]}, "title is missing"),
    (modal(title=plain("x" * 25)), "title.text has 25"),
    (modal(title=mrkdwn()), "title.type"),
    (modal(title="Edit"), "title is a plain string"),
    (modal(submit=plain("x" * 25)), "submit.text has 25"),
    (modal(close=plain("x" * 25)), "close.text has 25"),
    ({"type": "modal", "title": plain(), "blocks": [asked(typed())]}, "submit is missing"),
    (modal(callback_id="x" * 256), "callback_id has 256"),
    (modal(private_metadata="x" * 3001), "private_metadata has 3001"),
    (modal(*[section()] * 101), "blocks has 101"),
    ({"type": "modal", "title": plain()}, "blocks is missing"),
    (home(title=plain()), "title is not known"),
    (home(submit=plain()), "submit is not known"),
    (home(agent(thumbs())), f"{FIRST}.type"),
    (home(markdown("x")), f"{FIRST}.type"),
    (home(table()), f"{FIRST}.type"),
    (modal(asked(typed(max_length=3001))), f"{FIRST}.element.max_length"),
    (modal(asked(typed(max_length=10, initial_value="x" * 11))), f"{FIRST}.element.initial_value has 11"),
    (modal(asked(typed(initial_value=""))), f"{FIRST}.element.initial_value is empty"),
    (modal(asked(typed(max_length=10, min_length=11))), f"{FIRST}.element.min_length"),
    (modal(asked(typed(max_length="10"))), f"{FIRST}.element.max_length is no whole number"),
    (modal(asked(button())), f"{FIRST}.element.type"),
    (modal(asked(typed(), label=mrkdwn())), f"{FIRST}.label.type"),
    (modal(asked(typed(), label=plain("x" * 2001))), f"{FIRST}.label.text has 2001"),
    (modal(asked(typed(), "a"), asked(typed(), "a")), "blocks[1].block_id"),
    (modal(acts(button(), button())), f"{FIRST}.elements[1].action_id"),
    (modal({"type": "input", "label": plain()}), f"{FIRST}.element is missing"),
    (modal(asked({"type": "multi_static_select", "options": options(2), "initial_options": options(3)})), f"{FIRST}.element.initial_options[2]"),
    (home(*[section("ж" * 2900)] * 60), "bytes, more than 250000"),
]  # fmt: skip


@pytest.mark.parametrize(("view", "sentence"), BAD_VIEWS, ids=[sentence for _, sentence in BAD_VIEWS])
def test_views_that_slack_refuses_are_named_with_their_path(view, sentence):
    found = view_problems(view)
    assert any(sentence in line for line in found), found
