"""The grammar of the command line."""

import argparse
from pathlib import Path

PACKAGE = "countersign-teams.zip"
"""The Teams app package, in the current folder."""
JOBS = ("pending", "running", "done", "dead", "cancelled", "unknown")
DRAFTS = (
    "pending", "approved", "writing", "written", "rejected", "expired", "superseded", "stale", "failed", "unknown",
)  # fmt: skip
"""What a job and a draft can be; written out here, for the grammar waits for no imports."""
EXAMPLES = """examples:
  countersign run --sandbox                 try everything on loopback, no account needed
  countersign ingest docs/ --audience everyone
  countersign ask "how do refunds work?"
  countersign say "/triage SUP-21" --as ada@example.com
  countersign drafts approve k7m2p9qa --as bo@example.com

Settings come from the environment; docs/settings.md lists them. DATA_DIR (default ./data) holds everything that is kept."""


def parser() -> argparse.ArgumentParser:
    """The whole grammar; wrong usage ends with exit code 2."""
    top = argparse.ArgumentParser(
        prog="countersign",
        description="A chat bot that writes nothing to a system of record before a person has countersigned the exact change.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--debug", action="store_true", help="show a traceback when something fails")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    running(commands)
    knowing(commands)
    deciding(commands)
    operating(commands)
    linking(commands)
    return top


