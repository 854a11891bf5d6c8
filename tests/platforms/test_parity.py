"""One reply, one draft, three platforms: a reader is told the same everywhere.

Slack and Teams say the same lines in the same order. The playground draws tables and headings, so there it is the same words.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import pytest
from bs4 import BeautifulSoup
from platforms.teams.reading import lines as lines_of
from platforms.teams.reading import read
from shapes import NOW, SHAPES, new_draft

from bot.app.guide import SelfDescription
from bot.connectors.about import abouts
from bot.platforms.playground.render import post
from bot.platforms.playground.send import BOT, BOT_NAME, body
from bot.platforms.playground.templates import post_html
from bot.platforms.slack.cards import card as slack_card
from bot.platforms.slack.render import say as slack_say
from bot.platforms.teams.cards import card as teams_card
from bot.platforms.teams.render import say as teams_say
from bot.settings import Configuration
from bot.store.talk.posts import Post
from handlers.catalogue import COMMANDS
from handlers.models import Change, Person, Place, Policy, Reply, Source, State

HELP = SelfDescription(lambda: pytest.fail("nobody asks for the status"), configuration=Configuration(), connected=abouts()).help(
    Person("playground:ada", "Ada"), Place("playground", "general")
)
SOURCES = (
    Source("Refunds & fees", "https://docs.example/refunds", "Duplicates go back the same day"),
    Source("Payouts", "", "Payouts leave on Mondays"),
    Source("SUP-3 Charged twice", "https://jira.example/browse/SUP-3"),
)
PROSE = "\n\n".join(f"Paragraph {n} of a long text. " + f"It says thing{n} again and again. " * 40 for n in range(40))
REPLIES = {
    "answer": Reply("Duplicates go back **the same day** [1], payouts on Mondays [2].\nSee `fees`.", SOURCES, confidence=0.91),
    "unsure": Reply("Perhaps on Mondays. [2]", SOURCES, confidence=0.55),
    "abstained": Reply("I don't know.", SOURCES[:2], confidence=0.12, abstained=True),
    "nothing near": Reply("I don't know, and nothing comes near.", (), confidence=0.0, abstained=True),
    "private answer": Reply("Only for you. [1]", SOURCES[:1], confidence=0.8, private=True),
    "quoted": Reply("On Mondays. [1]", SOURCES[1:2], confidence=0.8, note="No summary: the language model is away."),
    "without a confidence": Reply("It stands there.", SOURCES),
    "an address": Reply(
        "See https://docs.example/refunds and https://elsewhere.example/a_b?c=1&d=2.", SOURCES[:1], confidence=0.8
    ),
    "code": Reply("Do this:\n\n```\nrefund --all\n```\n\nDone. [1]", SOURCES[:1], confidence=0.8),
    "long answer": Reply(PROSE, SOURCES, confidence=0.8),
    "help": Reply(HELP, private=True),
    "words": Reply("Nothing waits for you.", private=True),
    "waiting": Reply("2 waiting for you:", waiting=(new_draft(),)),
    "trouble": Reply("not allowed: only support-leads may approve <this> & that.\nAsk *them*, or a_b at 1. all.", trouble=True),
    "long words": Reply(PROSE),
}
DRAFTS = {name: new_draft(**shape) for name, shape in SHAPES.items()} | {
    "long": new_draft(changes=(Change("description", "old words", PROSE), Change("priority", "low", "a → b"))),
    "only spaces": new_draft(changes=(Change("note", "x", "  "), Change("priority", "low", ""))),
    "quorum met": new_draft(policy=Policy(quorum=2), state=State.FAILED, outcome="Jira refused this\nand said why"),
    "many sources": new_draft(sources=SOURCES * 3, reasons=("one", "two", "three")),
}
PART = re.compile(r"part \d+ of \d+")
SLACK_LINK, SLACK_DATE = re.compile(r"<https?://[^|>]+\|([^>]+)>"), re.compile(r"<!date\^\d+\^[^|]+\|([^>]+)>")
TEAMS_DATE = re.compile(r"\{\{DATE\(([^,]+),SHORT\)\}\} \{\{TIME\(\1\)\}\}")
NUMBERED = re.compile(r"^\d{1,2}\. ", re.MULTILINE)
"""A source's number, which the page leaves to its lists."""
LABELS = frozenset(
    {"was", "now", "before", "after", "nearest", "sources", "confidence", "confident", "so", "far", "why", "open", "in"}
)
"""What stands around a value, a source or a link: in words in Slack and Teams, as heads, headings and labels on the page."""
DRAWN = (
    "form", "button", ".byline", ".state", "thead", ".earlier summary", ".quiet", ".sources summary",
    "[data-relative]", "[hidden]",
)  # fmt: skip
"""What only the page has: its forms and buttons, who spoke when, the state as a badge, heads of its tables, a time's distance."""
PRIVATE = ", only you can see this"
"""Said in an answer's last line; the page says it beside every private post, Slack and Teams beside those that they keep private."""


