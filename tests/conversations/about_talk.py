"""Conversations about conversations: what was decided, who does what, what is open, and a press that makes a draft of it."""

import io

import docx
from conversations.steps import Alone, Chat, Command, Reads, Scenario, Send

MEETING = b"""WEBVTT

1
00:00:01.000 --> 00:00:04.000
<v Ada Novak>We decided to close the ferry office on 3 June.</v>

2
00:00:05.000 --> 00:00:09.000
<v Bo Lindqvist>I will write to the crews by Friday. Who tells the harbour master?</v>

3
00:01:02.000 --> 00:01:05.000
<v Ada Novak>No idea, we find out later.</v>
"""
LINES = (
    "Ada Novak   0:01", "We decided to close the ferry office on 3 June.",
    "Bo Lindqvist   0:05", "I will write to the crews by Friday. Who tells the harbour master?",
    "Ada Novak   1:02", "No idea, we find out later.",
)  # fmt: skip
"""The same, as a meeting program writes it into a document."""


def document() -> bytes:
    """The lines as a docx file."""
    made, kept = docx.Document(), io.BytesIO()
    for line in LINES:
        made.add_paragraph(line)
    made.save(kept)
    return kept.getvalue()


SAYS = {
    "minutes": {
        "points": [
            {"kind": "decision", "text": "The ferry office closes on 3 June.", "lines": ["line 1"], "owner": "", "due": ""},
            {"kind": "action", "text": "Write to the crews.", "lines": ["line 2"], "owner": "Bo Lindqvist", "due": "by Friday"},
            {"kind": "action", "text": "Sing a song.", "lines": ["line 2"], "owner": "Mallory", "due": "in 1000 years"},
        ]
    }
}
MADE_UP = {
    "minutes": {"points": [{"kind": "decision", "text": "Pay 9000 to Mallory.", "lines": ["line 1"], "owner": "", "due": ""}]}
}
QUOTED = (
    "Summary of 3 contributions by Ada Novak, Bo Lindqvist, 00:01\u201301:02",
    "\u2022 We decided to close the ferry office on 3 June. (Ada Novak, 00:01)",
    "\u2022 Bo Lindqvist: I will write to the crews by Friday. [by Friday] (Bo Lindqvist, 00:05)",
    "\u2022 Who tells the harbour master? (Bo Lindqvist, 00:05)",
)

TALK = (
    Scenario(
        "a meeting is summed up from its transcript, without a model",
        (Send("ada", "/summarize", "standup.vtt", MEETING), Alone("ada", (*QUOTED, "Quoted by cue words"))),
    ),
    Scenario(
        "a meeting is summed up by a model, with owners and dates that stand in it",
        (
            Send("ada", "/summarize", "standup.vtt", MEETING),
            Alone(
                "ada",
                (
                    "\u2022 The ferry office closes on 3 June. (Ada Novak, 00:01)",
                    "\u2022 Bo Lindqvist: Write to the crews. [by Friday] (Bo Lindqvist, 00:05)",
                    "\u2022 nobody yet: Sing a song. (Bo Lindqvist, 00:05)",
                    "A language model worded this.",
                ),
            ),
        ),
        says=SAYS,
    ),
    Scenario(
        "a model that makes figures up is not repeated",
        (
            Send("ada", "/summarize", "standup.docx", document()),
            Alone(
                "ada",
                (
                    *(line.replace("00:0", "0:0").replace("01:0", "1:0") for line in QUOTED),
                    "what the language model wrote does not stand in the records.",
                ),
            ),
        ),
        says=MADE_UP,
    ),
    Scenario(
        "the channel of the last two hours is summed up for everybody in it",
        (
            Chat("gus", "We agreed on the blue boats."),
            Chat("ada", "Bo, can you order paint by Monday?"),
            Command("cy", "/summarize 2h"),
            Reads(
                "bo",
                (
                    "Summary of 2 contributions by Gus Petrakis, Ada Novak",
                    "\u2022 We agreed on the blue boats. (Gus Petrakis, ",
                    "\u2022 Bo: Bo, can you order paint by Monday? [by Monday] (Ada Novak, ",
                ),
            ),
        ),
    ),
    Scenario(
        "there is nothing to sum up, or not what was asked for",
        (
            Command("ada", "/summarize today"),
            Reads("ada", ("There is nothing to sum up here: I find no messages of people.",)),
            Command("ada", "/summarize since the flood"),
            Reads("ada", ("I do not understand “since the flood” here.",)),
            Command("ada", "/summarize https://chat.example/archives/C9/p1700000000000100"),
            Reads("ada", ("This link leads to a message that is not in this channel.",)),
            Send("ada", "/summarize", "meeting.mp4", b"\x00\x01"),
            Alone("ada", ("Files of this kind cannot be read.",)),
        ),
    ),
    Scenario(
        "a model is asked about a channel, too",
        (
            Chat("gus", "We agreed on the blue boats."),
            Command("gus", "/summarize 2h"),
            Reads("ada", ("\u2022 Blue boats it is. (Gus Petrakis, ",)),
        ),
        says={
            "minutes": {
                "points": [{"kind": "decision", "text": "Blue boats it is.", "lines": ["line 1"], "owner": "", "due": ""}]
            }
        },
    ),
)
