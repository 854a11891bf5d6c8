"""The evaluation cases: every workflow has some, they can be played, and what is amiss in a result is seen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.model import offline
from bot.cases.case import BadCasesError, Case, cases, workflows
from bot.cases.parts import ended
from bot.cases.play import play, played
from bot.cases.verdict import figures, verdict
from bot.settings import Configuration
from handlers.catalogue import COMMANDS, parse
from handlers.models import Call, Change, Draft, Offer, Person, Place, Record, Reply, Source
from handlers.rules import unlinked
from handlers.taught import untaught

ENOUGH = 8
KNOWN = {"ein Fehler auf Deutsch über ein Thema, das schon offen ist"}
"""Cases that are not ok: the embedding model that comes with the program knows English."""
RULES = Configuration()


async def far(_record, pool, *, limit):
    """The Similar port where nothing is like anything."""
    return [(one, 0.1) for one in pool][:limit]


def ports(similar=far):
    return {
        "similar": similar,
        "learn": untaught,
        "links": unlinked,
        "scoring": RULES.scoring(),
        "compliance": RULES.rules(),
        "model": offline,
    }


@pytest.mark.parametrize("workflow", ["analyze", "deal", "email", "enrich", "issue", "project", "spec", "summarize"])
def test_a_workflow_has_enough_cases_and_each_is_about_it(workflow):
    found = cases(workflow)

    assert len({one.name for one in found}) == len(found) >= ENOUGH
    assert {parse(one.line)[0].name for one in found} == {workflow}


@pytest.mark.parametrize("workflow", [name for name in workflows() if name != "issue"])
async def test_without_a_model_every_case_is_ok(workflow):
    told = []

    verdicts = await played(cases(workflow), ports(), told=lambda *number: told.append(number))

    assert [(one.case, one.wrong) for one in verdicts if not one.is_ok] == []
    assert told[-1] == (len(verdicts), len(verdicts))


def case(**expects):
    return Case.model_validate({"name": "n", "line": "/triage X-1", "expects": {"ends": "draft", **expects}})


def draft(**fields):
    call = Call("c", "triage", "X-1", Person("p:ada", "Ada"), Place("playground", "general"))
    record = Record("jira", "issue", "X-1", "1", "T", "", {})
    made = Draft.of("triage", record, [Change(name, None, value) for name, value in fields.items()], call=call)
    return replace(made, reasons=("two of three have it",), sources=(Source("evil title", "https://a.example"),))


@pytest.mark.parametrize(
    "expects",
    [
        {"ends": "reply"},
        {"on": "jira/issue/X-2"},
        {"fields": {"priority": "Low"}},
        {"fields": {"type": "Bug"}},
        {"keeps": ["priority"]},
        {"has": {"comment": [["paint", "Ada"]]}},
        {"has": {"Paint": ["blue"]}},
        {"has": {"Colours": ["blue"]}, "only": ["Colours"]},
        {"lacks": ["PAINT IS RED"]},
        {"lacks": ["https://a.example"]},
        {"language": "de"},
    ],
    ids=str,
)
def test_what_is_amiss_is_seen(expects):
    found = ended(
        draft(priority="High", comment="The paint is red, says Bo.\n## Colours\n- blue\n- green", text="Hello,\n\nKind regards,")
    )

    assert len(verdict(case(**expects), found).wrong) == 1


def test_what_is_as_expected_is_ok_and_counted():
    text = "Colours\n• blue (Bo, 10:02)\n• green\nNumbers (of Bo): one; two"
    wants = case(
        ends="reply",
        has={"Colours": [["Blue", "bo"], "green"], "numbers": ["one", "two"], "offers": ["/issue blue"], "sources": ["T"]},
        only=["Colours"],
        lacks=["red"],
    )
    found = verdict(wants, ended(Reply(text, (Source("T", ""),), offers=(Offer("Issue", "/issue blue"),))))

    colours = next(one for one in figures([found, found]) if one.name == "Colours")
    assert found.wrong == ()
    assert (colours.expected, colours.found, colours.extra, colours.recall, colours.precision) == (4, 4, 0, 1.0, 1.0)


def test_the_figures_tell_what_was_missed_from_what_was_too_much():
    wants = case(ends="reply", has={"Colours": ["blue", "red"]}, only=["Colours"])

    [colours] = [one for one in figures([verdict(wants, ended(Reply("Colours\n• blue\n• green")))]) if one.name == "Colours"]

    assert (colours.recall, colours.precision, colours.extra) == (0.5, 0.5, 1)


LINES = st.lists(st.text("ab:;•-# \n()", max_size=30), max_size=6).map("\n".join)


@given(LINES, st.text("ab", min_size=1, max_size=3))
def test_whatever_a_result_says_each_line_of_a_part_stands_in_it(text, piece):
    found = ended(Reply(text))

    assert all(line in text for _, line in found.lines)
    assert (piece in "\n".join(found.part("all"))) <= (piece in text)


async def test_a_twin_is_found_by_its_likeness_alone():
    async def near(_record, pool, *, limit):
        return sorted(((one, 0.9 if one.id == "SHOP-20" else 0.1) for one in pool), key=lambda pair: -pair[1])[:limit]

    ones = [one for one in cases("issue") if one.expects.on == "jira/issue/SHOP-20"]

    assert ones
    for one in ones:
        assert (await play(one, ports(near))).on == "jira/issue/SHOP-20"
        assert (await play(one, ports())).on == "new issue"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "deal.toml").write_text('[[case]]\nname = "x"\nlines = "/deal 1"\n', encoding="utf-8")

    with pytest.raises(BadCasesError, match=r"deal\.toml"):
        cases("deal", tmp_path)
    assert workflows(tmp_path) == ("deal",)
    assert set(workflows()) <= set(COMMANDS)
