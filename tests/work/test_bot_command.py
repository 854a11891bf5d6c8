"""What the bot says about itself, and dead letters for admins: on both databases."""

import pytest
from voices import PEOPLE

from bot.app.guide import SelfDescription
from bot.app.letters import LONGEST_READ, Letters
from bot.app.observing import Masked
from bot.settings import Configuration
from bot.store.ledger.replays import Replays
from bot.work.replaying import Replaying
from handlers.bot import bot
from handlers.catalogue import COMMANDS
from handlers.errors import Invalid, NotAllowed, NotFound
from handlers.models import Call, Person, Place, Reply

RULES = Configuration.model_validate(
    {"admins": {"people": ["group:support"]}, "channels": {"playground:quiet": {"commands": ["ask", "triage", "bot"]}}}
)
ADA, BO = PEOPLE.find("playground:ada"), PEOPLE.find("playground:bo")
"""Ada is of the group `support`, Bo of none."""
EVERYTHING = ("jira", "zendesk", "hubspot", "salesforce")


async def lines():
    return ["a: ok", "b: down"]


@pytest.fixture
def read():
    """The lengths of the texts that were masked."""
    return []


@pytest.fixture
def say(stores, read):
    """What the bot answers to `/bot ...`."""

    def mask(texts, *, people):
        read.extend(map(len, texts))
        return Masked(["s3cret-value"])(texts, people=people)

    replaying = Replaying(stores.jobs, stores.drafts, Replays(stores.database, stores.jobs, stores.audit))
    letters = Letters(stores.jobs, replaying, configuration=RULES, mask=mask)

    async def said(words: str, person: Person = ADA, *, channel: str = "general", connected=EVERYTHING) -> str:
        guide = SelfDescription(lines, configuration=RULES, connected=connected)
        reply = await bot(Call("c", "bot", words, person, Place("playground", channel)), guide=guide, letters=letters)
        assert reply == Reply(reply.text, private=True)
        return reply.text

    return said


@pytest.fixture
def buried(stores):
    """A job that has ended without success; its id."""

    async def bury(error: str, *, kind: str = "trigger", payload=None) -> str:
        async with stores.database.write() as tx:
            await stores.jobs.enqueue(tx, kind, key=f"k:{error}", payload=payload or {"argument": "private words"})
        due = next(job.id for job in await stores.jobs.list() if job.kind == kind and job.state == "pending")
        claim = await stores.jobs.claim(due, lease=30)
        await stores.jobs.bury(claim, error)
        return due

    return bury


async def test_help_prints_every_command_where_everything_is_on(say):
    text = await say("")

    for command in COMMANDS.values():
        assert command.usage in text
        assert command.example in text
    assert await say("Help") == text
    assert await say("status") == "a: ok\nb: down"


async def test_help_shows_only_what_can_be_used_in_the_place(say):
    quiet, alone = await say("help", channel="quiet"), await say("help", connected=("zendesk",))

    assert ("/ask" in quiet, "/triage" in quiet, "/reply" in quiet) == (True, True, False)
    assert ("/ask" in alone, "/triage" in alone, "/reply" in alone, "/lead" in alone) == (True, False, True, False)


async def test_what_admins_may_do_is_shown_to_admins_only(say):
    assert "/bot replay ID" in await say("help", ADA)
    assert "admins" not in await say("help", BO)


async def test_flows_speak_of_what_is_connected(say):
    text = await say("flows", connected=("jira",))

    assert "Jira → /triage: reads issue" in text
    [triage, project] = [next(row for row in text.splitlines() if f"/{name}:" in row) for name in ("triage", "project")]
    assert ("; writes issue" in triage, project.endswith("; writes nothing")) == (True, True)
    assert "Zendesk" not in text
    assert "nowhere" in await say("flows", connected=())


async def test_a_large_body_is_not_read_whole_to_show_its_beginning_and_half_an_address_is_not_shown(say, buried, read):
    """Masking a whole one would keep everybody waiting for seconds."""
    address = f"{'ines' * 15}@{'sunline' * 8}.{'sunline' * 8}.example "
    name = await buried("strange", kind="hook", payload={"connector": "jira", "bodies": [address * 1000]})
    said = await say(f"jobs {name}")

    assert max(read) <= LONGEST_READ
    assert ("EMAIL_ADDRESS" in said, "ines" in said, "sunline" in said) == (True, False, False)


