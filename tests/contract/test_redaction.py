"""A vendor that quotes what it was sent: its reason is told, the personal words in it are not. `test_faults.py` looks for canaries, too."""

from dataclasses import replace

import pytest
import structlog
from contract.bench import bench
from contract.canaries import WORDS, is_told
from contract.specimen import KINDS, NAMES, specimen

from bot.connectors.registry import WritesBySystem
from handlers.errors import Invalid


@pytest.mark.parametrize(("name", "kind"), KINDS)
async def test_the_words_of_a_draft_are_taken_out_of_a_refusal(name, kind, caplog):
    written = specimen(name).written[kind]
    words = WORDS.format("hello")
    personal = [replace(one, after=words) if isinstance(one.after, str) and " " in one.after else one for one in written.changes]
    async with bench(name) as it:
        connector = await it.connector()
        draft = await it.drawn(replace(written, changes=tuple(personal)), connector)
        it.wire.echo = (written.method, written.path, lambda sent: it.specimen.refusal(f"Too long: {sent}"))
        with structlog.testing.capture_logs() as lines, pytest.raises(Invalid) as refused:
            await WritesBySystem({name: connector}).write(draft)

    assert "Too long: " in str(refused.value)
    assert not is_told(refused.value, lines, caplog.text)


def test_every_kind_of_text_is_tried():
    """Otherwise the test above could not fail."""
    free = {name for name, kind in KINDS for one in specimen(name).written[kind].changes if " " in str(one.after)}

    assert free == set(NAMES)
