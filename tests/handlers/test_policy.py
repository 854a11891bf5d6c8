"""Who may decide: exactly those whom the policy names, by any of their names, and not the one who asked where that is asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Configuration
from bot.settings.people import People
from handlers.models import Call, Draft, Person, Place, Policy, Record, Verb, Vote
from handlers.policy import admits, is_decidable, is_late, lapsed, refusal, reminder, who

GROUPS = ("support", "leads", "product")
people = st.builds(
    lambda n, groups: Person(f"slack:T1/U{n}", f"P{n}", f"p{n}@example.com", frozenset(groups), frozenset({f"jira:acc-{n}"})),
    st.integers(0, 5),
    st.sets(st.sampled_from(GROUPS)),
)
entries = st.sampled_from(
    [
        "*",
        "owner",
        *(f"group:{name}" for name in GROUPS),
        *(f"slack:T1/U{n}" for n in range(6)),
        *(f"P{n}@Example.com" for n in range(6)),
    ]
)
policies = st.builds(Policy, approvers=st.lists(entries, max_size=4).map(tuple), requester_may_approve=st.booleans())


def draft_of(asked_by, owner=(), author=()):
    record = Record("jira", "issue", "SUP-1", "v1", "t", "x", {}, owner=frozenset(owner), author=frozenset(author))
    return Draft.of("triage", record, (), call=Call("c", "triage", "SUP-1", asked_by, Place("slack", "C1")))


def allowed_by_hand(draft, person, policy):
    """The rule once more, in the words of the settings."""
    number = person.id.removeprefix("slack:T1/U")
    named = {
        "*": True,
        "owner": f"jira:acc-{number}" in draft.record.owner,
        **{f"group:{name}": name in person.groups for name in GROUPS},
        person.id: True,
        f"P{number}@Example.com": True,
    }
    return any(named.get(entry, False) for entry in policy.approvers)


@given(people, people, policies, st.sets(st.integers(0, 5).map("jira:acc-{}".format)))
def test_whom_the_policy_names_may_decide_and_nobody_else(person, asker, policy, owner):
    draft = draft_of(asker, owner)

    reason = refusal(draft, person, policy)

    named = allowed_by_hand(draft, person, policy)
    own = not policy.requester_may_approve and person.id == asker.id
    assert (reason == "") == (named and not own)
    assert reason == "" or reason.startswith("not allowed: ")


@given(people, people, policies)
def test_an_empty_list_of_approvers_is_nobody(person, asker, policy):
    assert "nobody" in refusal(draft_of(asker), person, replace(policy, approvers=()))


@pytest.mark.parametrize(
    "same_person",
    [
        Person("slack:T1/UADA", "Ada", ""),
        Person("teams:29:x", "Ada", "ADA@Example.COM"),
        Person("playground:a", "Ada", "", accounts=frozenset({"jira:5B-Ada"})),
    ],
)
def test_who_asked_is_found_behind_every_other_name(same_person):
    asker = Person("slack:T1/Uada", "Ada", "ada@example.com", accounts=frozenset({"jira:5b-ada"}))

    assert "second person" in refusal(draft_of(asker), same_person, Policy(requester_may_approve=False))
    assert refusal(draft_of(asker), same_person, Policy()) == ""


def test_whose_words_were_the_input_may_not_approve_either():
    asker, writer = Person("slack:T1/U1", "A", "a@x.com"), Person("slack:T1/U2", "W", "W@x.com")
    draft = draft_of(asker, author={"jira:77", "w@x.com"})

    assert "your own words" in refusal(draft, writer, Policy(requester_may_approve=False))
    assert refusal(draft, writer, Policy()) == ""


def test_nobody_is_the_same_person_as_somebody_without_a_name():
    asker, other = Person("slack:T1/U1", "A"), Person("slack:T1/U2", "B")

    assert refusal(draft_of(asker), other, Policy(requester_may_approve=False)) == ""


@pytest.mark.parametrize("entry", ["", "group:", "groups:leads", "slack:T1/U", "leads", "p1", "@example.com"])
def test_an_entry_that_names_nobody_admits_nobody(entry):
    person = Person("slack:T1/U1", "leads", "p1@example.com", frozenset({"leads"}))

    assert admits(entry, draft_of(person), person) is False


@given(policies, st.integers(1, 4))
def test_the_card_names_every_approver_and_the_quorum(policy, quorum):
    words = who(replace(policy, quorum=quorum))

    for entry in policy.approvers:
        assert {"*": "anybody here", "owner": "the owner of the record"}.get(entry, entry.removeprefix("group:")) in words
    assert (f"{quorum} of " in words) == (quorum > 1)
    assert ("not who asked" in words) == (not policy.requester_may_approve)


AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
hours = st.integers(0, 48).map(lambda n: timedelta(hours=n))


@given(people, people, policies, st.lists(entries, max_size=3), st.tuples(hours, hours, st.integers(-48, 72)))
def test_a_delegate_may_decide_from_the_reminder_on_and_not_before(person, asker, policy, delegates, times):
    expires, wait, passed = times
    policy = replace(policy, delegate_to=tuple(delegates), expires=expires, remind_after=wait)
    draft = replace(draft_of(asker), policy=policy, expires=AT + expires)
    now = AT + timedelta(hours=passed)

    reason = refusal(draft, person, policy, now)

    whole = replace(policy, approvers=(*policy.approvers, *(policy.delegate_to if now >= AT + wait else ())))
    assert reason == refusal(draft, person, whole)
    assert is_late(draft, now) == (now >= AT + wait)


@given(people, people, policies, st.lists(entries, max_size=3))
def test_without_a_time_no_delegate_is_admitted(person, asker, policy, delegates):
    draft = replace(draft_of(asker), policy=policy)

    assert refusal(draft, person, replace(policy, delegate_to=tuple(delegates))) == refusal(draft, person, policy)
    assert is_late(draft, AT) is False


votes = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(list(Verb)), st.integers(1, 2)), max_size=6)


@given(people, policies, votes, st.sets(st.integers(0, 5)))
def test_an_approval_lapses_exactly_when_the_voter_could_not_give_it_now(asker, policy, cast, leavers):
    def person(name):
        number = int(name[1])
        return Person(name, name, name, frozenset() if number in leavers else frozenset(GROUPS))

    draft = replace(
        draft_of(asker), votes=tuple(Vote(verb, version, f"p{n}@example.com", f"P{n}", AT) for n, verb, version in cast)
    )

    gone = lapsed(draft, policy, person)

    approved = {f"p{n}@example.com" for n, verb, version in cast if verb is Verb.APPROVE and version == 1}
    assert gone == {name for name in approved if refusal(draft, person(name), policy)}


def test_who_asked_on_another_platform_may_not_approve_on_the_command_line():
    rules = Configuration.model_validate({"people": {"ada@example.com": {"slack": "T1/U1", "playground": "ada"}}})
    find = People(rules).find
    strict = Policy(requester_may_approve=False)

    for one in ("slack:T1/U1", "playground:ada", "ada@example.com"):
        for other in ("slack:T1/U1", "playground:ada", "ADA@example.com"):
            assert "second person" in refusal(draft_of(find(one)), find(other), strict)


@pytest.mark.parametrize(
    ("wait", "words"),
    [(timedelta(hours=4), "4 h"), (timedelta(days=2), "2 d"), (timedelta(minutes=90), "90 min"), (timedelta(seconds=5), "5 s")],
)
def test_the_card_says_who_may_decide_later(wait, words):
    policy = Policy(("group:leads",), delegate_to=("bo@example.com",), remind_after=wait)

    assert who(policy) == f"group leads; bo@example.com when nobody has decided after {words}"


def test_the_reminder_names_who_may_decide_and_until_when():
    policy = Policy(("group:leads",), quorum=2, delegate_to=("bo@example.com",))
    draft = replace(draft_of(Person("p:ada", "Ada")), expires=AT, votes=(Vote(Verb.APPROVE, 1, "cy", "Cy", AT),))

    words = reminder(draft, policy)

    assert "1 of 2 approvals so far" in words
    assert "group leads, bo@example.com may decide it until 01 Mar, 12:00 UTC" in words
    assert "draft" not in words


@given(people, people, st.booleans(), st.sampled_from([("owner",), ("owner", "*"), ("*",)]), st.sampled_from([(), (("owner",),)]))
def test_what_only_an_owner_may_decide_waits_for_nobody_where_there_is_none(asker, decider, owned, approvers, also):
    draft, policy = draft_of(asker, decider.names if owned else ()), Policy(approvers=approvers, also=also)

    refused = bool(refusal(draft, decider, policy))

    assert is_decidable(draft, policy) is not refused
