"""What one draft may hold is written in one call, carries its mark, and is found again when no answer came."""

import pytest

from bot.connectors.jira.records import MARK
from bot.sandbox.faults import Fault
from handlers.errors import Invalid, NotFound, Unavailable, Unknown
from handlers.models import Change, Record, Ref

BUG, HIGH = Ref("10004", "Bug"), Ref("2", "High")
NEW = (Change("summary", None, "Payments fail"), Change("type", None, BUG), Change("priority", None, HIGH))
SAID = Change("comment", None, "Looks like **billing**.")
LABELS = Change("labels", (), ("payments",))
TO_DO, PROGRESS, WAITING, DONE = (
    Ref("10000", "To Do"),
    Ref("3", "In Progress"),
    Ref("10100", "Waiting for customer"),
    Ref("10001", "Done"),
)


def found(issues, *, count=1, **more):
    """The answer of a search that lags behind."""
    return Fault("status", path="/search/jql", status=200, body={"issues": issues, "isLast": not more} | more, count=count)


def moved(to, *, was=TO_DO):
    return Change("status", was, to)


async def test_a_new_issue_is_made_and_read_back_as_any_other(tracker):
    draft = tracker.issue(*NEW, Change("description", None, "Nobody can **pay**."), LABELS)

    url = await tracker.jira.write(draft)

    made = await tracker.jira.read(url.rpartition("/")[2])
    assert made.url == url
    assert (made.title, made.text) == ("Payments fail", "Nobody can pay.")
    assert [made.fields[name] for name in ("type", "priority", "labels")] == [BUG, HIGH, ("payments",)]
    assert await tracker.jira.landed(draft)
    assert await tracker.jira.reread(draft) == draft.record


@pytest.mark.parametrize(
    ("changes", "project", "sentence"),
    [
        (NEW[:1], "SUP", "without type"),
        ((), "SUP", "without summary and type"),
        ((*NEW, moved(DONE)), "SUP", "with status"),
        ((*NEW, SAID), "SUP", "with comment"),
        (NEW, "", "no project of Jira"),
        (NEW, 'SUP" OR project = "SEC', "no project of Jira"),
        (NEW, "NOPE", "Jira refused the change: project"),
    ],
)
async def test_what_no_issue_can_be_made_of_is_refused_before_anything_is_made(tracker, changes, project, sentence):
    with pytest.raises(Invalid, match=sentence):
        await tracker.jira.write(tracker.issue(*changes, project=project))
    assert tracker.writes() == 0


async def test_no_other_kind_of_record_is_made(tracker):
    with pytest.raises(Invalid, match="makes no sprint"):
        await tracker.jira.write(tracker.draft(Record.new("jira", "sprint", "SUP", title="x"), *NEW))


@pytest.mark.parametrize("fault", [Fault("reset", method="POST", path="/issue$", after=True), Fault("half_body", method="POST"),
                                   Fault("status", method="POST", path="/issue$", status=500, after=True)])  # fmt: skip
async def test_a_new_issue_without_an_answer_is_found(tracker, fault):
    draft, other = tracker.issue(*NEW), tracker.issue(*NEW)
    tracker.trouble(fault)

    with pytest.raises(Unknown):
        await tracker.jira.write(draft)

    assert await tracker.jira.landed(draft)
    assert not await tracker.jira.landed(other)


async def test_an_answer_without_a_key_leaves_it_open(tracker):
    tracker.trouble(Fault("status", method="POST", path="/issue$", status=201, body={"id": 7}))

    with pytest.raises(Unknown, match="did not say"):
        await tracker.jira.write(tracker.issue(*NEW))


async def test_a_new_issue_that_the_search_does_not_know_yet_is_found(tracker):
    """The search is asked for what there is after an old key: what it lags behind is tried key by key."""
    draft = tracker.issue(*NEW)
    await tracker.jira.write(draft)
    await tracker.jira.write(tracker.issue(*NEW))
    latest = max(int(key.partition("-")[2]) for key in tracker.standin.vendor.records if key.startswith("SUP-"))
    tracker.trouble(found([]))
    tracker.trouble(found([{"id": "20100", "key": f"SUP-{latest - 2}"}]))

    assert await tracker.jira.landed(draft)


async def test_the_latest_issue_is_one_question_however_many_there_are(tracker):
    tracker.trouble(found([]))
    tracker.trouble(found([{"id": "9", "key": "SUP-9000"}], nextPageToken="x"))
    tracker.trouble(Fault("status", method="POST", path="/search/jql$", status=400, body={"errorMessages": ["one more page"]}))

    assert not await tracker.jira.landed(tracker.issue(*NEW))


