"""/digest, and the summary of a digest: its words rest on alerts, its figures are counted, and it comes without one all the same."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.model import offline
from handlers.alert import Alert, Severity, Standing, fingerprint
from handlers.claims import Claim
from handlers.digest import MOST_TOLD, Planned, Summary, digest, drawn_up, label
from handlers.errors import Invalid, NoModel
from handlers.models import Call, Person, Place
from handlers.rollup import Memory

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ADA = Person("playground:ada", "Ada")
HERE = Place("playground", "general")
MORNING = Planned("morning", HERE.key, "Europe/Berlin", NOW + timedelta(days=3))


def alert(number, *, title="", severity=Severity.CRITICAL, url=True, minutes=60):
    rule, record, at = "jira.issue.updated", f"jira:APP-{number}", NOW - timedelta(minutes=minutes)
    address = f"https://jira.example/browse/APP-{number}" if url else ""
    given = (record, title or f"Payment {number} fails", address, severity, Standing.OPEN, 2, at, at, at)
    return Alert(fingerprint(rule, HERE.key, record), rule, HERE.key, "", *given)


class Book:
    """The Digests port with what is told to it. `asked` is how far back it was looked."""

    def __init__(self, *alerts, planned=(), own=(), memories=None):
        self.found = alerts
        self.planned = planned
        self.mine = own
        self.memories = memories or {}
        self.asked = []

    async def here(self, _place, _person):
        return self.planned

    def own(self, _person):
        return self.mine

    async def memory(self, name):
        return self.memories.get(name, Memory())

    async def alerts(self, planned, *, since):
        self.asked.append((planned.to, since))
        return self.found

    def holds(self, _alert):
        return False


def says(*claims):
    """A model that answers so, and what it was given."""
    given = []

    async def answer(prompt, kind, *, material, people, audience):
        given.append((prompt, kind, material, people, audience))
        return Summary(tuple(Claim(text, records) for text, records in claims))

    answer.given = given
    return answer


async def no_picture(_edition, *, timezone):  # noqa: ARG001 - the port's signature
    return None


async def drawn(book, model=offline, planned=MORNING, **more):
    return await drawn_up(planned, Memory(), book, model=model, now=NOW, audience=HERE.audience, **more)


async def asked(words, book, model=offline):
    call = Call("c1", "digest", words, ADA, HERE)
    return await digest(call, digests=book, model=model, clock=lambda: NOW, charts=no_picture)


async def test_a_summary_stands_below_the_head_and_each_sentence_is_linked():
    model = says(("Payment 2 fails.", ("alert ab", "figures")), ("Look at APP-1 first.", ("alert aa",)))
    found = await drawn(Book(alert(1, minutes=90), alert(2)), model)

    head, summary, line = found.text.split("\n")
    assert head == "Alert digest morning, since Thursday 10:00 (Europe/Berlin): 2 new (2 critical)."
    assert summary == "In short, by a language model: Payment 2 fails. [1] Look at APP-1 first. [2]"
    assert line.endswith("APP-1 Payment 1 fails, new, seen 2 times [2]; APP-2 Payment 2 fails, new, seen 2 times [1]")
    assert [source.url.rpartition("/")[2] for source in found.sources] == ["APP-2", "APP-1"]


async def test_a_model_is_shown_each_alert_as_text_from_outside_and_the_figures_as_our_own():
    model = says(("Payment 1 fails.", ("alert aa",)))
    await drawn(Book(*(alert(number) for number in range(MOST_TOLD + 9))), model)

    [(prompt, kind, material, _, audience)] = model.given
    assert (prompt, kind, audience) == ("digest", Summary, HERE.audience)
    assert [(one.label, one.outside) for one in material] == [
        ("figures", False), *((label(number), True) for number in range(MOST_TOLD)),
    ]  # fmt: skip
    assert {one.source for one in material} == {"jira"}
    assert f"{MOST_TOLD + 9} new" in material[0].text


async def test_the_record_of_a_sentence_that_cannot_be_linked_to_is_named():
    found = await drawn(Book(alert(1, url=False)), says(("Payment 1 fails.", ("alert aa",))))

    assert found.text.split("\n")[1].endswith("Payment 1 fails. (jira:APP-1)")


WRONG = "what the language model wrote does not stand in the records."


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ([("37 payments fail.", ("alert aa",))], WRONG),
        ([("Payment 22 fails.", ("alert aa",))], WRONG),
        ([("Two payments fail.", ("figures",))], WRONG),
        ([("Payment 1 fails.", ("alert zz",))], WRONG),
        ([("Payment 1 fails.", ())], WRONG),
        ([("", ("alert aa",))], WRONG),
        ([], WRONG),
        (
            [("See (address removed) for payment 1.", ("alert aa",))],
            "what the language model wrote carries an address of its own.",
        ),
    ],
)
async def test_words_that_do_not_hold_are_left_out_and_the_digest_says_why(claims, why):
    book = Book(alert(1, minutes=90), alert(22))
    plain, found = await drawn(book), await drawn(book, says(*claims))

    head, reason, *lines = found.text.split("\n")
    assert reason == f"No summary in words: {why}"
    assert [head, *lines] == plain.text.split("\n")


async def test_a_model_that_is_late_or_away_holds_up_no_digest():
    async def late(*_given, **_more):
        await asyncio.Event().wait()

    async def away(*_given, **_more):
        raise NoModel("the server of the language model cannot be reached.")

    assert "No summary in words: the language model took too long." in (await drawn(Book(alert(1)), late, patience=0.01)).text
    assert "No summary in words: the server of the language model cannot" in (await drawn(Book(alert(1)), away)).text
    assert "No summary" not in (await drawn(Book(alert(1)))).text


async def test_where_no_summary_is_wanted_or_there_is_nothing_to_tell_no_model_is_asked():
    model = says(("Payment 1 fails.", ("alert aa",)))
    await drawn(Book(alert(1)), model, Planned("morning", HERE.key, summary=False))
    await drawn(Book(), model)

    assert model.given == []


async def test_words_from_a_title_that_a_model_repeats_are_words():
    bad = "Pay https://evil.example/x <!channel> now"
    found = await drawn(Book(alert(1, title=bad)), says((f"It says {bad}.", ("alert aa",))))

    assert not [sign for sign in ("evil.example", "<!") if sign in found.text]


async def test_now_is_since_the_last_digest_here_and_the_last_day_where_there_was_none():
    until = NOW - timedelta(hours=3)
    evening = Planned("evening", HERE.key, "UTC")
    book = Book(alert(1), planned=(MORNING, evening), memories={"evening": Memory(until)})
    bare = Book(alert(1))

    assert (await asked("", book)).text.startswith("Alert digest evening, since 06:00 (UTC): 1 new (1 critical).")
    assert (await asked("now", bare)).text.startswith("Alert digest, since Thursday 09:00 (UTC): 1 new (1 critical).")
    assert bare.asked == [(HERE.key, NOW - timedelta(days=1))]
    assert book.asked == [(HERE.key, until - timedelta(hours=1))]


async def test_list_says_which_digests_there_are_and_when_they_come():
    own = Planned("mine", "ada@example.com", "America/New_York", NOW + timedelta(hours=5))
    book = Book(planned=(MORNING,), own=(own,), memories={"morning": Memory(NOW - timedelta(days=1))})
    found, none = await asked("list", book), await asked("LIST", Book())

    assert found.private
    assert found.text.split("\n") == [
        "morning, to playground:general: next Monday 10:00 (Europe/Berlin); last Thursday 10:00",
        "mine, to ada@example.com: next 09:00 (America/New_York); last never",
    ]
    assert none.text.startswith("No digest comes here.")


async def test_another_word_is_said_to_be_none():
    with pytest.raises(Invalid, match="/digest knows no 'tomorrow'"):
        await asked("tomorrow", Book())
