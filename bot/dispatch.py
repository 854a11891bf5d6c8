"""What was heard -> the handler that answers -> a Reply. Ports are bound by parameter name once, at start."""

import inspect
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from bot.net.asking import Asking, asking
from bot.net.budget import READING, anew
from bot.settings import Configuration
from bot.watch import log, metrics
from handlers.bundles import bundle, renewed
from handlers.catalogue import COMMANDS, parse
from handlers.command import Command
from handlers.errors import Invalid, NotAllowed, Stale, Trouble, Unavailable
from handlers.models import EVERYONE, Attachment, Call, Draft, Person, Place, Reply, Utterance
from handlers.policy import asked_before, is_decidable, strictest
from handlers.ports import Drafts, Policies
from knowledge.errors import KnowledgeError

Bound = Callable[[Call], Awaitable[Draft | Reply]]
logger = log.get("dispatch")
JOINS = 3
"""Attempts to join a draft that others join at the same moment."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a person said to the bot, before anybody has understood it.

    `because` is why a chain says it for them, `joins` the draft with which the proposal is to be one bundle, `outside` that the words
    are not their own, `authors` by which names whose they are goes.
    """

    id: str
    text: str
    person: Person
    place: Place
    history: tuple[Utterance, ...] = ()
    files: tuple[Attachment, ...] = ()
    because: str = ""
    joins: str = ""
    message: str = ""
    outside: bool = False
    authors: frozenset[str] = frozenset()


class UnboundPortError(Exception):
    """A handler asks for something that the program does not offer."""


class Dispatch:
    """Every Call ends in a Reply, also when something is down: nobody is left without an answer."""

    def __init__(self, ports: Mapping[str, object], *, configuration: Configuration, drafts: Drafts, policies: Policies) -> None:
        self._bound = {name: bind(command, ports) for name, command in COMMANDS.items()}
        self._configuration = configuration
        self._drafts = drafts
        self._policies = policies

    async def __call__(self, heard: Heard) -> Reply:
        """The answer, or one sentence that says what went wrong and what to do."""
        try:
            return await self.answer(heard)
        except Trouble as trouble:
            return Reply(str(trouble), private=isinstance(trouble, NotAllowed), trouble=True)
        except Exception:
            number = secrets.token_hex(4)
            logger.exception("bug", error_id=number, platform=heard.place.platform)
            return Reply(f"Something went wrong inside the bot (error {number}). An operator finds it in the log.", trouble=True)

    async def answer(self, heard: Heard) -> Reply:
        """The same where nobody waits for words: trouble is raised, so that the ledger can try again. Raises Trouble."""
        try:
            return await self._answer(heard)
        except KnowledgeError as down:
            raise Unavailable(str(down)) from down

    async def _answer(self, heard: Heard) -> Reply:
        command, argument = parse(heard.text)
        allowed = self._configuration.channel(heard.place.key).commands
        if "*" not in allowed and command.name not in allowed:
            raise NotAllowed(f"not allowed: /{command.name} is switched off in this channel. Type /bot help to see what is on.")
        call = Call(
            heard.id, command.name, argument, heard.person, heard.place, heard.history, heard.files, heard.message, heard.outside,
            heard.authors,
        )  # fmt: skip
        who = Asking(command.name, call.person.id, call.person.names)
        with asking(who), anew(READING) if command.reads else nullcontext(), metrics.HANDLER.labels(workflow=command.name).time():
            found = await self._bound[command.name](call)
        if isinstance(found, Reply):
            return found
        reasons = (*((heard.because,) if heard.because else ()), *found.reasons)
        return await self._kept(replace(found, reasons=reasons), call, heard.joins)

    async def _kept(self, found: Draft, call: Call, joins: str) -> Reply:
        """The draft as the store has it: in one bundle with the draft that it joins, or alone, with the reason why that cannot be."""
        for left in reversed(range(JOINS if joins else 0)):
            try:
                return await self._joined(found, call, joins)
            except (Invalid, Stale) as alone:
                if left and isinstance(alone, Stale):
                    continue  # another that follows it may have been faster, and the bundle of both is there now
                logger.info("chain is no bundle", draft=joins, reason=str(alone))
                found = replace(found, reasons=(*found.reasons, f"not in one draft with {joins}: {alone}"))
                break
        kept = await self._drafts.keep(found, call=call, policy=self._policies(found))
        return Reply("", draft=kept) if kept.id == found.id else met(kept, call.place)

    async def _joined(self, found: Draft, call: Call, joins: str) -> Reply:
        """One bundle with the draft, or with the whole bundle that it is in. Raises Invalid, Stale."""
        first = await self._drafts.whole(joins)
        whole = bundle((*(renewed(one, call=call) for one in first.items or (first,)), found), call=call)
        policy = strictest((self._policies(whole), first.policy))  # an edit may have taken away what made that one strict
        if not is_decidable(whole, policy):
            raise Invalid("only the owner of each record may decide, and they have no owner in common.")
        kept = await self._drafts.keep(whole, call=call, policy=policy, absorbs=first)
        return Reply("", draft=kept) if kept.id == whole.id else met(kept, call.place)


def kept_before(kept: Draft, place: Place) -> Reply:
    """What an earlier attempt at a call led to: its card, unless it is the draft of another call and stands where more may be read."""
    return Reply("", draft=kept) if kept.place.key == place.key else met(kept, place)


def met(kept: Draft, place: Place) -> Reply:
    """The answer to a request for what waits already: its live card, where all that it was made from may be read."""
    if kept.place.audience <= place.audience:
        return Reply(asked_before(kept), draft=kept, again=True)
    where = f"It is {kept.state}: draft {kept.id}, in a place where more may be read than here. Type /approvals there."
    return Reply(f"{asked_before(kept)} {where}", private=True)


def bind(command: Command, ports: Mapping[str, object]) -> Bound:
    """The handler with its ports filled in. Raises UnboundPortError naming what nobody offers."""
    wanted = [p.name for p in inspect.signature(command.handler).parameters.values() if p.kind is p.KEYWORD_ONLY]
    if missing := [name for name in wanted if name not in ports]:
        raise UnboundPortError(f"{command.name} asks for ports nobody offers: {', '.join(missing)}")
    given = {name: ports[name] for name in wanted}

    async def bound(call: Call) -> Draft | Reply:
        return await command.handler(call, **given)

    return bound


def place_of(configuration: Configuration, platform: str, channel: str, thread: str, *, alone: Person | None = None) -> Place:
    """A place with what may be shown there. In a direct message that is what the one person may read."""
    audience = alone.audience if alone else frozenset(configuration.channel(f"{platform}:{channel}").audience) | {EVERYONE}
    return Place(platform, channel, thread, audience)
