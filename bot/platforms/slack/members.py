"""Who is who in a workspace, and what may be shown in a channel: what all of its people may read. In doubt, what everyone may."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from bot.members.audience import NOBODY_SPECIAL, combined, said_of, shared
from bot.members.recent import AGE, Recent
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.shapes import Channel, GroupPage, MemberPage, OneChannel, OneUser, User, UserPage, read_as
from bot.settings import Configuration
from bot.settings.people import People
from bot.watch import log
from handlers.errors import Trouble, Unavailable
from handlers.models import Person

MOST_MEMBERS = 5000
"""People of a channel that are looked at; a larger one shows what everyone may read."""
MOST_PEOPLE = 10_000
"""People of a workspace that are listed."""
ONE_BY_ONE = 20
"""People that are asked for one at a time; for more the workspace's list is read (20 pages a minute, 1,000 people each)."""
AT_ONCE = 5
PAGE = 1000
"""Entries a page, the most that Slack gives."""
LONGEST = 15.0
"""Seconds to find out what may be shown in a channel."""
SLACKBOT = "USLACKBOT"
logger = log.get("members")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a workspace, as Slack knows them. `email` is empty unless Slack has confirmed it."""

    id: str
    name: str
    email: str = ""
    is_bot: bool = False
    is_deleted: bool = False
    is_guest: bool = False
    is_stranger: bool = False

    @property
    def is_full(self) -> bool:
        """Whether this is a person who belongs to the workspace, not a guest in it."""
        return not (self.is_bot or self.is_deleted or self.is_guest or self.is_stranger)


class Directory:
    """People, user groups and channels of every workspace, each asked for at most once in five minutes.

    `is_ours` says whose workspaces' e-mail addresses and user groups count: the admins of another one could give themselves any.
    """

    def __init__(
        self, api: SlackApi, people: People, configuration: Configuration, *, is_ours: Callable[[str], bool], age: float = AGE
    ) -> None:
        self._api = api
        self._people = people
        self._configuration = configuration
        self._is_ours = is_ours
        self._users: Recent[tuple[str, str], Member] = Recent(self._read_user, age=age)
        self._channels: Recent[tuple[str, str], Channel] = Recent(self._read_channel, age=age)
        self._members: Recent[tuple[str, str], frozenset[str] | None] = Recent(self._read_members, age=age, most=500)
        self._handles: Recent[str, Mapping[str, frozenset[str]]] = Recent(self._read_handles, age=age, most=100)
        self._rosters: Recent[str, Mapping[str, Member]] = Recent(self._read_roster, age=age, most=20)

    async def person(self, team: str, user: str) -> Person:
        """Who acts. When Slack does not answer, what `bot.toml` says of this very id, and nothing more: whom it does not name may be a guest."""
        try:
            member = await self._users.get((team, user))
        except Trouble as trouble:
            logger.warning("person not looked up", team=team, user=user, reason=str(trouble))
            own = f"slack:{team}/{user}"
            return replace(self._people.find(own), is_outside=not self._people.known(own))
        return await self._as_person(team, member)

    async def member(self, team: str, user: str) -> Member:
        """Somebody as Slack knows them. Raises Trouble."""
        return await self._users.get((team, user))

    async def channel(self, team: str, channel: str) -> Channel:
        """A channel as Slack knows it. Raises Trouble."""
        return await self._channels.get((team, channel))

    async def members(self, team: str, channel: str) -> frozenset[str] | None:
        """Ids of a channel's members, bots too; None when there are more than MOST_MEMBERS. Raises Trouble."""
        return await self._members.get((team, channel))

    async def audience(self, team: str, channel: str) -> frozenset[str]:
        """What may be shown there: what all its people may read, narrowed by `bot.toml`. Whatever goes wrong: what everyone may."""
        try:
            async with asyncio.timeout(LONGEST):
                return await self._audience(team, channel)
        except (Trouble, TimeoutError) as trouble:
            logger.warning(
                "audience unknown, only what everyone may read is shown", team=team, channel=channel, reason=str(trouble)
            )
            return NOBODY_SPECIAL

    def forget(self, team: str, *, user: str = "", channel: str = "", groups: bool = False) -> None:
        """Drop what an event has made old; without any of the three, all that is known of the workspace."""
        everything = not (user or channel or groups)
        if user or everything:
            self._users.forget(lambda key: key[0] == team and user in ("", key[1]))
            self._rosters.forget(lambda key: key == team)
        if channel or everything:
            self._channels.forget(lambda key: key[0] == team and channel in ("", key[1]))
            self._members.forget(lambda key: key[0] == team and channel in ("", key[1]))
        if groups or everything:
            self._handles.forget(lambda key: key == team)

    async def close(self) -> None:
        """Ask nothing any more."""
        for asked in (self._users, self._channels, self._members, self._handles, self._rosters):
            await asked.close()

    async def _audience(self, team: str, channel: str) -> frozenset[str]:
        key, is_alone = f"slack:{team}/{channel}", channel.startswith("D")
        said = said_of(self._configuration, key, is_alone=is_alone)
        if said is not None and said <= NOBODY_SPECIAL:
            return NOBODY_SPECIAL  # nothing could be added, so nobody is asked
        info = await self._channels.get((team, channel))
        if info.reaches_outside or info.is_im != is_alone:
            return NOBODY_SPECIAL
        ids = frozenset({info.user}) if info.is_im else await self._members.get((team, channel))
        if not ids:
            return NOBODY_SPECIAL
        people = [member for member in await self._known(team, ids) if not member.is_bot and not member.is_deleted]
        if not all(member.is_full for member in people):
            return NOBODY_SPECIAL
        return combined(shared([(await self._as_person(team, member)).audience for member in people]), said)

    async def _known(self, team: str, ids: Collection[str]) -> list[Member]:
        """Everybody of these ids. Raises Trouble when one of them is not known."""
        if len(ids) > ONE_BY_ONE:
            roster = await self._rosters.get(team)
            if not roster.keys() >= set(ids):
                raise Unavailable("Somebody in that channel is not on the workspace's list.")
            return [roster[user] for user in ids]
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(user: str) -> Member:
            async with gate:
                return await self._users.get((team, user))

        return list(await asyncio.gather(*(one(user) for user in ids)))

    async def _as_person(self, team: str, member: Member) -> Person:
        own = f"slack:{team}/{member.id}"
        if member.is_deleted:
            return Person(own, member.name)
        found = replace(self._people.find(own, shown_as=member.name), is_outside=member.is_guest or member.is_stranger)
        if not member.is_full or not self._is_ours(team):
            return found
        if member.email and not self._people.known(own):
            by_email = self._people.find(member.email, shown_as=member.name)
            found = replace(by_email, id=own) if fits(by_email, own) else found
        return replace(found, groups=found.groups | await self._groups(team, member.id))

    async def _groups(self, team: str, user: str) -> frozenset[str]:
        """The user groups of a person as `@handle`; none while Slack does not tell."""
        try:
            return (await self._handles.get(team)).get(user, frozenset())
        except Trouble as trouble:
            logger.warning("user groups unknown", team=team, reason=str(trouble))
            return frozenset()

    async def _read_user(self, key: tuple[str, str]) -> Member:
        data = await self._api.read(key[0], "users.info", user=key[1])
        return member_of(key[0], read_as(OneUser, data).user, asked=key[1])

    async def _read_channel(self, key: tuple[str, str]) -> Channel:
        found = read_as(OneChannel, await self._api.read(key[0], "conversations.info", channel=key[1])).channel
        if found.id != key[1]:
            raise Unavailable("Slack answered about another channel than was asked for.")
        return found

    async def _read_members(self, key: tuple[str, str]) -> frozenset[str] | None:
        found: set[str] = set()
        async for page in self._api.pages(key[0], "conversations.members", channel=key[1], limit=PAGE):
            found.update(read_as(MemberPage, page).members)
            if len(found) > MOST_MEMBERS:
                return None
        return frozenset(found)

    async def _read_handles(self, team: str) -> Mapping[str, frozenset[str]]:
        data = await self._api.read(team, "usergroups.list", include_users=True)
        found: dict[str, set[str]] = {}
        for group in read_as(GroupPage, data).usergroups:
            for user in () if group.date_delete else group.users:
                found.setdefault(user, set()).add(f"@{group.handle.casefold()}")
        return {user: frozenset(handles) for user, handles in found.items()}

    async def _read_roster(self, team: str) -> Mapping[str, Member]:
        found: dict[str, Member] = {}
        async for page in self._api.pages(team, "users.list", limit=PAGE):
            found |= {user.id: member_of(team, user, asked=user.id) for user in read_as(UserPage, page).members}
            if len(found) > MOST_PEOPLE:
                raise Unavailable(f"This workspace has more than {MOST_PEOPLE} people.")
        return found


