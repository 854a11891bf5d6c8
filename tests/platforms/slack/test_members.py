"""Who is who, and what may be shown where: asked of a scripted Slack over HTTP, and in doubt what everyone may read."""

import asyncio
import random

import pytest

from bot.platforms.slack.members import ours
from bot.settings import Configuration
from handlers.models import EVERYONE

ONLY = frozenset({EVERYONE})


async def test_somebody_the_file_names_by_their_slack_id(directory):
    found = await directory().person("T1", "U1")

    assert (found.id, found.name, found.email) == ("slack:T1/U1", "Ada", "ada@example.com")
    assert found.groups == {"support", "leads", "@payments"}
    assert {"jira:5b", "slack:t1/u1"} <= found.names


async def test_somebody_the_file_names_by_e_mail(directory):
    found = await directory().person("T1", "U2")

    assert (found.id, found.name, found.groups) == ("slack:T1/U2", "Name of U2", {"support", "@payments"})
    assert "bo@example.com" in found.names


async def test_somebody_the_file_does_not_name(directory, world):
    world.users["U3"] = world.user("U3", "new@example.com")

    found = await directory().person("T1", "U3")

    assert (found.id, found.name, found.email, found.groups) == ("slack:T1/U3", "Name of U3", "new@example.com", frozenset())
    assert not found.is_outside


LESSER = {
    "guest": {"is_restricted": True},
    "single-channel guest": {"is_ultra_restricted": True},
    "stranger": {"is_stranger": True},
    "another workspace": {"team_id": "T2"},
    "bot": {"is_bot": True},
    "deleted": {"deleted": True},
}


@pytest.mark.parametrize("kind", LESSER)
async def test_only_a_full_member_is_believed_their_e_mail_and_groups(directory, world, kind):
    world.users["U2"] |= LESSER[kind]

    found = await directory().person("T1", "U2")

    assert (found.id, found.groups, found.email) == ("slack:T1/U2", frozenset(), "")
    assert "bo@example.com" not in found.names
    assert found.is_outside == (kind not in ("bot", "deleted"))


async def test_an_e_mail_that_slack_has_not_confirmed_counts_for_nothing(directory, world):
    world.users["U2"]["is_email_confirmed"] = False

    assert (await directory().person("T1", "U2")).groups == {"@payments"}


