"""What stands in the shared channel of each platform, message by message, for tests in which the bot speaks by itself."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.on_slack import CHANNEL
from conversations.page import of_post, posts
from conversations.places import PLACES
from conversations.play import Player
from conversations.reading import of_slack, of_teams
from conversations.steps import Alone, Command

from bot.sandbox.teams.state import BOT, GENERAL
from bot.store.talk.offers import Offers
from handlers.models import Place, Reply

EVERYWHERE, CHATS = ("slack", "teams", "playground"), ("slack", "teams")
"""All platforms, and those that keep the log themselves."""


@dataclass(frozen=True)
class Stands:
    """One message. `root` is the message whose thread it is in, or its own id."""

    id: str
    root: str
    text: str


def on(*names: str) -> Callable[[Any], Any]:
    """A test that holds on each of these platforms: of one town, for that takes a while to open. It is given a Wall."""

    def decorated(check: Any) -> Any:
        async def test(town_of_three: Any) -> None:
            for name in names:
                try:
                    await check(await Wall.of(town_of_three.player(name)))
                except AssertionError as wrong:
                    wrong.add_note(f"It was so on {name}.")
                    raise

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorated


@dataclass(frozen=True)
class Shown:
    """A picture and the words behind it."""

    png: bytes
    alt: str


@dataclass
class Wall:
    """The channel, and the bot's voice there."""

    player: Player
    place: Place
    before: set[str] = field(default_factory=set)

    @classmethod
    async def of(cls, player: Player) -> "Wall":
        """The channel, once the bot was met there: a bot in Teams knows none before."""
        await player.take(Command("ada", "/bot help"))
        await player.take(Alone("ada", ("What you can say here:",)))
        name = player.stage.name
        found = cls(player, await player.office.voices[name].place(PLACES[name], "", None))
        found.before = {one.id for one in await found.stands()}
        return found

    @property
    def voice(self) -> Any:
        return self.player.office.voices[self.player.stage.name]

    async def say(self, words: str, *, key: str, under: str = "", **more: Any) -> None:
        reply = await self._kept(Reply(words, **more), key)
        await self.voice.say(self.place, reply, key=self._own(key), to="", under=under and self._own(under))

    async def revise(self, words: str, *, key: str, **more: Any) -> None:
        reply = await self._kept(Reply(words, **more), key)
        await self.voice.revise(self.place, reply, key=self._own(key))

    async def stands(self) -> list[Stands]:
        """What the bot has said there since, oldest first."""
        found = await LOOKS[self.player.stage.name](self.player)
        return [one for one in found if one.id not in self.before]

    def remove(self, name: str) -> None:
        """Somebody deletes a message of the bot's."""
        office = self.player.office
        if self.player.stage.name == "slack":
            workspace = office.slack.workspace
            workspace.remove(workspace.channel(CHANNEL), workspace.message(CHANNEL, name))
        else:
            office.teams.tenant.message(GENERAL, name).is_deleted = True

    def _own(self, key: str) -> str:
        """A button belongs to one place, and so does what it stands under."""
        return f"{self.player.stage.name}:{key}"

    async def _kept(self, reply: Reply, key: str) -> Reply:
        await Offers(self.player.office.database).keep(self._own(key), reply, place=self.place.key, to="")
        return reply


async def on_slack(player: Player) -> list[Stands]:
    return [Stands(m["ts"], m.get("thread_ts", m["ts"]), of_slack(m)) for m in player.office.messages(CHANNEL)]


async def on_teams(player: Player) -> list[Stands]:
    messages = player.office.teams.tenant.conversation(GENERAL).messages
    mine = [m for m in messages if m.author == BOT and not m.is_deleted and not m.targeted]
    return [Stands(m.id, m.thread, of_teams(m.activity, m.card())) for m in mine]


async def on_page(player: Player) -> list[Stands]:
    shown = posts(await player.stage._read("ada", "general"))
    mine = [post for post in shown if post.has_attr("data-bot") and post.select_one(".private") is None]
    return [Stands(str(post["data-post"]), str(post["data-root"]), of_post(post)) for post in mine]


async def pictures(player: Player) -> list[Shown]:
    """The pictures that everybody in the channel is shown, as each platform brings them to a reader."""
    return await PICTURES[player.stage.name](player)


async def shared_in_slack(player: Player) -> list[Shown]:
    files = [file for m in player.office.messages(CHANNEL) for file in m.get("files", ())]
    return [Shown(player.office.slack.workspace.files[file["id"]][1], file["alt_txt"]) for file in files]


async def drawn_in_teams(player: Player) -> list[Shown]:
    messages = player.office.teams.tenant.conversation(GENERAL).messages
    cards = [m.card() or {} for m in messages if m.author == BOT and not m.is_deleted and not m.targeted]
    found = [element for card in cards for element in card.get("body", ()) if element["type"] == "Image"]
    return [Shown(base64.b64decode(each["url"].partition("base64,")[2]), each["altText"]) for each in found]


async def loaded_by_the_page(player: Player) -> list[Shown]:
    found = [image for post in posts(await player.stage._read("ada", "general")) for image in post.select(".picture img")]
    return [Shown(await fetched(player, str(image["src"])), str(image["alt"])) for image in found]


async def fetched(player: Player, address: str, *, status: int = 200) -> bytes:
    async with player.stage._http.get(f"{player.office.url}{address}") as answer:
        assert (answer.status, answer.content_type if status == 200 else "image/png") == (status, "image/png")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        return await answer.read()


PICTURES: Mapping[str, Callable[[Player], Any]] = {
    "slack": shared_in_slack, "teams": drawn_in_teams, "playground": loaded_by_the_page,
}  # fmt: skip
LOOKS: Mapping[str, Callable[[Player], Any]] = {"slack": on_slack, "teams": on_teams, "playground": on_page}
