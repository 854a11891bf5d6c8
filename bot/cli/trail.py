"""audit: check the trail of who decided what, and hand it out."""

import json
from collections.abc import Mapping
from typing import Any

from bot.app import House
from bot.cli.out import Out

Arguments = Mapping[str, Any]
BREATH = 500
"""Rows after which an export waits until they are taken: a slow reader must not make the owner hold all of them."""


async def audit(house: House, arguments: Arguments, out: Out) -> int:
    """Audit verify | export."""
    trail = (await house.store()).audit
    if arguments["verb"] == "export":
        said = 0
        async for row in trail.export():
            out.line(json.dumps(row, ensure_ascii=False))
            said += 1
            if said % BREATH == 0:
                await out.drained()
        return 0
    rows = await trail.verify()
    await trail.publish()
    out.line(f"{rows} rows, every one in its place")
    return 0
