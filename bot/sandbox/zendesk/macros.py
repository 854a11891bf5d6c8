"""Macros: what Harbourlight's agents have prepared, and what one of them would make of a ticket. Nothing is changed here."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.models import Answer, Call, Payload, Refusal, Route
from bot.sandbox.zendesk import pages, shapes
from bot.sandbox.zendesk.catalogue import BIRTH, USERS
from bot.sandbox.zendesk.tickets import DOT


@dataclass(frozen=True, slots=True)
class Macro:
    """Values that it sets, tags that it adds, and words that it says, with placeholders in them."""

    id: int
    title: str
    values: Mapping[str, object]
    tags: tuple[str, ...] = ()
    words: str = ""
    is_public: bool = True
    uses: int = 0


MACROS = {
    macro.id: macro
    for macro in (
        Macro(
            7101, "Refund::Approved", {"status": "pending", "priority": "normal", "group_id": 5001}, ("refund_approved",),
            "Hello {{ticket.requester.first_name}},\n\nyour refund for ticket {{ticket.id}} is on its way.", uses=33,
        ),
        Macro(7102, "Refund::Declined", {"status": "solved"}, ("refund_declined",), "Hello {{ticket.requester.first_name}}, we are sorry."),
        Macro(7103, "Take it", {"status": "open", "assignee_id": 30_090}, (), "Mine.", is_public=False),
        Macro(7104, "Escalate", {"priority": "urgent", "type": "incident"}, ("escalated",)),
        Macro(
            7106, "Calendar::An hour off", {"group_id": 5002, "type": "problem"}, ("calendar-sync", "timezone"),
            "Hello {{ticket.requester.first_name}},\n\nsince the clocks changed, entries in your Google or Outlook calendar may be an hour late or early. "
            "The times in Harbourlight itself are right: please go by them until the repair is out.", uses=21,
        ),
        Macro(
            7107, "Export::Stuck", {"group_id": 5002}, ("export", "reporting"),
            "Hello {{ticket.requester.first_name}},\n\nplease cancel the export of the month that stays at 0 % under Reports, Export, Running, "
            "and export a shorter time as CSV.", uses=14,
        ),
        Macro(7105, "Closing words", {}, (), "Yours, {{dynamic_content.signature}}"),
    )
}  # fmt: skip
"""By id."""


class Macros:
    """The list of macros, and the preview of one."""

    def __init__(self, records: Mapping[str, Payload]) -> None:
        self._records = records

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        return [
            Route("GET", f"/api/v2/macros/active{DOT}", self._active),
            Route("GET", rf"/api/v2/tickets/{{id:\d+}}/macros/{{macro:\d+}}/apply{DOT}", self._apply),
        ]

    def _active(self, call: Call) -> Answer:
        return Answer(200, pages.paged(call, "macros", [_shown(call.url, one) | _usage(call, one) for one in MACROS.values()]))

    def _apply(self, call: Call) -> Answer:
        ticket, macro = self._records.get(call.params["id"]), MACROS.get(int(call.params["macro"]))
        if ticket is None or macro is None:
            raise Refusal(404, {"error": "RecordNotFound", "description": "Not found"})
        after = shapes.ticket(call.url, ticket) | dict(macro.values)
        after["tags"] = sorted({*after["tags"], *macro.tags})
        result: Payload = {"ticket": after}
        if macro.words:
            words = _filled(macro.words, ticket)
            result["comment"] = {
                "body": words,
                "html_body": f"<p>{words}</p>",
                "scoped_body": [["channel:all", words]],
                "public": macro.is_public,
            }
        return Answer(200, {"result": result})


def _usage(call: Call, one: Macro) -> Payload:
    """How often it was used in 30 days, for who asks for it."""
    return {"usage_30d": one.uses} if "usage_30d" in call.names("include") else {}


def _filled(words: str, ticket: Payload) -> str:
    """The words with the placeholders that the vendor knows by itself."""
    first = USERS[ticket["requester_id"]].name.partition(" ")[0]
    return words.replace("{{ticket.requester.first_name}}", first).replace("{{ticket.id}}", str(ticket["id"]))


def _shown(base: str, one: Macro) -> Payload:
    actions = [{"field": name, "value": str(value)} for name, value in one.values.items()]
    if one.tags:
        actions.append({"field": "current_tags", "value": " ".join(one.tags)})
    if one.words:
        mode = {"field": "comment_mode_is_public", "value": str(one.is_public).lower()}
        actions += [{"field": "comment_value", "value": one.words}, mode]
    return {
        "id": one.id, "url": f"{base}/api/v2/macros/{one.id}.json", "title": one.title, "active": True, "actions": actions,
        "description": None, "position": one.id - 7100, "restriction": None, "created_at": BIRTH, "updated_at": BIRTH,
    }  # fmt: skip
