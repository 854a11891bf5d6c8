"""Active content is found wherever it stands, and what only looks like it is left alone."""

import pytest

from bot.sandbox.slack.dangers import dangers


def mrkdwn(text):
    return {"text": "x", "blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}]}


def markdown(text):
    return {"text": "x", "blocks": [{"type": "markdown", "text": text}]}


def fallback(text):
    return {"text": text}


ACTIVE = [
    fallback("<!channel> hello"),
    fallback("<!here|here>"),
    fallback("<!everyone>"),
    fallback("<!subteam^S1>"),
    fallback("<@U1>"),
    fallback("<#C1|general>"),
    fallback("<https://evil.example|https://good.example>"),
    mrkdwn("see <!channel>"),
    mrkdwn("<@U1|ada>"),
    mrkdwn("<!channel"),
    mrkdwn("<https://evil.example/good.example|good.example>"),
    mrkdwn("<https://evil.example|Go to good.example now>"),
    mrkdwn("<https://good.example@evil.example|good.example>"),
    mrkdwn("<javascript:alert(1)|Open>"),
    markdown("[here](https://evil.example)"),
    markdown("[https://good.example](https://evil.example)"),
    markdown("[a\\]](https://evil.example)"),
    markdown("\\\\[a](mailto:x)"),
    markdown("![x](https://evil.example/p.png)"),
    markdown("![https://evil.example](https://evil.example)"),
    markdown("<https://evil.example>"),
    markdown("[x]: https://evil.example"),
    markdown("see https://evil.example"),
    markdown("see www.evil.example"),
    markdown("`a `https://evil.example` b`"),
    markdown("`open\nand `https://evil.example` shut"),
    markdown("  ```\n`https://evil.example"),
    markdown("<!channel>"),
    markdown("`<!channel>`"),
    {"text": "x", "blocks": [{"type": "image", "image_url": "https://evil.example", "alt_text": "x"}]},
    {
        "text": "x",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}],
            }
        ],
    },
]
PASSIVE = [
    fallback("&lt;!channel&gt; @here 5 &lt; 6"),
    fallback("[a](https://evil.example)"),
    mrkdwn("expires <!date^1772445600^{date_short_pretty}, {time}|02 Mar 2026, 10:00 UTC>"),
    mrkdwn("<https://docs.example/a?b=1&amp;c=2|docs.example>"),
    mrkdwn("<https://jira.example/browse/SUP-1|Open in jira>"),
    markdown("\\[a\\](`https://evil.example`)"),
    markdown("[https://docs.example/a_b](https://docs.example/a_b)"),
    markdown("[https://docs.example/?a=1&amp;b=2](https://docs.example/?a=1&b=2)"),
    markdown("Five days. [2]\n\n```\ncurl https://evil.example\n```\nend"),
    markdown("```\nopen https://evil.example"),
    markdown("\\!\\[x\\](x) and `[a](https://evil.example)`"),
    markdown("a \\\\`https://evil.example`"),
    {
        "text": "x",
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "<!channel> [a](https://evil.example)"}}],
    },
]


@pytest.mark.parametrize("message", ACTIVE, ids=str)
def test_active_content_is_found(message):
    assert dangers(message) != []


@pytest.mark.parametrize("message", PASSIVE, ids=str)
def test_words_are_left_alone(message):
    assert dangers(message) == []


def test_a_danger_is_named_with_its_path():
    assert dangers(mrkdwn("<@U1>")) == ["blocks[0].elements[0].text has the mention <@U1>."]
