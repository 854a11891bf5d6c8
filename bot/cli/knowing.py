"""ingest, ask, search, eval: the knowledge base on the command line."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.app import House
from bot.cli.backtesting import reply, triage
from bot.cli.cases import workflow
from bot.cli.figures import figure
from bot.cli.leads import backtest
from bot.cli.out import Failure, Out
from bot.net.asking import Asking, asking
from bot.net.budget import PERSON, within
from handlers.models import EVERYONE
from knowledge.evaluate import Figures
from knowledge.models import Answer, IngestReport, Passage
from knowledge.questions import read_questions

Arguments = Mapping[str, Any]


async def ingest(house: House, arguments: Arguments, out: Out) -> int:
    """Files into the knowledge base. Exit code 1 when nothing of what was named could be read."""
    audience = frozenset(arguments["audience"] or [EVERYONE])
    report = await house.ingest(
        [Path(path) for path in arguments["paths"]], audience=audience, source=arguments["source"], progress=out.progress
    )
    for line in report.rejected:
        out.note(f"not ingested: {line.name}: {line.reason}")
    out.line(summary(report))
    return 0 if report.added or report.changed or report.unchanged or not report.rejected else 1


def summary(report: IngestReport) -> str:
    """What an ingestion did, on one line."""
    counts = {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "forgotten": report.forgotten,
        "not ingested": report.rejected,
    }
    return ", ".join(f"{len(names)} {what}" for what, names in counts.items()) + f" ({report.chunks} passages embedded)"


async def ask(house: House, arguments: Arguments, out: Out) -> int:
    """The answer that chat would give this person in a direct message."""
    knowledge = await house.knowledge()
    question = " ".join(arguments["question"]).strip()
    if not question:
        raise Failure('Type a question, for example: countersign ask "how do refunds work?"')
    with within(PERSON), asking(asker(house, arguments)):
        answer = await knowledge.answer(question, audience=audience_of(house, arguments))
    if arguments["json"]:
        out.line(json.dumps(as_json(answer), ensure_ascii=False, indent=2))
        return 0
    out.line(answer.text)
    out.line(f"confidence {answer.confidence:.0%}{f'. {answer.note}' if answer.note else ''}")
    for number, citation in enumerate(answer.citations, 1):
        out.line(
            f"[{number}] {citation.title or citation.document_id}{f' {citation.url}' if citation.url else ''} ({citation.document_id})"
        )
    return 0


async def search(house: House, arguments: Arguments, out: Out) -> int:
    """Ranked passages."""
    knowledge = await house.knowledge()
    found = await knowledge.search(" ".join(arguments["question"]), audience=audience_of(house, arguments), k=arguments["k"])
    rows = [passage_json(passage) for passage in found]
    if arguments["json"]:
        out.line(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for rank, row in enumerate(rows, 1):
        out.line(
            f"{rank}. {row['score']:.3f} {row['title']} ({row['document_id']})\n   {' '.join(str(row['text']).split())[:200]}"
        )
    if not rows:
        out.note("Nothing was found that this audience may read. Ingest something first, or ask as somebody: --as USER.")
    return 0


def audience_of(house: House, arguments: Arguments) -> frozenset[str]:
    """What the person named by --as may read; without it, what everyone may."""
    name = arguments["person"]
    return house.people.find(name).audience if name else frozenset({EVERYONE})


def asker(house: House, arguments: Arguments) -> Asking:
    """Who asks, for limits on what a language model costs."""
    person = house.people.find(arguments["person"]) if arguments["person"] else None
    return Asking("ask", person.id, person.names) if person else Asking("ask")


def as_json(answer: Answer) -> dict[str, object]:
    """An answer in the shape that is promised."""
    return {
        "answer": answer.text,
        "confidence": answer.confidence,
        "abstained": answer.abstained,
        "citations": [asdict(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
        **({"note": answer.note} if answer.note else {}),
    }


def passage_json(passage: Passage) -> dict[str, object]:
    """A passage in the shape that is promised."""
    return {name: getattr(passage, name) for name in ("document_id", "chunk_id", "title", "text", "score", "url")}


async def evaluate(house: House, arguments: Arguments, out: Out) -> int:
    """Figures on the operator's own questions, past issues, tickets, leads, or the cases of workflows. Exit code 1 when nDCG@10 is below --fail-under."""
    if arguments["triage"] is not None:
        return await triage(house, arguments, out)
    if arguments["reply"]:
        return await reply(house, arguments, out)
    if arguments["workflow"] is not None:
        return await workflow(house, arguments, out)
    if arguments["leads"] is not None:
        return await backtest(house.configuration.scoring(), Path(arguments["leads"]), out, as_json=bool(arguments["json"]))
    knowledge = await house.knowledge()
    questions = await asyncio.to_thread(read_questions, Path(arguments["file"]))
    audience = audience_of(house, arguments)
    if arguments["calibrate"]:
        await knowledge.calibrate(questions, audience=audience)
        out.note("The confidence was fitted to these questions and is kept with the knowledge base.")
    found = await knowledge.evaluate(questions, audience=audience, progress=out.progress)
    if arguments["json"]:
        out.line(json.dumps(asdict(found), indent=2))
    else:
        for line in figure_lines(found):
            out.line(line)
    floor = float(arguments["fail_under"])
    if floor and (found.ndcg is None or found.ndcg < floor):
        raise Failure(f"nDCG@10 is {figure(found.ndcg)}, below {floor:g}.")
    return 0


def figure_lines(found: Figures) -> list[str]:
    """The figures with their names, then confidence against what was right."""
    names = {
        "nDCG@10": found.ndcg,
        "R@5": found.recall,
        "MRR@10": found.mrr,
        "AUROC of the confidence, answerable against not": found.auroc,
        "abstention precision": found.abstention_precision,
        "abstention recall": found.abstention_recall,
        "calibration error": found.calibration_error,
        "citations from a right document": found.citation_correctness,
        "answers that hold an expected text": found.containment,
    }
    lines = [f"questions: {found.questions}", *(f"{name}: {figure(value)}" for name, value in names.items())]
    rows = (
        f"confidence {one.low:.1f} to {one.high:.1f}: said {one.confidence:.2f}, right {one.accuracy:.2f} ({one.cases} questions)"
        for one in found.bins
    )
    return [*lines, *rows]