@dataclass(frozen=True)
class Said:
    """What a reader sees: the text without its buttons, and the buttons."""

    text: str
    buttons: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", self.text.casefold()))


def said(parts: list[str], buttons: list[str]) -> Said:
    """The parts without the numbers of messages, which depend on the limits of a platform."""
    rows = (" ".join(row.split()) for part in parts for row in part.split("\n"))
    return Said("\n".join(row for row in rows if row and not PART.fullmatch(row)), tuple(buttons))


def in_slack(messages) -> Said:
    parts, buttons = [], []
    for block in (block for message in messages for block in message.blocks):
        if block["type"] == "actions":
            buttons += [one["text"]["text"] for one in block["elements"]]
        elif block["type"] == "markdown":
            parts.append(read(unescape(block["text"])))
        elif block["type"] != "context_actions":  # Slack's thumbs are a block; Teams draws its own, the page has none
            texts = [block["text"]] if "text" in block else block["elements"]
            parts.append(" ".join(SLACK_LINK.sub(r"\1", SLACK_DATE.sub(r"\1", one["text"])) for one in texts))
    return said([part.replace("&amp;", "&") for part in parts], buttons)


def in_teams(messages) -> Said:
    parts, buttons = [], []
    for message in messages:
        parts += [read(message.text)] if message.text else []
        for shown in [message.card] if message.card else []:
            parts += [TEAMS_DATE.sub(lambda hit: stamp(hit[1]), line) for line in lines_of(shown)]
            buttons += [one["title"] for one in shown.get("actions", ())]
    return said(parts, buttons)


def stamp(at: str) -> str:
    return f"{datetime.fromisoformat(at):%d %b %Y, %H:%M} UTC"


def on_page(reply: Reply | None = None, draft=None) -> Said:
    kept = {} if reply is None else body(reply)
    shown = Post(
        1, 1, "general", 0, BOT, BOT_NAME, "ada" if reply and reply.private else "", draft.id if draft else "", 0.0, kept
    )
    soup = BeautifulSoup(post_html(post(shown, viewer="ada", draft=draft, now=NOW)), "html.parser")
    buttons = [button.get_text(strip=True) for button in soup.select(".buttons button")]
    for only in soup.select(", ".join(DRAWN)):
        only.decompose()
    for link in soup.select(".sources a, .card-sources a"):  # a browser shows where a title leads, chats do not
        link.append(f" {link['href'].split('/')[2]}")
    return said([soup.get_text(" ")], buttons)


def squeezed(text: str) -> str:
    return "".join(text.replace(PRIVATE, "").split())


def told_alike(slack: Said, teams: Said, page: Said) -> None:
    assert squeezed(slack.text) == squeezed(teams.text)
    bare = Said(NUMBERED.sub("", teams.text.replace(PRIVATE, "")), ())
    assert bare.words - LABELS == page.words - LABELS


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_says_the_same_everywhere(name):
    reply = REPLIES[name]
    slack, teams = (
        in_slack(slack_say(reply, answer_id="a1", share=reply.private)),
        in_teams(teams_say(reply, answer_id="a1", share=reply.private)),
    )
    told_alike(slack, teams, on_page(reply))
    assert slack.buttons == teams.buttons  # the page has one reader: there is nobody to share with


@pytest.mark.parametrize("name", DRAFTS)
def test_a_card_says_the_same_everywhere(name):
    draft = DRAFTS[name]
    slack, teams, page = in_slack(slack_card(draft, now=NOW)), in_teams(teams_card(draft, now=NOW)), on_page(draft=draft)
    told_alike(slack, teams, page)
    assert slack.text.splitlines() == teams.text.splitlines()
    assert slack.buttons == teams.buttons == page.buttons
    assert slack.text.splitlines()[-1] == teams.text.splitlines()[-1] == "draft k7mp2xqa"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_everywhere(name):
    reply = REPLIES["help"]
    line = squeezed(f"{COMMANDS[name].usage} — {COMMANDS[name].help}. Example: {COMMANDS[name].example}")
    for shown in (in_slack(slack_say(reply)), in_teams(teams_say(reply)), on_page(reply)):
        assert line in squeezed(shown.text)


def test_what_is_private_says_so_everywhere():
    reply = REPLIES["private answer"]
    html = post_html(
        post(Post(1, 1, "general", 0, BOT, BOT_NAME, "ada", "", 0.0, body(reply)), viewer="ada", draft=None, now=NOW)
    )
    for shown in (in_slack(slack_say(reply)).text, in_teams(teams_say(reply)).text, html):
        assert "only you can see this" in shown.casefold()
