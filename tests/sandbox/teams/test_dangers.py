"""What must never come out of foreign text: each active thing is found, and what only shows something is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox.teams.callers import card, said

from bot.sandbox.teams.dangers import dangers


def block(text):
    return said(card(body=[{"type": "TextBlock", "text": text}]))


def run(text, **more):
    return said(card(body=[{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **more}]}]))


def leads(url):
    return {"selectAction": {"type": "Action.OpenUrl", "url": url}}


def button(title, url):
    return said(card(actions=[{"type": "Action.OpenUrl", "title": title, "url": url}]))


PASSIVE = {
    "words": said(text="Refunds take **five days** [1]. 3 < 4 & a <3"),
    "an address as its own label": said(text="[https://kb.example/a](https://kb.example/a)"),
    "a host as the label": said(text="[kb.example](https://kb.example/refunds?a=1)"),
    "an escaped host": said(text="[kb\\.example](https://kb.example/refunds)"),
    "code": said(text="`[x](https://evil.example)` and\n\n```\n![a](https://evil.example)\n```\n"),
    "escaped signs": said(text="\\[x\\](https://evil.example) &lt;b&gt;"),
    "an address of the web": said(text="https://kb.example/a"),
    "a time of ours": block("expires {{DATE(2026-11-27T10:00:00Z,SHORT)}} {{TIME(2026-11-27T10:00:00Z)}}"),
    "Markdown in a run": run("[kb.example](https://evil.example) <b> <at>Ada</at>"),
    "a split macro": said(card(body=[{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": t} for t in ("{", "{DATE(x)}}")]}])),
    "a run that shows its host": run("kb.example", **leads("https://kb.example/a")),
    "a button with plain words": button("Open SUP-21", "https://jira.example/browse/SUP-21"),
    "plain text": said(text="[x](https://evil.example)", textFormat="plain"),
    "what a button carries": said(card(actions=[{"type": "Action.Execute", "title": "Go", "verb": "go", "data": {"text": "${x}"}}])),
}  # fmt: skip


@pytest.mark.parametrize("name", PASSIVE)
def test_what_only_shows_something_is_no_danger(name):
    assert dangers(PASSIVE[name]) == []


FIRST = "attachments[0].content.body[0]"
ACTIVE = [
    (said(text="<at>Ada</at>"), "text has a mention"),
    (said(entities=[{"type": "mention", "text": "<at>Ada</at>", "mentioned": {"id": "29:1", "name": "Ada"}}]), "entities[0] is a mention"),
    (block("<at>Ada</at>"), f"{FIRST}.text has a mention"),
    (said(card(msteams={"entities": [{"type": "mention"}]})), "msteams.entities[0] is a mention"),
    (said(text="![a](https://evil.example/a.png)"), "a picture in Markdown"),
    (said(card(body=[{"type": "Image", "url": "https://evil.example/a.png"}])), f"{FIRST} is a picture"),
    (said(card(backgroundImage="https://evil.example/a.png")), "backgroundImage is loaded"),
    (said(attachments=[{"contentType": "image/png", "contentUrl": "https://evil.example/a.png"}]), "attachments[0] is a picture"),
    (said(text="[click here](https://evil.example)"), "a masked link"),
    (said(text="[kb.example](https://evil.example)"), "a masked link"),
    (said(text="[x](javascript:alert(1))"), "a masked link"),
    (said(text="[kb.example][1]\n\n[1]: https://evil.example"), "a reference"),
    (block("[click](https://evil.example)"), "a masked link"),
    (said(card(body=[{"type": "FactSet", "facts": [{"title": "a", "value": "[b](https://evil.example)"}]}])), "facts[0].value has a masked link"),
    (said(text="ftp://evil.example/x"), "none of the web"),
    (said(text="<b>bold</b>"), "text has HTML"),
    (said(text="`<img src=x>`"), "text has HTML"),
    (button("Open bank.example", "https://evil.example"), "actions[0] shows another host"),
    (button("Open", "javascript:alert(1)"), "actions[0] leads to no address"),
    (button("Open", "https://kb.example@evil.example/"), "a user's name"),
    (run("bank.example", **leads("https://evil.example")), "shows another host"),
    (block("{{DATE(2026-11-27T10:00:00Z)}}"), "a time that is not written as ours"),
    (run("{{ time (x)}}"), "a time that is not written as ours"),
    (run("${secret}"), "has a template"),
    (run("abc\u202edef"), "U+202E"),
    (run("a\u200bb"), "U+200B"),
    (said(text="a\x07"), "U+0007"),
    (said(text="x", summary="a\U000e0041"), "U+E0041"),
]  # fmt: skip


@pytest.mark.parametrize(("activity", "words"), ACTIVE)
def test_active_content_is_named_with_its_place(activity, words):
    found = dangers(activity)

    assert any(words in each for each in found), found


@given(st.text(), st.text())
def test_any_text_gets_an_answer(text, url):
    for activity in (said(text=text), block(text), run(text, **leads(url)), said(text=f"[{text}]({url})")):
        assert all(isinstance(each, str) for each in dangers(activity))
