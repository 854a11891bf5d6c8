"""What `web` and `worker` need of the settings: nothing that belongs to one process only."""

from bot.settings.environment import Settings


def unshared(settings: Settings, command: str) -> list[str]:
    """One sentence for each setting that would split several processes apart; empty when all of them can be shared."""
    postgresql = settings.database.startswith("postgresql+asyncpg://")
    found = {
        "DATABASE_URL": "" if postgresql else "a PostgreSQL database (postgresql+asyncpg://...), not a SQLite file",
        "REDIS_URL": "a Redis (redis:// or rediss://), not memory://" if settings.redis_url.startswith("memory://") else "",
        "CHROMA_URL": "" if settings.chroma_url else "a Chroma server, not the embedded one",
    }
    return [f"`{command}` needs {what}: set {name}, or use `run`." for name, what in found.items() if what]
