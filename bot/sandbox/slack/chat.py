"""Messages of the bot: posted, whispered, changed, deleted, streamed, and said through a response_url."""

from bot.sandbox.models import Payload
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, World
from bot.sandbox.slack.shown import with_ids
from bot.sandbox.slack.state import APP, BOT_ID, BOT_NAME, BOT_USER, RESPONSE_LIVES, RESPONSE_USES, TEAM, Channel, is_ts

LONGEST, LONGEST_UPDATE, LONGEST_MARKDOWN = 40_000, 4_000, 12_000
"""Characters of a message's text, new and changed, and of one piece of a stream (docs.slack.dev, the pages of the methods)."""


def post(world: World, asked: Asked) -> Payload:
    """chat.postMessage. A person's id stands for the direct message with them."""
    user = asked.text("channel")
    direct = world.workspace.channels.get(f"D{user}")
    channel = direct or writable(world, asked)
    message = by_bot(shown(world, asked)) | threaded(channel, asked)
    if metadata := asked.mapping("metadata"):
        if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
            raise No("invalid_metadata_format")
        message["metadata"] = metadata
    if mark := asked.text("client_msg_id"):
        message["client_msg_id"] = mark
    if asked.flag("reply_broadcast") and "thread_ts" in message:
        message["subtype"] = "thread_broadcast"
    kept = world.workspace.add(channel, message)
    return {"channel": channel.id, "ts": kept["ts"], "message": without_metadata(kept)}


def whisper(world: World, asked: Asked) -> Payload:
    """chat.postEphemeral."""
    channel, user = writable(world, asked), asked.text("user")
    if user not in channel.members:
        raise No("user_not_in_channel")
    said = by_bot(shown(world, asked)) | threaded(channel, asked)
    return {"message_ts": world.workspace.whisper(channel.id, user, said | {"is_ephemeral": True})["ts"]}


def update(world: World, asked: Asked) -> Payload:
    """chat.update. Blocks that are not named stay as they are."""
    channel = world.inside(asked)
    message = own(channel, asked, "cant_update_message")
    if (channel.id, message["ts"]) in world.workspace.streams:
        raise No("streaming_state_conflict")
    fresh = shown(world, asked)
    if asked.several("blocks") is None:
        fresh.pop("blocks", None)
    message |= fresh
    message["edited"] = {"user": BOT_USER, "ts": world.workspace.next_ts()}
    if metadata := asked.mapping("metadata"):
        message["metadata"] = metadata
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": without_metadata(message)}


def delete(world: World, asked: Asked) -> Payload:
    """chat.delete."""
    channel = world.inside(asked)
    message = own(channel, asked, "cant_delete_message")
    world.workspace.remove(channel, message)
    world.workspace.streams.pop((channel.id, message["ts"]), None)
    return {"channel": channel.id, "ts": message["ts"]}


def start_stream(world: World, asked: Asked) -> Payload:
    """chat.startStream. Outside of direct messages Slack wants to know for whom the stream is."""
    channel = writable(world, asked)
    if not asked.text("thread_ts"):
        raise No("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: thread_ts"]})
    if not channel.is_im:
        for name, word in (
            ("recipient_team_id", "missing_recipient_team_id"),
            ("recipient_user_id", "missing_recipient_user_id"),
        ):
            if not asked.text(name):
                raise No(word)
    begun = piece(asked)
    kept = world.workspace.add(channel, by_bot({"text": begun}) | threaded(channel, asked))
    world.workspace.streams[channel.id, kept["ts"]] = begun
    return {"channel": channel.id, "ts": kept["ts"]}


def append_stream(world: World, asked: Asked) -> Payload:
    """chat.appendStream."""
    channel, message = streamed(world, asked)
    more = piece(asked)
    if not more:
        raise No("no_text")
    _grow(world, channel, message, more)
    return {"channel": channel.id, "ts": message["ts"]}


def stop_stream(world: World, asked: Asked) -> Payload:
    """chat.stopStream."""
    channel, message = streamed(world, asked)
    blocks, more = asked.several("blocks"), piece(asked)
    if blocks is not None:
        world.judge(asked, {"text": message["text"] + more, "blocks": blocks}, world.check_message, "invalid_blocks")
        message["blocks"] = with_ids(blocks, world.workspace.block_ids())
    _grow(world, channel, message, more)
    del world.workspace.streams[channel.id, message["ts"]]
    return {"channel": channel.id, "ts": message["ts"], "message": without_metadata(message)}


