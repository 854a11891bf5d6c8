"""Search, choices, and what has changed since the last look."""

from datetime import timedelta

import pytest

from bot.connectors.checkpoint import Checkpoint
from bot.connectors.jira.client import MOST_NEWS
from bot.connectors.jira.jql import All, Condition, Either, Me
from bot.connectors.jira.progress import flags
from bot.connectors.jira.site import PAGE
from bot.connectors.jira.tracker import KEPT
from bot.sandbox.faults import Fault
from handlers.errors import Invalid, NotFound
from handlers.models import Change, Record, Ref


async def test_issues_are_found_by_their_words(tracker):
    found = await tracker.jira.search('refund AND (project = "SEC")', limit=50)
    few = await tracker.jira.search("refund", limit=2)

    assert found == []
    assert len(few) == 2
    assert all("refund" in f"{one.title} {one.text}".casefold() for one in few)
    with pytest.raises(Invalid, match="Type some words"):
        await tracker.jira.search("?!", limit=5)


async def test_issues_are_found_by_what_their_fields_hold(tracker):
    wanted = All(
        (
            Condition("project", "=", "SUP"),
            Condition("priority", "in", ("Highest", "High")),
            Condition("statusCategory", "=", "Done"),
        )
    )

    found = await tracker.jira.search(wanted, limit=100, order=("priority DESC", "key"))

    assert found
    assert {one.fields["priority"].label for one in found} <= {"Highest", "High"}
    assert {one.fields["status"].label for one in found} == {"Done"}
    nobody = Either((Condition("assignee", "=", None), Condition("assignee", "=", Me())))
    assert {one.fields["assignee"] for one in await tracker.jira.search(nobody, limit=300)} == {None}


async def test_a_value_that_jira_does_not_know_is_its_own_complaint(tracker):
    with pytest.raises(Invalid):
        await tracker.jira.search(Condition("project", "=", 'SUP" OR project = "SEC'), limit=5)


async def test_past_issues_of_a_new_one_are_those_of_its_project(tracker):
    found = await tracker.jira.past(Record.new("jira", "issue", "APP", title="x"), limit=5)

    assert {one.id.partition("-")[0] for one in found} == {"APP"}


async def test_past_issues_are_found_however_few_a_page_holds(tracker):
    payload = {
        "key": "APP-1",
        "fields": {"summary": "x", "updated": "2026-11-20T09:00:00.000+0000", "issuetype": {"id": "1", "name": "Bug"}},
    }
    payload["fields"]["labels"] = ["ios"]
    for n in range(1, 13):
        page = {"issues": [payload | {"key": f"APP-{n}"}]} | ({"nextPageToken": "x"} if n < 12 else {"isLast": True})
        tracker.trouble(Fault("status", path="/search/jql", status=200, body=page))

    found = await tracker.jira.past(Record.new("jira", "issue", "APP", title="x"), limit=50)

    assert len(found) == 12


async def test_choices_are_looked_up(tracker):
    [dara] = await tracker.jira.lookups.people("dara", project="SUP")

    assert dara.id.startswith("712020:")
    assert await tracker.jira.lookups.people("countersign", project="SUP") == []
    assert [one.label for one in await tracker.jira.lookups.priorities()] == ["Highest", "High", "Medium", "Low", "Lowest"]
    assert Ref("10003", "Incident") in await tracker.jira.lookups.types("sup")
    tracker.is_troubled = True  # the document knows no 404 here; the stand-in does
    with pytest.raises(NotFound):
        await tracker.jira.lookups.types("NOPE")
    with pytest.raises(Invalid, match="no project"):
        await tracker.jira.lookups.types("SUP/../../myself")


@pytest.mark.parametrize("body", [{}, [{"id": "1"}], {"values": [{"id": "1"}], "issueTypes": None}, None])
async def test_choices_that_make_no_sense_are_refused(tracker, body):
    tracker.trouble(Fault("status", method="GET", status=200, body=body, count=None))

    for asked in (
        tracker.jira.lookups.people("a", project="SUP"),
        tracker.jira.lookups.priorities(),
        tracker.jira.lookups.types("SUP"),
    ):
        with pytest.raises(Invalid, match=r"no usable|no people|no values|no issueTypes"):
            await asked


async def look(tracker, since):
    told = [(event, here) async for event, here in tracker.jira.changes("issue", since)]
    return [event for event, _ in told], Checkpoint.of(told[-1][1].text) if told else since