def running(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """run, web, worker, check, manifest, new."""
    run = commands.add_parser("run", help="web, worker and scheduler in one process")
    run.add_argument(
        "--sandbox", action="store_true", help="with stand-ins for the business systems, a sample handbook and the playground"
    )
    run.add_argument("--port", type=port, help="the port to listen on (default: PORT, or 3000)")
    for name, what in (("web", "takes in what people say"), ("worker", "does it")):
        half = commands.add_parser(
            name, help=f"the half that {what}; as many as you like, on PostgreSQL, Redis and a Chroma server"
        )
        half.add_argument("--port", type=port, help="the port to listen on (default: PORT, or 3000)")
        half.set_defaults(sandbox=False)
    commands.add_parser("check", help="settings, database and connections, one line each")
    manifest(commands)
    made = commands.add_parser("new", help="a working connector or workflow to start from").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    for what, has in (
        ("connector", "its room, its stand-in, its tests"),
        ("workflow", "its handler, prompt, docs, conversations, tests"),
    ):
        told = f"Makes a {what} that works as it is, to be adapted: {has}. It needs a checkout, and writes over nothing."
        made.add_parser(what, help=f"in a checkout: {has}", description=told).add_argument("name", metavar="NAME")


def manifest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What a platform is told: manifest slack, manifest teams."""
    made = commands.add_parser("manifest", help="what a chat platform is told about the bot, for this deployment")
    platforms = made.add_subparsers(dest="platform", required=True, metavar="PLATFORM")
    slack = platforms.add_parser("slack", help="prints the app's manifest, to be pasted into Slack")
    slack.add_argument("--socket", action="store_true", help="for Socket Mode: Slack calls no address")
    teams = platforms.add_parser("teams", help="writes the app package (zip), to be uploaded to Teams")
    teams.add_argument(
        "--output", type=Path, default=Path(PACKAGE), metavar="FILE", help=f"where to write it, - for stdout (default: {PACKAGE})"
    )
    teams.add_argument("--read-channels", action="store_true", help="ask team owners to let the bot read channels, for summaries")
    for platform, how in ((slack, "as JSON, as the Slack CLI reads it"), (teams, "print the manifest instead, as JSON")):
        platform.add_argument("--url", default="", help="where the platform reaches the bot (default: PUBLIC_URL)")
        platform.add_argument("--json", action="store_true", help=how)


def knowing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """ingest, ask, search."""
    ingest = commands.add_parser("ingest", help="files or folders into the knowledge base")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    ingest.add_argument(
        "--audience", action="append", metavar="NAME", help="who may read it; may be given several times (default: everyone)"
    )
    ingest.add_argument(
        "--source", default="", metavar="NAME", help="a name for what is kept in step together (default: the folder)"
    )
    ask = commands.add_parser("ask", help="the same answer that chat gives")
    ask.add_argument("question", nargs="+")
    as_whom(ask)
    ask.add_argument("--json", action="store_true", help="as JSON")
    search = commands.add_parser("search", help="ranked passages")
    search.add_argument("question", nargs="+")
    search.add_argument("-k", type=positive, default=10, metavar="N", help="how many (default: 10)")
    as_whom(search)
    search.add_argument("--json", action="store_true", help="as JSON")
    evaluating(commands)


def evaluating(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The figures: eval."""
    evaluate = commands.add_parser(
        "eval",
        help="figures of answers on your own questions, of /triage and /reply on past issues and tickets, of the lead score on past leads, or of workflows on cases",
    )
    what = evaluate.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", metavar="FILE.jsonl", help="retrieval, abstention, calibration and citations")
    what.add_argument(
        "--triage", nargs="*", metavar="PROJECT", help="triage every past issue again from the others (default: of all projects)"
    )
    what.add_argument("--reply", action="store_true", help="classify every solved ticket again from the others")
    what.add_argument("--leads", type=Path, metavar="FILE.csv", help="the lead score on leads whose story has ended")
    what.add_argument(
        "--workflow", nargs="*", metavar="NAME", help="evaluation cases of workflows (default: of all that have some)"
    )
    as_whom(evaluate)
    sandboxed(evaluate)
    evaluate.add_argument(
        "--fail-under",
        type=float,
        default=0.0,
        metavar="X", help="exit 1 when nDCG@10, or the mean accuracy of --triage or --reply, or the share of cases of a workflow that are ok, is below X",
    )  # fmt: skip
    evaluate.add_argument("--json", action="store_true", help="as JSON")
    evaluate.add_argument("--calibrate", action="store_true", help="fit the confidence to these questions and keep it")


def deciding(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """say, drafts, feedback, audit."""
    say = commands.add_parser("say", help='what a person would type in chat, for example "/triage SUP-21"')
    say.add_argument("text", nargs="+")
    as_whom(say)
    sandboxed(say)
    drafts = commands.add_parser("drafts", help="drafts: list, show, agreement, approve, edit, reject")
    verbs = drafts.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="one line each")
    listing.add_argument("--state", default="", choices=("", *DRAFTS), metavar="STATE", help=f"only these: {', '.join(DRAFTS)}")
    listing.add_argument("--json", action="store_true", help="as JSON")
    show = verbs.add_parser("show", help="everything about one")
    show.add_argument("draft")
    show.add_argument("--json", action="store_true", help="as JSON")
    sandboxed(verbs.add_parser("agreement", help="how often people came to what shadow mode had proposed"))
    for verb in ("approve", "reject", "edit"):
        decide = verbs.add_parser(verb, help=f"{verb} one")
        decide.add_argument("draft")
        decide.add_argument("--as", dest="person", required=True, metavar="USER", help="who decides")
        decide.add_argument("--version", type=positive, help="the version you saw (default: the newest)")
        sandboxed(decide)
        if verb == "edit":
            decide.add_argument("--set", action="append", required=True, metavar="FIELD=VALUE", help="may be given several times")
    feedback = commands.add_parser("feedback", help="what people think of the answers")
    votes = feedback.add_subparsers(dest="verb", required=True, metavar="VERB")
    votes.add_parser("export", help="questions for `eval` as JSON lines, from the votes on answers")
    audit = commands.add_parser("audit", help="the audit trail").add_subparsers(dest="verb", required=True, metavar="VERB")
    audit.add_parser("verify", help="find an edited, removed, moved or cut-off row")
    audit.add_parser("export", help="every row as a JSON line, oldest first")


def operating(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """jobs, sources."""
    jobs = commands.add_parser("jobs", help="the ledger").add_subparsers(dest="verb", required=True, metavar="VERB")
    ledger = jobs.add_parser("list", help="one line each")
    ledger.add_argument("--state", default="", choices=("", *JOBS), metavar="STATE", help=f"only these: {', '.join(JOBS)}")
    one = jobs.add_parser("show", help="everything about one")
    one.add_argument("job")
    one.add_argument("--json", action="store_true", help="as JSON")
    replay = jobs.add_parser("replay", help="try one again that has ended without success, or all dead letters of a kind")
    replay.add_argument("job", nargs="?", default="")
    replay.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="put the job right first; a dotted path, several times"
    )
    replay.add_argument("--kind", default="", help="all dead letters of this kind")
    replay.add_argument("--since", default="", metavar="1d", help="that ended no longer ago than this")
    replay.add_argument("--reason", default="", metavar="TEXT", help="with these words in their reason")
    replay.add_argument("--dry-run", action="store_true", help="only say which they are")
    jobs.add_parser("cancel", help="call off one that waits").add_argument("job")
    sources = commands.add_parser("sources", help="the folders of [sources] that are kept in the knowledge base")
    kept = sources.add_subparsers(dest="verb", required=True, metavar="VERB")
    kept.add_parser("list", help="one line each, with how the latest look went")
    kept.add_parser("sync", help="look at them now").add_argument("name", nargs="?", default="", help="only this one")


def linking(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Links between systems: links show, join, part, forget."""
    verbs = commands.add_parser("links", help="what belongs together across systems").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    show = verbs.add_parser("show", help="what is known of a person, or of a record")
    show.add_argument("about", metavar="EMAIL-or-RECORD", help="ines@sunline.example, or hubspot/contact/721")
    for verb, how in (("join", "say that two records belong together"), ("part", "say that they do not, whatever they share")):
        said = verbs.add_parser(verb, help=how)
        said.add_argument("one", metavar="RECORD", help="system/kind/id, for example hubspot/contact/721")
        said.add_argument("other", metavar="RECORD")
        said.add_argument("--as", dest="person", required=True, metavar="USER", help="who says so")
        tie(said)
    tie(show)
    verbs.add_parser("forget", help="delete what is known of a person").add_argument("email", metavar="EMAIL")


def tie(command: argparse.ArgumentParser) -> None:
    """--what."""
    ties = ("person", "company", "case")
    command.add_argument("--what", choices=ties, default="person", help="how they belong together (default: person)")


def as_whom(command: argparse.ArgumentParser) -> None:
    """--as."""
    command.add_argument(
        "--as", dest="person", default="", metavar="USER", help="an e-mail address or slack:T1/U1 (default: everyone)"
    )


def sandboxed(command: argparse.ArgumentParser) -> None:
    """--sandbox, for a command that has no running owner to hand over to."""
    command.add_argument("--sandbox", action="store_true", help="with the stand-ins for the business systems")


def port(text: str) -> int:
    """A port number."""
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004 - the largest port
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def positive(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 is needed, not {text!r}")
    return int(text)
