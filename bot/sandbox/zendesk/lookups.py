"""What a connector looks up before it writes: users, groups, organizations, ticket fields."""

from bot.sandbox.models import Answer, Call, Payload, Refusal, Route
from bot.sandbox.zendesk import pages, shapes
from bot.sandbox.zendesk.catalogue import BOT_ID, GROUPS, ORGANIZATIONS, USERS, User
from bot.sandbox.zendesk.tickets import DOT


def routes() -> list[Route]:
    """The paths and who answers them."""
    root = "/api/v2"
    number = r"{id:\d+}"
    return [
        Route("GET", f"{root}/users{DOT}", _users),
        Route("GET", f"{root}/users/me{DOT}", lambda call: Answer(200, {"user": shapes.user(call.url, USERS[BOT_ID])})),
        Route("GET", f"{root}/users/search{DOT}", _search),
        Route("GET", f"{root}/users/show_many{DOT}", _many),
        Route("GET", f"{root}/users/{number}{DOT}", _user),
        Route("GET", f"{root}/groups{DOT}", _groups),
        Route("GET", f"{root}/groups/{number}{DOT}", _group),
        Route("GET", f"{root}/group_memberships{DOT}", _memberships),
        Route("GET", f"{root}/organizations{DOT}", _organizations),
        Route("GET", f"{root}/organizations/{number}{DOT}", _organization),
        Route("GET", f"{root}/ticket_fields{DOT}", _fields),
    ]


def _not_found() -> Refusal:
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def _shown(call: Call, users: list[User]) -> Answer:
    return Answer(200, pages.paged(call, "users", [shapes.user(call.url, user) for user in users]))


def _users(call: Call) -> Answer:
    role = call.query.get("role") or call.query.get("role[]")
    return _shown(call, [user for user in USERS.values() if role in (None, user.role)])


def _search(call: Call) -> Answer:
    text = call.query.get("query", "").lower()
    if not text and "external_id" not in call.query:
        raise Refusal(400, {"error": "BadRequest", "description": "Send a query or an external_id"})
    text = text.removeprefix("email:").strip('"')
    return _shown(call, [user for user in USERS.values() if text and (text in user.name.lower() or text in user.email)])


def _many(call: Call) -> Answer:
    wanted = [int(number) for number in call.names("ids") if number.isdecimal()]
    return _shown(call, [USERS[number] for number in wanted if number in USERS])


def _user(call: Call) -> Answer:
    user = USERS.get(int(call.params["id"]))
    if user is None:
        raise _not_found()
    return Answer(200, {"user": shapes.user(call.url, user)})


def _groups(call: Call) -> Answer:
    return Answer(200, pages.paged(call, "groups", [shapes.group(call.url, group) for group in GROUPS.values()]))


def _group(call: Call) -> Answer:
    group = GROUPS.get(int(call.params["id"]))
    if group is None:
        raise _not_found()
    return Answer(200, {"group": shapes.group(call.url, group)})


def _memberships(call: Call) -> Answer:
    pairs = [(group.id, user) for group in GROUPS.values() for user in group.members]
    if wanted := call.query.get("group_id"):
        pairs = [pair for pair in pairs if str(pair[0]) == wanted]
    shown: list[Payload] = [
        {"id": group * 100_000 + user, "group_id": group, "user_id": user, "default": False} for group, user in pairs
    ]
    return Answer(200, pages.paged(call, "group_memberships", shown))


def _organizations(call: Call) -> Answer:
    shown = [shapes.organization(call.url, one) for one in ORGANIZATIONS.values()]
    return Answer(200, pages.paged(call, "organizations", shown))


def _organization(call: Call) -> Answer:
    organization = ORGANIZATIONS.get(int(call.params["id"]))
    if organization is None:
        raise _not_found()
    return Answer(200, {"organization": shapes.organization(call.url, organization)})


def _fields(call: Call) -> Answer:
    return Answer(200, pages.paged(call, "ticket_fields", [shapes.ticket_field(call.url, *row) for row in shapes.FIELDS]))