async def test_a_colleague_of_the_same_organisation_is_a_full_member(directory, world):
    world.users["U2"] |= {"team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}

    assert "support" in (await directory().person("T1", "U2")).groups


async def test_the_files_own_slack_id_goes_before_an_e_mail_that_somebody_else_has(directory, world):
    world.users["U2"]["profile"]["email"] = "cy@example.com"

    found = await directory().person("T1", "U2")

    assert found.groups == {"@payments"}
    assert "cy@example.com" not in found.names


async def test_another_workspaces_e_mails_and_groups_count_for_nothing(directory):
    found = await directory(is_ours=lambda team: team != "T1").person("T1", "U2")

    assert (found.groups, found.email) == (frozenset(), "")


def test_whose_workspaces_are_ours(world):
    file = Configuration.model_validate(world.FILE)

    assert [ours(file, own_token=False)(team) for team in ("T1", "T2")] == [True, False]
    assert ours(file, own_token=True)("T2")


async def test_when_slack_is_silent_only_what_the_file_says_of_this_very_id(directory, slack):
    slack.says("users.info", (200, {"ok": False, "error": "missing_scope", "needed": "users:read"}, {}))
    slack.says("usergroups.list", (500, {}, {}))
    found = directory()

    known, unknown = await found.person("T1", "U1"), await found.person("T1", "U9")
    assert (known.groups, known.is_outside, unknown.is_outside) == ({"support", "leads"}, False, True)
    assert (await found.person("T1", "U2")).groups == frozenset()


async def test_a_channel_shows_what_all_of_its_people_may_read(directory, slack):
    assert await directory().audience("T1", "C1") == {EVERYONE, "support", "@payments"}
    assert len(slack.of("conversations.members")) == 2


async def test_the_file_narrows_and_without_it_nobody_is_even_asked(directory, world, slack):
    narrow = {**world.FILE, "channels": {"slack:T1/C1": {"audience": ["@payments", "hr"]}}}

    assert await directory(narrow).audience("T1", "C1") == {EVERYONE, "@payments"}
    slack.asked.clear()
    assert await directory({"people": world.FILE["people"]}).audience("T1", "C1") == ONLY
    assert slack.asked == []


async def test_a_direct_message_shows_what_the_one_person_may_read(directory, world):
    found = directory()
    world.channels["D2"] = {"id": "D2", "is_im": True, "user": "U2"}

    assert await found.audience("T1", "D1") == {EVERYONE, "support", "leads", "@payments"}
    assert await found.audience("T1", "D2") == {EVERYONE, "support", "@payments"}


OUTSIDE = ["is_ext_shared", "is_shared", "is_org_shared", "is_pending_ext_shared"]


@pytest.mark.parametrize("flag", OUTSIDE)
@pytest.mark.parametrize("channel", ["C1", "D1"])
async def test_a_channel_that_reaches_outside(directory, world, flag, channel):
    world.channels[channel][flag] = True

    assert await directory().audience("T1", channel) == ONLY


@pytest.mark.parametrize("kind", [kind for kind in LESSER if kind not in ("bot", "deleted")])
async def test_one_guest_is_enough(directory, world, kind):
    world.users["U2"] |= LESSER[kind]
    world.channels["D2"] = {"id": "D2", "is_im": True, "user": "U2"}
    found = directory()

    assert await found.audience("T1", "C1") == ONLY
    assert await found.audience("T1", "D2") == ONLY


@pytest.mark.parametrize("kind", [kind for kind in LESSER if kind not in ("bot", "deleted")])
async def test_a_guest_stays_a_guest_whatever_the_file_gives_them(directory, world, kind):
    world.users["U1"] |= LESSER[kind]
    world.members["C1"] = ["U1", "UBOT"]
    found = directory()

    person = await found.person("T1", "U1")
    assert (person.groups, person.is_outside) == ({"support", "leads"}, True)
    assert await found.audience("T1", "C1") == ONLY
    assert await found.audience("T1", "D1") == ONLY


async def test_bots_and_who_has_left_do_not_count(directory, world):
    world.users["U2"]["deleted"] = True

    assert await directory().audience("T1", "C1") == {EVERYONE, "support", "leads", "@payments"}


WRONG = {
    "conversations.info": [
        (500, {}, {}),
        {"channel": {"id": "C9"}},
        {"channel": {"id": "C1", "is_ext_shared": "no"}},
        {},
        "reset",
    ],
    "conversations.members": [(403, b"", {}), {"members": "U1"}, {"members": ["U1", None]}, {"members": []}, {}],
    "users.info": [(500, {}, {}), {"user": {"id": "U1"}}, {"user": {"id": "U2", "is_restricted": 1}}, {"user": None}, "hang"],
}


@pytest.mark.parametrize(("method", "answer"), [(method, answer) for method, answers in WRONG.items() for answer in answers])
async def test_whatever_goes_wrong_only_what_everyone_may_read_is_shown(directory, slack, method, answer):
    slack.says(method, answer)

    assert await directory().audience("T1", "C1") == ONLY


async def test_too_many_members(directory, world):
    world.members["C1"] += [f"W{number}" for number in range(5000)]
    found = directory()

    assert await found.members("T1", "C1") is None
    assert await found.audience("T1", "C1") == ONLY


async def test_a_large_channel_is_looked_up_in_one_list(directory, world, slack):
    world.users |= {f"U{number}": world.user(f"U{number}") for number in range(100, 140)}
    world.groups[0]["users"] += [f"U{number}" for number in range(100, 140)]
    world.members["C1"] += [f"U{number}" for number in range(100, 140)]

    assert await directory().audience("T1", "C1") == {EVERYONE, "@payments"}
    assert (len(slack.of("users.list")), slack.of("users.info")) == (1, [])

    del world.users["U139"]
    assert await directory().audience("T1", "C1") == ONLY


async def test_everything_is_asked_once_however_many_want_it(directory, slack):
    found = directory()

    first = await asyncio.gather(*(found.audience("T1", "C1") for _ in range(20)))
    await asyncio.gather(found.audience("T1", "C1"), found.person("T1", "U1"), found.members("T1", "C1"))

    assert set(first) == {frozenset({EVERYONE, "support", "@payments"})}
    assert sorted(each.method for each in slack.asked) == [
        "conversations.info", "conversations.members", "conversations.members", "usergroups.list", "users.info", "users.info", "users.info",
    ]  # fmt: skip


async def test_a_newcomer_counts_as_soon_as_the_event_has_come(directory, world):
    found = directory()
    before = await found.audience("T1", "C1")
    world.users["U3"] = world.user("U3", "new@example.com")
    world.members["C1"].append("U3")
    assert await found.audience("T1", "C1") == before

    found.forget("T1", channel="C1")

    assert await found.audience("T1", "C1") == ONLY


async def test_events_make_people_and_groups_new(directory, world):
    found = directory()
    await found.audience("T1", "C1")
    world.groups[0]["users"] = ["U1"]
    found.forget("T1", groups=True)
    assert await found.audience("T1", "C1") == {EVERYONE, "support"}

    world.users["U2"]["is_restricted"] = True
    found.forget("T1", user="U2")
    assert await found.audience("T1", "C1") == ONLY

    world.users["U2"]["is_restricted"] = False
    found.forget("T2")
    assert await found.audience("T1", "C1") == ONLY
    found.forget("T1")
    assert await found.audience("T1", "C1") == {EVERYONE, "support"}


async def test_what_is_too_old_is_asked_again(directory, world):
    found = directory(age=0.0)
    await found.audience("T1", "C1")
    world.users["U2"]["is_restricted"] = True

    assert await found.audience("T1", "C1") == ONLY


@pytest.mark.parametrize("seed", range(5))
async def test_in_any_workspace_nobody_is_shown_what_is_not_theirs(directory, world, seed):
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    groups = ["support", "leads", "hr"]
    ids = [f"U{number}" for number in range(1, 13)]
    theirs = {each: [group for group in groups if dice.random() < 0.7] for each in ids}
    guests = {each for each in ids if dice.random() < 0.1}
    world.users = {each: world.user(each, f"{each}@example.com", is_restricted=each in guests) for each in ids}
    world.groups = [{"handle": "all", "users": ids}]
    rooms = {f"C{number}": dice.sample(ids, dice.randint(1, 4)) for number in range(1, 7)}
    world.members, world.channels = rooms, {room: {"id": room} for room in rooms}
    found = directory({
        "people": {f"{each.lower()}@example.com": {"groups": theirs[each]} for each in ids},
        "channels": {f"slack:T1/{room}": {"audience": [EVERYONE, "@all", *groups]} for room in rooms},
    })  # fmt: skip

    for room, people in rooms.items():
        expected = set.intersection(*({*theirs[each], "@all"} for each in people)) if not guests & {*people} else set()
        assert await found.audience("T1", room) == expected | {EVERYONE}, room
