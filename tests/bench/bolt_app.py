"""What the bot's front door is compared with: Slack's own framework on aiohttp, with nothing behind it or with a Redis stream.

python -m bolt_app PORT [REDIS_URL], with SLACK_SIGNING_SECRET set. It verifies each request, answers it, and does nothing else.
"""

import json
import os
import re
import sys

import redis.asyncio
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

EVENTS = ("message", "app_mention", "reaction_added")


def bolt() -> AsyncApp:
    """An app that listens to the whole mix. It asks nobody who it is: that would be a call to Slack."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-none", bot_id="BBOT", bot_user_id="UBOT")

    async def heard() -> None:
        """The framework has acknowledged already."""

    async def acknowledged(ack) -> None:
        await ack()

    app = AsyncApp(signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=authorize)
    for event in EVENTS:
        app.event(event)(heard)
    app.command(re.compile("^/"))(acknowledged)
    app.action(re.compile("."))(acknowledged)
    return app


def keeping(client: redis.asyncio.Redis):
    """Adds a request to a stream before it is answered."""

    async def keep(body, next):  # noqa: A002 - Bolt passes arguments by these names
        await client.xadd("slack", {"body": json.dumps(body)})
        await next()

    return keep


def main() -> None:
    port, *urls = sys.argv[1:]
    app = bolt()
    for url in urls:
        app.middleware(keeping(redis.asyncio.Redis.from_url(url)))
    served = app.web_app(path="/slack/events")

    async def ready(_app: web.Application) -> None:
        sys.stdout.write("listening\n")
        sys.stdout.flush()

    served.on_startup.append(ready)
    web.run_app(served, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main()
