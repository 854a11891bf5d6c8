"""Messages that grow while they are written: pieces in order, each longer than the last, for two minutes at most.

Statuses and words are those of msteams-docs, streaming-ux.
"""

import copy
from collections.abc import Mapping

from bot.sandbox.models import Payload
from bot.sandbox.teams.state import BOT, Conversation
from bot.sandbox.teams.world import Answer, Refused, Stream, World

FORBIDDEN = "ContentStreamNotAllowed"
LATE = "ContentStreamSequenceOrderPreConditionFailed"


def stream_info(activity: Mapping[str, object]) -> Payload | None:
    """The entity that makes an activity a piece of a stream."""
    entities = activity.get("entities")
    there = entities if isinstance(entities, list) else []
    return next((each for each in there if isinstance(each, dict) and each.get("type") == "streaminfo"), None)


def take(world: World, conversation: Conversation, activity: Payload, info: Payload) -> Answer:
    """A piece of a stream, the first one or another. Raises Refused."""
    name = info.get("streamId")
    if not name:
        return _begin(world, conversation, activity, info)
    stream = world.streams.get(str(name))
    if stream is None or stream.conversation != conversation.id:
        raise Refused(400, "BadRequest", "There is no such stream.")
    _allowed(world, stream)
    world.judge(activity, conversation, lambda: problems(activity, info, stream))
    if activity["type"] == "message":
        return _end(stream, activity)
    sequence = info["streamSequence"]
    if sequence <= stream.sequence:
        body = {"error": {"code": LATE, "message": "PreCondition failed exception when processing streaming activity."}}
        return 202, body
    stream.sequence, stream.last = sequence, world.tenant.now()
    _grow(stream, activity, info)
    return 202, {}


def problems(activity: Payload, info: Payload, stream: Stream | None) -> list[str]:
    """What is wrong with a piece, after those before it. None: it is the first one."""
    if activity.get("type") == "message":
        return []
    sequence = info.get("streamSequence")
    if stream is None:
        return [] if sequence == 1 else [f"entities: streamSequence is {sequence}, and a stream begins with 1."]
    text = str(activity.get("text", ""))
    found = []
    if isinstance(sequence, int) and sequence < stream.sequence:
        found.append(f"entities: streamSequence is {sequence}, after {stream.sequence}.")
    if info.get("streamType", "streaming") == "streaming" and not text.startswith(stream.piece):
        found.append("text does not begin with what was streamed before.")
    return found


def stop(world: World, name: str) -> None:
    """The person stops the answer: no further piece is taken. Raises LookupError."""
    if name not in world.streams or not world.streams[name].message.is_streaming:
        raise LookupError(f"Nothing is being streamed as {name}.")
    world.streams[name].is_stopped = True
    world.streams[name].message.is_streaming = False


def _begin(world: World, conversation: Conversation, activity: Payload, info: Payload) -> Answer:
    world.judge(activity, conversation, lambda: problems(activity, info, None))
    if activity["type"] == "message":
        raise Refused(400, "BadRequest", "Only end streaming type is allowed as a message activity.")
    for other in world.streams.values():
        if other.conversation == conversation.id and other.message.is_streaming and not _is_over(world, other):
            raise Refused(403, FORBIDDEN, "Content stream is not allowed.")
    kept = world.tenant.add(conversation, BOT, activity)
    kept.is_streaming = True
    stream = world.streams[kept.id] = Stream(conversation.id, kept, info["streamSequence"], world.tenant.now())
    _grow(stream, activity, info)
    return 201, {"id": kept.id}


def _allowed(world: World, stream: Stream) -> None:
    """Whether a stream takes anything any more. Raises Refused."""
    if stream.is_stopped:
        raise Refused(403, FORBIDDEN, "Content stream was cancelled by user.")
    if not stream.message.is_streaming or stream.message.is_deleted:
        raise Refused(403, FORBIDDEN, "Content stream is not allowed on an already completed streamed message")
    if _is_over(world, stream):
        raise Refused(403, FORBIDDEN, "Content stream finished due to exceeded streaming time.")
    if world.tenant.now() - stream.last < world.tenant.stream_pace:
        raise Refused(429, "Throttled", "API calls quota exceeded", retry_after=1)


def _is_over(world: World, stream: Stream) -> bool:
    return world.tenant.now() - stream.message.born > world.tenant.stream_lives


def _grow(stream: Stream, activity: Payload, info: Payload) -> None:
    text = str(activity.get("text", ""))
    stream.message.versions[-1] = copy.deepcopy(activity)
    stream.message.streamed.append(text)
    if info.get("streamType", "streaming") == "streaming":
        stream.piece = text


def _end(stream: Stream, activity: Payload) -> Answer:
    stream.message.versions[-1] = copy.deepcopy(activity)
    stream.message.is_streaming = False
    return 202, {}
