"""Edit forms: opened while Slack's trigger lives, checked before they close, both from what the store holds."""

import asyncio
from collections.abc import Mapping

from bot.members.deciding import MayDecide
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.modal import edit_modal, errors, refused_modal, values
from bot.platforms.slack.receive import Envelope, part, team_of, text
from bot.platforms.slack.translate import form_handle, handle, person_id, where
from handlers.approvals import problems, refuse_what_is_over
from handlers.errors import Invalid, NotFound, Stale, Trouble, Unavailable
from handlers.ports import Drafts

LIVES = 2.5
"""Seconds to open a form; Slack's trigger lives three."""
AGAIN = "The form could not be opened in time. Press Edit again."


class EditForms:
    """The Forms of the intake."""

    def __init__(self, api: SlackApi, drafts: Drafts, may: MayDecide) -> None:
        self._api = api
        self._drafts = drafts
        self._may = may

    async def open(self, letter: Envelope) -> None:
        """Open the form of the draft that the button names, or one that says why there is none."""
        try:
            async with asyncio.timeout(LIVES):
                view = await self._view(letter)
                await self._api.write(
                    team_of(letter.body), "views.open", trigger_id=text(letter.body, "trigger_id"), view=dict(view)
                )
        except (Trouble, TimeoutError) as trouble:
            if url := text(letter.body, "response_url"):
                await self._api.respond(url, {"response_type": "ephemeral", "replace_original": False, "text": AGAIN})
            raise Unavailable(AGAIN) from trouble

    async def check(self, letter: Envelope) -> Mapping[str, object] | None:
        """Each value against the kind of its field. Whether the person may edit is decided by the job that follows."""
        view = part(letter.body, "view")
        try:
            name, version, _, _ = form_handle(text(view, "private_metadata"))
            draft = await self._drafts.read(name)
            wrong = problems(draft, version, values(view))
        except (Invalid, NotFound, Stale) as refused:
            return {"response_action": "update", "view": dict(refused_modal(str(refused)))}
        return errors(view, wrong) if wrong else None

    async def _view(self, letter: Envelope) -> Mapping[str, object]:
        channel, ts, thread = where(letter.body)
        try:
            name, version = handle(text(letter.action, "value"))
            draft = await self._drafts.read(name)
            refuse_what_is_over(draft, version)
        except (Invalid, NotFound, Stale) as refused:
            return refused_modal(str(refused))
        if reason := await self._may.refusal(draft, person_id(team_of(letter.body), text(part(letter.body, "user"), "id"))):
            return refused_modal(reason)
        return edit_modal(draft, handle=f"{name}.{version} {channel} {thread or ts}")
