"""A command from its arguments to its end: finds or becomes the owner of the data directory, and reports in one sentence."""

import asyncio
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bot.cli.out import Failure, Out, Terminal
from bot.cli.owner import PATIENCE, Ownership, hand_over, make_data_dir
from bot.settings import Settings, SettingsError, load_all, read_configuration
from bot.settings.review import secret_values
from bot.settings.shared import unshared
from bot.watch import failpoint, log
from handlers.errors import Trouble
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from bot.app import House

Arguments = Mapping[str, Any]
ROOMS = {
    "ingest": "knowing", "ask": "knowing", "search": "knowing", "eval": "knowing", "say": "deciding", "drafts": "deciding",
    "jobs": "ledger", "audit": "trail", "check": "doctor", "feedback": "feedback", "links": "linking", "sources": "sources",
}  # fmt: skip
ALONE = ("manifest", "new")
"""Commands that need no data directory."""
OWNERS = ("run", "web", "worker")
SANDBOX_RULES = Path(__file__).parents[1] / "sandbox" / "bot.toml"


def done(arguments: Arguments) -> int:
    """Do what the command line says. 0 done, 1 failed with one sentence, 130 interrupted. Raises BrokenPipeError when nobody reads any more."""
    try:
        failpoint.arm(os.environ)
        settings = load_all()
        log.configure(level=settings.log_level, style=settings.log_format, hidden=secret_values(settings))
        with Terminal() as out:
            return asyncio.run(perform(settings, arguments, out))
    except SettingsError as wrong:
        return complain(arguments, *wrong.errors)
    except (Failure, Trouble, KnowledgeError, failpoint.StrangeFailpointError) as failure:
        return complain(arguments, str(failure))
    except BrokenPipeError:
        raise
    except OSError as broken:
        return complain(arguments, f"{broken.strerror or broken}: {broken.filename or ''}. Check the path and its permissions.")
    except KeyboardInterrupt:
        return 130


def complain(arguments: Arguments, *sentences: str) -> int:
    """One sentence a line on standard error; the traceback only where it was asked for."""
    if arguments["debug"]:
        traceback.print_exc()
    for sentence in sentences:
        sys.stderr.write(f"countersign: {sentence}\n")
    return 1


async def perform(settings: Settings, arguments: Arguments, out: Out) -> int:
    """Do the command here, or let the owner of the data directory do it."""
    if (command := arguments["command"]) in ALONE:
        return await call(command, command, settings, arguments, out)
    try:
        data_dir = make_data_dir(settings.data_dir)
    except OSError as closed:
        hint = "Choose a directory that this user can write, with DATA_DIR."
        raise Failure(f"The data directory {settings.data_dir} cannot be used: {closed.strerror}. {hint}") from closed
    ownership = Ownership(data_dir)
    if arguments["command"] in OWNERS:
        if arguments["command"] != "run" and (wrong := unshared(settings, arguments["command"])):
            raise SettingsError(wrong)
        return await become_owner(settings, arguments, out, ownership)
    handed: dict[str, object] = {**arguments, **absolute(arguments)}
    patience, waited = time.monotonic() + PATIENCE, False
    while not ownership.take():
        if (code := await hand_over(data_dir, handed, out)) is not None:
            return code
        if time.monotonic() > patience:
            raise Failure(f"The data directory is held by process {ownership.holder()}, which does not answer. Try again later.")
        if not waited:
            out.note(f"Waiting for process {ownership.holder()}, which is starting or working in the data directory ...")
        waited = True
        await asyncio.sleep(0.2)
    try:
        return await alone(settings, arguments, out)
    finally:
        ownership.release()


def absolute(arguments: Arguments) -> dict[str, object]:
    """Paths as the owner, who stands elsewhere, finds them."""
    found: dict[str, object] = {}
    if "paths" in arguments:
        found["paths"] = [str(path.absolute()) for path in arguments["paths"]]
    for name in ("file", "leads"):
        if arguments.get(name) is not None:
            found[name] = str(arguments[name].absolute())
    return found


async def become_owner(settings: Settings, arguments: Arguments, out: Out, ownership: Ownership) -> int:
    """`run`, `web`, `worker`: hold the data directory and the port, and do the commands of others."""
    from bot.cli.running import listen, run  # noqa: PLC0415 - handed-over commands need none of it

    port = settings.port if arguments["port"] is None else arguments["port"]
    house = new_house(settings, arguments, out, role=arguments["command"])
    if not ownership.take():
        hint = "Stop it first, or choose another DATA_DIR. Other commands work beside it."
        raise Failure(
            f"The data directory {settings.data_dir} is owned by another running bot (process {ownership.holder()}). {hint}"
        )
    try:
        door = listen(settings.host, port)
        with door:

            async def command(handed: Arguments, there: Out) -> int:
                return await serve(house, handed, there)

            try:
                return await run(house, door, arguments, out, command)
            finally:
                await house.close()
    finally:
        ownership.release()


async def alone(settings: Settings, arguments: Arguments, out: Out) -> int:
    """A command with no owner around: open what it needs, do it, close."""
    house = new_house(settings, arguments, out)
    try:
        return await call(ROOMS[arguments["command"]], arguments["command"], house, arguments, out)
    finally:
        await house.close()


async def serve(house: "House", arguments: Arguments, out: Out) -> int:
    """Somebody else's command, done in this process. Every end of it is told over there."""
    if arguments.get("command") not in ROOMS:
        raise Failure(f"The running bot does not know the command {arguments.get('command')}.")
    try:
        return await call(ROOMS[arguments["command"]], arguments["command"], house, arguments, out)
    except (Trouble, KnowledgeError, OSError) as failure:
        raise Failure(str(failure)) from failure


def new_house(settings: Settings, arguments: Arguments, out: Out, *, role: str = "run") -> "House":
    """The parts of this process, none of them open yet."""
    from bot.app import House  # noqa: PLC0415 - handed-over commands need none of it

    sandbox = bool(arguments.get("sandbox"))
    rules = settings.config_file or (SANDBOX_RULES if sandbox else None)
    return House(settings, read_configuration(rules), sandbox=sandbox, role=role, progress=out.progress)


async def call(room: str, name: str, *given: object) -> int:
    """The function behind a command. Its room is imported now: `ask` does not pay for `run`."""
    function = getattr(import_module(f"bot.cli.{room}"), {"eval": "evaluate"}.get(name, name))
    return await cast("Callable[..., Awaitable[int]]", function)(*given)
