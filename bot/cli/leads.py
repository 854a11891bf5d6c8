"""eval --leads: the lead score on leads whose story has ended."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

from bot.cli.out import Failure, Out
from handlers.models import Record
from handlers.scoring import Scoring, Tally, day, keys, scored, tally
from knowledge.metrics import Bin, auroc, bins

KNOWN = ("job", "company", "email", "industry", "employees", "country", "visits", "forms", "form", "replied", "active")
"""Columns that the score reads."""
DATES = ("asof", "replied", "active")
COUNTS = ("employees", "visits", "forms")
ENDS = ("won", "lost")
TOLD = 20
"""Rows that are named where many cannot be read."""
STEP = 1000
"""Leads between two words on how far it is."""
WIDE = 40
"""Signs of the longest bar."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One row: what was known of somebody on the day `asof`, and how it ended."""

    record: Record
    won: bool
    asof: date


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the score is worth. `auc` is 0.5 for chance; a lift of 2 at 10 % says that of the best tenth twice as many were won as of all."""

    leads: int
    won: int
    auc: float
    lift_at_10: float
    lift_at_20: float
    bins: tuple[Bin, ...]


async def backtest(rules: Scoring, file: Path, out: Out, *, as_json: bool) -> int:
    """Score every lead of the file and print the figures. Raises Failure with the lines that cannot be read."""
    leads = read_leads(file)
    past, scores = tally(lead.record for lead in leads), []
    for number, lead in enumerate(leads, 1):
        scores.append(points(lead, past, rules))
        if number % STEP == 0 or number == len(leads):
            out.progress("leads scored", number, len(leads))
            await out.drained()
    found = figures(scores, [lead.won for lead in leads])
    for line in [json.dumps(asdict(found), indent=2)] if as_json else lines(found):
        out.line(line)
    return 0


def points(lead: Lead, past: Tally, rules: Scoring) -> int:
    """The score that somebody would have had: the others say where we sell, and how it ended is not known yet."""
    own = tally([lead.record])
    others = Tally({key: past[key] - own[key] for how in ENDS for key in keys(lead.record, how)})
    blind = {name: value for name, value in lead.record.fields.items() if name != "outcome"}
    unknown = Record("file", "lead", lead.record.id, "", lead.record.title, "", blind)
    return scored(unknown, others, today=lead.asof, rules=rules).points


def figures(scores: Sequence[int], won: Sequence[bool]) -> Backtest:
    """The figures. Raises Failure where all ended alike: then nothing can be told apart."""
    if (auc := auroc(scores, won)) is None:
        raise Failure("The file needs leads that were won and leads that were lost.")
    tens = bins([one / 100 for one in scores], won)
    return Backtest(len(scores), sum(won), auc, lift(scores, won, Fraction(1, 10)), lift(scores, won, Fraction(1, 5)), tens)


def lift(scores: Sequence[int], won: Sequence[bool], part: Fraction) -> float:
    """How many times more of the best part were won than of all. Of leads with the score at the border a share counts, the same of each."""
    size = part * len(scores)
    best, room = Fraction(0), size
    for value in sorted(set(scores), reverse=True):
        group = [end for score, end in zip(scores, won, strict=True) if score == value]
        taken = min(room, Fraction(len(group)))
        best, room = best + taken * Fraction(sum(group), len(group)), room - taken
    return float((best / size) / Fraction(sum(won), len(won)))


def lines(found: Backtest) -> Iterator[str]:
    """The figures with their names, then a bar for every ten points."""
    yield f"leads: {found.leads}, of which won: {found.won} ({found.won / found.leads:.1%})"
    yield f"AUC: {found.auc:.3f}"
    yield f"lift at 10 %: {found.lift_at_10:.2f}"
    yield f"lift at 20 %: {found.lift_at_20:.2f}"
    for one in found.bins:
        bar = "█" * round(one.accuracy * WIDE)
        yield f"{one.low * 100:3.0f} to {one.high * 100:3.0f} points: {one.cases:6d} leads, {one.accuracy:6.1%} won {bar}".rstrip()


def read_leads(file: Path) -> list[Lead]:
    """Every row. Raises Failure naming columns that are not known, and lines that cannot be read."""
    leads, wrong = list[Lead](), list[str]()
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.DictReader(text)
            check_columns(rows.fieldnames or ())
            for row in rows:
                try:
                    leads.append(read_lead(row, rows.line_num))
                except ValueError as strange:
                    wrong.append(f"line {rows.line_num}: {strange}")
    except (UnicodeDecodeError, csv.Error) as broken:
        raise Failure(f"{file} is no CSV in UTF-8: {broken}.") from None
    if wrong:
        more = f" and {len(wrong) - TOLD} more" if len(wrong) > TOLD else ""
        raise Failure(f"{file} has rows that cannot be read: {'; '.join(wrong[:TOLD])}{more}.")
    if not leads:
        raise Failure(f"{file} holds no leads. Its columns: outcome, asof, {', '.join(KNOWN)}.")
    return leads


def check_columns(names: Sequence[str]) -> None:
    """Raises Failure."""
    if strange := [name for name in names if name not in ("outcome", "asof", *KNOWN)]:
        raise Failure(f"The score knows no column {', '.join(map(repr, strange))}. It knows outcome, asof, {', '.join(KNOWN)}.")
    if "outcome" not in names:
        raise Failure("The file needs a column outcome with won or lost, and a heading.")


def read_lead(row: dict[str, str | None], number: int) -> Lead:
    """One row. Raises ValueError with what is wrong in it."""
    if None in row or None in row.values():
        raise ValueError("has more or fewer values than the heading")
    held = {name: (value or "").strip() for name, value in row.items()}
    if held["outcome"] not in ENDS:
        raise ValueError(f"outcome is won or lost, not {held['outcome'][:40]!r}")
    for name in DATES:
        if held.get(name) and day(Record("file", "lead", "", "", "", "", held), name) is None:
            raise ValueError(f"{name} is a date like 2026-12-31, not {held[name][:40]!r}")
    for name in COUNTS:
        if held.get(name) and not held[name].isdecimal():
            raise ValueError(f"{name} is a whole number, not {held[name][:40]!r}")
    record = Record("file", "lead", str(number), "", held.get("company", ""), "", held)
    return Lead(record, held["outcome"] == "won", day(record, "asof") or day(record, "active") or datetime.now(UTC).date())
