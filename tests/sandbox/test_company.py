"""The company is big enough, hangs together, and its past tells about its present."""

import re
from collections import Counter
from typing import Any

import pytest

from bot.sandbox import Sandbox, company
from bot.sandbox.jira.adf import text

FRESH_ISSUES = [f"SUP-{n}" for n in range(21, 26)] + [f"APP-{n}" for n in range(33, 36)]
# what somebody who knows the company would say about the fresh issues: component, assignee
EXPECTED = {
    "SUP-21": ("Payments", "dara"),
    "SUP-22": ("Sign-in", "fern"),
    "SUP-23": ("Calendar", "ivo"),
    "SUP-24": ("Reports", "ivo"),
    "SUP-25": ("Privacy", "fern"),
    "APP-33": ("Mobile app", "eli"),
    "APP-34": ("E-mail", "dara"),
    "APP-35": ("Platform", "fern"),
}


@pytest.fixture
def issues(sandbox: Sandbox) -> dict[str, Any]:
    return {key: sandbox.jira.record(key) for key in sandbox.jira.vendor.records if not key.startswith("SEC")}


@pytest.fixture
def tickets(sandbox: Sandbox) -> dict[str, Any]:
    return {key: sandbox.zendesk.record(key) for key in sandbox.zendesk.vendor.records}


def test_there_are_sixty_issues_sixty_tickets_and_a_project_that_is_over(issues: dict[str, Any], tickets: dict[str, Any]) -> None:
    assert Counter(key.partition("-")[0] for key in issues) == {"SUP": 25, "APP": 35, "KIT": 160}
    assert {issue["status"] for key, issue in issues.items() if key.startswith("KIT")} == {"Done"}
    assert sorted(map(int, tickets)) == list(range(101, 161))


def test_fresh_issues_are_untouched_and_all_others_are_labelled(issues: dict[str, Any]) -> None:
    for key, issue in issues.items():
        plain = (issue["type"], issue["priority"], issue["labels"], issue["components"], issue["assignee"])
        if key in FRESH_ISSUES:
            assert plain == ("Task", "Medium", [], [], None), key
            assert (issue["status"], issue["changelog"], issue["updated"]) == ("To Do", [], issue["created"])
        else:
            assert issue["labels"], key
            assert issue["components"], key
            assert issue["assignee"], key
            assert issue["changelog"], key


def test_fresh_tickets_are_unanswered_and_all_others_are_routed(tickets: dict[str, Any]) -> None:
    fresh = [number for number, ticket in tickets.items() if ticket["status"] == "new"]
    assert fresh == [str(number) for number in range(153, 161)]
    for number, ticket in tickets.items():
        if number in fresh:
            assert (ticket["group_id"], ticket["assignee_id"], ticket["priority"], ticket["tags"]) == (None, None, None, []), (
                number
            )
            assert len(ticket["comments"]) == 1
        else:
            assert ticket["group_id"], number
            assert ticket["assignee_id"], number
            assert any(one["author_id"] < 40_000 and one["public"] for one in ticket["comments"]), number


def test_time_runs_forward_over_the_past_six_months_and_a_year_before(issues: dict[str, Any], tickets: dict[str, Any]) -> None:
    for issue in issues.values():
        times = [issue["created"], *(entry["created"] for entry in issue["changelog"])]
        assert times == sorted(times), issue["key"]
        assert issue["updated"] == max([*times, *(one["created"] for one in issue["comments"])])
        first, last = ("2025-06-01", "2026-05-20") if issue["key"].startswith("KIT") else ("2026-05-20", "2026-11-20")
        assert first <= issue["created"] < last
        assert (issue["resolved"] is not None) is (issue["status"] == "Done")
    for ticket in tickets.values():
        times = [one["created_at"] for one in ticket["comments"]]
        assert times == sorted(times), ticket["id"]
        assert "2026-05-20" <= times[0] < "2026-11-20"


