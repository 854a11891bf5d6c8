"""History, threads, people and forms through Slack's own client: pages, bounds, shapes, tokens."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.methods import METHODS, SCOPES
from bot.platforms.slack.shapes import GroupPage, OneChannel, OneUser, UserPage, read_as
from bot.sandbox.company import PEOPLE
from bot.sandbox.slack import SlackStandin, access, api
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, page


async def refused(call) -> str:
    with pytest.raises(SlackApiError) as no:
        await call
    return no.value.response["error"]


@given(items=st.lists(st.integers(), unique=True, max_size=30), limit=st.integers(1, 9))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_pages_bring_everything_once_and_in_order(items, limit):
    found, cursor = [], ""
    while True:
        some, cursor = page(items, str, Asked("x", {"limit": limit, "cursor": cursor}))
        found += some
        assert len(some) <= limit
        if not cursor:
            break

    assert found == items


def test_a_strange_cursor_or_limit_is_refused():
    for args in ({"cursor": "bmV4dDo5"}, {"cursor": "?"}, {"limit": "0"}, {"limit": "many"}):
        with pytest.raises(No, match=r"invalid_(cursor|limit)"):
            page([1, 2], str, Asked("x", args))


async def test_history_is_newest_first_and_leaves_out_answers_and_metadata(client):
    mark = {"event_type": "x", "event_payload": {"key": "k"}}
    times = [(await client.chat_postMessage(channel="C1", text=str(n), metadata=mark))["ts"] for n in range(5)]
    await client.chat_postMessage(channel="C1", text="an answer", thread_ts=times[0])

    first = await client.conversations_history(channel="C1", limit=3)
    rest = await client.conversations_history(channel="C1", limit=3, cursor=first["response_metadata"]["next_cursor"])
    bounded = await client.conversations_history(channel="C1", oldest=times[1], latest=times[3])
    one = await client.conversations_history(channel="C1", latest=times[2], inclusive=True, limit=1, include_all_metadata=True)

    assert [m["text"] for m in first["messages"] + rest["messages"]] == ["4", "3", "2", "1", "0"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [m["text"] for m in bounded["messages"]] == ["2"]
    assert (one["messages"][0]["ts"], one["messages"][0]["metadata"]) == (times[2], mark)
    assert "metadata" not in first["messages"][0]


async def test_a_thread_begins_with_its_root_and_an_answer_brings_itself_alone(client):
    root = (await client.chat_postMessage(channel="C1", text="root"))["ts"]
    answers = [(await client.chat_postMessage(channel="C1", text=str(n), thread_ts=root))["ts"] for n in range(3)]

    whole = await client.conversations_replies(channel="C1", ts=root)
    late = await client.conversations_replies(channel="C1", ts=root, oldest=answers[1])
    alone = await client.conversations_replies(channel="C1", ts=answers[0])

    assert [m["text"] for m in whole["messages"]] == ["root", "0", "1", "2"]
    assert whole["messages"][0]["reply_count"] == 3
    assert [m["text"] for m in late["messages"]] == ["root", "2"]
    assert [m["text"] for m in alone["messages"]] == ["0"]
    assert await refused(client.conversations_replies(channel="C1", ts="1.000001")) == "thread_not_found"


async def test_people_and_channels_have_the_shapes_that_the_bot_reads(client):
    ada = read_as(OneUser, (await client.users_info(user="U1")).data).user
    everybody = read_as(UserPage, (await client.users_list(limit=200)).data).members
    support = read_as(OneChannel, (await client.conversations_info(channel="C2")).data).channel
    leads = read_as(OneChannel, (await client.conversations_info(channel="G1")).data).channel
    direct = await client.conversations_open(users="U1")
    alone = read_as(OneChannel, (await client.conversations_info(channel=direct["channel"]["id"])).data).channel
    groups = read_as(GroupPage, (await client.usergroups_list(include_users=True)).data).usergroups

    assert (ada.profile.email, ada.profile.real_name) == (PEOPLE[0].email, PEOPLE[0].name)
    assert len(everybody) == len(PEOPLE) + 1
    assert (support.name, support.is_private, leads.is_private) == ("support", False, True)
    assert (alone.is_im, alone.user) == (True, "U1")
    assert {"U1", "U2"} <= set(next(group for group in groups if group.handle == "support").users)
    assert [await refused(client.conversations_open(users=user)) for user in ("U99", "UBOT")] == [
        "user_not_found",
        "cannot_dm_bot",
    ]


async def test_a_json_body_is_overlooked_by_methods_that_take_none(slack):
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        in_body = await (await session.post(f"{slack.api_url}users.info", json={"user": "U1"})).json()
        in_query = await (await session.get(f"{slack.api_url}users.info?user=U1")).json()
        posted = await (await session.post(f"{slack.api_url}chat.postMessage", json={"channel": "C1", "text": "x"})).json()

    assert (in_body["error"], in_query["ok"], posted["ok"]) == ("user_not_found", True, True)


async def test_a_token_is_good_for_its_scopes_until_it_ends(slack, client):
    now = slack.workspace.now()
    tokens = {
        "xoxb-strange": "invalid_auth",
        slack.access.issue(expires=now - 1).value: "token_expired",
        slack.access.issue(scopes={"chat:write"}).value: "missing_scope",
        slack.app_token: "not_allowed_token_type",
    }
    for token, word in tokens.items():
        assert await refused(AsyncWebClient(token, base_url=slack.api_url).users_info(user="U1")) == word
    reduced = AsyncWebClient(slack.access.issue(scopes={"users:read"}).value, base_url=slack.api_url)

    me = await client.auth_test()

    assert "email" not in (await reduced.users_info(user="U1"))["user"]["profile"]
    assert await refused(reduced.conversations_history(channel="G1")) == "missing_scope"
    assert (me["team_id"], me["user_id"], me["bot_id"]) == ("T1", "UBOT", "BBOT")
    assert set(me.headers["x-oauth-scopes"].split(",")) == SCOPES
    assert await refused(client.api_call("chat.meMessage")) == "unknown_method"
    slack.access.revoke_all()
    assert await refused(client.auth_test()) == "account_inactive"


def test_the_stand_in_answers_all_that_the_bot_calls_and_asks_for_no_scope_it_lacks():
    known = {*api.METHODS, "apps.connections.open", "oauth.v2.access"}

    assert set(METHODS) <= known
    assert access.EVERY_SCOPE == SCOPES
    for method, needed in access.NEEDS.items():
        scopes = {needed.format(kind=kind) for kind in ("channels", "groups", "im")}
        assert method not in METHODS or scopes <= METHODS[method].scopes


async def test_a_trigger_opens_one_form_within_three_seconds(form):
    clock = [datetime(2026, 11, 20, tzinfo=UTC)]
    slack = SlackStandin(clock=lambda: clock[0])
    await slack.start()
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    try:
        first, second = slack.workspace.trigger("U1"), slack.workspace.trigger("U1")
        opened = await client.views_open(trigger_id=first, view=form)
        again = await refused(client.views_open(trigger_id=first, view=form))
        clock[0] += timedelta(seconds=3.1)
        late = await refused(client.views_open(trigger_id=second, view=form))
        strange = await refused(client.views_open(trigger_id="1.2.3", view=form))
    finally:
        await slack.stop()

    assert (again, late, strange) == ("exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id")
    assert slack.workspace.modals[opened["view"]["id"]].user == "U1"
    assert opened["view"]["private_metadata"] == form["private_metadata"]


async def test_a_home_tab_belongs_to_one_person_and_is_replaced(slack, client):
    for text in ("one", "two"):
        section = {"type": "section", "text": {"type": "plain_text", "text": text}}
        await client.views_publish(user_id="U2", view={"type": "home", "blocks": [section]})

    assert [view["blocks"][0]["text"]["text"] for view in slack.workspace.homes.values()] == ["two"]
    assert await refused(client.views_publish(user_id="U99", view={"type": "home", "blocks": []})) == "user_not_found"