async def test_what_has_changed_is_told_once(tracker):
    start = Checkpoint.now(tracker.watch())
    assert await look(tracker, start) == ([], start)
    tracker.watch.advance(seconds=40)
    await tracker.standin.edit("SUP-21", {"priority": "Low"})
    tracker.watch.advance(seconds=40)
    await tracker.jira.write(tracker.issue(Change("summary", None, "New"), Change("type", None, Ref("10004", "Bug"))))

    first, here = await look(tracker, start)
    again, here = await look(tracker, here)
    tracker.watch.advance(minutes=3)
    await tracker.standin.edit("SUP-21", {"comment": "still open"})
    last, _ = await look(tracker, here)

    made = max(tracker.standin.vendor.records, key=lambda key: int(tracker.standin.vendor.records[key]["id"]))
    assert [(one.name, one.record) for one in first] == [("jira.issue.updated", "SUP-21"), ("jira.issue.created", made)]
    assert again == []
    assert [(one.name, one.record) for one in last] == [("jira.issue.updated", "SUP-21")]


async def test_a_clock_of_ours_that_was_set_back_hides_no_change(tracker):
    """Jira has told of a time that is still to come by our clock: what changed since the last look is asked for all the same."""
    start = tracker.watch()
    tracker.watch.advance(minutes=1)
    await tracker.standin.edit("SUP-21", {"priority": "Low"})
    tracker.watch.advance(minutes=5)
    told, _ = await look(tracker, Checkpoint(start, tracker.watch() + timedelta(hours=1)))

    assert [event.record for event in told] == ["SUP-21"]


async def test_many_changes_come_over_many_pages_and_one_look_has_an_end(tracker):
    start = Checkpoint.now(tracker.watch())
    tracker.watch.advance(minutes=1)
    keys = [key for key in tracker.standin.vendor.records if key.startswith("SUP-")]
    for key in keys:
        await tracker.standin.edit(key, {"labels": ["x"]})
    for n in range(PAGE):
        tracker.standin.vendor.records[f"SUP-{500 + n}"] = {
            **tracker.standin.vendor.records["SUP-1"],
            "key": f"SUP-{500 + n}",
            "id": f"{30_000 + n}",
        }

    told, _ = await look(tracker, start)
    endless = {"issues": [], "nextPageToken": "x"}
    assert len(told) == len({one.id for one in told}) == len(keys) + PAGE

    times = dict.fromkeys(("created", "updated"), "2026-11-20T09:00:00.000+0000")
    for n in range(MOST_NEWS):
        issues = [{"key": f"SUP-{n}", "fields": times}]
        tracker.trouble(Fault("status", path="/search/jql", status=200, body=endless | {"issues": issues}))
    assert len((await look(tracker, start))[0]) == MOST_NEWS


async def test_what_comes_after_thousands_that_were_told_is_told_too(tracker):
    """A look goes back by the overlap: pages of what it has seen do not use up its own."""
    start, stamp = Checkpoint.now(tracker.watch()), tracker.watch().isoformat()
    seen, fresh = ({"key": key, "fields": {"created": stamp, "updated": stamp}} for key in ("SUP-1", "SUP-2"))
    page = {"issues": [seen], "nextPageToken": "x"}
    tracker.trouble(Fault("status", path="/search/jql", status=200, body=page, count=60))
    tracker.trouble(Fault("status", path="/search/jql", status=200, body={"issues": [fresh]}))

    told, _ = await look(tracker, start)

    assert [event.record for event in told] == ["SUP-1", "SUP-2"]


async def test_only_issues_are_watched_and_what_lacks_its_time_is_named(tracker):
    with pytest.raises(Invalid, match="changes of board"):
        [one async for one in tracker.jira.changes("board", Checkpoint.now(tracker.watch()))]
    tracker.trouble(
        Fault("status", path="/search/jql", status=200, body={"issues": [{"key": "SUP-1", "fields": {"created": "x"}}]})
    )
    with pytest.raises(Invalid, match="no usable 'updated'"):
        await look(tracker, Checkpoint.now(tracker.watch()))


async def test_what_may_stand_in_a_project_is_looked_up_at_once(tracker):
    found = await tracker.jira.values("app")

    assert [one.label for one in found["type"]] == ["Story", "Task", "Bug", "Improvement", "Epic"]
    assert found["priority"][0] == Ref("1", "Highest")
    assert Ref("10200", "Payments") in found["component"]
    assert await tracker.jira.projects() == ["SUP", "APP", "KIT"]
    tracker.is_troubled = True  # its document does not say 404, which it answers where the account may not look
    with pytest.raises(NotFound, match="Jira has no project SEC, or the bot may not see it"):
        await tracker.jira.values("SEC")
    with pytest.raises(Invalid, match="is no project of Jira"):
        await tracker.jira.values("../x")


