"""Files that people send: what a message tells of them, and where the bot fetches them with its token."""

from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.models import Payload
from bot.sandbox.slack.asked import World
from bot.sandbox.slack.state import TEAM, Workspace

Files = Mapping[str, bytes]
"""Name -> content."""
SIGN_IN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to Harbourlight</body></html>"
"""What a browser without a session is shown, with status 200; so is a bot that lacks the scope."""


def sent(workspace: Workspace, url: str, user: str, files: Files) -> Payload:
    """What a message tells of its files; nothing where it has none."""
    told = [described(workspace.keep(name, data), url, user, name, data) for name, data in files.items()]
    return {"subtype": "file_share", "files": told, "upload": False, "display_as_bot": False} if told else {}


def described(name: str, url: str, user: str, title: str, data: bytes) -> Payload:
    """A file as Slack tells it."""
    address = f"{url}/files-pri/{TEAM}-{name}"
    return {
        "id": name, "name": title, "title": title, "mimetype": "application/octet-stream", "filetype": title.rpartition(".")[2],
        "user": user, "size": len(data), "mode": "hosted", "is_external": False, "is_public": False, "file_access": "visible",
        "url_private": f"{address}/{title}", "url_private_download": f"{address}/download/{title}",
    }  # fmt: skip


def add_routes(router: web.UrlDispatcher, world: World) -> None:
    """Where files are fetched."""

    async def fetch(request: web.Request) -> web.Response:
        token = world.access.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        found = world.workspace.files.get(request.match_info["file"])
        if token is None or token.dead or "files:read" not in token.scopes:
            return web.Response(text=SIGN_IN, content_type="text/html")
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1], content_type="application/octet-stream")

    router.add_get(f"/files-pri/{TEAM}-{{file}}/download/{{name}}", fetch)
    router.add_get(f"/files-pri/{TEAM}-{{file}}/{{name}}", fetch)
