"""What an operator does: start, stop, use the command line beside a running bot, and make mistakes."""

import io
import json
import signal
import socket

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


async def test_the_command_line_works_beside_the_running_bot(bot, vendors, readable_json):
    code, output = await bot.cli("say", "/triage SUP-21", "--as", "ada@harbourlight.example")
    assert code == 0, output
    draft = output.split()[-1]
    assert output.splitlines()[-1] == f"draft {draft}"

    code, output = await bot.cli("drafts", "list", "--json")
    assert [each["id"] for each in readable_json(output)] == [draft]

    code, output = await bot.cli("drafts", "approve", draft, "--as", "ada@harbourlight.example")
    assert (code, "not allowed" in output) == (1, True)
    code, output = await bot.cli("drafts", "approve", draft, "--as", "bo@harbourlight.example")
    assert (code, "written" in output) == (0, True), output

    assert len(await vendors.writes("JIRA", "SUP-21")) == 1
    assert (await bot.cli("audit", "verify"))[0] == 0
    code, output = await bot.cli("audit", "export")
    actions = [row["action"] for row in map(json.loads, output.splitlines()) if row["object"] == f"draft/{draft}"]
    assert actions == ["drafted", "refused", "approved", "writing", "written"]
    assert (await bot.cli("check"))[0] == 0
    code, output = await bot.cli("jobs", "list")
    assert f"write:{draft}:1" in output


async def test_a_second_owner_is_refused_in_one_sentence(bot):
    code, output = await bot.cli("run")

    assert (code, output.count("\n")) == (1, 0)
    assert "owned by another running bot" in output


async def test_sigterm_and_ctrl_c_stop_cleanly_and_everything_is_there_again(bot):
    await bot.say("/bot help")
    await bot.shows("What you can say here")

    for number in (signal.SIGINT, signal.SIGTERM):
        assert await bot.process.end(number) == 0, bot.process.output
        assert "Traceback" not in bot.process.output
        await bot.start()

    await bot.shows("What you can say here")


async def test_a_taken_port_is_one_sentence(bot, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        bot.environment["DATA_DIR"] = str(tmp_path / "other")
        code, output = await bot.cli("run", "--port", port)

    assert (code, output.count("\n")) == (1, 0)
    assert f"Port {port}" in output


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("DATA_DIR", "/dev/null/data", "cannot be used"),
        ("JIRA_URL", "http://jira.example.com", "must use https"),
        ("CONFIG_FILE", "/nowhere/bot.toml", "cannot be read"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must start with"),
    ],
)
async def test_a_wrong_setting_is_one_sentence(alone, setting, value, words):
    alone.environment[setting] = value
    code, output = await alone.cli("run")

    assert code == 1, output
    assert words in output
    assert "Traceback" not in output


async def test_wrong_usage_ends_with_2(alone):
    assert (await alone.cli("ask"))[0] == 2
    assert (await alone.cli("drafts", "approve", "x"))[0] == 2
    assert (await alone.cli("--help"))[0] == 0


async def test_health_answers(bot):
    for path in ("healthz", "readyz"):
        async with bot.http.get(f"{bot.url}/{path}") as answer:
            assert answer.status == 200
    async with bot.http.post(
        f"{bot.url}/playground/say", data=io.BytesIO(b"x" * 1_100_000), headers={"X-Playground-Key": bot.key}
    ) as answer:
        assert answer.status == 413
    for path in ("slack/events", "api/messages", "hooks/jira"):
        async with bot.http.post(f"{bot.url}/{path}", json={}) as answer:
            assert answer.status == 404