async def test_nobody_can_say_where_too_many_issues_came_up_or_the_project_is_hidden(tracker):
    draft = tracker.issue(*NEW)
    for n in range(100, 200):
        tracker.standin.vendor.records[f"SUP-{n}"] = {**tracker.standin.vendor.records["SUP-1"], "key": f"SUP-{n}", "id": f"9{n}"}
    tracker.trouble(found([]))
    tracker.trouble(found([{"id": "1", "key": "SUP-99"}]))
    with pytest.raises(Unknown, match="Too many new issues"):
        await tracker.jira.landed(draft)

    tracker.trouble(found([{"id": "20100", "key": "SUP-1"}] * 100, nextPageToken="x", count=10))
    with pytest.raises(Unknown, match="too many issues"):
        await tracker.jira.landed(draft)

    with pytest.raises(Unknown, match="does not show the new issues of SEC"):
        await tracker.jira.landed(tracker.issue(*NEW, project="SEC"))


async def test_fields_and_a_comment_are_one_call(tracker):
    record = await tracker.jira.read("SUP-25")
    draft = tracker.draft(record, LABELS, SAID)

    await tracker.jira.write(draft)

    assert tracker.writes() == 1
    assert (await tracker.jira.read("SUP-25")).fields["labels"] == ("payments",)
    assert (await tracker.jira.comments("SUP-25"))[-1].text == "Looks like billing."
    assert await tracker.jira.landed(draft)


@pytest.mark.parametrize("after", [True, False])
async def test_a_comment_without_an_answer_is_found_by_its_mark_alone(tracker, after):
    record = await tracker.jira.read("SUP-1")
    draft, other = tracker.draft(record, SAID), tracker.draft(record, SAID)
    tracker.trouble(Fault("reset", method="POST", path="/comment", after=after))

    with pytest.raises(Unknown):
        await tracker.jira.write(draft)

    assert await tracker.jira.landed(draft) is after
    assert not await tracker.jira.landed(other)
    assert tracker.writes() == after


async def test_a_comment_is_found_behind_many_others(tracker):
    draft = tracker.draft(await tracker.jira.read("SUP-1"), SAID)
    await tracker.jira.write(draft)
    said = tracker.standin.vendor.records["SUP-1"]["comments"]
    said += [{**said[-1], "id": str(90_000 + n), "properties": []} for n in range(120)]

    assert await tracker.jira.landed(draft)
    assert len(await tracker.jira.comments("SUP-1")) > 120


async def test_what_was_said_reads_in_our_words(tracker):
    tracker.standin.vendor.records["SUP-1"]["comments"][0]["author"] = "712020:4b1e7c00-5a11-4d0c-9f00-0000000000b0"

    first, *rest = await tracker.jira.comments("sup-1")

    assert first.author == Ref("712020:4b1e7c00-5a11-4d0c-9f00-0000000000b0", "Countersign")
    assert first.outside_text
    assert first.text
    assert not any(comment.outside_text for comment in rest)
    with pytest.raises(NotFound, match="no issue SUP-9999"):
        await tracker.jira.comments("SUP-9999")


async def test_an_issue_takes_the_step_that_leads_to_its_new_status(tracker):
    record = await tracker.jira.read("SUP-25")
    draft = tracker.draft(record, moved(PROGRESS))
    assert await tracker.jira.statuses("SUP-25") == [PROGRESS, DONE]

    await tracker.jira.write(draft)

    assert (await tracker.jira.read("SUP-25")).fields["status"] == PROGRESS
    assert await tracker.jira.landed(draft)
    assert await tracker.jira.statuses("SUP-25") == [TO_DO, DONE, WAITING]


async def test_what_stands_on_the_screen_of_a_step_goes_with_it(tracker):
    record = await tracker.jira.read("SUP-25")
    resolution = Change("resolution", None, Ref("10002", "Duplicate"))
    draft = tracker.draft(record, moved(DONE), resolution, SAID)

    await tracker.jira.write(draft)

    after = await tracker.jira.read("SUP-25")
    assert (after.fields["status"], after.fields["resolution"]) == (DONE, Ref("10002", "Duplicate"))
    assert tracker.writes() == 1
    assert (await tracker.jira.comments("SUP-25"))[-1].text == "Looks like billing."


