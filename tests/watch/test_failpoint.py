"""Failpoints: each listed place stands in the code once, an armed one ends the process there, an unknown one ends the start."""

import ast
import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.watch import failpoint

ROOT = Path(__file__).resolve().parents[2]
PASSES = (
    "from bot.watch.failpoint import *; import os; arm(os.environ); failpoint('after_say'); failpoint('after_say'); print('on')"
)


def is_frozen(number):
    status = Path(f"/proc/{number}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "T"


def places():
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failpoint":
                yield ast.literal_eval(node.args[0])


def test_every_listed_place_stands_in_the_code_once():
    assert Counter(places()) == Counter((*failpoint.NAMES, *failpoint.BESIDES))


@pytest.fixture(autouse=True)
def disarm():
    yield
    failpoint.arm({})


@pytest.mark.parametrize("value", ["nowhere", "after_send:0", "after_send:x", "after_send:1:burn", "after_send,nowhere:2"])
def test_a_place_that_there_is_not_is_refused(value):
    with pytest.raises(failpoint.StrangeFailpointError, match="CHAOS_FAILPOINTS"):
        failpoint.arm({"CHAOS_FAILPOINTS": value})


@pytest.mark.parametrize(("given", "seconds"), [("", 30.0), ("13", 13.0)])
def test_the_lease_is_the_usual_one_unless_it_is_set(given, seconds):
    failpoint.arm({"CHAOS_LEASE": given})

    assert failpoint.lease(30.0) == seconds


@pytest.mark.parametrize("given", ["1", "soon", "-20"])
def test_a_lease_that_would_end_under_a_write_is_refused(given):
    with pytest.raises(failpoint.StrangeFailpointError, match="CHAOS_LEASE"):
        failpoint.arm({"CHAOS_LEASE": given})


@pytest.mark.parametrize(
    ("armed", "code"), [("", 0), ("after_say", -9), ("after_say:2", -9), ("after_say:3", 0), ("after_send", 0)]
)
async def test_the_process_dies_at_the_armed_pass_and_no_other(armed, code):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PASSES, env={"CHAOS_FAILPOINTS": armed}, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )

    assert await process.wait() == code


async def test_it_may_freeze_there_instead(wait_until):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PASSES, env={"CHAOS_FAILPOINTS": "after_say:1:stop"}, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    await wait_until(lambda: is_frozen(process.pid))
    process.send_signal(signal.SIGCONT)

    output, _ = await process.communicate()
    assert output == b"on\n"


async def test_the_program_does_not_start_with_an_unknown_one(alone):
    alone.environment["CHAOS_FAILPOINTS"] = "nowhere"
    code, output = await alone.cli("drafts", "list")

    assert code == 1
    assert output.startswith("countersign: CHAOS_FAILPOINTS: nowhere is none of after_record, ")
