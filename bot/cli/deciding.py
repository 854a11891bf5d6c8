"""say, drafts: what people do in chat, on the command line."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.app import House
from bot.cli.agreeing import agreements
from bot.cli.out import Failure, Out
from bot.cli.render import card, reply_lines
from bot.dispatch import Heard
from bot.store.drafts.bodies import dump
from handlers.approvals import decide
from handlers.errors import Trouble
from handlers.models import Decision, Draft, Person, Place, State, Verb
from handlers.policy import who

Arguments = Mapping[str, Any]
HERE = "cli"
SETTLE = 30.0
"""Seconds that an approval waits for the outcome of its write before it says that it goes on."""
UNDERWAY = (State.APPROVED, State.WRITING)


async def say(house: House, arguments: Arguments, out: Out) -> int:
    """The reply that chat would give. Exit code 1 when it is a refusal."""
    floor = await house.floor()
    person = somebody(house, arguments["person"])
    place = Place(HERE, person.id, audience=person.audience)
    reply = await floor.dispatch(Heard(f"{HERE}:{secrets.token_hex(8)}", " ".join(arguments["text"]), person, place))
    if reply.trouble:
        raise Failure(reply.text)
    for line in reply_lines(reply, now=datetime.now(UTC)):
        out.line(line)
    return 0


async def drafts(house: House, arguments: Arguments, out: Out) -> int:
    """Drafts list | show | agreement | approve | edit | reject."""
    match arguments["verb"]:
        case "list":
            return await list_drafts(house, arguments, out)
        case "show":
            return show(await (await house.store()).drafts.read(arguments["draft"]), arguments, out)
        case "agreement":
            return await agreements(house, out)
        case verb:
            return await press(house, Verb(verb), arguments, out)


async def list_drafts(house: House, arguments: Arguments, out: Out) -> int:
    """One line a draft."""
    store = await house.store()
    found = await store.drafts.list(state=arguments["state"])
    if arguments["json"]:
        out.line(json.dumps([as_json(draft) for draft in found], ensure_ascii=False, indent=2))
        return 0
    for draft in found:
        record = f"{draft.record.system} {draft.record.name}"
        out.line(f"{draft.id}  v{draft.version}  {draft.state:<10}  {draft.workflow:<8}  {record:<20}  {draft.record.title[:60]}")
    if not found:
        out.note("There are no drafts" + (f" in state {arguments['state']}." if arguments["state"] else "."))
    return 0


def show(draft: Draft, arguments: Arguments, out: Out) -> int:
    """The card."""
    if arguments["json"]:
        out.line(json.dumps(as_json(draft), ensure_ascii=False, indent=2))
        return 0
    for line in card(draft, now=datetime.now(UTC)):
        out.line(line)
    return 0


def as_json(draft: Draft) -> dict[str, Any]:
    """A draft as data: with its state, approvers, votes and the digest of what is shown."""
    found: dict[str, Any] = dump(draft)
    votes = [
        {"verb": v.verb, "version": v.version, "person": v.person, "name": v.name, "at": v.at.isoformat()} for v in draft.votes
    ]
    return {**found, "votes": votes, "approvers": who(draft.policy), "digest": draft.digest}


async def press(house: House, verb: Verb, arguments: Arguments, out: Out) -> int:
    """Decide as a person, and wait for what becomes of it."""
    floor, store = await house.floor(), await house.store()
    person = await floor.persons(name) if (name := arguments["person"]) else somebody(house, "")
    draft = await store.drafts.read(arguments["draft"])
    values = dict(assignment(text) for text in arguments.get("set") or ())
    place = Place(HERE, person.id, audience=person.audience)
    decision = Decision(draft.id, arguments["version"] or draft.version, verb, person, place, values)
    try:
        decided = await decide(decision, drafts=store.drafts, policies=house.configuration.policy_of, persons=floor.persons)
    except Trouble as trouble:
        raise Failure(str(trouble)) from trouble
    if decided.state in UNDERWAY:
        async with house.working(floor.runner):
            decided = await settled(house, decided)
    show(decided, {"json": False}, out)
    return 0 if decided.state in (State.WRITTEN, State.REJECTED, State.PENDING) else 1


async def settled(house: House, draft: Draft) -> Draft:
    """The draft once its write has an outcome, or as it is when that takes too long."""
    store = await house.store()
    try:
        async with asyncio.timeout(SETTLE):
            while draft.state in UNDERWAY:
                await asyncio.sleep(0.05)
                draft = await store.drafts.read(draft.id)
    except TimeoutError:
        return replace(draft, outcome="the write goes on; look again with: countersign drafts show " + draft.id)
    return draft


def assignment(text: str) -> tuple[str, str]:
    """`field=value`."""
    name, found, value = text.partition("=")
    if not found:
        raise Failure(f"--set takes FIELD=VALUE, for example --set priority=High, not {text!r}.")
    return name.strip(), value


def somebody(house: House, name: str) -> Person:
    """The person of --as; without it the operator at this machine, who is in no group."""
    return house.people.find(name) if name else Person(f"{HERE}:operator", "operator")
