"""jobs: the ledger on the command line; what has ended badly is tried again, what waits is called off."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.app import House
from bot.app.letters import Letters
from bot.cli.out import Failure, Out
from bot.cli.render import one_line
from bot.settings.tables import duration
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.jobs import Job
from bot.store.ledger.replays import Which
from handlers.approvals import give_up
from handlers.errors import Invalid, NotAllowed

Arguments = Mapping[str, Any]
OPERATOR = "operator"
"""Who replays on the command line, on the audit trail: whoever may use the data directory."""


async def jobs(house: House, arguments: Arguments, out: Out) -> int:
    """Jobs list | show | replay | cancel."""
    match arguments["verb"]:
        case "list":
            return await list_jobs(house, arguments, out)
        case "show":
            return await show(house, arguments, out)
        case "replay":
            return await replay(house, arguments, out)
        case _:
            return await cancel(house, arguments, out)


async def list_jobs(house: House, arguments: Arguments, out: Out) -> int:
    """One line a job."""
    store = await house.store()
    found = await store.jobs.list(state=arguments["state"])
    reasons = Letters.of(house.settings, house.configuration, store).masked([job.error for job in found])
    for job, reason in zip(found, reasons, strict=True):
        out.line(one_line(f"{job.id}  {job.state:<9}  {job.kind:<8}  {job.attempts} attempts  {job.key}  {reason}"))
    if not found:
        out.note(f"There are no jobs{' in state ' + arguments['state'] if arguments['state'] else ''}.")
    return 0


async def show(house: House, arguments: Arguments, out: Out) -> int:
    """Everything about one job, what it carries included and masked; as lines, or as JSON."""
    store = await house.store()
    job = await store.jobs.read(arguments["job"])
    error, payload = Letters.of(house.settings, house.configuration, store).carried(job)
    if arguments["json"]:
        out.line(json.dumps({**asdict(job), "error": error, "payload": as_json(payload)}, ensure_ascii=False, indent=2))
        return 0
    lines = {
        "job": job.id,
        "key": job.key,
        "kind": job.kind,
        "state": job.state,
        "attempts": f"{job.attempts} of {job.max_attempts}",
        "record": job.record_key or "none",
        "made": moment(job.created),
        "changed": moment(job.updated),
        "runs": moment(job.run_at) if job.state == "pending" else "",
        "lease": f"until {moment(job.lease)}" if job.state == "running" else "",
        "error": error,
        "payload": payload,
    }
    for name, value in lines.items():
        if value:
            out.line(one_line(f"{name}: {value}"))
    return 0


def as_json(masked: str) -> object:
    """What a job carries as data; as one text where a mask has taken a part of its grammar."""
    try:
        found: object = json.loads(masked)
    except ValueError:
        return masked
    return found


async def replay(house: House, arguments: Arguments, out: Out) -> int:
    """Put a job that has ended without success back, with all its attempts; or all dead letters that are meant."""
    letters = Letters.of(house.settings, house.configuration, await house.store())
    which = Which(arguments["kind"], seconds(arguments["since"]), 0.0, arguments["reason"])
    if not arguments["job"]:
        return await replay_all(letters, which, out, dry=arguments["dry_run"])
    if which != Which():
        raise Failure("Name one job, or those that are meant by --kind, --since and --reason, not both.")
    name = arguments["job"]
    try:
        if arguments["set"]:
            for difference in await letters.fix(name, fields(arguments["set"]), by=OPERATOR):
                out.line(one_line(difference))
        else:
            await letters.replaying.one(name, by=OPERATOR)
    except (Invalid, NotAllowed) as refused:
        raise Failure(str(refused)) from refused
    out.line(f"{name} is due again under its key {(await (await house.store()).jobs.read(name)).key}; a running bot takes it up.")
    return 0


async def replay_all(letters: Letters, which: Which, out: Out, *, dry: bool) -> int:
    """In the order in which they were made. Raises Failure where nothing says which."""
    if which == Which():
        raise Failure("Name a job, or say which dead letters: --kind, --since, --reason.")
    if dry:
        found = await letters.replaying.found(which)
        for job, reason in zip(found, letters.masked([job.error for job in found]), strict=True):
            out.line(one_line(f"{job.id}  {job.state:<9}  {job.kind:<8}  {moment(job.updated)}  {reason}"))
        out.line(f"{len(found)} dead letters would be tried again.")
        return 0
    detail = {name: value for name, value in asdict(which).items() if value}
    done, stays = await letters.replaying.every(which, by=OPERATOR, told=out.progress, detail=detail)
    for kept in stays:
        out.note(kept)
    out.line(f"{done} of {done + len(stays)} dead letters are due again; a running bot takes them up.")
    return 0


def seconds(since: str) -> float:
    """A span of time as it is typed. Raises Failure."""
    try:
        return cast("timedelta", duration(since)).total_seconds() if since else 0.0
    except ValueError as wrong:
        raise Failure(f"--since: {wrong}.") from None


def fields(given: Sequence[str]) -> Mapping[str, str]:
    """FIELD=VALUE, several times. Raises Failure."""
    if wrong := [one for one in given if "=" not in one]:
        raise Failure(f"--set takes FIELD=VALUE, not {wrong[0]!r}.")
    return dict(one.split("=", 1) for one in given)


async def cancel(house: House, arguments: Arguments, out: Out) -> int:
    """Call a waiting job off; a draft whose write it was ends with it."""
    store = await house.store()
    job = await store.jobs.read(arguments["job"])
    if not await store.jobs.void(job.id):
        raise Failure(f"Job {job.id} is {(await store.jobs.read(job.id)).state}; only a job that is pending can be cancelled.")
    out.line(f"{job.id} is cancelled.")
    if job.kind == "write":
        await end_draft(job, store.drafts, out)
    return 0


async def end_draft(job: Job, drafts: DraftStore, out: Out) -> None:
    """An approved draft that nobody will write must not look as if somebody did."""
    name, version = str(job.payload["draft"]), int(str(job.payload["version"]))
    ended = await give_up(name, version, NotAllowed("its write was cancelled by an operator"), drafts=drafts)
    out.line(f"draft {ended.id} is {ended.state}: {ended.outcome}")


def moment(seconds: float) -> str:
    """A time of the database, for people."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
