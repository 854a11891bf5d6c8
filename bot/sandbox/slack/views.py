"""Forms and Home tabs, the words of the agent view, and who the caller is."""

import secrets

from bot.sandbox.models import Payload
from bot.sandbox.slack.access import No
from bot.sandbox.slack.asked import Asked, World
from bot.sandbox.slack.shown import with_ids
from bot.sandbox.slack.state import APP, BOT_ID, BOT_NAME, BOT_USER, TEAM, TRIGGER_LIVES, Modal


def open_modal(world: World, asked: Asked) -> Payload:
    """views.open: a trigger opens one form, within three seconds."""
    trigger = world.workspace.triggers.get(asked.text("trigger_id"))
    if trigger is None:
        raise No("invalid_trigger_id")
    if world.workspace.now() - trigger.born > TRIGGER_LIVES:
        raise No("expired_trigger_id")
    if trigger.is_used:
        raise No("exchanged_trigger_id")
    view = asked.mapping("view")
    if view.get("type") != "modal":
        raise No("invalid_arguments", response_metadata={"messages": ["[ERROR] view.type must be modal"]})
    world.judge(asked, view, world.check_view, "invalid_arguments")
    trigger.is_used = True
    kept = drawn(world, view)
    world.workspace.modals[kept["id"]] = Modal(kept, trigger.user)
    return {"view": kept}


def publish(world: World, asked: Asked) -> Payload:
    """views.publish: the Home tab of one person."""
    user, view = asked.text("user_id"), asked.mapping("view")
    if user not in world.workspace.people:
        raise No("user_not_found")
    if view.get("type") != "home":
        raise No("invalid_arguments", response_metadata={"messages": ["[ERROR] view.type must be home"]})
    known = world.workspace.homes.get(user)
    if (wanted := asked.text("hash")) and known is not None and wanted != known["hash"]:
        raise No("hash_conflict")
    world.judge(asked, view, world.check_view, "invalid_arguments")
    kept = drawn(world, view, known=known["id"] if known else "")
    world.workspace.homes[user] = kept
    return {"view": kept}


def drawn(world: World, view: Payload, *, known: str = "") -> Payload:
    """A view as Slack keeps it: with an id, a hash and an empty state."""
    name = known or world.workspace.next_id("V")
    blocks = with_ids(view.get("blocks") or [], world.workspace.block_ids())
    rest = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None, "submit": None, "close": None}
    return {
        **rest, "clear_on_close": False, "notify_on_close": False, **view, "blocks": blocks, "id": name, "team_id": TEAM, "app_id": APP,
        "bot_id": BOT_ID, "app_installed_team_id": TEAM, "root_view_id": name, "previous_view_id": None,
        "hash": f"{world.workspace.next_ts()}.{secrets.token_hex(4)}", "state": {"values": {}},
    }  # fmt: skip


def set_status(world: World, asked: Asked) -> Payload:
    """assistant.threads.setStatus."""
    channel = world.inside(asked, "channel_id")
    if not asked.text("thread_ts"):
        raise No("invalid_thread_ts")
    world.workspace.statuses.append({"channel": channel.id, "thread_ts": asked.text("thread_ts"), "status": asked.text("status")})
    return {}


def set_prompts(world: World, asked: Asked) -> Payload:
    """assistant.threads.setSuggestedPrompts."""
    channel, prompts = world.inside(asked, "channel_id"), asked.several("prompts") or []
    if not prompts or not all(isinstance(each.get("title"), str) and isinstance(each.get("message"), str) for each in prompts):
        raise No("invalid_arguments")
    world.workspace.prompts.append({"channel": channel.id, "prompts": prompts})
    return {}


def who(world: World, asked: Asked) -> Payload:  # noqa: ARG001 - every method takes the call
    """auth.test."""
    return {
        "url": f"{world.url}/", "team": world.workspace.name, "user": BOT_NAME, "team_id": TEAM, "user_id": BOT_USER,
        "bot_id": BOT_ID, "is_enterprise_install": False,
    }  # fmt: skip


def echo(world: World, asked: Asked) -> Payload:  # noqa: ARG001 - every method takes the call
    """api.test."""
    if error := asked.text("error"):
        raise No(error, args=asked.args)
    return {"args": asked.args}
