"""The table of commands and their grammar. Pure: help, completion, manifests and docs are printed from it."""

import difflib
import re

from handlers.alerts import alerts
from handlers.analyze import analyze
from handlers.approvals import approvals
from handlers.ask import ask
from handlers.bot import bot
from handlers.command import Command
from handlers.deal import deal
from handlers.digest import digest
from handlers.email import email
from handlers.enrich import enrich
from handlers.errors import Invalid
from handlers.issue import issue
from handlers.lead import lead
from handlers.project import project
from handlers.reply import reply
from handlers.spec import spec
from handlers.summarize import summarize
from handlers.triage import triage
from handlers.undo import undo

MENTION = re.compile(r"^\s*@(?:countersign|bot)\b[,:]?\s*", re.IGNORECASE)
ASK = re.compile(r"^\s*/ask\s+", re.IGNORECASE)
"""What stands before a question that is asked as a command."""
SELF = ("help", "status", "flows")
"""What one can ask a mentioned bot about itself without naming a command."""
COMMAND = re.compile(r"^\s*/([A-Za-z][\w-]*)(?:\s+(.*))?$", re.DOTALL)


EMAIL = r"(?<![^\s@<>()|])[^\s@<>()|]{1,64}@[^\s@<>()|]{1,190}\.[A-Za-z]{2,24}"
"""An e-mail address in a longer text; bounded as addresses are (RFC 5321, 4.5.3.1), so that no text takes long."""
COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command(
            "ask",
            "QUESTION",
            "a cited answer with a confidence, or an honest “I don't know”",
            ask,
            "/ask how do refunds work?",
            shortcut=("Ask about this", "Answers this message from the knowledge base"),
        ),
        Command(
            "triage",
            "ISSUE-KEY",
            "proposes type, priority, labels, component and assignee of a Jira issue",
            triage,
            "/triage SUP-21",
            finds=r"\b[A-Z][A-Z0-9]{1,9}-[0-9]{1,9}\b",
            shortcut=("Triage this", "Proposes type, priority and more of the Jira issue that it names"),
        ),
        Command(
            "issue",
            "TEXT",
            "proposes a new issue made from a text or a thread",
            issue,
            "/issue the export hangs",
            needs=False,
            many=True,
            shortcut=("Issue of this", "Drafts a Jira issue of what this message says"),
        ),
        Command(
            "project",
            "KEY",
            "what moved in a Jira project and what may make it late, each statement with its issues",
            project,
            "/project APP",
            finds=r"\b[A-Z][A-Z0-9_]{1,30}(?=-[0-9])",
        ),
        Command(
            "spec",
            "KEY... [spec|test-plan|release-notes]",
            "makes a specification, a test plan or release notes of Jira issues, and proposes it as a comment",
            spec,
            "/spec APP-26 APP-27 test-plan",
            finds=r"\b[A-Z][A-Z0-9_]{1,30}-[0-9]{1,10}\b",
            many=True,
            rare=True,
        ),
        Command(
            "reply",
            "TICKET-ID",
            "proposes classification and a reply to a Zendesk ticket",
            reply,
            "/reply 153",
            finds=r"#?\b[0-9]{1,15}\b",
        ),
        Command(
            "lead",
            "EMAIL-or-ID",
            "scores a lead of the CRM from 0 to 100 with reasons, and proposes to write it there",
            lead,
            "/lead ines@sunline.example",
            finds=EMAIL + r"|\b(?:00Q|003)[A-Za-z0-9]{12,15}\b|\b[0-9]{1,20}\b",
        ),
        Command(
            "deal",
            "ID",
            "risk and next best action of a deal of the CRM, as a note to be written there",
            deal,
            "/deal deal/914",
            finds=r"\bdeal/[0-9]{1,20}\b|\b006[A-Za-z0-9]{12,15}\b|\b[0-9]{1,20}\b",
        ),
        Command(
            "email",
            "CONTACT-or-DEAL-ID PURPOSE",
            "drafts an e-mail to a person of the CRM, to be logged there",
            email,
            "/email 717 confirm the winter pause",
            finds=EMAIL + r"|\b(?:00Q|003|006)[A-Za-z0-9]{12,15}\b|\b(?:deal/)?[0-9]{1,20}\b",
            many=True,
        ),
        Command(
            "enrich",
            "COMPANY-or-CONTACT",
            "fills what is empty on a company or a person of the CRM, each value with its source",
            enrich,
            "/enrich finn@gallaghercanoes.example",
            finds=EMAIL + r"|\b(?:00Q|003|001)[A-Za-z0-9]{12,15}\b|\b(?:company/)?[0-9]{1,20}\b",
            rare=True,
        ),
        Command(
            "summarize",
            "[WINDOW or LINK]",
            "decisions, actions and open questions of a thread, a channel or a transcript",
            summarize,
            "/summarize 2h",
            needs=False,
            reads=True,
        ),
        Command(
            "analyze",
            "[LINK]",
            "summary, key data and compliance flags of a document by link or file",
            analyze,
            "/analyze https://docs.example.com/lease",
            needs=False,
            reads=True,
        ),
        Command(
            "digest",
            "[now|list]",
            "what changed in the alerts of this channel since the last digest, or when digests come",
            digest,
            "/digest now",
            needs=False,
            rare=True,
        ),
        Command("approvals", "", "what waits for your countersign, as live cards", approvals, "/approvals", needs=False),
        Command(
            "alerts",
            "[list|ack|snooze|assign|write ID...]",
            "what is wrong in this channel; acknowledge, snooze or assign it",
            alerts,
            "/alerts snooze 1a2b3c4d5e 09:00",
            needs=False,
            finds=r"\b(?:list|ack|snooze|assign|write)\b",
            many=True,
            rare=True,
        ),
        Command(
            "undo",
            "DRAFT",
            "proposes to take back what an approved draft has written",
            undo,
            "/undo k7m2p9qa",
            finds=r"\b[2-9a-hjkmnp-z]{8}\b",
            rare=True,
        ),
        Command(
            "bot",
            "help|status|flows",
            "what you can say here; what is connected; where data flows",
            bot,
            "/bot help",
            needs=False,
            finds=r"\b(?:help|status|flows|jobs|replay)\b",
            many=True,
        ),
    )
}


