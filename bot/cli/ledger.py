"""jobs: the ledger on the command line; what has ended badly is tried again, what waits is called off."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.app import House
from bot.app.letters import refuse_what_stands, unfit
from bot.cli.out import Failure, Out
from bot.cli.render import one_line
from bot.store.drafts import DraftStore
from bot.store.jobs import Job
from handlers.approvals import give_up
from handlers.errors import Invalid, NotAllowed

Arguments = Mapping[str, Any]


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
    for job in await (await house.store()).jobs.list(state=arguments["state"]):
        out.line(one_line(f"{job.id}  {job.state:<9}  {job.kind:<8}  {job.attempts} attempts  {job.key}  {job.error}"))
    return 0


async def show(house: House, arguments: Arguments, out: Out) -> int:
    """Everything about one job, what it carries included."""
    job = await (await house.store()).jobs.read(arguments["job"])
    if arguments["json"]:
        out.line(json.dumps(asdict(job), ensure_ascii=False, indent=2))
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
        "error": job.error,
        "payload": json.dumps(job.payload, ensure_ascii=False),
    }
    for name, value in lines.items():
        if value:
            out.line(one_line(f"{name}: {value}"))
    return 0


async def replay(house: House, arguments: Arguments, out: Out) -> int:
    """Put a job that has ended without success back, with all its attempts."""
    store = await house.store()
    job = await store.jobs.read(arguments["job"])
    try:
        await refuse_what_stands(job, store.drafts)
    except Invalid as stands:
        raise Failure(str(stands)) from stands
    if not await store.jobs.replay(job.id):
        raise Failure(unfit(job))
    out.line(f"{job.id} is due again under its key {job.key}; a running bot takes it up.")
    return 0


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
