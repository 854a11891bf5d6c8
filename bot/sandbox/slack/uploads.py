"""Files of the bot's: an address for the bytes, the bytes, and the message in which they are shared."""

import secrets
from collections.abc import Sequence

from aiohttp import web

from bot.sandbox.models import Payload
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, World
from bot.sandbox.slack.chat import by_bot, threaded, writable
from bot.sandbox.slack.files import described
from bot.sandbox.slack.state import BOT_USER, Upload


def begin(world: World, asked: Asked) -> Payload:
    """files.getUploadURLExternal."""
    name, length = asked.text("filename"), asked.text("length")
    missing = [word for word, value in (("filename", name), ("length", length)) if not value]
    if missing:
        raise No("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {missing[0]}"]})
    if not (length.isascii() and length.isdecimal() and int(length) > 0):
        raise No("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be more than 0"]})
    if int(length) > world.workspace.largest_file:
        raise No("file_upload_size_restricted")
    file, token = world.workspace.next_id("F"), secrets.token_urlsafe(16)
    world.workspace.uploads[file] = Upload(token, name, int(length), asked.text("alt_txt"))
    return {"upload_url": f"{world.url}/upload/v1/{token}", "file_id": file}


def complete(world: World, asked: Asked) -> Payload:
    """files.completeUploadExternal: what was not uploaded whole cannot be shared, and nothing can be shared twice."""
    listed: Sequence[Payload] = asked.several("files") or ()
    if not listed:
        raise No("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: files"]})
    found = [(one, world.workspace.uploads.get(str(one.get("id")))) for one in listed]
    if any(upload is None or not upload.data for _, upload in found):
        raise No("file_not_found")
    told = []
    for one, upload in found:
        if upload is not None:
            file = {**described(str(one["id"]), world.url, BOT_USER, upload.name, upload.data), "alt_txt": upload.alt}
            told.append(file | {"title": one.get("title") or upload.name, "mimetype": "image/png"})
    if asked.text("channel_id"):
        given = Asked(asked.method, {**asked.args, "channel": asked.text("channel_id")}, asked.token)
        channel = writable(world, given)
        message = by_bot({"text": asked.text("initial_comment"), "blocks": []}) | threaded(channel, given)
        world.workspace.add(channel, message | {"subtype": "file_share", "files": told, "upload": True})
    for one, upload in found:
        if upload is not None:
            world.workspace.files[str(one["id"])] = (upload.name, upload.data)
            del world.workspace.uploads[str(one["id"])]
    return {"files": [{"id": file["id"], "title": file["title"]} for file in told]}


def add_routes(router: web.UrlDispatcher, world: World) -> None:
    """Where the bytes are taken: no token goes along, the address is one."""

    async def take(request: web.Request) -> web.Response:
        token, data = request.match_info["token"], await request.read()
        upload = next((each for each in world.workspace.uploads.values() if each.token == token), None)
        if upload is None or upload.data:
            raise web.HTTPNotFound
        if len(data) != upload.length:
            raise web.HTTPBadRequest(text="The file has another size than was announced.")
        upload.data = data
        return web.Response(text=f"OK - {len(data)}")

    router.add_post("/upload/v1/{token}", take)
