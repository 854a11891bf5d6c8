"""The Bot Connector's REST interface: messages of the bot, posted, changed, deleted, and shown to one person only."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.models import Payload
from bot.sandbox.teams import roster, streams
from bot.sandbox.teams.state import BOT, TARGETED_LIVES, Conversation, Message
from bot.sandbox.teams.tokens import Tokens
from bot.sandbox.teams.world import Answer, Refused, World

ROOT = "/connector/v3/conversations"
TARGETED = "isTargetedActivity"
DENIED: Payload = {"message": "Authorization has been denied for this request."}
Handler = Callable[[web.Request, Payload], Answer]


class Connector:
    """The routes under `/connector/`, over one world."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Hang the routes into the application."""
        one = f"{ROOT}/{{conversation}}"
        routes: list[tuple[str, str, Handler]] = [
            ("POST", ROOT, self.create),
            ("GET", one, self.about),
            ("POST", f"{one}/activities", self.send),
            ("POST", f"{one}/activities/{{activity}}", self.send),
            ("PUT", f"{one}/activities/{{activity}}", self.update),
            ("DELETE", f"{one}/activities/{{activity}}", self.delete),
            ("GET", f"{one}/members/{{member}}", self.member),
            ("GET", f"{one}/pagedmembers", self.members),
        ]
        for method, path, handler in routes:
            router.add_route(method, path, self._checked(handler))

    def create(self, _: web.Request, body: Payload) -> Answer:
        """A chat with one person, or a new post in a channel."""
        return roster.create(self._world, body, self._say)

    def about(self, request: web.Request, _: Payload) -> Answer:
        """What a conversation is."""
        conversation, _thread = self._world.place(request.match_info["conversation"])
        return 200, roster.about(conversation)

    def member(self, request: web.Request, _: Payload) -> Answer:
        """One member."""
        conversation, _thread = self._world.place(request.match_info["conversation"])
        return 200, roster.member(self._world, conversation, request.match_info["member"])

    def members(self, request: web.Request, _: Payload) -> Answer:
        """A page of the members."""
        conversation, _thread = self._world.place(request.match_info["conversation"])
        return 200, roster.page(self._world, conversation, request.query)

    def send(self, request: web.Request, activity: Payload) -> Answer:
        """A new message, a piece of a stream, or the sign that the bot is typing."""
        is_targeted = _is_targeted(request)
        try:
            conversation, thread = self._world.place(request.match_info["conversation"])
        except Refused as no:
            if is_targeted and no.status == 403:  # noqa: PLR2004 - HTTP's own number
                no.status = 404  # so says the page of targeted messages
            raise
        return self._say(conversation, thread, activity, is_targeted=is_targeted)

    def update(self, request: web.Request, activity: Payload) -> Answer:
        """A new version of a message."""
        conversation, message = self._own(request)
        if message.targeted and activity.get("recipient") is not None:
            raise Refused(400, "BadArgument", "The recipient of a targeted message cannot be changed.")
        self._world.judge(activity, conversation)
        message.versions.append(activity)
        message.shown_to.clear()
        message.is_streaming = False
        return 200, {"id": message.id}

    def delete(self, request: web.Request, _: Payload) -> Answer:
        """Take a message away."""
        _conversation, message = self._own(request)
        message.is_deleted = True
        message.is_streaming = False
        return 200, None

    def _say(self, conversation: Conversation, thread: str, activity: Payload, *, is_targeted: bool = False) -> Answer:
        """Take an activity of the bot. Raises Refused."""
        info = streams.stream_info(activity)
        if info is not None:
            return streams.take(self._world, conversation, activity, info)
        self._world.judge(activity, conversation, lambda: _aimed(activity, is_targeted=is_targeted))
        if activity["type"] == "typing":
            self._world.typing.append({"conversation": conversation.address(thread), "time": self._world.tenant.now()})
            return 201, {"id": self._world.tenant.next_id()}
        targeted = roster.member(self._world, conversation, str(activity["recipient"].get("id")))["id"] if is_targeted else ""
        kept = self._world.tenant.add(conversation, BOT, activity, thread=thread, targeted=targeted)
        return 201, {"id": kept.id}

    def _own(self, request: web.Request) -> tuple[Conversation, Message]:
        """A message of the bot's that can be changed. Raises Refused."""
        conversation, _ = self._world.place(request.match_info["conversation"])
        message = conversation.message(request.match_info["activity"])
        is_gone = message is not None and message.targeted and self._world.tenant.now() - message.born > TARGETED_LIVES
        if message is None or is_gone:
            raise Refused(404, "ActivityNotFoundInConversation", "The activity was not found in the conversation.")
        if message.author != BOT:
            raise Refused(403, "NotEnoughPermissions", "The bot may change its own messages only.")
        if bool(message.targeted) is not _is_targeted(request):
            self._world.note(message.activity, conversation.id, [f"{TARGETED} does not fit the message that is changed."])
            raise Refused(400, "BadArgument", "The visibility of a message cannot be changed.")
        return conversation, message

    def _checked(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler behind the check of the token and of the body."""

        async def serve(request: web.Request) -> web.Response:
            if not self._tokens.is_good(request.headers.get("Authorization", "")):
                return web.json_response(DENIED, status=401)
            try:
                status, body = handler(request, _body(await request.read()))
            except Refused as no:
                return web.json_response(no.body, status=no.status, headers=no.headers)
            return web.Response(status=status) if body is None else web.json_response(body, status=status)

        return serve


def _body(raw: bytes) -> Payload:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        raise Refused(400, "BadSyntax", "The body is no JSON.") from None
    if not isinstance(found, dict):
        raise Refused(400, "BadSyntax", "The body is no object.")
    return found


def _is_targeted(request: web.Request) -> bool:
    return request.query.get(TARGETED, "").lower() == "true"


def _aimed(activity: Payload, *, is_targeted: bool) -> list[str]:
    """A message for one person says so twice: in its recipient and in its address."""
    recipient = activity.get("recipient")
    says_so = isinstance(recipient, dict) and recipient.get("isTargeted") is True
    if is_targeted and not says_so:
        return [f"recipient.isTargeted is not set, and {TARGETED} is."]
    return (
        [f"recipient.isTargeted is set without {TARGETED}=true: everybody would see it."] if says_so and not is_targeted else []
    )
