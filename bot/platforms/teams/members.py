"""Who is who in Teams, and what may be shown in a conversation: what all of its people may read. In doubt, what everyone may."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.members.audience import NOBODY_SPECIAL, combined, said_of, shared
from bot.members.recent import AGE, Recent
from bot.platforms.teams.api import TeamsApi
from bot.platforms.teams.places import Places
from bot.platforms.teams.receive import NAME, text
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.talk.accounts import Account, Accounts
from bot.watch import log
from handlers.errors import Trouble, Unavailable
from handlers.models import Draft, Person
from handlers.policy import refusal

MOST_MEMBERS = 5000
"""People of a conversation that are looked at; a larger one shows what everyone may read."""
MOST_CONCERNED = 60
"""People whose clients draw a card afresh, the most that Teams takes (`refresh.userIds`)."""
LONGEST = 15.0
"""Seconds to find out what may be shown in a conversation."""
logger = log.get("teams")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as Teams knows them. `email` and `login` are empty for people of another company."""

    id: str
    name: str = ""
    directory_id: str = ""
    email: str = ""
    login: str = ""
    is_full: bool = False


class Directory:
    """People and rosters, each asked for at most once in five minutes. `tenant` is the company whose addresses count."""

    def __init__(
        self, api: TeamsApi, places: Places, people: People, configuration: Configuration, accounts: Accounts, *, tenant: str
    ) -> None:
        self._api = api
        self._places = places
        self._people = people
        self._configuration = configuration
        self._accounts = accounts
        self._tenant = tenant
        self._met: Recent[str, Sequence[Account]] = Recent(self._accounts_of, age=AGE)
        self._members: Recent[str, Member] = Recent(self._read_member, age=AGE)
        self._rosters: Recent[str, tuple[Member, ...] | None] = Recent(self._read_roster, age=AGE, most=500)

    async def person(self, name: str, *, shown_as: str = "") -> Person:
        """Who acts, under `29:...` or the directory's id. When Teams does not answer, what `bot.toml` says of this very account: whom it does
        not name may be a guest.
        """
        try:
            member = await self._members.get(name)
        except Trouble as trouble:
            logger.warning("person not looked up", reason=str(trouble))
            account = await self._account(name)
            found = self._as_person(Member(account.id, shown_as or account.name, account.directory_id))
            return replace(found, is_outside=not any(self._people.known(one) for one in found.accounts))
        return self._as_person(member if member.name else replace(member, name=shown_as))

    async def names(self, ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """By which names people go, by Teams' ids of them; none for an empty id. Who is not known goes by the id alone."""
        found = {"": frozenset[str]()}
        for one in dict.fromkeys(ids):
            found[one] = (await self.person(one)).names if one else frozenset()
        return found

    async def audience(self, conversation: str) -> frozenset[str]:
        """What all people of a conversation may read, narrowed by `bot.toml`. Whatever goes wrong: what everyone may."""
        try:
            async with asyncio.timeout(LONGEST):
                return await self._audience(conversation)
        except (Trouble, TimeoutError) as trouble:
            logger.warning("audience unknown, only what everyone may read is shown", reason=str(trouble))
            return NOBODY_SPECIAL

    async def concerned(self, draft: Draft) -> tuple[str, ...]:
        """Teams' ids of who asked for a draft and of those known people who may decide it: their clients draw its card afresh."""
        asked_by = draft.asked_by.id.removeprefix(f"{NAME}:")
        found = [asked_by] if draft.asked_by.id.startswith(f"{NAME}:29:") else []
        now = datetime.now(UTC)
        for person in self._people.on(NAME):
            if not refusal(draft, person, draft.policy, now):
                name = person.id.removeprefix(f"{NAME}:")
                found += [account.id for account in await self._met.get(name)]
        return tuple(dict.fromkeys(found))[:MOST_CONCERNED]

    def forget(self, conversation: str) -> None:
        """Somebody joined or left: what is known of a conversation is old."""
        self._rosters.forget(conversation.__eq__)

    async def close(self) -> None:
        """Ask nothing any more."""
        await self._met.close()
        await self._members.close()
        await self._rosters.close()

    async def _audience(self, conversation: str) -> frozenset[str]:
        said = said_of(self._configuration, f"{NAME}:{conversation}", is_alone=False)
        if said is not None and said <= NOBODY_SPECIAL:
            return NOBODY_SPECIAL  # nothing could be added, so nobody is asked
        members = await self._rosters.get(conversation)
        if not members or not all(member.is_full for member in members):
            return NOBODY_SPECIAL
        return combined(shared(self._as_person(member).audience for member in members), said)

    def _as_person(self, member: Member) -> Person:
        own = f"{NAME}:{member.id}"
        names = [own, *([f"{NAME}:{member.directory_id}", f"{NAME}:29:{member.directory_id}"] if member.directory_id else [])]
        found = (
            self._by_account(names, member.name) or self._by_email(member, names) or self._people.find(own, shown_as=member.name)
        )
        return replace(found, id=own, accounts=found.accounts | set(names), is_outside=not member.is_full)

    def _by_account(self, names: list[str], shown_as: str) -> Person | None:
        """Somebody whose Teams account `bot.toml` names, by either of its ids."""
        known = next((name for name in names if self._people.known(name)), None)
        return self._people.find(known, shown_as=shown_as) if known else None

    def _by_email(self, member: Member, names: list[str]) -> Person | None:
        """Somebody of our own company, by their address; not who has another Teams account in `bot.toml`."""
        address = next((each for each in (member.email, member.login) if each and self._people.known(each)), "")
        if not (address or member.email or member.login):
            return None
        found = self._people.find(address or member.email or member.login, shown_as=member.name)
        others = {each for each in found.accounts if each.startswith(f"{NAME}:")} - set(names)
        return None if others else found

    async def _accounts_of(self, name: str) -> Sequence[Account]:
        """Accounts under an id of `bot.toml`: Teams' own, the directory's, or the directory's after `29:`."""
        return [*await self._accounts.find(NAME, name), *await self._accounts.find(NAME, name.removeprefix("29:"))]

    async def _account(self, name: str) -> Account:
        """What was written down of somebody; nothing but the id of a stranger."""
        found = await self._accounts.find(NAME, name)
        if found:
            return found[0]
        return Account(NAME, name) if name.startswith("29:") else Account(NAME, name, directory_id=name)

    async def _read_member(self, name: str) -> Member:
        account = await self._account(name)
        if not account.conversation:
            raise Unavailable("This person has not spoken to the bot in Teams yet.")
        place = await self._places.find(account.conversation)
        return self._member(await self._api.member(place.service_url, place.id, account.id), account.id)

    async def _read_roster(self, conversation: str) -> tuple[Member, ...] | None:
        place = await self._places.find(conversation)
        found: list[Member] = []
        async for each in self._api.members(place.service_url, place.id):
            found.append(self._member(each, text(each, "id")))
            if len(found) > MOST_MEMBERS:
                return None
        return tuple(found)

    def _member(self, told: Mapping[str, Any], asked: str) -> Member:
        """What Teams says of somebody. A guest's address is one that another company gave out, so it does not count here."""
        if text(told, "id") != asked or not asked:
            raise Unavailable("Teams answered about another person than was asked for.")
        directory_id = text(told, "aadObjectId") or text(told, "objectId")
        is_ours = text(told, "tenantId").casefold() in ("", self._tenant.casefold())
        is_full = is_ours and text(told, "userRole").casefold() in ("", "user") and bool(directory_id)
        name = text(told, "name") or " ".join(filter(None, (text(told, "givenName"), text(told, "surname"))))
        if not is_full:
            return Member(asked, name, directory_id)
        return Member(asked, name, directory_id, text(told, "email"), text(told, "userPrincipalName"), is_full=True)
