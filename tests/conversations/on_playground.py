"""The conversation on the playground's page: what its scripts send, and the HTML that it is given."""

import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession
from bs4 import Tag
from conversations.page import of_post, posts
from conversations.stages import Card, Seen
from offices import PAGE_KEY, Office

from bot.platforms.playground.receive import KEY_HEADER

CHANNEL = "general"


class PlaygroundStage:
    """The page's Stage."""

    name = "playground"

    def __init__(self, office: Office, http: ClientSession) -> None:
        self._url = office.url
        self._http = http

    async def ask(self, person: str, words: str) -> None:
        await self._send("say", person, text=f"@countersign {words}")

    async def tell(self, person: str, words: str) -> None:
        await self._send("say", person, channel=f"dm:{person}", text=words)

    async def send(self, person: str, words: str, name: str, content: bytes) -> None:
        file = {"name": name, "data": base64.b64encode(content).decode()}
        await self._send("say", person, channel=f"dm:{person}", text=words, files=[file])

    async def chat(self, person: str, words: str) -> None:
        await self._send("say", person, text=words)

    async def follow_up(self, person: str, words: str) -> None:
        root = posts(await self._read(person, CHANNEL))[-1]["data-root"]
        await self._send("say", person, text=words, thread=int(str(root)))

    async def command(self, person: str, line: str) -> None:
        await self._send("say", person, text=line)

    async def press(self, card: Card, verb: str, person: str, values: Mapping[str, str]) -> None:
        channel, root, version, form = card.there
        typed = {name: chosen(form, name, value) for name, value in values.items()}
        rest = {"thread": root, "draft": card.draft, "version": version, "verb": verb, "values": typed}
        await self._send("press", person, channel=channel, **rest)

    async def choose(self, person: str, label: str) -> None:
        found = [(post, button) for post in posts(await self._read(person, CHANNEL)) for button in post.select("[data-offer]")]
        post, button = next((post, button) for post, button in reversed(found) if button.get_text(strip=True) == label)
        await self._send("choose", person, thread=int(str(post["data-root"])), offer=button["data-offer"])

    async def vote(self, person: str, verdict: str) -> None:
        raise NotImplementedError("The page has no thumbs.")

    async def share(self, person: str) -> None:
        raise NotImplementedError("The page has no Share.")

    async def seen(self, person: str) -> list[Seen]:
        own = f"dm:{person}"
        found = [look(post, where) for where in (CHANNEL, own) for post in posts(await self._read(person, where))]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    async def _send(self, path: str, person: str, *, channel: str = CHANNEL, **form: object) -> None:
        body = {"id": uuid.uuid4().hex, "person": person, "channel": channel, **form}
        for _ in range(30):  # the page asks to send it again where a machine is too busy to record it in time
            async with self._http.post(f"{self._url}/playground/{path}", json=body, headers={KEY_HEADER: PAGE_KEY.key}) as answer:
                status, told = answer.status, await answer.text()
            if status != 503:
                break
        assert status == 202, json.loads(told)

    async def _read(self, person: str, channel: str) -> str:
        query = {"person": person, "channel": channel}
        async with self._http.get(f"{self._url}/playground/posts", params=query) as answer:
            assert answer.status == 200
            return await answer.text()


def look(post: Tag, channel: str) -> tuple[int, Seen]:
    """A post, and its place in the order."""
    card, found = post.select_one(".card"), None
    if card is not None:
        verbs = tuple(str(button["data-verb"]) for button in card.select(".buttons button"))
        there = (channel, int(str(post["data-root"])), int(str(card["data-version"])), card)
        found = Card(str(card["data-draft"]), verbs, there)
    is_private = post.select_one(".private") is not None or channel != CHANNEL
    return int(str(post["data-post"])), Seen(of_post(post), private=is_private, card=found)


def chosen(card: Tag, name: str, value: str) -> str:
    """What the form sends for a field: of a menu the value behind the words that a person picks."""
    field: Any = card.select_one(f".edit [name='{name}'], .edit fieldset[data-field='{name}']")
    assert field is not None, f"the form has no {name}"
    options = {option.get_text(strip=True): str(option["value"]) for option in field.select("option")}
    return options[value] if options else value