async def test_dead_letters_are_masked_and_replayed_once(say, buried, stores):
    name = await buried("mail to ines@sunline.example with s3cret-value was refused")
    text = await say("jobs")

    assert text.startswith(f"{name} dead: trigger, 1 attempts")
    assert "was refused" in text
    assert not [word for word in ("ines@", "s3cret-value", "private words") if word in text]
    assert await say(f"replay {name}") == f"{name} is due again."
    assert (await stores.jobs.read(name)).state == "pending"
    assert ("replayed", f"job/{name}", ADA.id) in [(r["action"], r["object"], r["actor"]) for r in await trail(stores)]
    with pytest.raises(Invalid, match="is pending; only a job"):
        await say(f"replay {name}")
    assert await say("jobs") == "There are no dead letters."


async def test_one_is_shown_masked_and_all_of_a_kind_are_replayed(say, buried, stores):
    names = [await buried(f"no {number}", payload={"argument": "SUP-1", "mail": "ines@sunline.example"}) for number in range(2)]
    other = await buried("no", kind="hook")
    shown = await say(f"jobs `{names[0]}`")

    assert ("SUP-1" in shown, "ines@" in shown) == (True, False)
    assert await say("replay all trigger") == "2 of 2 dead letters of kind trigger are due again."
    assert [(await stores.jobs.read(name)).state for name in (*names, other)] == ["pending", "pending", "dead"]
    assert [(row["action"], row["detail"]) for row in await trail(stores)] == [("replayed", {"kind": "trigger"})] * 2


async def test_one_is_put_right_and_replayed_with_its_differences_masked(say, buried, stores):
    name = await buried("no channel", payload={"argument": "SUP-1", "channel": "slack:T1/C0", "mail": "ines@sunline.example"})

    said = await say(f"replay {name} channel=slack:T1/C7 mail=Ines of sunline <ines@sunline.example>")

    assert said.startswith(f"{name} is due again, with another value in it:")
    assert 'channel: "slack:T1/C0" → "slack:T1/C7"' in said
    assert "ines@" not in said
    job = await stores.jobs.read(name)
    assert (job.state, job.payload["channel"]) == ("pending", "slack:T1/C7")
    assert job.payload["mail"] == "Ines of sunline <ines@sunline.example>"
    with pytest.raises(Invalid, match="has no field dance"):
        await say(f"replay {await buried('other')} dance=1")


async def test_nobody_puts_words_into_somebodys_mouth(say, buried):
    name = await buried("x", payload={"argument": "SUP-1", "person": "slack:T1/U1"})

    with pytest.raises(NotAllowed, match="nobody changes"):
        await say(f"replay {name} argument=SUP-2")
    with pytest.raises(NotAllowed, match="only the people under"):
        await say(f"replay {name} argument=SUP-2", BO)


async def trail(stores):
    return [row async for row in stores.audit.export()]


async def test_the_write_of_a_draft_that_has_ended_stays_ended(say, buried, stores):
    draft = await stores.draft()
    await stores.drafts.expire(draft.id, draft.version)
    name = await buried("x", kind="write", payload={"draft": draft.id, "version": 1})

    with pytest.raises(Invalid, match="has ended as expired"):
        await say(f"replay {name}")


@pytest.mark.parametrize("words", ["jobs", "replay 0123456789abcdef", "JOBS", "jobs 0123456789abcdef", "replay all hook"])
async def test_dead_letters_are_for_admins_only(say, words):
    with pytest.raises(NotAllowed, match=r"^not allowed: only the people under \[admins\]"):
        await say(words, BO)


async def test_a_strange_job_and_a_strange_word_are_said_so(say):
    with pytest.raises(NotFound, match="There is no job"):
        await say("replay nothing")
    with pytest.raises(Invalid, match="/bot help or /bot status"):
        await say("dance")
