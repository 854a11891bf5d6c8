"""What the tests of the knowledge floor share: a built model, open knowledge bases, the small handbook."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from knowledge import Document, Knowledge
from knowledge.embed import MiniLM

HANDBOOK = Path(__file__).parent / "handbook"


@pytest.fixture
async def embedder(models: Path) -> AsyncIterator[MiniLM]:
    """The real local model."""
    local = MiniLM(models)
    yield local
    await local.close()


@pytest.fixture
async def open_base(models: Path, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Knowledge]]]:
    """Opens knowledge bases with the real model and closes them at the end."""
    opened: list[Knowledge] = []

    async def start(folder: Path | None = None, **options: object) -> Knowledge:
        base = await Knowledge.open(folder or tmp_path / "data", **{"models": models, **options})
        opened.append(base)
        return base

    yield start
    for base in opened:
        await base.close()


@pytest.fixture
def handbook() -> list[Document]:
    """Fifteen short pages of an invented company."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HANDBOOK.glob("*.md"))}
    return [
        Document(name, text.splitlines()[0].removeprefix("# "), text, f"https://handbook.example/{name}", source="handbook")
        for name, text in pages.items()
    ]
