"""What the bot asks about: channels and what was said in them, people, user groups."""

from collections.abc import Sequence

from bot.sandbox.models import Payload
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, World, page
from bot.sandbox.slack.chat import without_metadata
from bot.sandbox.slack.state import BOT_ID, BOT_USER, TEAM, Channel, Member, is_ts

FLAGS = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_email_confirmed")


def history(world: World, asked: Asked) -> Payload:
    """conversations.history: newest first, without the answers in threads that were not sent to the channel, too."""
    channel = world.inside(asked)
    top = [each for each in channel.messages if each.get("thread_ts", each["ts"]) == each["ts"] or each.get("subtype")]
    found, cursor = page(within(top, asked)[::-1], ts_of, asked)
    return _messages(found, cursor, asked) | {"pin_count": 0}


def replies(world: World, asked: Asked) -> Payload:
    """conversations.replies: the root, whatever the bounds are, then its answers, oldest first. For an answer: that one alone."""
    channel = world.inside(asked)
    root = channel.message(asked.text("ts"))
    if root is None:
        raise No("thread_not_found")
    found, cursor = page([root, *within(channel.thread(root["ts"]), asked)], ts_of, asked, default=MOST_REPLIES)
    return _messages(found, cursor, asked)


MOST_REPLIES = 999


def within(messages: Sequence[Payload], asked: Asked) -> list[Payload]:
    """The messages between `oldest` and `latest`; the bounds themselves count with `inclusive`. Raises No."""
    oldest, latest = (_bound(asked, name) for name in ("oldest", "latest"))
    is_inclusive = asked.flag("inclusive")

    def fits(at: float) -> bool:
        after = oldest is None or at > oldest or (is_inclusive and at == oldest)
        before = latest is None or at < latest or (is_inclusive and at == latest)
        return after and before

    return [each for each in messages if fits(float(each["ts"]))]


def _bound(asked: Asked, name: str) -> float | None:
    given = asked.text(name)
    if not given or given == "0":
        return None
    if not is_ts(given) and not (given.isascii() and given.replace(".", "", 1).isdecimal()):
        raise No(f"invalid_ts_{name}")
    return float(given)


def ts_of(message: Payload) -> str:
    """The name of a message in a cursor."""
    return str(message["ts"])


def _messages(found: Sequence[Payload], cursor: str, asked: Asked) -> Payload:
    keep_all = asked.flag("include_all_metadata")
    shown = [each if keep_all else without_metadata(each) for each in found]
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def info(world: World, asked: Asked) -> Payload:
    """conversations.info."""
    return {"channel": described(world.channel(asked))}


def listed(world: World, asked: Asked) -> Payload:
    """conversations.list: what the bot can see, of the kinds in `types`."""
    kinds = [kind.strip() for kind in (asked.text("types") or "public_channel").split(",")]
    if strange := set(kinds) - TYPES.keys():
        raise No("invalid_types", response_metadata={"messages": sorted(strange)})
    wanted = {TYPES[kind] for kind in kinds}
    seen = [c for c in world.workspace.channels.values() if c.kind in wanted and (c.kind == "channels" or BOT_USER in c.members)]
    rest = [c for c in seen if not (asked.flag("exclude_archived") and c.is_archived)]
    found, cursor = page(rest, lambda channel: channel.id, asked)
    return {"channels": [described(channel) for channel in found], "response_metadata": {"next_cursor": cursor}}


TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def described(channel: Channel) -> Payload:
    """A channel as Slack describes it."""
    about: Payload = {
        "id": channel.id, "created": 1, "is_archived": channel.is_archived, "is_im": channel.is_im, "is_org_shared": False,
        "context_team_id": TEAM, "updated": 1,
    }  # fmt: skip
    if channel.is_im:
        return about | {"user": channel.user, "is_user_deleted": False, "priority": 0, "is_open": True}
    topic = {"value": "", "creator": "", "last_set": 0}
    return about | {
        "name": channel.name, "name_normalized": channel.name, "is_channel": True, "is_group": False, "is_mpim": False,
        "is_private": channel.is_private, "is_general": channel.id == "C1", "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared, "is_pending_ext_shared": False, "pending_shared": [], "shared_team_ids": [TEAM],
        "creator": "U1", "unlinked": 0, "is_member": BOT_USER in channel.members, "topic": topic, "purpose": topic,
        "previous_names": [],
    }  # fmt: skip


def members(world: World, asked: Asked) -> Payload:
    """conversations.members."""
    found, cursor = page(world.channel(asked).members, str, asked)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def opened(world: World, asked: Asked) -> Payload:
    """conversations.open: the direct message with one person."""
    users = [user for user in asked.text("users").split(",") if user]
    if not users:
        return {"channel": {"id": world.channel(asked).id}}
    if len(users) > 1:
        raise No("not_enough_users" if len(set(users)) == 1 else "method_not_supported_for_channel_type")
    person = world.workspace.people.get(users[0])
    if person is None:
        raise No("user_not_found")
    if person.is_bot:
        raise No("cannot_dm_bot")
    if person.deleted:
        raise No("user_disabled")
    return {"no_op": True, "already_open": True, "channel": {"id": f"D{person.id}"}}


def user_info(world: World, asked: Asked) -> Payload:
    """users.info."""
    person = world.workspace.people.get(asked.text("user"))
    if person is None:
        raise No("user_not_found")
    return {"user": profiled(person, asked)}


def user_list(world: World, asked: Asked) -> Payload:
    """users.list."""
    found, cursor = page(list(world.workspace.people.values()), lambda person: person.id, asked)
    about = {"next_cursor": cursor}
    return {"members": [profiled(person, asked) for person in found], "cache_ts": 1, "response_metadata": about}


def profiled(person: Member, asked: Asked) -> Payload:
    """A person as Slack describes them; the address only to who may read it."""
    may_read = asked.token is not None and "users:read.email" in asked.token.scopes
    email = {"email": person.email} if person.email and may_read else {}
    bot = {"bot_id": BOT_ID, "api_app_id": "A1"} if person.is_bot else {}
    profile = {
        "title": person.title, "real_name": person.real_name, "real_name_normalized": person.real_name, "phone": "", "skype": "",
        "display_name": person.name, "display_name_normalized": person.name, "status_text": "", "status_emoji": "",
        "team": person.team, **email, **bot,
    }  # fmt: skip
    stranger = {"is_stranger": True} if person.is_stranger else {}
    return {
        "id": person.id, "team_id": person.team, "name": person.name, "real_name": person.real_name, "color": "9f69e7",
        "tz": "Europe/London", "tz_label": "Greenwich Mean Time", "tz_offset": 0, "profile": profile, "is_admin": False,
        "is_owner": False, "is_primary_owner": False, "is_app_user": False, "updated": 1,
        **{name: getattr(person, name) for name in FLAGS}, **stranger,
    }  # fmt: skip


def usergroups(world: World, asked: Asked) -> Payload:
    """usergroups.list."""
    groups = [each for each in world.workspace.groups if asked.flag("include_disabled") or not each["date_delete"]]
    hidden = set() if asked.flag("include_users") else {"users"}
    return {"usergroups": [{name: value for name, value in group.items() if name not in hidden} for group in groups]}
