"""eval --leads: figures that brute force confirms, and rows that are named by their line."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.leads import backtest, figures, lift, read_leads
from bot.cli.out import Failure
from bot.settings import Configuration
from handlers.scoring import USUAL

HEAD = "outcome,asof,job,employees,country\n"
ENDED = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=40).filter(
    lambda rows: len({won for _, won in rows}) == 2
)


class Said:
    """A terminal that remembers."""

    def __init__(self):
        self.lines, self.told = [], []

    def line(self, text):
        self.lines.append(text)

    def note(self, text):
        self.lines.append(text)

    def progress(self, what, done, total):
        self.told.append((what, done, total))

    async def drained(self):
        pass


@pytest.fixture
def file(tmp_path):
    def made(text):
        path = tmp_path / "leads.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return made


@given(ENDED)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(rows):
    scores, won = [score for score, _ in rows], [end for _, end in rows]
    pairs = [(good > bad) + (good == bad) / 2 for good, is_won in rows if is_won for bad, was_won in rows if not was_won]

    assert figures(scores, won).auc == pytest.approx(sum(pairs) / len(pairs))


@given(ENDED, st.sampled_from([Fraction(1, 10), Fraction(1, 5), Fraction(1)]))
def test_the_lift_is_the_mean_over_every_order_of_equal_scores(rows, part):
    scores, won = [score for score, _ in rows], [end for _, end in rows]
    whole = sorted(rows, key=lambda row: -row[0])
    size, base = float(part * len(rows)), sum(won) / len(won)
    share = {score: sum(end for other, end in rows if other == score) / scores.count(score) for score in scores}
    best = sum(share[score] * min(max(size - place, 0), 1) for place, (score, _) in enumerate(whole))

    assert lift(scores, won, part) == pytest.approx(best / size / base)
    assert part != 1 or lift(scores, won, part) == 1


async def test_a_file_is_scored_by_the_rules_of_bot_toml(file):
    path = file(
        HEAD + "won,2026-06-01,Owner,80,GB\nwon,2026-06-01,Owner,60,GB\nlost,2026-06-01,,3,GB\nlost,2026-06-01,Student,,\n"
    )
    turned = Configuration.model_validate({"lead": {"points": {"decides": -50, "people_50": -50, "people_few": 50}}}).scoring()
    ours, theirs = Said(), Said()

    assert await backtest(USUAL, path, ours, as_json=True) == 0
    assert await backtest(turned, path, theirs, as_json=False) == 0

    found = json.loads(ours.lines[0])
    assert (found["leads"], found["won"], found["auc"], found["lift_at_10"]) == (4, 2, 1.0, 2.0)
    assert ours.told == [("leads scored", 4, 4)]
    assert theirs.lines[:2] == ["leads: 4, of which won: 2 (50.0%)", "AUC: 0.250"]


async def test_how_a_lead_ended_says_nothing_about_itself(file):
    """Of two customers in one country each is alone with the other: that is too few to say that we sell there."""
    out = Said()

    await backtest(USUAL, file(HEAD + "won,2026-06-01,,,GB\nwon,2026-06-01,,,GB\nlost,2026-06-01,,,FR\n"), out, as_json=True)

    assert json.loads(out.lines[0])["auc"] == 0.5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "won,2026-06-01,,,GB\nperhaps,,,,\nlost,soon,,,\nlost,,,many,\nlost\n",
         r"line 3: outcome is won or lost, not 'perhaps'; line 4: asof is a date .* 'soon'; line 5: employees .*; line 6: has more or fewer"),
        ("outcome,shoe_size\nwon,42\n", "knows no column 'shoe_size'"),
        ("job,country\nOwner,GB\n", "needs a column outcome"),
        (HEAD, "holds no leads"),
        ("", "needs a column outcome"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(file, text, sentence):
    with pytest.raises(Failure, match=sentence):
        read_leads(file(text))


async def test_leads_that_all_ended_alike_tell_nothing(file):
    with pytest.raises(Failure, match="won and leads that were lost"):
        await backtest(USUAL, file(HEAD + "won,2026-06-01,,,GB\n"), Said(), as_json=False)
