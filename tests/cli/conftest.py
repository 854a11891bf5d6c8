"""An ear for what a command says."""

import pytest


class Ear:
    """An Out that writes down what it hears."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.bars: list[tuple[str, int, int]] = []

    def line(self, text):
        self.lines.append(text)

    def note(self, text):
        self.notes.append(text)

    async def drained(self):
        pass

    def progress(self, what, done, total):
        self.bars.append((what, done, total))


@pytest.fixture
def ear():
    return Ear()
