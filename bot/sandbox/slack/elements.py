"""The elements of blocks, as docs.slack.dev/reference/block-kit describes them, and which block takes which."""

from collections.abc import Iterator, Mapping

from bot.sandbox.rules import WEB, Rule, Shape, address, any_of, at, choice, flag, free, items, matching, of_type, whole, words
from bot.sandbox.slack.texts import plain, text

LONGEST_ID = 255
LONGEST_INPUT = 3000
MOST_OPTIONS = 100
OPTION = Shape({"text": plain(75), "value": words(150)}, {"description": plain(75)})
MARKED = Shape({"text": text(75), "value": words(150)}, {"description": text(75)})
"""An option of radio buttons and checkboxes, which may have markup."""
LINKED = Shape({"text": plain(75), "value": words(150)}, {"description": plain(75), "url": address()})
GROUP = Shape({"label": plain(75), "options": items(OPTION, MOST_OPTIONS)})
CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, {"style": choice("primary", "danger")}
)
FILTER = Shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
DISPATCH = Shape({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = Shape({}, {"id": words(LONGEST_ID), "url": address(WEB)}, (any_of("id", "url"),))
ID: Mapping[str, Rule] = {"action_id": words(LONGEST_ID)}
ASKS: Mapping[str, Rule] = {**ID, "confirm": CONFIRM, "focus_on_load": flag}
MENU: Mapping[str, Rule] = {**ASKS, "placeholder": plain(150)}
TYPED: Mapping[str, Rule] = {**ID, "focus_on_load": flag, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
CHOSEN = {"max_selected_items": whole(1, MOST_OPTIONS)}
NAME = words(LONGEST_ID)
DAY, TIME = matching(r"\d{4}-\d{2}-\d{2}", "date like 2026-03-02"), matching(r"\d{2}:\d{2}", "time like 09:30")
THUMB = Shape({"text": plain(75), "value": words(2000)}, {"accessibility_label": words(75)})
IMAGE = Shape(
    {"alt_text": words(2000)}, {"image_url": address(WEB), "slack_file": SLACK_FILE}, (any_of("image_url", "slack_file"),)
)


def offered(path: str, value: object) -> Iterator[str]:
    """What is chosen at first has to be among what is offered."""
    if not isinstance(value, Mapping):
        return
    groups = value.get("option_groups")
    lists = [
        value.get("options"),
        *(g.get("options") for g in (groups if isinstance(groups, list) else ()) if isinstance(g, Mapping)),
    ]
    there = [option for found in lists if isinstance(found, list | tuple) for option in found]
    several = value.get("initial_options")
    one = value.get("initial_option")
    if one is not None and one not in there:
        yield f"{at(path, 'initial_option')} is not among the options."
    for number, option in enumerate(several if isinstance(several, list | tuple) else ()):
        if option not in there:
            yield f"{at(path, 'initial_options')}[{number}] is not among the options."
    if all(value.get(key) is not None for key in ("options", "option_groups")):
        yield f"{path} has both options and option_groups."


def bounded(path: str, value: object) -> Iterator[str]:
    """A text input's first value keeps to its own length."""
    if not isinstance(value, Mapping):
        return
    first, least, most = (value.get(key) for key in ("initial_value", "min_length", "max_length"))
    if isinstance(first, str) and isinstance(most, int) and len(first) > most:
        yield f"{at(path, 'initial_value')} has {len(first)} characters, more than its max_length {most}."
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield f"{at(path, 'min_length')} is more than its max_length."


def menus(kind: str, more: Mapping[str, Rule], first: str, each: Rule) -> dict[str, Shape]:
    """A menu and its brother that takes several."""
    firsts = f"{first}s"
    return {
        kind: Shape({}, {**MENU, **more, first: each}, (offered,)),
        f"multi_{kind}": Shape({}, {**MENU, **more, **CHOSEN, firsts: items(each, MOST_OPTIONS)}, (offered,)),
    }


def static(kind: str, first: str, each: Rule) -> Shape:
    """A menu whose options come along."""
    more = CHOSEN if kind.startswith("multi") else {}
    choices = {"options": items(OPTION, MOST_OPTIONS), "option_groups": items(GROUP, MOST_OPTIONS)}
    return Shape({}, {**MENU, **choices, **more, first: each}, (any_of("options", "option_groups"), offered))


MENUS: Mapping[str, Shape] = {
    "static_select": static("static_select", "initial_option", OPTION),
    "multi_static_select": static("multi_static_select", "initial_options", items(OPTION, MOST_OPTIONS)),
    **menus("external_select", {"min_query_length": whole(0, 1000)}, "initial_option", OPTION),
    **menus("users_select", {}, "initial_user", NAME),
    **menus("channels_select", {"response_url_enabled": flag}, "initial_channel", NAME),
    **menus(
        "conversations_select",
        {"response_url_enabled": flag, "default_to_current_conversation": flag, "filter": FILTER},
        "initial_conversation",
        NAME,
    ),
}
BUTTON = Shape(
    {"text": plain(75)},
    {
        **ID, "url": address(), "value": words(2000), "style": choice("primary", "danger"), "confirm": CONFIRM,
        "accessibility_label": words(75),
    },
)  # fmt: skip
PICKED: Mapping[str, Shape] = {
    "checkboxes": Shape({"options": items(MARKED, 10)}, {**ASKS, "initial_options": items(MARKED, 10)}, (offered,)),
    "radio_buttons": Shape({"options": items(MARKED, 10)}, {**ASKS, "initial_option": MARKED}, (offered,)),
    "datepicker": Shape({}, {**MENU, "initial_date": DAY}),
    "datetimepicker": Shape({}, {**ASKS, "initial_date_time": whole(10**9, 10**10 - 1)}),
    "timepicker": Shape({}, {**MENU, "initial_time": TIME, "timezone": words(100)}),
}
WORKFLOW = Shape({"trigger": Shape({"url": address(WEB)}, {"customizable_input_parameters": items(free, 100)})})
PRESSED: Mapping[str, Shape] = {
    "button": BUTTON,
    "overflow": Shape({"options": items(LINKED, 5)}, {**ID, "confirm": CONFIRM}),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": WORKFLOW, **ID}, {"style": choice("primary", "danger"), "accessibility_label": words(75)}
    ),
}
INPUTS: Mapping[str, Shape] = {
    "plain_text_input": Shape(
        {},
        {
            **TYPED, "initial_value": words(LONGEST_INPUT), "multiline": flag, "min_length": whole(0, LONGEST_INPUT),
            "max_length": whole(1, LONGEST_INPUT),
        },
        (bounded,),
    ),
    "email_text_input": Shape({}, {**TYPED, "initial_value": words(LONGEST_INPUT)}),
    "url_text_input": Shape({}, {**TYPED, "initial_value": address()}),
    "number_input": Shape(
        {"is_decimal_allowed": flag},
        {**TYPED, **dict.fromkeys(("initial_value", "min_value", "max_value"), matching(r"-?\d+(\.\d+)?", "number in a string"))},
    ),
    "file_input": Shape({}, {**ID, "filetypes": items(words(20), 100), "max_files": whole(1, 10)}),
    "rich_text_input": Shape({}, {**TYPED, "initial_value": free}),
}  # fmt: skip
AGENT: Mapping[str, Shape] = {
    "feedback_buttons": Shape({"positive_button": THUMB, "negative_button": THUMB}, ID),
    "icon_button": Shape(
        {"icon": choice("trash"), "text": plain(75)},
        {
            **ID, "value": words(2000), "confirm": CONFIRM, "accessibility_label": words(75),
            "visible_to_user_ids": items(NAME, 1000),
        },
    ),
}  # fmt: skip
TEXTS: Mapping[str, Shape] = {
    "plain_text": Shape({"text": words(LONGEST_INPUT)}, {"emoji": flag}),
    "mrkdwn": Shape({"text": words(LONGEST_INPUT)}, {"verbatim": flag}),
}
IN_ACTIONS = of_type({**PRESSED, **PICKED, **MENUS, "rich_text_input": INPUTS["rich_text_input"]}, "an element of actions")
IN_SECTION = of_type({**PRESSED, **PICKED, **MENUS, "image": IMAGE}, "an accessory")
IN_INPUT = of_type({**INPUTS, **PICKED, **MENUS}, "the element of an input")
IN_CONTEXT = of_type({**TEXTS, "image": IMAGE}, "an element of context")
IN_CONTEXT_ACTIONS = of_type(AGENT, "an element of context_actions")