def member_of(team: str, user: User, *, asked: str) -> Member:
    """Slack's user object as a Member. Raises Unavailable when it is somebody else."""
    if user.id != asked:
        raise Unavailable("Slack answered about another person than was asked for.")
    elsewhere = user.team_id not in ("", team) and team not in user.enterprise_user.teams
    return Member(
        id=user.id,
        name=user.profile.real_name or user.real_name or user.profile.display_name or user.name or user.id,
        email=(user.profile.email or "") if user.is_email_confirmed else "",
        is_bot=user.is_bot or user.id == SLACKBOT,
        is_deleted=user.deleted,
        is_guest=user.is_restricted or user.is_ultra_restricted,
        is_stranger=user.is_stranger or elsewhere,
    )


def fits(found: Person, own: str) -> bool:
    """Whether somebody found by e-mail can be this account: `bot.toml` does not name another one of theirs in this workspace."""
    workspace = own.casefold().partition("/")[0] + "/"
    return not any(
        account.casefold().startswith(workspace) and account.casefold() != own.casefold() for account in found.accounts
    )


def ours(configuration: Configuration, *, own_token: bool) -> Callable[[str], bool]:
    """Whose workspaces count: with one token its own, with installations those that `bot.toml` names in people or channels."""
    if own_token:
        return lambda _team: True
    named = [table.slack for table in configuration.people.values() if table.slack]
    named += [key.removeprefix("slack:") for key in configuration.channels if key.startswith("slack:")]
    teams = frozenset(name.partition("/")[0] for name in named)
    return teams.__contains__
