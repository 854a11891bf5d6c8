"""kill -9 again and again while people ask and approve and the vendor misbehaves: nothing lost, nothing double, nothing unapproved.

Seeded: `CHAOS_SEED=7 CHAOS_DRAFTS=40 CHAOS_KILLS=20 pytest tests/chaos` repeats a run; a failure names its seed.
"""

import asyncio
import base64
import os
import random

import aiohttp
import pytest

SEED = int(os.environ.get("CHAOS_SEED", "20261120"))
DRAFTS = int(os.environ.get("CHAOS_DRAFTS", "12"))
KILLS = int(os.environ.get("CHAOS_KILLS", "6"))
APPROVERS = ("bo", "gus")
SETTLED = {"written", "failed", "stale", "rejected", "unknown"}
FAULTS = (
    {"kind": "reset", "method": "PUT", "after": True},
    {"kind": "reset", "method": "PUT"},
    {"kind": "status", "method": "PUT", "status": 503, "after": True},
    {"kind": "status", "method": "PUT", "status": 429, "retry_after": 1},
    {"kind": "half_body", "method": "PUT"},
    {"kind": "delay", "method": "PUT", "seconds": 1.0, "after": True},
)
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


async def new_issue(http, settings, number):
    """An untriaged issue like those that people report."""
    login = base64.b64encode(f"{settings['JIRA_EMAIL']}:{settings['JIRA_API_TOKEN']}".encode()).decode()
    fields = {
        "project": {"key": "SUP"},
        "issuetype": {"id": "10002"},
        "summary": f"Renters charged twice when the card form is sent again, case {number}",
    }
    address = f"{settings['JIRA_URL']}/rest/api/3/issue"
    async with http.post(address, json={"fields": fields}, headers={"Authorization": f"Basic {login}"}) as answer:
        assert answer.status == 201, await answer.text()
        return (await answer.json())["key"]


async def one_change(bot, dice, issue):
    """Ask for a change of one issue and have several people press Approve at the same time; the issue and its draft."""
    await bot.insist("say", person="ada", channel="support", thread=0, text=f"/triage {issue}")

    async def answered():
        try:
            page = await bot.page()
        except (aiohttp.ClientError, AssertionError):
            return None
        cards = [card for card in page.select("section.card[data-state=pending]") if card.select("h3 a")[0].get_text() == issue]
        refused = [post for post in page.select(".is-trouble") if issue in post.find_parent(class_="thread").get_text()]
        return (cards or refused or [None])[0]

    card = await bot.wait(answered, within=120)
    if "data-draft" not in card.attrs:
        return issue, None
    press = {
        "channel": "support",
        "draft": card["data-draft"],
        "version": int(card["data-version"]),
        "verb": "approve",
        "values": {},
    }
    people = [dice.choice(APPROVERS) for _ in range(dice.randint(1, 4))]
    await asyncio.gather(*(bot.insist("press", person=person, **press) for person in people))
    return issue, card["data-draft"]


async def killer(bot, dice, vendors):
    """kill -9 the bot at random moments, with a fault waiting for its next write."""
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.5, 2.5))
        await vendors.break_next("JIRA", **dice.choice(FAULTS))
        await bot.kill()
        await bot.start()


async def test_nothing_is_lost_nothing_is_double_nothing_is_unapproved(bot, vendors, readable_json):
    dice = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    issues = [await new_issue(bot.http, vendors.settings, number) for number in range(DRAFTS)]

    *changes, _ = await asyncio.gather(*(one_change(bot, dice, issue) for issue in issues), killer(bot, dice, vendors))

    async def drafts():
        code, output = await bot.cli("drafts", "list", "--json")
        assert code == 0, output
        return {draft["id"]: draft for draft in readable_json(output)}

    async def all_settled():
        found = await drafts()
        return found if all(found[draft]["state"] in SETTLED for _, draft in changes if draft) else None

    found = await bot.wait(all_settled, within=120)
    assert sum(1 for _, draft in changes if draft) >= DRAFTS * 0.8, "too many questions ended in an apology"
    for issue, draft in changes:
        writes = [write for write in await vendors.writes("JIRA", issue) if write["method"] == "PUT"]
        assert {write["body"]["properties"][0]["value"]["id"] for write in writes} <= {draft}
        if draft is None:
            continue
        assert len(writes) <= 1, f"seed {SEED}: {issue} was written {len(writes)} times"
        state = found[draft]["state"]
        assert state in ("written", "unknown"), f"seed {SEED}: {draft} {state}: {found[draft]['outcome']}"
        assert state == "unknown" or len(writes) == 1, f"seed {SEED}: {draft} is said to be written and is not"
        assert [vote["verb"] for vote in found[draft]["votes"]] == ["approve"], f"seed {SEED}: {draft}"
    unknown = sum(found[draft]["state"] == "unknown" for _, draft in changes if draft)
    assert unknown <= DRAFTS * 0.1, f"seed {SEED}: {unknown} writes are left to a person"
    code, output = await bot.cli("audit", "verify")
    assert code == 0, output
