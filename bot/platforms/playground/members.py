"""Who one can be on the page, which channels each may open, and what each is to approvals."""

from collections.abc import Sequence

from bot.cards.clean import clean
from bot.platforms.playground.receive import ALONE, NAME
from bot.platforms.playground.render import initials
from bot.platforms.playground.views import ChannelView, PersonView
from bot.settings import Configuration
from bot.settings.people import People
from handlers.errors import NotFound
from handlers.models import Person

YOU = Person(f"{NAME}:you", "You")
"""Who is there when nobody is configured for the playground."""
CHANNELS = ("general", "support")
"""What there is when no channel is configured."""
HINTS = {
    "all": "Countersign answers everything that is said here.",
    "mention": "Countersign answers commands, @countersign, and follow-ups in its threads.",
    "off": "Countersign answers commands only.",
}


class Members:
    """The people and channels of the playground, as `bot.toml` has them."""

    def __init__(self, configuration: Configuration, people: People) -> None:
        self._configuration = configuration
        self.people: Sequence[Person] = people.on(NAME) or [YOU]
        prefix = f"{NAME}:"
        named = [key.removeprefix(prefix) for key in configuration.channels if key.startswith(prefix)]
        self._shared = [name for name in named if not name.startswith(ALONE)] or list(CHANNELS)

    def person(self, short: str) -> Person:
        """The person of this short id. Raises NotFound."""
        for person in self.people:
            if person.id == f"{NAME}:{short}":
                return person
        raise NotFound("Nobody goes by this name on the playground. Reload the page and choose somebody from the list.")

    def channels(self, person: Person) -> Sequence[str]:
        """Shared channels, then the person's direct messages with the bot."""
        return [*self._shared, f"{ALONE}{short(person)}"]

    def check(self, person: Person, channel: str) -> None:
        """Raises NotFound for a channel that does not exist or is somebody else's direct messages: the same words for both."""
        if channel not in self.channels(person):
            raise NotFound("There is no such channel for you. Reload the page and choose one from the list.")

    def channel_views(self, person: Person, open_channel: str) -> tuple[ChannelView, ...]:
        """The list of channels."""
        return tuple(self._channel(name, is_open=name == open_channel) for name in self.channels(person))

    def person_views(self, viewer: Person) -> tuple[PersonView, ...]:
        """The list of people."""
        return tuple(self.person_view(person, is_viewer=person == viewer) for person in self.people)

    def person_view(self, person: Person, *, is_viewer: bool) -> PersonView:
        """One person as the switcher shows them."""
        name = clean(person.name)
        groups = ", ".join(sorted(clean(group) for group in person.groups))
        return PersonView(short(person), name, initials(name), self.role(person), groups, is_viewer)

    def role(self, person: Person) -> str:
        """What somebody is to the default approval policy: approver, requester (works with approvers) or outsider."""
        approvers = [one for one in self.people if self._may_approve(one)]
        if "*" in self._configuration.policy("default").approvers:
            return ""
        if person in approvers:
            return "approver"
        return "requester" if any(person.groups & one.groups for one in approvers) else "outsider"

    def _may_approve(self, person: Person) -> bool:
        entries = {entry.casefold() for entry in self._configuration.policy("default").approvers}
        return bool(entries & {*person.names, *(f"group:{group}".casefold() for group in person.groups)})

    def _channel(self, name: str, *, is_open: bool) -> ChannelView:
        if name.startswith(ALONE):
            return ChannelView(
                name, "Countersign", "Only you and Countersign read this; it answers everything.", is_open, is_alone=True
            )
        hint = HINTS[self._configuration.channel(f"{NAME}:{name}").answer]
        return ChannelView(name, clean(name), hint, is_open, is_alone=False)


def short(person: Person) -> str:
    """The person's id as the page knows it."""
    return person.id.removeprefix(f"{NAME}:")
