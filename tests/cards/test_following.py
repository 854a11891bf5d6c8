"""A card that is posted while its draft moves shows how it stands in the end, whoever draws last."""

import asyncio
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from shapes import new_draft

from bot.cards.following import catch_up
from handlers.models import State

LIFE = [replace(new_draft(), state=state) for state in (State.PENDING, State.APPROVED, State.WRITING, State.WRITTEN)]


class World:
    """A draft that moves, its card, and the jobs that redraw it in turn; every step may be overtaken by the draft's next ones."""

    def __init__(self, moves):
        self.moves, self.at, self.card, self.jobs = list(moves), 0, None, 0

    def move(self):
        """What happens meanwhile: each step of the draft has a job, which draws at once."""
        for _ in range(self.moves.pop(0) if self.moves else 0):
            if self.at < len(LIFE) - 1:
                self.at += 1
                self.card = LIFE[self.at]

    async def read(self, _name):
        found = LIFE[self.at]
        self.move()
        return found

    async def draw(self, draft):
        self.move()  # ours is under way, and arrives after what the jobs drew
        self.card = draft


@given(st.lists(st.integers(0, 2), max_size=8), st.booleans())
def test_the_card_shows_what_stands_whoever_draws_last(moves, certain):
    world = World(moves)
    posted = LIFE[0]
    world.move()
    world.card = posted

    asyncio.run(catch_up(posted, read=world.read, draw=world.draw, certain=certain))

    assert world.card == LIFE[world.at]


async def test_a_card_that_shows_what_stands_is_not_drawn_again():
    drawn = []

    async def read(_name):
        return LIFE[1]

    async def draw(draft):
        drawn.append(draft)

    await catch_up(LIFE[1], read=read, draw=draw)
    assert drawn == []
    await catch_up(LIFE[1], read=read, draw=draw, certain=False)
    assert drawn == [LIFE[1]]
