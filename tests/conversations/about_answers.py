"""Conversations in which nothing is to be written: questions, help, votes, private answers."""

from conversations.steps import Alone, Ask, Command, FollowUp, Judged, Opens, Reads, Scenario, Share, Tell, Understood, Vote

REFUNDS = (
    "Refunds take five days [1].",
    "1. Refunds: “Refunds take five days.” https://kb.example/refunds",
    "confidence 80 % (high)",
)
NOT_ON_THE_PAGE = ("slack", "teams")
"""The playground's page has no thumbs and no Share."""

ANSWERS = (
    Scenario("a cited answer", (Ask("ada", "how do refunds work?"), Reads("gus", REFUNDS))),
    Scenario(
        "an abstention",
        (
            Ask("ada", "why is the sky blue?"),
            Reads("ada", ("I don't know.", "1. Something else https://kb.example/x", "confidence 10 % (low)")),
        ),
    ),
    Scenario(
        "a follow-up is understood",
        (
            Ask("ada", "how do refunds work?"),
            Reads("ada", REFUNDS),
            FollowUp("gus", "and a partial refund?"),
            Understood("and a partial refund?", ("@countersign how do refunds work?", "Refunds take **five days** [1].")),
        ),
    ),
    Scenario(
        "what two people ask by themselves has nothing to do with one another",
        (
            Command("gus", "/ask how do refunds work?"),
            Reads("cy", REFUNDS),
            Command("ada", "/ask is there a refund for groups?"),
            Understood("is there a refund for groups?", ()),
        ),
    ),
    Scenario("a question in a direct message", (Tell("ada", "how do refunds work?"), Alone("ada", REFUNDS))),
    Scenario(
        "a question as a command, and a follow-up to its answer",
        (
            Command("gus", "/ask how do refunds work?"),
            Reads("cy", REFUNDS),
            FollowUp("ada", "and a partial refund?"),
            Understood("and a partial refund?", ("Refunds take **five days** [1].",)),
        ),
    ),
    Scenario(
        "help",
        (
            Command("ada", "/bot help"),
            Alone("ada", ("What you can say here:", "/triage ISSUE-KEY — proposes type, priority", "Example: /reply 153")),
        ),
    ),
    Scenario("status", (Ask("ada", "status"), Alone("ada", ("all is well",)))),
    Scenario(
        "an unknown command, with a hint",
        (Ask("ada", "/triaje SUP-21"), Reads("ada", ("I don't know the command /triaje. Did you mean /triage ISSUE-KEY?",))),
    ),
    Scenario(
        "a command without its argument",
        (Command("ada", "/triage"), Reads("ada", ("/triage needs ISSUE-KEY. Type for example: /triage SUP-21",))),
    ),
    Scenario(
        "a record that is not there",
        (Command("ada", "/triage SUP-9999"), Reads("ada", ("Jira has no issue SUP-9999, or the bot may not see it.",))),
    ),
    Scenario(
        "the last vote of a person is kept",
        (
            Ask("ada", "how do refunds work?"),
            Reads("ada", REFUNDS),
            Vote("ada", "down"),
            Judged("how do refunds work?", 0, 1),
            Vote("ada", "up"),
            Judged("how do refunds work?", 1, 0),
            Alone("ada", ("Thank you. Your vote goes into the bot's own figures.",)),
        ),
        stages=NOT_ON_THE_PAGE,
    ),
    Scenario(
        "what one person may know is told to that person alone",
        (
            Ask("bo", "what are our margins?"),
            Reads("ada", ("I don't know.",)),
            Alone("bo", ("Margins are 40 % [1].", "1. Margins: “40 %.” https://kb.example/m", "only you can see this")),
        ),
    ),
    Scenario(
        "a private answer is not shared with those who may not read it",
        (
            Ask("bo", "what are our margins?"),
            Alone("bo", ("Margins are 40 % [1].",)),
            Share("bo"),
            Alone("bo", ("not allowed: not everybody here may read Margins.",)),
        ),
        stages=NOT_ON_THE_PAGE,
    ),
    Scenario(
        "a private answer is shared when everybody may read it",
        (
            Command("bo", "/ask what are our margins?"),
            Alone("bo", ("Margins are 40 % [1].", "only you can see this")),
            Opens("fin/margins"),
            Share("bo"),
            Reads("cy", ("Margins are 40 % [1].", "1. Margins: “40 %.” https://kb.example/m", "confidence 90 % (high)")),
        ),
        stages=NOT_ON_THE_PAGE,
    ),
)
