"""The doctor beside a running bot, and on its own."""

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


async def test_the_doctor_sees_what_the_running_bot_sees(bot, vendors):
    code, output = await bot.cli("check")

    assert code == 0, output
    assert {line[:6] for line in output.splitlines()} <= {"ok    ", "warn  "}
    for words in ("ok    jira: connected as", "ok    zendesk: connected as", "ok    clock of jira", "nothing pending"):
        assert words in output
    assert vendors.settings["JIRA_API_TOKEN"] not in output

    await vendors.break_next("JIRA", kind="status", status=401, path="/rest/api/3/myself")
    code, output = await bot.cli("check")
    assert (code, "fail  jira: Jira refuses the bot's credentials" in output) == (1, True), output
