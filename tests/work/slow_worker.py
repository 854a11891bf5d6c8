"""A worker in a process of its own, for tests that stop it: its one kind of job reads a record, then writes it."""

import asyncio
import sys

from bot.net.http import Http
from bot.store.database import Database
from bot.store.ledger.jobs import Jobs
from bot.work.hold import before_write
from bot.work.runner import Kind, Runner


async def main(database_url: str, vendor: str, lease: float) -> None:
    database = Database(database_url)
    async with Http(before_write=before_write) as http:

        async def change(_payload: object) -> None:
            await http.read("Vendor", f"{vendor}/record", auth="")
            await http.write("Vendor", "PUT", f"{vendor}/record", auth="", body={})

        await Runner(database, Jobs(database), {"call": Kind(change)}, lease=lease).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
