"""The signed requests of the benchmark, drawn from a seed: what a busy workspace sends to an app."""

import hashlib
import hmac
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

MIX = {"chatter": 60, "mention": 15, "triage": 10, "press": 9, "edit": 1, "reaction": 5}
"""Of a hundred requests. A question is two of the mentions: Slack tells it as `message` and as `app_mention`."""
QUESTIONS = (
    "How many hours before pick-up can a renter cancel for free?",
    "How long does a deleted customer's data stay in our backups?",
    "Who gets paged when payments are down at night?",
)


@dataclass(frozen=True)
class Post:
    """One request. `body` is not signed yet: that is done when it goes out."""

    kind: str
    body: bytes
    content_type: str


def signed(post: Post, secret: str) -> dict[str, str]:
    """The headers of a request that goes out now."""
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + post.body, hashlib.sha256).hexdigest()
    return {"Content-Type": post.content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class Mix:
    """Requests without end. `cards` are the values of buttons on real cards, `run` keeps the ids of runs apart."""

    def __init__(self, *, run: str, channels: Sequence[str], cards: Sequence[str], seed: int = 7) -> None:
        self._dice = random.Random(f"{seed}/{run}")  # noqa: S311 - repeatable, not secret
        self._run, self._channels, self._cards = run, channels, cards
        self._numbers = itertools.count(1)
        self._half = ""

    def posts(self) -> Iterator[Post]:
        """Hundreds of requests, each hundred with the same mix in another order."""
        while True:
            deck = [kind for kind, count in MIX.items() for _ in range(count)]
            self._dice.shuffle(deck)
            for kind in deck:
                yield getattr(self, kind)()

    def chatter(self) -> Post:
        """People talk to each other."""
        return self._event(
            "chatter", {"type": "message", "text": "The tide table for Thursday is on the board.", **self._spoken()}
        )

    def mention(self) -> Post:
        """Half a question; the next mention is the other half."""
        if self._half:
            where, self._half = json.loads(self._half), ""
            return self._event("mention", {"type": "app_mention", **where})
        where = {"text": f"<@UBOT> {self._dice.choice(QUESTIONS)}", **self._spoken()}
        self._half = json.dumps(where)
        return self._event("mention", {"type": "message", **where})

    def reaction(self) -> Post:
        """A reaction that starts nothing."""
        item = {"type": "message", "channel": self._dice.choice(self._channels), "ts": self._ts()}
        return self._event("reaction", {"type": "reaction_added", "user": "U1", "reaction": "eyes", "item": item})

    def triage(self) -> Post:
        """A command about a record of the vendor that does not answer."""
        return form("triage", {
            "command": "/triage", "text": f"SUP-{self._dice.randint(1, 60)}", "team_id": "T1", "user_id": "U1", "user_name": "ada",
            "channel_id": self._dice.choice(self._channels), "trigger_id": self._id("cmd"), "response_url": "",
        })  # fmt: skip

    def press(self) -> Post:
        """Somebody who may not decide presses Approve."""
        return self._interaction("press", "approve")

    def edit(self) -> Post:
        """Edit: the form has to be opened before the answer. Slack refuses this one, for its trigger is invented."""
        return self._interaction("edit", "edit")

    def _interaction(self, kind: str, action: str) -> Post:
        channel, ts = self._dice.choice(self._channels), self._ts()
        action_of = {
            "type": "button",
            "action_id": action,
            "block_id": "b",
            "value": self._dice.choice(self._cards),
            "action_ts": ts,
        }
        body = {
            "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "name": "ada", "team_id": "T1"}, "api_app_id": "A1",
            "channel": {"id": channel}, "message": {"ts": ts, "text": "card"}, "trigger_id": self._id("act"), "actions": [action_of],
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
        }  # fmt: skip
        return form(kind, {"payload": json.dumps(body)})

    def _event(self, kind: str, event: dict[str, object]) -> Post:
        body = {
            "type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": self._id("Ev"), "event_time": int(time.time()),
            "event": event, "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
        }  # fmt: skip
        return Post(kind, json.dumps(body).encode(), "application/json")

    def _spoken(self) -> dict[str, str]:
        return {
            "user": "U1",
            "team": "T1",
            "channel": self._dice.choice(self._channels),
            "ts": self._ts(),
            "channel_type": "channel",
        }

    def _ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers) % 1_000_000:06d}"

    def _id(self, prefix: str) -> str:
        return f"{prefix}{self._run}{next(self._numbers)}"


def form(kind: str, fields: dict[str, str]) -> Post:
    """A request whose body is a form."""
    return Post(kind, urlencode(fields).encode(), "application/x-www-form-urlencoded")
