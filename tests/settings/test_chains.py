"""Chains of `bot.toml`: what is wrong with them is said at start, and what follows from a draft follows once."""

import pytest

from bot.settings import Configuration, SettingsError, read_configuration
from bot.settings.chains import followers, telling
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

CALL = Call("call-1", "triage", "SUP-1", Person("p:ada", "Ada"), Place("slack", "C1"))
RECORD = Record("jira", "issue", "SUP-1", "v1", "Nobody can {url} pay", "", {}, "https://jira.example/SUP-1")
LINK = 'after = "triage"\nwhen = "priority == \'Highest\'"\nthen = "reply"\nargument = "zendesk"\ntell = "slack:T1/C2"\n'


def draft(priority="Highest"):
    return Draft.of("triage", RECORD, [Change("priority", None, Ref("1", priority))], call=CALL)


def read(tmp_path, *links):
    file = tmp_path / "bot.toml"
    file.write_text("\n".join(f"[[chains]]\n{link}" for link in links))
    return read_configuration(file)


@pytest.mark.parametrize(
    ("links", "sentence"),
    [
        (('after = "triaje"\nthen = "reply"',), "no workflow 'triaje' for a chain"),
        (('after = "triage"\nthen = "undo"',), "no workflow 'undo' for a chain"),
        (('after = "digest"\nthen = "reply"',), "no workflow 'digest' for a chain"),
        *(
            ((f'after = "{name}"\ntell = "slack:T1/C1"',), f"{name} only tells and proposes no draft")
            for name in ("project", "summarize", "analyze")
        ),
        (('after = "project"\nthen = "triage"',), "what proposes one: triage, issue, spec, reply, lead, deal, email, enrich"),
        (('after = "triage"\nthen = "project"\ntogether = true',), "project only tells"),
        (('after = "triage"',), "a chain needs `then`"),
        (('after = "triage"\ntell = "#incidents"',), "String should match pattern"),
        (('after = "triage"\nthen = "reply"\nwhen = "priority ="',), "cannot be read. A condition compares fields"),
        (('after = "triage"\nthen = "reply"\nwhen = "exit(1)"',), "may not (Call)"),
        (('after = "triage"\nthen = "reply"\nargument = "trello"',), "Input should be 'record'"),
        (('after = "triage"\nthen = "reply"\non = "written"\ntogether = true',), "`together` needs"),
        (('after = "issue"\nthen = "triage"\non = "written"',), "what it makes has no id yet"),
        (('after = "triage"\nthen = "triage"',), "the chain triage -> triage never ends"),
        (
            ('after = "triage"\nthen = "reply"', 'after = "reply"\nthen = "lead"', 'after = "lead"\nthen = "triage"'),
            "triage -> reply -> lead -> triage never ends",
        ),
        (('after = "triage"\nthen = "reply"\nthan = 1',), "Extra inputs are not permitted"),
    ],
)
def test_a_chain_that_cannot_work_is_refused_at_start(tmp_path, links, sentence):
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, *links)
    assert sentence in str(refused.value)


def test_what_only_tells_may_follow(tmp_path):
    [job] = read(tmp_path, 'after = "triage"\nthen = "project"').followers(draft(), "drafted")

    assert job.payload["then"] == "project"


@pytest.mark.parametrize("name", ["triaje", ""])
def test_a_misspelt_workflow_in_shadow_mode_is_refused(tmp_path, name):
    file = tmp_path / "bot.toml"
    file.write_text(f'[shadow]\nworkflows = ["{name}"]')

    with pytest.raises(SettingsError, match="there is no workflow"):
        read_configuration(file)


def test_what_follows_is_a_job_for_the_workflow_and_one_for_the_channel(tmp_path):
    found = read(tmp_path, LINK).followers(draft(), "drafted")

    assert [(job.kind, job.key.partition(":")[0]) for job in found] == [("chain", "chain"), ("tell", "chain")]
    assert (found[0].payload["then"], found[0].payload["argument"]) == ("reply", "zendesk")
    assert found[1].payload["words"] == "triage of jira SUP-1, Nobody can {url} pay: priority Highest"
    assert len({job.key for job in found}) == 2


def test_nothing_follows_at_another_time_of_another_value_or_after_what_is_no_first_proposal(tmp_path):
    chains = read(tmp_path, LINK).chains

    assert followers(chains, draft("Low"), "drafted") == ()
    assert followers(chains, draft(), "written") == ()
    for other in (
        {"follows": "k7mp2xqa"},
        {"undoes": "k7mp2xqa"},
        {"items": (draft(),)},
        {"workflow": "lead"},
    ):
        changed = Draft(**{**{name: getattr(draft(), name) for name in Draft.__slots__}, **other})
        assert followers(chains, changed, "drafted") == ()


def test_a_text_is_filled_in_once_and_what_nobody_knows_stays():
    assert telling("{title} {draft} {nothing}", draft()).startswith("Nobody can {url} pay ")
    assert telling("{nothing}", draft()) == "{nothing}"
    long = Draft.of("reply", RECORD, [Change("reply", None, "Hello,\n\nsecret")], call=CALL)
    assert telling("{changes}", long) == "reply Hello,…"


def test_a_workflow_in_shadow_mode_has_that_in_its_policy():
    rules = Configuration.model_validate({"shadow": {"workflows": ["triage"]}})

    assert rules.policy_of(draft()).shadow
    assert not Configuration().policy_of(draft()).shadow
    assert Configuration().in_shadow().policy_of(draft()).shadow
