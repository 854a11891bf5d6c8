"""Conversations about the bot itself, and about two requests for the same thing."""

from conversations.steps import Alone, Ask, Command, Press, Reads, Scenario, Written

TRIGGERS = (
    Scenario(
        "two requests for the same thing make one draft, and it is written once",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), ("approve", "edit", "reject")),
            Command("gus", "/triage SUP-21"),
            Reads("bo", ("This was asked for already by Ada Novak.",)),
            Press("bo", "approve"),
            Reads("ada", ("triage · jira SUP-21", "written, approved by Bo Lindqvist"), ()),
        ),
        writes=(Written("jira", "SUP-21", {"issuetype": {"id": "10004"}, "priority": {"id": "2"}}),),
    ),
    Scenario(
        "where data flows",
        (Command("ada", "/bot flows"), Alone("ada", ("Where data flows:", "Jira → /triage: reads issue"))),
    ),
    Scenario(
        "dead letters are for admins",
        (
            Ask("ada", "/bot jobs"),
            Alone("ada", ("not allowed: only the people under [admins] in bot.toml may see and replay dead letters.",)),
            Command("ada", "/bot replay 0123456789abcdef"),
            Alone("ada", ("not allowed: only the people under [admins]",)),
        ),
    ),
)
