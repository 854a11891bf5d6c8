"""What makes a process ready, and what it can do without for a while."""

from bot.store.talk.posts import Posts
from bot.watch.health import Health
from bot.work.queue import Queue
from bot.work.runner import Runner


def health(posts: Posts, runner: Runner, queue: Queue | None) -> Health:
    """Ready means: the database answers and the worker can reach the ledger. Without Redis all goes on, a little later."""

    async def database() -> str:
        await posts.newest()
        return ""

    async def worker() -> str:
        return runner.trouble

    async def redis() -> str:
        return queue.trouble if queue else ""

    return Health({"database": database, "worker": worker}, {"redis": redis})
