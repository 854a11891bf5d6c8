"""A ticket -> classification, escalation risk and a draft of the reply, grounded in the knowledge base."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from handlers.models import EVERYONE, PRIVATE_NOTE, PUBLIC_REPLY, Call, Change, Draft, Record, Reply, Source, shown
from handlers.ports import Answers, Links, Records, Similar, Tie
from handlers.rules import ballot, escalation, proposed, unlinked
from knowledge.models import Answer, Origin

FIELDS = ("type", "priority", "group", "assignee")
"""What a reply may set besides the text; nothing else is touched."""
POOL = 200
"""Past tickets that are compared: two pages of a search."""
NEIGHBOURS = 7
"""As in triage."""
TIES: Sequence[Tie] = ("person", "case")
"""What a ticket can have in common with records of other systems."""
MARKS = re.compile(r"\s*\[\d+\]")
"""Citation marks: they are for the approver, not for the customer."""


async def reply(call: Call, *, tickets: Records, similar: Similar, answer: Answers, links: Links = unlinked) -> Draft | Reply:
    """Similar past tickets vote on the fields; the text is quoted from what everyone may read, for it leaves the company.

    Who wrote it may be known to the CRM, and what it is about to Jira: the approver sees that, the customer does not.
    """
    ticket = await tickets.read(call.argument)
    pool = await tickets.past(ticket, limit=POOL)
    near = await similar(ticket, pool, limit=NEIGHBOURS)
    origin = Origin(ticket.system, ticket.people)
    known = await answer(f"{ticket.title}\n{ticket.text}", audience=frozenset({EVERYONE}), origin=origin)
    ballots = {name: won for name in FIELDS if (won := ballot(near, name))}
    changes = (*text_change(ticket, known), *proposed(ticket, ballots, pool))
    risk, signs = escalation(ticket.text)
    reasons = (
        f"escalation risk {risk}" + (f": the customer {', '.join(signs)}" if signs else ": no sign of it in the text"),
        *(known_reason(known),),
        *(ballots[change.field].reason for change in changes if change.field in ballots),
    )
    elsewhere = tuple(chain(*[await links(ticket, what, place=call.place) for what in TIES]))
    if not changes:
        return Reply(f"Nothing to propose for ticket {ticket.id} ({ticket.title}): {'; '.join(reasons)}.", elsewhere)
    shares = {change.field: ballots[change.field].share for change in changes if change.field in ballots}
    return replace(
        Draft.of("reply", ticket, changes, call=call),
        reasons=reasons,
        sources=(
            *quotes(known),
            *(Source(f"#{record.id} {record.title}", record.url) for record, _ in near[:3]),
            *elsewhere,
        ),
        confidence=shares if known.abstained else {"reply": known.confidence, **shares},
    )


def text_change(ticket: Record, known: Answer) -> tuple[Change, ...]:
    """The reply and who may read it, or nothing where the knowledge base has no answer. A customer reads it if somebody chooses so."""
    if known.abstained:
        return ()
    name = shown(ticket.fields.get("requester")).split(" ")[0]
    body = MARKS.sub("", known.text).strip()
    text = f"Hello{f' {name}' if name else ''},\n\nthank you for your message.\n\n{body}\n\nKind regards,\nyour support team"
    return (Change("reply", None, text), Change("visibility", None, PRIVATE_NOTE, (PRIVATE_NOTE, PUBLIC_REPLY)))


def known_reason(known: Answer) -> str:
    """Where the text comes from, in words."""
    if known.abstained:
        return "no reply is proposed: the knowledge base has no sure answer to this ticket"
    titles = ", ".join(dict.fromkeys(citation.title for citation in known.citations))
    how = "a language model wrote the reply from" if known.written else "the reply quotes"
    return f"{how} {titles}{f'. {known.note}' if known.note else ''}"


def quotes(known: Answer) -> tuple[Source, ...]:
    """The passages that the reply is made of."""
    return tuple(dict.fromkeys(Source(c.title, c.url, c.quote) for c in known.citations))
