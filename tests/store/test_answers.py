"""Answers that were given are kept whole, but for pictures."""

from bot.store.talk.answers import Answers, Given
from handlers.models import Picture, Reply, Source

NO_TEXT = Picture(b"\x89PNG\r\n\x1a\n\xff", "3 critical")
"""Bytes that are no text, as of any picture."""


async def test_an_answer_with_a_picture_is_kept_in_words(database):
    reply = Reply("Since nine. [1]", (Source("SUP-1", "https://jira.example/1"),), 0.9, picture=NO_TEXT)
    answers = Answers(database)
    await answers.keep(Given("a1", "what?", (), Reply("x", aside=reply, picture=NO_TEXT), "playground:ada", "playground:general"))

    kept = (await answers.read("a1")).reply

    assert (kept.picture, kept.aside) == (None, Reply("Since nine. [1]", reply.citations, 0.9))