def respond(world: World, name: str, body: Payload) -> Payload:
    """An answer to a command or a press, through its address. Raises No when it takes none any more."""
    workspace = world.workspace
    place = workspace.response_urls.get(name)
    if place is None:
        raise No("invalid_url")
    if workspace.now() - place.born > RESPONSE_LIVES:
        raise No("expired_url")
    if place.uses >= RESPONSE_USES:
        raise No("used_url")
    asked = Asked("response_url", body)
    channel = workspace.channel(place.channel)
    fresh = {} if asked.flag("delete_original") else by_bot(shown(world, asked))
    place.uses += 1
    pressed = workspace.ephemerals if place.is_ephemeral else channel.messages
    original = next((each for each in pressed if place.ts and each["ts"] == place.ts), None)
    if original is not None and asked.flag("delete_original"):
        pressed.remove(original)
    elif original is not None and asked.flag("replace_original"):
        original |= {"blocks": [], **fresh}
    elif fresh:
        reply = fresh | threaded(channel, asked)
        if asked.text("response_type") == "in_channel":
            workspace.add(channel, reply)
        else:
            workspace.whisper(channel.id, place.user, reply | {"is_ephemeral": True})
    return {}


def writable(world: World, asked: Asked) -> Channel:
    """A channel that the bot may write in. Raises No."""
    channel = world.inside(asked)
    if channel.is_archived:
        raise No("is_archived")
    return channel


def own(channel: Channel, asked: Asked, word: str) -> Payload:
    """A message of the bot's. Raises No."""
    message = channel.message(asked.text("ts"))
    if message is None:
        raise No("message_not_found")
    if message.get("bot_id") != BOT_ID:
        raise No(word)
    return message


def streamed(world: World, asked: Asked) -> tuple[Channel, Payload]:
    """A message that is still being streamed. Raises No."""
    channel = world.inside(asked)
    message = own(channel, asked, "message_not_owned_by_app")
    if (channel.id, message["ts"]) not in world.workspace.streams:
        raise No("message_not_in_streaming_state")
    return channel, message


def shown(world: World, asked: Asked) -> Payload:
    """Text and blocks, as Slack would take them. Raises No."""
    text, blocks = asked.text("text") or asked.text("markdown_text"), asked.several("blocks")
    if not text and not blocks and not asked.several("attachments"):
        raise No("no_text")
    if len(text) > (LONGEST_UPDATE if asked.method == "chat.update" else LONGEST):
        raise No("msg_too_long")
    judged: Payload = {"text": text, **({} if blocks is None else {"blocks": blocks})}
    judged |= {"ts": asked.text("ts")} if asked.method == "chat.update" else {}
    world.judge(asked, judged, world.check_message, "invalid_blocks" if text else "no_text")
    return {"text": text, "blocks": with_ids(blocks or [], world.workspace.block_ids())}


def piece(asked: Asked) -> str:
    """One piece of a stream, plain or as chunks. Raises No."""
    parts = [chunk.get("text", "") for chunk in asked.several("chunks") or () if chunk.get("type") == "markdown_text"]
    words = asked.text("markdown_text") + "".join(part for part in parts if isinstance(part, str))
    if len(words) > LONGEST_MARKDOWN:
        raise No("msg_too_long")
    return words


def threaded(channel: Channel, asked: Asked) -> Payload:
    """Where a message stands: in a thread it names the root, even when it was given an answer of the thread. Raises No."""
    given = asked.text("thread_ts")
    if not given:
        return {}
    if not is_ts(given):
        raise No("invalid_thread_ts")
    above = channel.message(given)
    return {"thread_ts": above.get("thread_ts", given) if above else given}


def by_bot(message: Payload) -> Payload:
    """The message with its author."""
    profile = {"id": BOT_ID, "app_id": APP, "user_id": BOT_USER, "name": BOT_NAME, "deleted": False, "team_id": TEAM}
    return {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, "team": TEAM, "bot_profile": profile, **message}


def without_metadata(message: Payload) -> Payload:
    """A message as it is shown to who did not ask for its metadata."""
    return {name: value for name, value in message.items() if name != "metadata"}


def _grow(world: World, channel: Channel, message: Payload, more: str) -> None:
    message["text"] += more
    world.workspace.streams[channel.id, message["ts"]] = message["text"]
