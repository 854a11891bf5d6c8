"""Whose an alert is, where chat programs have other names for people than `bot.toml`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from voices import PEOPLE, Voice

from bot.app.digests import telling
from bot.app.model import offline
from bot.settings import Configuration
from bot.store.alerts.alerts import AlertStore
from bot.work.voice import Everybody
from handlers.alert import Severity, Sighting
from handlers.alerts import spoken
from handlers.errors import Unavailable
from handlers.models import EVERYONE, Place

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SHOWN = "Bo *Quist*, who has a name that is so long that a line of an alert has no room for it"


class Naming(Voice):
    """A platform on which everybody has a name of their own choice, unless `bot.toml` has one."""

    async def person(self, name, *, shown_as=""):
        found = await super().person(name, shown_as=shown_as)
        return replace(found, name=SHOWN) if found.name in (shown_as, found.email) else found


async def test_what_people_take_or_are_given_by_the_name_that_their_platform_shows_is_in_their_digest(stores):
    voices, alerts = {"playground": Naming()}, AlertStore(stores.database, stores.jobs, stores.audit)
    configuration = Configuration.model_validate({"digests": {"mine": {"person": "bo@example.com", "at": "09:00"}}})
    persons = Everybody(PEOPLE, voices)
    book = telling(configuration, stores.database, alerts, persons=persons, voices=voices, model=offline).book
    bo = await voices["playground"].person("playground:bo")
    for number, to in enumerate((bo.name, spoken(bo.name), bo.email, "Gus")):
        record = f"jira:APP-{number}"
        seen = Sighting(f"e{number}", "jira.issue.updated", "playground:general", record, record, "", Severity.WARNING, NOW)
        await alerts.sight(seen)
        await alerts.assign([seen.alert], to, bo)

    [mine] = book.own(bo)
    found = {alert.title for alert in await book.alerts(mine, since=NOW + timedelta(days=9000))}
    assert found == {"jira:APP-0", "jira:APP-1", "jira:APP-2"}


class Blind(Voice):
    """A platform that cannot say who is in a channel: there only what everyone may read is shown."""

    async def place(self, channel, thread, person):
        return replace(await super().place(channel, thread, person), audience=frozenset({EVERYONE}))


async def test_what_a_person_may_not_read_is_left_out_also_when_nobody_can_say_who_is_in_its_channel(stores):
    voices, alerts = {"playground": Blind()}, AlertStore(stores.database, stores.jobs, stores.audit)
    tables = {
        name: {"person": f"{name}@example.com", "channels": ["playground:support"], "at": "09:00"} for name in ("ada", "bo")
    }
    rules = {"channels": {"playground:support": {"audience": ["support"]}}, "digests": tables}
    configuration, persons = Configuration.model_validate(rules), Everybody(PEOPLE, voices)
    book = telling(configuration, stores.database, alerts, persons=persons, voices=voices, model=offline).book
    seen = Sighting("e", "jira.issue.updated", "playground:support", "jira:APP-1", "Secret", "", Severity.WARNING, NOW)
    await alerts.sight(seen)
    await alerts.assign([seen.alert], "bo@example.com", PEOPLE.find("playground:ada"))

    found = [
        await book.alerts(book.planned(name, configuration.digests[name]), since=datetime.now(UTC)) for name in ("ada", "bo")
    ]
    assert [[alert.title for alert in some] for some in found] == [["Secret"], []]


class Unmet(Voice):
    """A platform that cannot open a direct message with anybody."""

    async def direct(self, person):
        raise Unavailable(f"Nobody has met {person} yet.")


async def test_a_channel_has_its_digest_also_for_who_cannot_be_reached_directly(stores):
    voices, alerts = {"playground": Unmet()}, AlertStore(stores.database, stores.jobs, stores.audit)
    tables = {"all": {"channel": "playground:general", "at": "09:00"}, "mine": {"person": "ada@example.com", "at": "09:00"}}
    configuration = Configuration.model_validate({"digests": tables})
    book = telling(configuration, stores.database, alerts, persons=Everybody(PEOPLE, voices), voices=voices, model=offline).book
    found = await book.here(Place("playground", "general"), PEOPLE.find("playground:ada"))

    assert [one.name for one in found] == ["all"]
