import json
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Document, Knowledge
from knowledge.calibrate import DEFAULT, Calibration, Signals, fit, load, save
from knowledge.errors import BadQuestions, BrokenIndex
from knowledge.evaluate import evaluate
from knowledge.models import Answer, Citation, Passage
from knowledge.questions import Question, read_questions

ALL = frozenset({"everyone"})
QUESTIONS = Path(__file__).with_name("handbook_questions.jsonl")
Open = Callable[..., Awaitable[Knowledge]]


class Scripted:
    """Answers `known` from document d1 with confidence 0.9 and withholds everything else."""

    async def search(
        self, question: str, *, audience: AbstractSet[str], k: int = 10, history: Sequence[str] = ()
    ) -> list[Passage]:
        assert (bool(question), audience, k, tuple(history)) == (True, ALL, 10, ())
        return [Passage(name, f"{name}{place}", "", "", "", "", 1.0) for place, name in enumerate(["d2", "d1", "d1"])]

    async def answer(self, question: str, *, audience: AbstractSet[str], history: Sequence[str] = ()) -> Answer:
        passages = tuple(await self.search(question, audience=audience, history=history))
        if question == "known":
            return Answer(
                "It is  Forty-Two. [1]", 0.9, abstained=False, citations=(Citation("d1", "", "", "x"),), passages=passages
            )
        return Answer("I don't know.", 0.1, abstained=True, citations=(), passages=passages)


async def test_figures_of_a_scripted_base() -> None:
    questions = [
        Question("known", ("d1",), ("forty-two",)),
        Question("known", ("d9",), ("seven",)),
        Question("other", ("d2",)),
        Question("none", answerable=False),
    ]
    told: list[int] = []
    found = await evaluate(Scripted(), questions, audience=ALL, progress=lambda _what, done, _total: told.append(done))
    assert told == [1, 2, 3, 4]
    assert found.questions == 4
    assert found.mrr == pytest.approx((0.5 + 0.0 + 1.0) / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert (found.abstention_precision, found.abstention_recall) == (0.5, 1.0)
    assert found.auroc == pytest.approx(2.5 / 3)
    assert (found.citation_correctness, found.containment) == (0.5, 0.5)
    assert sum(one.cases for one in found.bins) == 4
    assert found.calibration_error == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)


async def test_nothing_asked_tells_nothing() -> None:
    found = await evaluate(Scripted(), [], audience=ALL)
    assert (found.questions, found.ndcg, found.auroc, found.calibration_error) == (0, None, None, None)


async def test_a_base_is_measured_and_calibrated_and_remembers_it(
    open_base: Open, handbook: list[Document], tmp_path: Path
) -> None:
    base = await open_base()
    await base.ingest(handbook)
    questions = read_questions(QUESTIONS)[::2]
    before = await base.evaluate(questions, audience=ALL)
    assert before.ndcg is not None
    assert before.ndcg > 0.9
    assert before.auroc == pytest.approx(1.0)
    fitted = await base.calibrate(questions, audience=ALL)
    assert fitted != DEFAULT
    after = await base.evaluate(questions, audience=ALL)
    assert after.calibration_error is not None
    assert before.calibration_error is not None
    assert after.calibration_error < before.calibration_error
    await base.close()
    assert load(tmp_path / "data" / "calibration.json") == fitted
    again = await open_base()
    where = "Where can I park my car?"
    assert (await again.answer(where, audience=ALL)).confidence > 0.5


async def test_too_few_questions_are_refused(open_base: Open) -> None:
    base = await open_base()
    await base.ingest([Document("a", "A", "Some text.")])
    with pytest.raises(BadQuestions, match="too few questions to calibrate"):
        await base.calibrate([Question("some text?", ("a",))] * 20, audience=ALL)
    with pytest.raises(BadQuestions, match="too few"):
        await base.calibrate([], audience=ALL)


SIGNALS = st.builds(Signals, st.floats(-1, 1), st.floats(0, 1), st.floats(-1, 1))


@given(SIGNALS, SIGNALS)
def test_confidence_is_a_probability_that_grows_with_every_signal(one: Signals, two: Signals) -> None:
    assert 0.0 < DEFAULT.probability(one) < 1.0
    if all(first <= second for first, second in zip(one.row(), two.row(), strict=True)):
        assert DEFAULT.probability(one) <= DEFAULT.probability(two)


@given(st.lists(SIGNALS, min_size=20, max_size=60))
def test_fitting_makes_what_happened_likelier(signals: list[Signals]) -> None:
    samples = [(one, place % 2 == 0) for place, one in enumerate(signals)]
    fitted = fit(samples)

    def mean_confidence(calibration: Calibration, outcome: bool) -> float:  # noqa: FBT001 - a label
        chosen = [calibration.probability(one) for one, label in samples if label == outcome]
        return sum(chosen) / len(chosen)

    gap = mean_confidence(fitted, True) - mean_confidence(fitted, False)
    assert gap >= -0.05


def test_a_calibration_is_kept_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    assert load(file) == DEFAULT
    save(Calibration(1, 2, 3, 4, 0.5), file)
    assert load(file) == Calibration(1, 2, 3, 4, 0.5)
    for damage in ("{", json.dumps({"late": "x"}), json.dumps({"other": 1}), "[]"):
        file.write_text(damage, encoding="utf-8")
        with pytest.raises(BrokenIndex, match="delete the file and calibrate again"):
            load(file)