def test_every_id_is_there_once(issues: dict[str, Any], tickets: dict[str, Any]) -> None:
    for ids in (
        [issue["id"] for issue in issues.values()],
        [one["id"] for issue in issues.values() for one in (*issue["comments"], *issue["changelog"])],
        [one["id"] for ticket in tickets.values() for one in ticket["comments"]],
        [event["id"] for ticket in tickets.values() for audit in ticket["audits"] for event in audit["events"]],
    ):
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("key", sorted(set(EXPECTED) - {"SUP-23"}))
def test_similar_past_issues_agree_on_component_and_assignee(issues: dict[str, Any], key: str) -> None:
    """A plain count of shared rare words, weighted votes of the five nearest: no model, and still the right answer."""
    newer = {name: issue for name, issue in issues.items() if not name.startswith("KIT")}
    words = {name: _words(f"{issue['summary']} {text(issue['description'])}") for name, issue in newer.items()}
    often = Counter(word for bag in words.values() for word in bag)
    past = [name for name, issue in newer.items() if issue["components"]]
    near = sorted(past, key=lambda name: -sum(1 / often[word] for word in words[key] & words[name]))[:5]
    votes: Counter[tuple[str, str]] = Counter()
    for name in near:
        weight = sum(1 / often[word] for word in words[key] & words[name])
        votes[issues[name]["components"][0], company.colleague(issues[name]["assignee"]).id] += weight
    assert votes.most_common(1)[0][0] == EXPECTED[key], (near, votes)


def _words(passage: str) -> set[str]:
    return {re.sub(r"(ing|ed|es|s|e)$", "", word) for word in re.findall(r"[a-z-]{4,}", passage.lower())}


def test_people_are_found_by_any_of_their_names() -> None:
    assert (company.REQUESTER.name, company.APPROVER.name, company.OUTSIDER.name) == ("Ada Novak", "Bo Lindqvist", "Cy Marsh")
    for person in company.PEOPLE:
        assert {company.colleague(name) for name in (person.id, person.email, person.jira)} == {person}
    assert len({person.email for person in company.PEOPLE}) == len(company.PEOPLE) == 10
    with pytest.raises(KeyError):
        company.colleague("zoe")


def test_the_handbook_is_a_handbook() -> None:
    files = sorted(company.HANDBOOK.iterdir())
    assert {path.suffix for path in files} == {".md", ".html"}
    assert len(files) >= 15
    for path in files:
        passage = path.read_text(encoding="utf-8")
        assert 150 <= len(passage.split()) <= 500, path.name
        assert passage.startswith(("# ", "<!doctype html>")), path.name


@pytest.mark.parametrize(
    ("file", "facts"),
    [
        ("refunds-and-cancellations.md", ["48 hours", "Refund, Duplicate", "five working days"]),
        ("single-sign-on.md", ["break-glass", "Read metadata now", "24 hours"]),
        ("calendar-sync.md", ["Arizona", "Microsoft connection", "up to 24 hours"]),
        ("data-export.md", ["one month at a time", "50,000 rows", "two hours"]),
        ("deleting-personal-data.md", ["30 days", "35 days", "ten years"]),
        ("mobile-app.md", ["5.8.1", "type the number", "Android 10"]),
        ("escalation.md", ["lawyer", "30 minutes", "Bo Lindqvist"]),
        ("onboarding-a-shop.md", ["21 days", "once, by 14 days", "39 EUR"]),
        ("email-deliverability.md", ["switch off reminders", "24 hours"]),
        ("on-call.md", ["harbour-red", "10 minutes"]),
    ],
)
def test_the_handbook_answers_the_fresh_cases(file: str, facts: list[str]) -> None:
    passage = (company.HANDBOOK / file).read_text(encoding="utf-8").replace("*", "")
    assert [fact for fact in facts if fact not in passage] == []


def test_there_are_things_to_try() -> None:
    assert len(company.TO_TRY) == 3
    assert all(question.endswith("?") for question in company.EXAMPLE_QUESTIONS)
    assert any("SUP-21" in line for line in company.TO_TRY)
