"""Judges a run in Slack from what people see there: every question one answer, every command one card, nothing twice, nothing lost. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaos.oracle import Violation

MENTION = "<@UBOT>"
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """Something that Slack delivered. `key` names its job or its question, `is_taken` says that a copy of it was acknowledged."""

    kind: str
    key: str
    is_taken: bool
    channel: str = ""
    thread: str = ""


@dataclass(frozen=True)
class Shown:
    """A message of the bot's. `key` is that of its metadata, `card` names draft, version and state where it is one."""

    channel: str
    thread: str
    key: str
    card: tuple[str, int, str] | None
    is_open: bool


@dataclass(frozen=True)
class Scene:
    """Everything that is left. `jobs` are states by key, `drafts` the ids by call, `states` version and state by draft."""

    told: Sequence[Told]
    shown: Sequence[Shown]
    jobs: Mapping[str, str]
    drafts: Sequence[tuple[str, str]]
    states: Mapping[str, tuple[int, str]]
    refused: Sequence[object] = ()
    copies: int = 0
    """Requests by which the deliveries came, copies and all."""


def faults(scene: Scene) -> list[Violation]:
    """Empty for a run in which every promise was kept."""
    checks = (twice, questions, commands, lost, cards)
    found = [violation for check in checks for violation in check(scene)]
    return found + [Violation("refused by Slack", str(each)[:300]) for each in scene.refused]


def twice(scene: Scene) -> Iterator[Violation]:
    """No message stands there two times, and none without its mark."""
    for key, count in Counter(message.key for message in scene.shown).items():
        if count > 1 or not key:
            yield Violation("message twice", f"{key or 'no key'}: {count} messages")


def questions(scene: Scene) -> Iterator[Violation]:
    """A question that was taken in has one answer that everybody sees; one that was not has at most one."""
    answers = Counter((message.channel, message.thread) for message in scene.shown if message.card is None)
    taken: dict[tuple[str, str], bool] = {}
    for told in scene.told:
        if told.kind == "question":
            taken[told.channel, told.thread] = taken.get((told.channel, told.thread), False) or told.is_taken
    for place, is_taken in taken.items():
        if answers[place] > 1 or (is_taken and not answers[place]):
            yield Violation("answers of a question", f"{place} has {answers[place]}")


def commands(scene: Scene) -> Iterator[Violation]:
    """A command that was taken in has one draft, and this has one card in its channel."""
    drafts = Counter(call for call, _ in scene.drafts)
    by_call = dict(scene.drafts)
    standing = Counter((message.channel, message.card[0]) for message in scene.shown if message.card)
    for told in scene.told:
        if told.kind != "command":
            continue
        if drafts[told.key] > 1 or (told.is_taken and not drafts[told.key]):
            yield Violation("drafts of a command", f"{told.key} has {drafts[told.key]}")
        elif told.key in by_call and standing[told.channel, by_call[told.key]] != 1:
            yield Violation(
                "cards of a draft", f"{by_call[told.key]}: {standing[told.channel, by_call[told.key]]} in {told.channel}"
            )
    for call in drafts.keys() - {told.key for told in scene.told}:
        yield Violation("drafts of a command", f"{call} was never delivered")


def lost(scene: Scene) -> Iterator[Violation]:
    """Acknowledged is a promise: its job was done to its end."""
    for told in scene.told:
        if told.is_taken and scene.jobs.get(told.key) != "done":
            yield Violation("lost delivery", f"{told.kind} {told.key}: its job is {scene.jobs.get(told.key, 'not there')}")


def cards(scene: Scene) -> Iterator[Violation]:
    """What people see of a draft is how it stands."""
    for message in scene.shown:
        if message.card is None:
            continue
        draft, version, state = message.card
        if (version, state) != scene.states.get(draft) or message.is_open != (state == "pending"):
            yield Violation("card behind", f"{draft} shows {version} {state}, it is {scene.states.get(draft)}")


def told(delivery: Mapping[str, Any]) -> Told | None:
    """A delivery of the stand-in's; None for one that asks for nothing."""
    kind, payload = delivery["kind"], delivery["payload"]
    is_taken = 200 in delivery["answers"]
    if kind == "slash_commands":
        return Told("command", f"slack:T1:{payload['trigger_id']}", is_taken, payload["channel_id"])
    if kind == "interactive":
        return Told("press", f"slack:T1:{payload['trigger_id']}", is_taken)
    event = payload["event"]
    if MENTION not in event.get("text", ""):
        return None
    return Told("question", f"slack:T1:{payload['event_id']}", is_taken, event["channel"], event["ts"])


def shown(channel: str, message: Message) -> Shown:
    """A message of the stand-in's."""
    blocks = message.get("blocks", ())
    marks = [block["block_id"].split(".") for block in blocks if block.get("block_id", "").startswith("draft.")]
    card = (marks[-1][1], int(marks[-1][2]), marks[-1][3]) if marks else None
    key = message.get("metadata", {}).get("event_payload", {}).get("key", "")
    return Shown(channel, message.get("thread_ts", ""), key, card, any(block["type"] == "actions" for block in blocks))
