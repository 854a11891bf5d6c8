# ruff: noqa: T201 - what it prints is what it is for
"""Measures the knowledge floor: ranking and abstention on two public question sets, latency and throughput on this machine.

Run `python tests/bench/bench_retrieval.py`. The question sets are looked for in ../shared/eval beside the checkout; without
them only speed is measured, on invented pages. MODEL_DIR names where the embedding model is kept (default: data/models).
"""

import asyncio
import hashlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from knowledge import Document, Knowledge  # noqa: E402 - the checkout itself is measured
from knowledge.metrics import auroc, ndcg, recall, reciprocal_rank  # noqa: E402 - as above

SETS = ROOT.parent / "shared" / "eval"
MODELS = Path(os.environ.get("MODEL_DIR") or ROOT / "data" / "models")
ALL = frozenset({"everyone"})
SIZES = (1_000, 10_000)
ASKED = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set with what is right for it."""

    id: str
    text: str
    label: str
    history: tuple[str, ...]
    relevant: frozenset[str]


def rows(path: Path) -> list[dict[str, object]]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_set(name: str) -> tuple[list[Document], list[Asked]]:
    """Documents and questions of one set."""
    relevant: dict[str, set[str]] = {}
    for line in (SETS / name / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        question, document, _ = line.split("\t")
        relevant.setdefault(question, set()).add(document)
    documents = [Document(str(row["id"]), str(row["title"]), str(row["text"])) for row in rows(SETS / name / "corpus.jsonl")]
    asked = []
    for row in rows(SETS / name / "queries.jsonl"):
        history = row.get("history")
        turns = tuple(str(turn) for turn in history) if isinstance(history, list) else ()
        label = str(row.get("label") or ("ANSWERABLE" if row["answerable"] else "UNANSWERABLE"))
        asked.append(Asked(str(row["id"]), str(row["text"]), label, turns, frozenset(relevant.get(str(row["id"]), ()))))
    return documents, asked


def said(values: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(values)
    return f"p50 {ordered[len(ordered) // 2] * 1e3:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)] * 1e3:.1f} ms"


async def ranking(base: Knowledge, asked: Sequence[Asked], *, with_history: bool) -> str:
    """nDCG@10 / R@5 / MRR@10 over answerable questions, and the time that they took."""
    figures, times = [], []
    for one in asked:
        if not one.relevant or one.label not in {"ANSWERABLE", "PARTIAL"}:
            continue
        begin = time.perf_counter()
        passages = await base.search(one.text, audience=ALL, k=10, history=one.history if with_history else ())
        times.append(time.perf_counter() - begin)
        found = list(dict.fromkeys(passage.document_id for passage in passages))
        figures.append((ndcg(found, one.relevant), recall(found, one.relevant), reciprocal_rank(found, one.relevant)))
    means = [sum(column) / len(figures) for column in zip(*figures, strict=True)]
    return f"{' / '.join(f'{mean:.3f}' for mean in means)}   {len(figures)} questions, {said(times)}"


async def confidence(base: Knowledge, asked: Sequence[tuple[Asked, bool]]) -> str:
    """AUROC of the answers' confidence, and how often each kind of question was answered."""
    answers = [(await base.answer(one.text, audience=ALL, history=one.history), label) for one, label in asked]
    area = auroc([answer.confidence for answer, _ in answers], [label for _, label in answers])
    shares = []
    for kind in (True, False):
        of_kind = [not answer.abstained for answer, label in answers if label == kind]
        shares.append(sum(of_kind) / len(of_kind))
    return f"AUROC {area:.3f}   answered: {shares[0]:.2f} of the answerable, {shares[1]:.2f} of the others"


def removed(name: str) -> bool:
    """Whether the thread of a question or document is in the half that is taken out."""
    thread = re.split("[qa]", name, maxsplit=1)[0]
    return hashlib.sha256(thread.encode()).digest()[-1] % 2 == 0


async def measure_sets(folder: Path) -> None:
    """The tables of both sets."""
    documents, asked = read_set("stackfaq")
    async with await Knowledge.open(folder / "stackfaq", models=MODELS) as base:
        await base.ingest(documents)
        print(f"stackfaq                {await ranking(base, asked, with_history=False)}")
        await base.forget([document.id for document in documents if removed(document.id)])
        labelled = [(one, not removed(one.id)) for one in asked]
        print(f"stackfaq, half removed  {await confidence(base, labelled)}")
    documents, asked = read_set("mtragun")
    async with await Knowledge.open(folder / "mtragun", models=MODELS) as base:
        await base.ingest(documents)
        print(f"mtragun, last turn      {await ranking(base, asked, with_history=False)}")
        print(f"mtragun, with history   {await ranking(base, asked, with_history=True)}")
        labelled = [(one, one.label == "ANSWERABLE") for one in asked if one.label in {"ANSWERABLE", "UNANSWERABLE"}]
        print(f"mtragun                 {await confidence(base, labelled)}")


def invented(number: int) -> list[Document]:
    """Pages of about 160 tokens from a vocabulary of 3,000 words; always the same."""
    chance = random.Random(number)  # noqa: S311 - no secret
    stems = [
        f"{a}{b}{c}"
        for a in ("con", "re", "de", "in", "pro")
        for b in ("tor", "mal", "vis", "pen")
        for c in ("ing", "ed", "al", "er", "ion")
    ]
    words = stems + [f"{one} {two}" for one in stems[:50] for two in stems[:58]]
    return [Document(f"p{page}", f"Page {page}", f"{' '.join(chance.choices(words, k=35))}.") for page in range(number)]


async def measure_speed(folder: Path) -> None:
    """Throughput of ingestion and latency of questions by size of the collection."""
    for size in SIZES:
        pages = invented(size)
        async with await Knowledge.open(folder / f"speed{size}", models=MODELS) as base:
            await base.embedder.embed(["warm"])
            begin = time.perf_counter()
            report = await base.ingest(pages)
            spent = time.perf_counter() - begin
            questions = [" ".join(page.text.split()[3:12]) for page in random.Random(1).sample(pages, ASKED)]  # noqa: S311 - no secret
            times = []
            for question in questions:
                begin = time.perf_counter()
                await base.search(question, audience=frozenset({"everyone", "one", "two"}))
                times.append(time.perf_counter() - begin)
            print(f"{report.chunks} chunks: ingested {report.chunks / spent:.0f} a second; each question new: {said(times)}")
            begin = time.perf_counter()
        async with await Knowledge.open(folder / f"speed{size}", models=MODELS) as base:
            print(f"{report.chunks} chunks: opened again in {time.perf_counter() - begin:.2f} s")


async def embedding_rate() -> None:
    """Chunks of 160 tokens a second through the model alone."""
    async with await Knowledge.open(models=MODELS) as base:
        texts = ["the quick brown fox jumps over the lazy dog and " * 16] * 200
        await base.embedder.embed(texts[:8])
        begin = time.perf_counter()
        await base.embedder.embed(texts)
        print(f"embedding alone: {len(texts) / (time.perf_counter() - begin):.0f} chunks of 160 tokens a second")


async def main() -> None:
    """All measurements, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if SETS.is_dir():
            print("                        nDCG@10 / R@5 / MRR@10")
            await measure_sets(folder)
        else:
            print("The question sets are not beside this checkout (../shared/eval): only speed is measured.")
        await embedding_rate()
        await measure_speed(folder)


if __name__ == "__main__":
    asyncio.run(main())
