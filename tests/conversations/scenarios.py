"""The table: what people and the bot say to each other, the same on every platform."""

from conversations.steps import Ask, Reads, Scenario

SCENARIOS = (
    Scenario(
        "a cited answer",
        (
            Ask("ada", "how do refunds work?"),
            Reads("gus", ("Refunds take five days [1].", "1. Refunds: “Refunds take five days.”", "confidence 80 % (high)")),
        ),
    ),
)
