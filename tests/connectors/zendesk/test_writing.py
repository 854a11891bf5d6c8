"""New tickets are made once, and words reach the customer only where somebody chose that."""

import pytest

from bot.sandbox.faults import Fault
from handlers.errors import Invalid, Unknown
from handlers.models import PRIVATE_NOTE, PUBLIC_REPLY, Change, Record, Ref

NEW = (Change("subject", None, "Refund?"), Change("description", None, "Where is it?"))


def choice(value):
    return Change("visibility", None, value, (PRIVATE_NOTE, PUBLIC_REPLY))


@pytest.mark.parametrize("chosen", [PRIVATE_NOTE, PUBLIC_REPLY, None])
async def test_words_reach_the_customer_only_where_that_was_chosen(desk, chosen):
    draft = desk.draft(await desk.zendesk.read("149"), Change("reply", None, "Soon."), *([choice(chosen)] if chosen else []))

    await desk.zendesk.write(draft)

    last = (await desk.zendesk.comments("#149"))[-1]
    assert (last.text, last.is_public, last.outside_text) == ("Soon.", chosen == PUBLIC_REPLY, False)
    assert await desk.zendesk.landed(draft)


async def test_what_was_said_reads_in_our_words(desk):
    first, *_ = await desk.zendesk.comments("153")

    assert first.is_public
    assert first.outside_text
    assert first.author.label.startswith("Mira")
    assert "charged twice" in first.text


async def test_a_new_ticket_is_made_and_read_back_as_any_other(desk):
    requester = (await desk.zendesk.users("mira"))[0]
    billing = next(group for group in await desk.zendesk.groups() if group.label == "Billing")
    changes = (
        Change("requester", None, requester), Change("priority", None, "high"), Change("tags", None, ("refund",)), Change("group", None, billing),
    )  # fmt: skip
    draft = desk.ticket(*NEW, *changes)

    url = await desk.zendesk.write(draft)

    made = await desk.zendesk.read(url.rpartition("/")[2])
    assert (made.url, made.title, made.text) == (url, "Refund?", "")  # what colleagues read alone is no text of the ticket
    assert [made.fields[name] for name in ("requester", "priority", "tags", "group")] == [requester, "high", ("refund",), billing]
    assert [comment.is_public for comment in await desk.zendesk.comments(made.id)] == [False]
    assert await desk.zendesk.reread(draft) == draft.record


async def test_a_new_ticket_may_be_public_where_that_was_chosen(desk):
    url = await desk.zendesk.write(desk.ticket(*NEW, choice(PUBLIC_REPLY)))

    assert [comment.is_public for comment in await desk.zendesk.comments(url.rpartition("/")[2])] == [True]


@pytest.mark.parametrize("fault", [Fault("reset", method="POST", after=True), Fault("half_body", method="POST"),
                                   Fault("status", method="POST", status=502, after=True)])  # fmt: skip
async def test_a_new_ticket_without_an_answer_is_found_and_a_repetition_makes_no_other(desk, fault):
    draft, other = desk.ticket(*NEW), desk.ticket(*NEW)
    desk.trouble(fault)

    with pytest.raises(Unknown):
        await desk.zendesk.write(draft)

    assert await desk.zendesk.landed(draft)
    assert not await desk.zendesk.landed(other)
    url = await desk.zendesk.write(draft)
    assert desk.writes() == 1
    assert (await desk.zendesk.read(url.rpartition("/")[2])).title == "Refund?"


async def test_an_answer_without_a_number_leaves_it_open(desk):
    desk.trouble(Fault("status", method="POST", status=201, body={"ticket": {}}))

    with pytest.raises(Unknown, match="did not say"):
        await desk.zendesk.write(desk.ticket(*NEW))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (NEW[:1], "without description"),
        (NEW[1:], "without subject"),
        ((*NEW, Change("reply", None, "Hi")), "does not write the field reply"),
        ((*NEW, choice("everybody")), "is private note or public reply"),
        ((*NEW, Change("requester", None, Ref("1", "Nobody"))), "Requester: 1 is invalid"),
    ],
)
async def test_what_no_ticket_can_be_made_of_is_refused(desk, changes, sentence):
    desk.is_troubled = True  # the document knows no refusal here; the stand-in does
    with pytest.raises(Invalid, match=sentence):
        await desk.zendesk.write(desk.ticket(*changes))
    assert desk.writes() == 0


async def test_no_other_kind_of_record_is_made(desk):
    with pytest.raises(Invalid, match="makes no user"):
        await desk.zendesk.write(desk.draft(Record.new("zendesk", "user", title="x"), *NEW))
