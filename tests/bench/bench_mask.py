# ruff: noqa: T201 - what it prints is what it is for
"""What masking costs for a kilobyte of text, and how much of what is private it finds on the three labelled parts.

    python tests/bench/bench_mask.py [--texts 6000]

Time is the processor's, of this process, the best of five; every text has a vault of its own, as a request has.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from llm.labelled.score import scored  # noqa: E402 - the path has to be set first
from llm.labelled.texts import Labelled, labelled  # noqa: E402
from llm.labelled.unseen import unseen  # noqa: E402
from llm.labelled.unseen_again import unseen_again  # noqa: E402

from bot.llm.masking import Vault  # noqa: E402

PEOPLE = ("Jane Doe", "Bo Berg", "jane.doe@example.com")
HIDDEN = tuple(f"configured-secret-{number}-{'x' * number}" for number in range(20))


def files(*patterns: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def cost(name: str, texts: Sequence[str]) -> None:
    """One line: the mean over the texts, and the slowest kilobyte when they are taken one by one."""
    size = sum(len(text.encode()) for text in texts) / 1024
    best = min(spent(texts) for _ in range(5))
    print(
        f"{name:<44} {len(texts):>5} texts {size:>7.1f} KB  {best * 1000 / size:6.2f} ms/KB  {best * 1e6 / len(texts):8.0f} us a text"
    )


def spent(texts: Sequence[str]) -> float:
    started = time.process_time()
    for text in texts:
        Vault(hidden=HIDDEN).mask(text, people=PEOPLE)
    return time.process_time() - started


def found(name: str, texts: Sequence[Labelled]) -> None:
    score = scored(texts)
    kinds = "  ".join(f"{kind} {score.recall(kind):.4f}" for kind in sorted(score.there))
    print(
        f"{name:<24} {sum(score.there.values()):>6} values  recall {score.recall():.4f}  precision {score.precision:.4f}  {kinds}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=6000)
    count = parser.parse_args().texts
    print(f"load {os.getloadavg()[0]:.1f}")
    cost("handbook and documentation", files("bot/sandbox/handbook/*.md", "docs/*.md"))
    cost("source code", files("bot/platforms/**/*.py"))
    tuned = labelled(7, count)
    tickets = [
        "\n".join(one.text for one in tuned[start : start + 4]) + "\n" + "We saw this again after lunch, please look. " * 20
        for start in range(0, 400, 4)
    ]
    cost("tickets of 1 KB with some four values each", tickets)
    cost("nothing but values, 16 KB at once", ["\n".join(one.text for one in tuned[:300])])
    cost("nothing but values, one by one", [one.text for one in tuned[:1000]])
    found("tuned on", tuned)
    found("unseen, by now looked at", unseen(count))
    found("unseen, not looked at", unseen_again(count))


if __name__ == "__main__":
    main()
