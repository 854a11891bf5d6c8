"""The blocks, as docs.slack.dev/reference/block-kit describes them, and which surface takes which.

`file` and `call` are missing: Slack shows them, and takes them from nobody. So are the blocks that this program has no use for.
"""

from collections.abc import Mapping

from bot.sandbox.rules import WEB, Rule, Shape, address, any_of, choice, flag, items, of_type, whole, words
from bot.sandbox.slack.elements import (
    AGENT,
    BUTTON,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    LONGEST_ID,
    SLACK_FILE,
)  # fmt: skip
from bot.sandbox.slack.texts import plain, text

LONGEST_MARKDOWN = 12_000
ROWS, COLUMNS = 100, 20
ID: Mapping[str, Rule] = {"block_id": words(LONGEST_ID)}
STYLE = Shape(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag)
)
SPAN = of_type(
    {
        "text": Shape({"text": words(12_000)}, {"style": STYLE}),
        "link": Shape({"url": address()}, {"text": words(3000), "unsafe": flag, "style": STYLE}),
        "emoji": Shape(
            {"name": words(100)}, {"unicode": words(100), "skin_tone": whole(1, 6), "url": address(WEB), "style": STYLE}
        ),
        "user": Shape({"user_id": words(LONGEST_ID)}, {"style": STYLE}),
        "usergroup": Shape({"usergroup_id": words(LONGEST_ID)}, {"style": STYLE}),
        "channel": Shape({"channel_id": words(LONGEST_ID)}, {"style": STYLE}),
        "broadcast": Shape({"range": choice("here", "channel", "everyone")}, {"style": STYLE}),
        "color": Shape({"value": words(20)}),
        "date": Shape({"timestamp": whole(0, 10**11), "format": words(200)}, {"url": address(), "fallback": words(200)}),
    },
    "an element of rich text",
)
SPANS = items(SPAN, 1000, 0)
SECTION = Shape({"elements": SPANS})
RICH = Shape(
    {
        "elements": items(
            of_type(
                {
                    "rich_text_section": SECTION,
                    "rich_text_preformatted": Shape({"elements": SPANS}, {"border": whole(0, 1), "language": words(50)}),
                    "rich_text_quote": Shape({"elements": SPANS}, {"border": whole(0, 1)}),
                    "rich_text_list": Shape(
                        {
                            "style": choice("bullet", "ordered"),
                            "elements": items(of_type({"rich_text_section": SECTION}, "an item"), 1000),
                        },
                        {"indent": whole(0, 8), "offset": whole(0, 1000), "border": whole(0, 1)},
                    ),
                },
                "a part of rich text",
            ),
            1000,
        )
    },
    ID,
)
CELL = of_type({"raw_text": Shape({"text": words(3000)}), "raw_number": Shape({"value": whole(-(10**15), 10**15)}, {"text": words(200)}), "rich_text": RICH}, "a cell")  # fmt: skip
COLUMN = Shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})
EVERYWHERE: Mapping[str, Shape] = {
    "section": Shape(
        {},
        {**ID, "text": text(3000), "fields": items(text(2000), 10), "accessory": IN_SECTION, "expand": flag},
        (any_of("text", "fields"),),
    ),
    "header": Shape({"text": plain(150)}, ID),
    "divider": Shape({}, ID),
    "image": Shape(
        {"alt_text": words(2000)},
        {**ID, "image_url": address(WEB), "slack_file": SLACK_FILE, "title": plain(2000)},
        (any_of("image_url", "slack_file"),),
    ),
    "actions": Shape({"elements": items(IN_ACTIONS, 25)}, ID),
    "context": Shape({"elements": items(IN_CONTEXT, 10)}, ID),
    "rich_text": RICH,
    "video": Shape(
        {"alt_text": words(2000), "title": plain(199), "thumbnail_url": address(WEB), "video_url": address(frozenset({"https"}))},
        {
            **ID, "author_name": words(49), "description": plain(199), "provider_icon_url": address(WEB), "provider_name": words(200),
            "title_url": address(frozenset({"https"})),
        },
    ),
}  # fmt: skip
CARD = Shape(
    {},
    {
        **ID, "hero_image": of_type({"image": IMAGE}, "a picture"), "icon": of_type({"image": IMAGE}, "a picture"),
        "title": text(150), "subtitle": text(150), "body": text(200),
        "actions": items(of_type({"button": BUTTON, "icon_button": AGENT["icon_button"]}, "an action of a card"), 25),
    },
    (any_of("hero_image", "title", "actions", "body"),),
)  # fmt: skip
URL_SOURCE = of_type({"url": Shape({"url": address(WEB), "text": words(3000)})}, "a source")
TASK = Shape(
    {"task_id": words(LONGEST_ID), "title": words(3000)},
    {
        **ID, "details": of_type({"rich_text": RICH}, "rich text"), "output": of_type({"rich_text": RICH}, "rich text"),
        "sources": items(URL_SOURCE, 100), "status": choice("pending", "in_progress", "complete", "error"),
    },
)  # fmt: skip
IN_MESSAGES: Mapping[str, Shape] = {
    **EVERYWHERE,
    "markdown": Shape({"text": words(LONGEST_MARKDOWN)}, ID),
    "table": Shape(
        {"rows": items(items(CELL, COLUMNS), ROWS)}, {**ID, "column_settings": items(COLUMN, COLUMNS, 0)}
    ),
    "context_actions": Shape({"elements": items(IN_CONTEXT_ACTIONS, 5)}, ID),
    "alert": Shape({"text": text(200)}, {**ID, "level": choice("default", "info", "warning", "error", "success")}),
    "card": CARD,
    "carousel": Shape({"elements": items(of_type({"card": CARD}, "a card"), 10)}, ID),
    "task_card": TASK,
    "plan": Shape({"title": words(3000)}, {**ID, "tasks": items(of_type({"task_card": TASK}, "a task"), 100)}),
}  # fmt: skip
INPUT = Shape({"label": plain(2000), "element": IN_INPUT}, {**ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag})
IN_VIEWS: Mapping[str, Shape] = {**EVERYWHERE, "input": INPUT}
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
OF_MESSAGE = items(of_type(IN_MESSAGES, "a block of a message"), MESSAGE_BLOCKS, 0)
OF_VIEW = items(of_type(IN_VIEWS, "a block of a view"), VIEW_BLOCKS)
