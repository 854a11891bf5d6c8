"""Views -> HTML. Every value is escaped; a name that a template does not get is an error."""

from functools import cache
from pathlib import Path

import jinja2

from bot.cards import phrases
from bot.cards.views import CardView
from bot.platforms.playground.views import PageView, PostView, RecordView, ThreadView

ROOM = Path(__file__).with_name("templates")


@cache
def environment() -> jinja2.Environment:
    """The templates of this room, with escaping always on."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOM),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"remarks": phrases.remarks, "told": phrases.told, "bundled": phrases.items}
    return made


def page_html(page: PageView) -> str:
    """The whole page."""
    return environment().get_template("page.html").render(page=page)


def threads_html(threads: tuple[ThreadView, ...]) -> str:
    """The threads of a channel."""
    return environment().get_template("threads.html").render(threads=threads)


def post_html(post: PostView) -> str:
    """One post: a reply by itself, a root with an empty thread around it."""
    if post.id == post.root:
        return threads_html((ThreadView(post, ()),))
    return environment().get_template("post.html").render(post=post)


def card_html(card: CardView) -> str:
    """One card."""
    return environment().get_template("card.html").render(card=card)


def record_html(record: RecordView) -> str:
    """The side panel."""
    return environment().get_template("record.html").render(record=record)
