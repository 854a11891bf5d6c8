"""Every method of the Web API that the stand-in answers, and what each call came to."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.models import Payload
from bot.sandbox.slack import chat, reads, uploads, views
from bot.sandbox.slack.access import No, Token
from bot.sandbox.slack.asked import Asked, World, arguments
from bot.sandbox.slack.oauth import OAuth, identified

Answering = Callable[[World, Asked], Payload]
METHODS: Mapping[str, Answering] = {
    "api.test": views.echo,
    "assistant.threads.setStatus": views.set_status,
    "assistant.threads.setSuggestedPrompts": views.set_prompts,
    "auth.test": views.who,
    "chat.appendStream": chat.append_stream,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.whisper,
    "chat.postMessage": chat.post,
    "chat.startStream": chat.start_stream,
    "chat.stopStream": chat.stop_stream,
    "chat.update": chat.update,
    "conversations.history": reads.history,
    "conversations.info": reads.info,
    "conversations.list": reads.listed,
    "conversations.members": reads.members,
    "conversations.open": reads.opened,
    "conversations.replies": reads.replies,
    "files.completeUploadExternal": uploads.complete,
    "files.getUploadURLExternal": uploads.begin,
    "usergroups.list": reads.usergroups,
    "users.info": reads.user_info,
    "users.list": reads.user_list,
    "views.open": views.open_modal,
    "views.publish": views.publish,
}
"""Without oauth.v2.access and apps.connections.open, which the server brings."""
RESPONSE_URL = "response_url"
SECRET = frozenset({"client_secret", "code", "refresh_token"})


@dataclass(frozen=True, slots=True)
class Called:
    """One call. `answered` is "ok", Slack's word of refusal, or empty when a fault kept it from being carried out.

    `method` is "response_url" for an answer through one. `time` is that of the clock; `fault` names the fault that hit a call that
    was not carried out. Secrets in `args` are left out.
    """

    method: str
    verb: str
    args: Payload
    answered: str
    time: datetime
    fault: str = ""

    @property
    def as_json(self) -> Payload:
        """For the control route."""
        return asdict(self) | {"time": self.time.isoformat()}


@dataclass(slots=True)
class Api:
    """The Web API and the addresses for answers, over one world."""

    world: World
    oauth: OAuth
    methods: Mapping[str, Answering]
    calls: list[Called] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.Response:
        """One call: always status 200, as Slack does."""
        method = request.match_info["method"]
        args: Payload = {}
        token: Token | None = None
        try:
            args, given = await arguments(request, method)
            args = identified(request, args, self.oauth)
            token = self._token(method, given, args)
            body = {"ok": True, **self.methods[method](self.world, Asked(method, args, token))}
        except No as no:
            body = no.body
        self._note(request, method, args, body.get("error", "ok"))
        return web.json_response(body, headers=headers(token))

    async def respond(self, request: web.Request) -> web.Response:
        """An answer through a response_url: no token, "ok" or 404."""
        args: Payload = {}
        try:
            args, _ = await arguments(request, RESPONSE_URL)
            chat.respond(self.world, request.match_info["name"], args)
        except No as no:
            self._note(request, RESPONSE_URL, args, no.error)
            gone = no.error in ("used_url", "expired_url", "invalid_url")
            return web.json_response(no.body, status=404 if gone else 400)
        self._note(request, RESPONSE_URL, args, "ok")
        return web.json_response({"ok": True})

    async def authorize(self, request: web.Request) -> web.Response:
        """Where a browser agrees to the installation."""
        return self.oauth.authorize(self.world, request)

    async def missed(self, request: web.Request, fault: Fault) -> None:
        """Write down a call that a fault kept from being carried out."""
        method = request.match_info.get("method", RESPONSE_URL if "name" in request.match_info else request.path)
        try:
            args, _ = await arguments(request, method)
        except No:
            args = {}
        self._note(request, method, args, "", fault.label)

    def _token(self, method: str, given: str, args: Payload) -> Token | None:
        """The token of a call to a method that there is. Raises No."""
        if method not in self.methods:
            raise No("unknown_method", req_method=method)
        return self.world.access.enter(method, given, now=self.world.workspace.now(), kind=self._kind(args))

    def _kind(self, args: Payload) -> str:
        """The kind of channel that a call is about: it decides which scope is needed."""
        named = args.get("channel")
        found = self.world.workspace.channels.get(named) if isinstance(named, str) else None
        if found is None and isinstance(types := args.get("types"), str) and types in reads.TYPES:
            return reads.TYPES[types]
        return found.kind if found else "channels"

    def _note(self, request: web.Request, method: str, args: Payload, answered: str, fault: str = "") -> None:
        kept = {name: "***" if name in SECRET else value for name, value in args.items()}
        self.calls.append(Called(method, request.method, kept, answered, self.world.workspace.clock(), fault))


def headers(token: Token | None) -> dict[str, str]:
    """What a token is good for stands in every answer."""
    return {"x-oauth-scopes": ",".join(sorted(token.scopes))} if token is not None and token.kind == "bot" else {}
