"""One person across systems: who stands behind a platform id, an e-mail address or an account."""

from bot.settings.configuration import Configuration
from bot.settings.declared import systems
from bot.settings.environment import SettingsError
from bot.settings.tables import PersonTable
from handlers.models import Person

PLATFORMS = ("slack", "teams", "playground")


class People:
    """The `[people]` of `bot.toml`, found by any of their names. Raises SettingsError for a name that two people have."""

    def __init__(self, configuration: Configuration) -> None:
        self._tables = configuration.people
        self._by_name: dict[str, str] = {}
        names = [(name.casefold(), email) for email, table in self._tables.items() for name in (email, *sorted(accounts(table)))]
        if twice := [(name, email) for name, email in names if self._by_name.setdefault(name, email) != email]:
            raise SettingsError(
                [
                    f"CONFIG_FILE, people: {name} is {self._by_name[name]} and {email}; give it to one of them"
                    for name, email in twice
                ]
            )

    def find(self, name: str, *, shown_as: str = "") -> Person:
        """The person with this id (`slack:T1/U1`, `playground:ada`) or e-mail; a stranger has no groups."""
        email = self._by_name.get(name.casefold())
        if email is None:
            return Person(name, shown_as or name, email=name if "@" in name else "")
        table = self._tables[email]
        return Person(name, table.name or shown_as or email, email, frozenset(table.groups), accounts(table))

    def timezone(self, *names: str) -> str:
        """The time zone of the person with one of these names; empty where `bot.toml` names none."""
        emails = (self._by_name.get(name.casefold()) for name in names)
        return next((self._tables[email].timezone for email in emails if email), "")

    def known(self, name: str) -> bool:
        """Whether `bot.toml` knows somebody by this name."""
        return name.casefold() in self._by_name

    def on(self, platform: str) -> list[Person]:
        """Everybody with an account on one platform, in the file's order."""
        ids = (getattr(table, platform) for table in self._tables.values())
        return [self.find(f"{platform}:{name}") for name in ids if name]


def accounts(table: PersonTable) -> frozenset[str]:
    """The names that a person has elsewhere, each with its system in front; Teams ids carry their own `29:`."""
    return frozenset(f"{system}:{name}" for system in (*PLATFORMS, *systems()) if (name := getattr(table, system)))