@pytest.mark.parametrize(
    ("was", "changes", "sentence"),
    [
        (TO_DO, (moved(WAITING),), "no step from here to Waiting for customer; from here it goes to: In Progress, Done"),
        (TO_DO, (moved(PROGRESS), LABELS), "Start work to In Progress does not take labels. Make two drafts"),
        (TO_DO, (Change("status", TO_DO, "Done"),), "does not write this"),
        (WAITING, (moved(TO_DO),), "Hand back to To Do wants Assignee. Take it in Jira itself"),
    ],
)
async def test_a_step_that_cannot_be_taken_is_refused_in_words(tracker, was, changes, sentence):
    tracker.standin.vendor.records["SUP-25"]["status"] = was.label

    with pytest.raises(Invalid, match=sentence):
        await tracker.jira.write(tracker.draft(await tracker.jira.read("SUP-25"), *changes))
    assert tracker.writes() == 0


async def test_a_step_that_wants_a_field_takes_it_from_the_draft(tracker):
    tracker.standin.vendor.records["SUP-25"]["status"] = WAITING.label
    dara = (await tracker.jira.lookups.people("dara", project="SUP"))[0]

    await tracker.jira.write(tracker.draft(await tracker.jira.read("SUP-25"), moved(TO_DO), Change("assignee", None, dara)))

    after = await tracker.jira.read("SUP-25")
    assert (after.fields["status"], after.fields["assignee"]) == (TO_DO, dara)


async def test_another_step_under_way_is_no_end(tracker):
    tracker.trouble(Fault("status", method="POST", path="/transitions", status=409))

    with pytest.raises(Unavailable, match="right now"):
        await tracker.jira.write(tracker.draft(await tracker.jira.read("SUP-25"), moved(PROGRESS)))


@pytest.mark.parametrize("is_marked", [True, False])
async def test_a_step_without_an_answer_is_found_by_its_mark_or_else_in_the_history(tracker, is_marked):
    record = await tracker.jira.read("SUP-25")
    draft, other = tracker.draft(record, moved(PROGRESS)), tracker.draft(record, moved(DONE))
    tracker.trouble(Fault("reset", method="POST", path="/transitions", after=True))

    with pytest.raises(Unknown):
        await tracker.jira.write(draft)
    if not is_marked:
        del tracker.standin.vendor.records["SUP-25"]["properties"][MARK]

    assert await tracker.jira.landed(draft)
    assert not await tracker.jira.landed(other)


async def test_nobody_can_say_whose_step_it_was_where_the_mark_of_another_draft_stands(tracker):
    await tracker.jira.write(tracker.draft(await tracker.jira.read("SUP-25"), LABELS))
    record, kept = await tracker.jira.read("SUP-25"), dict(tracker.standin.vendor.records["SUP-25"]["properties"])
    draft, other = tracker.draft(record, moved(PROGRESS)), tracker.draft(record, moved(DONE))
    assert not await tracker.jira.landed(draft)
    tracker.watch.advance(minutes=1)

    await tracker.jira.write(draft)
    tracker.standin.vendor.records["SUP-25"]["properties"] = kept

    with pytest.raises(Unknown, match="which of its drafts"):
        await tracker.jira.landed(draft)
    assert not await tracker.jira.landed(other)


async def test_what_a_person_did_is_not_taken_for_our_step(tracker):
    draft = tracker.draft(await tracker.jira.read("SUP-25"), moved(PROGRESS))
    await tracker.standin.edit("SUP-25", {"status": "In Progress"})

    assert not await tracker.jira.landed(draft)


async def test_a_history_that_cannot_be_seen_leaves_it_open(tracker):
    draft = tracker.draft(await tracker.jira.read("SUP-25"), moved(PROGRESS))
    tracker.trouble(Fault("status", method="GET", path="/SUP-25$", status=200, body={"key": "SUP-25"}, count=None))

    with pytest.raises(Unknown, match="does not show"):
        await tracker.jira.landed(draft)


async def test_a_text_does_not_take_the_place_of_a_picture(tracker):
    draft = tracker.draft(await tracker.jira.read("SUP-25"), Change("description", "", "New words."))
    picture = {
        "type": "mediaSingle",
        "attrs": {"layout": "center"},
        "content": [{"type": "media", "attrs": {"type": "file", "id": "1", "collection": ""}}],
    }
    before = tracker.standin.vendor.records["SUP-25"]["description"]
    tracker.standin.vendor.records["SUP-25"]["description"] = {**before, "content": [*before["content"], picture]}

    with pytest.raises(Invalid, match="holds pictures"):
        await tracker.jira.write(draft)
    assert tracker.writes() == 0
    tracker.standin.vendor.records["SUP-25"]["description"] = before
    await tracker.jira.write(draft)
    assert (await tracker.jira.read("SUP-25")).text == "New words."
