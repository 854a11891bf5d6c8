"""What is signed and not as it should be: through the real door, with the field's name in the reason, and nothing that is lost on the way."""

import asyncio
import copy
import json

import pytest
from contract.signatures import VENDORS
from hooked import SIGNED, told
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.hooks import hook
from bot.settings import Configuration

EVENTS = ("jira.issue.updated", "zendesk.ticket.updated", "hubspot.contact.updated")
RULES = Configuration.model_validate(
    {
        "triggers": dict(
            zip(EVENTS, ({"workflow": name, "channel": "nowhere:x"} for name in ("triage", "reply", "lead")), strict=True)
        )
    }
)
"""Each event starts a job, which ends at once: its channel is nowhere."""
NEEDED = {
    "jira": ("webhookEvent", "timestamp", "issue", "issue.key", "changelog.items.0.field"),
    "zendesk": ("subject", "type", "time", "detail", "detail.id", "id"),
    "hubspot": ("portalId", "subscriptionId", "eventId", "occurredAt", "objectId", "subscriptionType"),
}
STRANGE = (None, "", "strange", 1.5, -1, 10**30, True, [], {}, [[]], "\ud800", "\0", {"id": None})
WORDS = ("webhookEvent", "changelog.items.0.field", "id")
"""Fields that may hold any words."""
GONE = object()
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is read before a row is written does not hang on the database."""


def body(vendor):
    """One event, as an object."""
    whole = VENDORS[vendor].body()
    if vendor == "jira":
        return whole | {"changelog": {"items": [{"field": "status", "fieldId": "status"}]}}
    return whole[0] if vendor == "hubspot" else whole


def mutilated(vendor, path, value):
    """The event with another value, or nothing, in the place of one field."""
    whole = copy.deepcopy(body(vendor))
    *before, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    inner = whole
    for part in before:
        inner = inner[part]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return whole


def raw_of(vendor, *events):
    return json.dumps(list(events) if vendor == "hubspot" else events[0]).encode()


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until):
    async with told(RULES, stores, connectors, sandbox, wait_until) as running:
        yield running


async def letters(town):
    """Dead letters of webhooks, by the name of their delivery."""
    await town.idle()
    return [await town.stores.jobs.read(job.id) for job in await town.jobs("hook") if job.state == "dead"]


@ON_SQLITE
@pytest.mark.parametrize("vendor", NEEDED)
async def test_a_field_that_is_missing_or_of_another_type_is_named_in_a_dead_letter(town, vendor):
    sent = {}
    for path, value in ((path, value) for path in NEEDED[vendor] for value in (GONE, *STRANGE)):
        if path in WORDS and isinstance(value, str) and value != "\ud800":
            continue
        status, answer = await town.tell(vendor, *SIGNED[vendor](raw_of(vendor, mutilated(vendor, path, value))))
        sent.setdefault(answer["id"], (status, path))
    found = {job.key.rpartition(":")[2]: job for job in await letters(town)}
    wrong = [
        (path, name in found and found[name].error)
        for name, (_, path) in sent.items()
        if name not in found or f"'{path}" not in found[name].error
    ]

    assert {status for status, _ in sent.values()} == {202}
    assert len(sent) > 8 * len(NEEDED[vendor])
    assert wrong == []
    assert await town.jobs("trigger") == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"7", "sent"),
        (b"null", "sent"),
    ],
)
@pytest.mark.parametrize("vendor", NEEDED)
async def test_a_body_that_is_no_event_at_all_is_a_dead_letter(town, vendor, raw, reason):
    status, _ = await town.tell(vendor, *SIGNED[vendor](raw))
    [letter] = await letters(town)

    assert (status, reason in letter.error) == (202, True)
    assert letter.payload["bodies"] == [raw.decode("latin-1")]


@ON_SQLITE
async def test_what_could_not_be_recorded_in_time_is_sent_again_and_is_there_once(town, wait_until):
    async with town.stores.database.write():  # whoever records has to wait
        telling = asyncio.create_task(town.tell("hubspot", *SIGNED["hubspot"](raw_of("hubspot", {"is": "no event"}))))
        await wait_until(lambda: town.late)
    status, _ = await telling

    assert (status, len(await letters(town))) == (202, 1)


@ON_SQLITE
async def test_of_an_array_only_what_is_broken_ends_as_a_dead_letter_and_its_replay_starts_nothing_twice(town):
    good = [body("hubspot") | {"objectId": number, "eventId": number} for number in range(701, 751)]
    broken = [mutilated("hubspot", "objectId", "x"), "no event", mutilated("hubspot", "occurredAt", GONE)]
    rows = [*good[:20], broken[0], *good[20:40], *broken[1:], *good[40:]]
    status, _ = await town.tell("hubspot", *SIGNED["hubspot"](raw_of("hubspot", *rows)))
    [letter] = await letters(town)
    async with town.stores.database.write() as tx:
        await town.stores.jobs.replay(tx, letter.id)
    await town.idle()

    assert (status, len(await town.jobs("trigger"))) == (202, 50)
    assert "'objectId'" in letter.error
    assert "(2 more like it)" in letter.error
    assert [json.loads(one) for one in letter.payload["bodies"]] == [[row] for row in broken]


@ON_SQLITE
async def test_a_dead_letter_of_an_earlier_version_is_read_by_its_body(town):
    async with town.stores.database.write() as tx:
        kept = {"connector": "jira", "body": raw_of("jira", body("jira")).decode("latin-1")}
        await town.stores.jobs.enqueue(tx, "hook", key="old", payload=kept)
        await town.stores.jobs.enqueue(tx, "hook", key="older", payload={"connector": "jira", "body": "{"})
    [letter] = await letters(town)

    assert (len(await town.jobs("trigger")), letter.key) == (1, "older")


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["jira:issue_created", "zen:ticket:1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(NEEDED)), st.data())
def test_whatever_is_sent_is_events_or_is_kept_whole_with_a_sentence(vendor, data):
    """Whatever becomes of the fields of a good event, each of them is an event, kept with a reason, or passed over by a known name."""
    door = hook(vendor, "secret", "https://bot.example.com")
    events = [dict(body(vendor)) for _ in range(data.draw(st.integers(1, 3)) if vendor == "hubspot" else 1)]
    touched = [data.draw(st.booleans()) for _ in events]
    for event in (event for event, is_touched in zip(events, touched, strict=True) if is_touched):
        for name in data.draw(st.sets(st.sampled_from(sorted(event)), min_size=1)):
            event[name] = data.draw(anything)
    kept = door.told({}, raw_of(vendor, *events))
    again, wrong = door.events(kept)
    unread = kept.get("bodies", [])

    assert json.loads(json.dumps(kept)) == kept
    assert len(kept["events"]) >= touched.count(False)
    assert len(kept["events"]) + len(unread) == len(events) or passed_over(vendor, events)
    assert (len(again), bool(wrong)) == (len(kept["events"]), bool(unread))


def passed_over(vendor, events):
    """Whether an event is one of those that are about nothing the bot knows."""
    name, begins = {
        "jira": ("webhookEvent", ("sprint_", "board_")), "zendesk": ("subject", ("zen:",)), "hubspot": ("subscriptionType", ("object", "ticket")),
    }[vendor]  # fmt: skip
    return any(str(event[name]).startswith(begins) for event in events)
