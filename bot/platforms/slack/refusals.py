"""Slack's short error words as sentences that say what to do."""

import re
from collections.abc import Mapping
from typing import Any

from bot.net.http import retry_after
from handlers.errors import Busy, Invalid, Trouble, Unknown

BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
"""Trouble on Slack's side; its documentation says that part of the operation may have succeeded."""
DEAD_TOKEN = frozenset({
    "account_inactive", "invalid_auth", "invalid_grant", "invalid_refresh_token", "invalid_token", "not_authed", "org_login_required",
    "team_access_not_granted", "token_expired", "token_revoked",
})  # fmt: skip
"""The bot is no longer let in: only an operator can change that."""
SENTENCES: Mapping[str, str] = {
    "not_in_channel": "I am not in that Slack channel. Type /invite @Countersign there, then try again.",
    "channel_not_found": "Slack knows no such channel, or I am not in it. Check its id, or type /invite @Countersign there.",
    "is_archived": "That Slack channel is archived. Choose another one, or unarchive it.",
    "restricted_action": "This workspace lets only some people post there. An admin has to allow the bot, or choose another channel.",
    "user_not_found": "Slack knows no such person in this workspace.",
    "user_not_visible": "Slack does not show this person to the bot.",
    "message_not_found": "That Slack message is gone, so it cannot be changed.",
    "cant_update_message": "That Slack message is not the bot's own, so it cannot be changed.",
    "edit_window_closed": "Slack does not let that message be changed any more.",
    "expired_trigger_id": "Slack waited too long for this. Press again.",
    "trigger_expired": "Slack waited too long for this. Press again.",
    "trigger_exchanged": "This was opened already. Press again to open it once more.",
    "exchanged_trigger_id": "This was opened already. Press again to open it once more.",
    "no_permission": "The bot may not do this in that Slack workspace. An admin has to allow it.",
    "cannot_dm_bot": "Slack bots cannot write to each other. Choose a person.",
    "invalid_code": "This installation link was used up or is too old. Start again at /slack/install.",
    "code_already_used": "This installation link was used up. Start again at /slack/install.",
    "bad_client_secret": "Slack refuses SLACK_CLIENT_SECRET. An operator has to copy it anew from the app's Basic Information page.",
    "invalid_client_id": "Slack knows no app with this SLACK_CLIENT_ID. An operator has to copy it anew.",
    "bad_redirect_uri": "PUBLIC_URL and the app's redirect URL at Slack differ. An operator has to make them the same.",
}


class SlackRefused(Invalid):
    """Slack answered no; nothing took effect. `code` is Slack's own word, `needed` the scope that is missing."""

    def __init__(self, message: str, *, method: str, code: str, needed: str = "") -> None:
        super().__init__(message)
        self.method = method
        self.code = code
        self.needed = needed

    @property
    def is_dead_token(self) -> bool:
        """Whether the bot is no longer let into this workspace."""
        return self.code in DEAD_TOKEN


def trouble_of(method: str, data: Mapping[str, Any], headers: Mapping[str, str]) -> Trouble:
    """What an answer with `ok: false` means."""
    code = word(data.get("error")) or "no_reason"
    if code in BUSY:
        return busy(headers)
    if code in UNSURE:
        return Unknown(f"Slack had trouble of its own with {method} ({code})")
    needed = word(data.get("needed"))
    return SlackRefused(sentence(method, code, needed), method=method, code=code, needed=needed)


def busy(headers: Mapping[str, str]) -> Busy:
    """Slack's 429 with the seconds it asks for."""
    wait = retry_after(headers)
    return Busy(f"Slack is busy and asks to come back in {max(wait, 1):.0f} seconds.", after=wait)


def sentence(method: str, code: str, needed: str) -> str:
    """What a person reads."""
    if code == "missing_scope":
        scope = f"the scope {needed}" if needed else "a scope that it does not have"
        return f"The bot needs {scope} in Slack for {method}. An operator has to add it to the app and install the app again."
    if code in DEAD_TOKEN:
        return f"Slack does not let the bot in any more ({code}). An operator has to install the app again and renew its token."
    return SENTENCES.get(code, f"Slack refused {method} ({code}).")


def word(value: object) -> str:
    """Slack's own word where it is one; an answer may hold anything."""
    return value if isinstance(value, str) and re.fullmatch(r"[\w:.,-]{1,100}", value, re.ASCII) else ""