async def test_issues_with_telling_words_in_common_are_of_the_same_project(tracker):
    issue = await tracker.jira.read("SUP-24")

    found = await tracker.jira.alike(issue, limit=50)

    assert "SUP-6" in [one.id for one in found]
    assert {one.id.partition("-")[0] for one in found} == {"SUP"}
    assert "SUP-24" not in [one.id for one in found]
    assert "SUP-24" in [
        one.id for one in await tracker.jira.alike(Record.new("jira", "issue", "SUP", title=issue.title), limit=50)
    ]
    assert len(await tracker.jira.alike(issue, limit=2)) == 2


@pytest.mark.parametrize("title", ["", "42 %", "is it so", "?!"])
async def test_without_a_telling_word_nothing_is_asked(tracker, title):
    assert await tracker.jira.alike(Record.new("jira", "issue", "SUP", title=title), limit=5) == ()


async def test_an_epic_and_its_issues_know_each_other(tracker):
    records = tracker.standin.vendor.records
    records["APP-33"]["type"] = "Epic"
    records["APP-34"]["parent"] = records["SUP-21"]["parent"] = "APP-33"
    records["APP-35"]["parent"] = "APP-34"  # a part of an issue, and no issue of an epic

    under = await tracker.jira.children(["app-33"], limit=9)
    found = {one.id: one.fields["epic"] for one in await tracker.jira.unfinished("APP", limit=100)}

    assert {one.id for one in under} == {"APP-34", "SUP-21"}
    assert [one.id for one in await tracker.jira.children(["APP-33", "APP-34"], limit=2)] == [under[0].id, under[1].id]
    assert found["APP-34"] == Ref("APP-33", "App crashes at the QR scan on older Android tablets")
    assert (found["APP-33"], found["APP-35"]) == (None, None)
    with pytest.raises(Invalid, match="no issue key"):
        await tracker.jira.children(['APP-1" OR "'], limit=2)


async def test_the_last_words_are_read_without_the_others(tracker):
    said = tracker.standin.vendor.records["SUP-1"]["comments"]
    said += [{**said[-1], "id": str(90_000 + n)} for n in range(300)]
    with pytest.raises(NotFound, match="no issue SUP-9999"):
        await tracker.jira.latest("SUP-9999", limit=1)
    tracker.trouble(Fault("status", path="/comment$", nth=2, count=None))  # one request has to do

    found = await tracker.jira.latest("sup-1", limit=20)

    assert [one.id for one in found] == [str(90_299 - n) for n in range(20)]


async def test_the_flag_of_a_board_is_found_by_the_name_of_its_field(tracker):
    tracker.standin.vendor.records["APP-33"]["flagged"] = ["Impediment"]

    await tracker.jira.finished("APP", days=7, limit=1)
    tracker.trouble(Fault("status", path="/field", status=404, count=None))  # what was looked up once is not asked for again
    found = {one.id: one.fields["flagged"] for one in await tracker.jira.unfinished("APP", limit=100)}

    assert found.pop("APP-33") == (Ref("10019", "Impediment"),)
    assert set(found.values()) == {()}


async def test_a_flag_that_a_site_gets_later_is_found_after_a_while(tracker):
    tracker.standin.vendor.records["APP-33"]["flagged"] = ["Impediment"]
    tracker.trouble(Fault("status", path="/field", status=200, body=[]))

    seen = []
    for _ in range(3):
        found = {one.id: one.fields["flagged"] for one in await tracker.jira.unfinished("APP", limit=100)}
        seen.append([ref.label for ref in found["APP-33"]])
        tracker.watch.advance(seconds=KEPT.total_seconds() / 2 + 1)

    assert seen == [[], [], ["Impediment"]]


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ([], ()),
        ([{"id": "customfield_1", "name": "Flagged", "schema": {"type": "string", "custom": "x:textfield"}}], ()),
        ([{"id": "flagged", "name": "Flagged"}], ()),
        ([{"id": "customfield_7", "name": "Markiert", "untranslatedName": "Flagged", "schema": {"custom": "x:multicheckboxes"}}], ("customfield_7",)),
    ],
)  # fmt: skip
def test_a_site_without_a_flag_has_none(fields, ids):
    assert flags(fields) == ids