SHORTCUTS: dict[str, Command] = {f"{name}_about": one for name, one in COMMANDS.items() if one.shortcut}
"""The commands in the menu of a message, by the name under which a platform tells that one was chosen."""


def chosen(shortcut: str, message: str) -> str:
    """What a command of that menu makes of a message, as it would be typed. Raises Invalid where the message has nothing for it."""
    command = SHORTCUTS.get(shortcut)
    if command is None:
        raise Invalid("This entry is not one of ours any more. Type /bot help to see what I can do.")
    if not message:
        raise Invalid("This message has no text to work on. Choose one with words.")
    return f"/{command.name} {taken(command, message)}"


def taken(command: Command, message: str) -> str:
    """What a command takes out of a message: the first thing that looks like its argument, or all of it. Raises Invalid."""
    if not command.finds:
        return message
    if (found := re.search(command.finds, message)) is None:
        raise Invalid(f"This message names no {command.argument} for /{command.name}.")
    return found[0]


def repeats(line: str) -> bool:
    """Whether a line that was made of a message says the message again: all but what names a record."""
    return not COMMANDS[line.partition(" ")[0].removeprefix("/")].finds


def parse(text: str) -> tuple[Command, str]:
    """What a person typed, as a command and its argument. Words without a slash are a question.

    Raises Invalid with a sentence that says what to type instead.
    """
    spoken = MENTION.sub("", text).strip()
    if not spoken:
        raise Invalid("I am here. Ask a question, or type /bot help to see what I can do.")
    found = COMMAND.match(spoken)
    if found is None:
        first, *more = spoken.split(maxsplit=1)
        rest = "".join(more)
        if MENTION.match(text) and spoken.casefold() in SELF:
            return COMMANDS["bot"], spoken.casefold()
        if (
            MENTION.match(text)
            and first.casefold() in COMMANDS
            and first.casefold() != "ask"
            and looks_like_argument(first, rest)
        ):
            return COMMANDS[first.casefold()], rest
        return COMMANDS["ask"], spoken
    name, argument = found[1].casefold(), (found[2] or "").strip()
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"Did you mean {COMMANDS[near[0]].usage}?" if near else "Type /bot help to see what I can do."
        raise Invalid(f"I don't know the command /{name}. {hint}")
    command = COMMANDS[name]
    if command.needs and not argument:
        raise Invalid(f"/{name} needs {command.argument}. Type for example: {command.example}")
    return command, argument


def looks_like_argument(first: str, rest: str) -> bool:
    """Whether `@bot triage SUP-1` is meant as a command: a mention that starts with its name and carries one word at most.

    Of a command that takes many the first of them has to be what it takes; where that can be anything, anything is.
    """
    command = COMMANDS[first.casefold()]
    if command.many and not command.finds:
        return bool(rest)
    if not rest:
        return not command.needs
    if command.many:
        return re.match(rf"(?:{command.finds})(?:[\s,]|$)", rest, re.IGNORECASE) is not None
    return len(rest.split()) == 1
