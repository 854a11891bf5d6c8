"""A worker in a process of its own that asks a vendor so many times as fast as it may, and comes back as often as it is sent away."""

import asyncio
import sys

from bot.net.http import Http
from bot.net.pace import Pace
from bot.net.slots import Slots
from handlers.errors import Busy, Unavailable

LANES = 4


async def main(redis_url: str, vendor: str, name: str, times: int) -> None:
    numbers = iter(range(times))
    async with Pace(redis_url) as pace, Http(pace=pace, slots=Slots(LANES, longest=60, still=60)) as http:
        await asyncio.gather(*(lane(http, vendor, name, numbers) for _ in range(LANES)))


async def lane(http: Http, vendor: str, name: str, numbers: object) -> None:
    for number in numbers:
        await until_answered(http, f"{vendor}?who={name}&number={number}")


async def until_answered(http: Http, url: str) -> None:
    while True:
        try:
            await http.read("Zendesk", url, auth="x")
        except Busy as busy:
            await asyncio.sleep(busy.after)
        except Unavailable:
            await asyncio.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
