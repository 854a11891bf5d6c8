"""The transcript of a meeting as what was said by whom and when: WebVTT, plain text, and the Markdown of a document. Pure.

Taken are the forms in which meeting programs write them: `<v Ada Novak>words</v>` and `Ada Novak: words` under the times of WebVTT;
`[00:01:02] Ada Novak: words`, `00:01:02 Ada Novak: words`, `Ada Novak: words`; and a line `Ada Novak  0:03` with the words below it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from handlers.models import Utterance
from handlers.sentences import SENTENCE, pieces

CLOCK = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
CUE = re.compile(rf"\s*(?P<at>{CLOCK})\s+-->\s+{CLOCK}\b")
NAME = r"[^\W\d_][\w.\u2019'()-]*(?: [^\W_][\w.\u2019'()-]*){0,4}"
"""Up to five words that begin with a letter."""
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]{1,100})>(?P<words>.*)", re.DOTALL)
TAG = re.compile(r"</?[a-z][^>]{0,200}>|<\d[\d:.]{0,20}>", re.IGNORECASE)
SPOKEN = re.compile(rf"\s*\[?\(?(?P<at>{CLOCK})?\]?\)?\s*[-\u2013]?\s*\**(?P<name>{NAME})\**\s?:\**\s+(?P<words>\S.*)")
HEAD = re.compile(
    rf"\s*(?:\**(?P<name>{NAME})\**\s+\[?\(?(?P<at>{CLOCK})\]?\)?|\[?\(?(?P<first>{CLOCK})\]?\)?\s+\**(?P<second>{NAME})\**)\s*"
)
LONGEST = 2000
"""Characters that are taken as one utterance: two minutes of speech. Whoever looks for a point finds it by the time of its utterance."""
LONGEST_LINE = 400
"""Characters of a line that is told as one: some five sentences."""
NOT_A_NAME = frozenset({
    "note", "todo", "action", "decision", "aufgabe", "entscheidung", "frage", "question", "tarea", "decisión", "acción", "décision", "date",
    "subject", "re", "cc", "attendees", "agenda", "participants", "teilnehmer", "datum", "thema", "style", "region", "kind", "language",
    "warning", "important", "hinweis", "http", "https",
})  # fmt: skip
"""What stands before a colon at the beginning of a line, and is nobody's name."""
SKIPPED = re.compile(r"\s*(?:WEBVTT|NOTE|STYLE|REGION|Kind:|Language:)")


def transcript(text: str) -> tuple[Utterance, ...]:
    """What was said, in order; what one person says without a break is one utterance. Empty where nothing names a speaker."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    spoken = cues(plain) if any(CUE.match(line) for line in plain.split("\n")) else lines(plain)
    return tuple(merged(short for one in spoken if one.words for short in breaths(one)))


def breaths(one: Utterance) -> Iterator[Utterance]:
    """What somebody says without an end, in pieces of up to LONGEST."""
    if len(one.words) <= LONGEST:
        return iter((one,))
    return (replace(one, words=piece) for piece in pieces(one.words, LONGEST))


def cues(text: str) -> Iterator[Utterance]:
    """The cues of WebVTT; also of SubRip, whose times have a comma."""
    at, words = "", list[str]()
    for line in [*text.split("\n"), ""]:
        if (found := CUE.match(line)) is not None:
            at, words = found["at"], []
        elif line.strip() and at:
            words.append(line.strip())
        elif at:
            yield from voices(" ".join(words), clock(at))
            at = ""


def voices(cue: str, at: str) -> Iterator[Utterance]:
    """Who speaks in one cue: each voice that is marked, or a name before a colon, or whoever spoke before."""
    first, *marked = re.split(r"(?=<v[\s.])", cue)
    if words := " ".join(TAG.sub("", first).split()):
        named = SPOKEN.fullmatch(words)
        is_name = named is not None and is_somebody(named["name"])
        yield Utterance(named["name"], at, named["words"]) if named and is_name else Utterance("", at, words)
    for one in marked:
        if (found := VOICE.match(one)) is not None:
            yield Utterance(" ".join(found["name"].split()), at, " ".join(TAG.sub("", found["words"]).split()))


def lines(text: str) -> Iterator[Utterance]:
    """The lines of a text: a name and words, a name and a time with the words below, or words that go on."""
    speaker, at = "", ""
    for raw in text.split("\n"):
        line = " ".join(raw.split())  # the patterns take their time over long runs of blanks
        bare = line.strip("#>*").strip() if not SPOKEN.fullmatch(line) else line
        if (found := SPOKEN.fullmatch(bare)) is not None and is_somebody(found["name"]):
            speaker, at = found["name"].strip(), clock(found["at"] or "")
            yield Utterance(speaker, at, " ".join(found["words"].split()))
        elif (head := HEAD.fullmatch(bare)) is not None:
            speaker, at = (head["name"] or head["second"]).strip(), clock(head["at"] or head["first"])
        elif bare.strip() and speaker and not SKIPPED.match(bare):
            yield Utterance(speaker, at, " ".join(bare.split()))


def unbroken(text: str) -> Iterator[Utterance]:
    """The lines of a text that names no speakers; a line that is longer than a few sentences is told sentence by sentence."""
    for number, raw in enumerate(text.split("\n"), 1):
        if len(line := raw.strip()) <= LONGEST_LINE:
            yield from [Utterance("", f"line {number}", line)] if line else []
            continue
        for count, sentence in enumerate(filter(None, map(str.strip, SENTENCE.split(line))), 1):
            for piece in pieces(sentence, LONGEST):
                yield Utterance("", f"line {number}, sentence {count}", piece)


def merged(spoken: Iterable[Utterance]) -> Iterator[Utterance]:
    """What one person says without a break, as one up to LONGEST. Words without a name go on what was said before."""
    last: Utterance | None = None
    for one in spoken:
        if last is not None and one.speaker in ("", last.speaker) and len(last.words) + len(one.words) < LONGEST:
            last = replace(last, words=f"{last.words} {one.words}")
        else:
            if last is not None:
                yield last
            last = one if one.speaker or last is None else replace(one, speaker=last.speaker)
    if last is not None:
        yield last


def is_somebody(name: str) -> bool:
    """Whether the words before a colon can be a name."""
    return name.casefold() not in NOT_A_NAME and not name.casefold().startswith(("action item", "next step", "open question"))


def clock(at: str) -> str:
    """A time of the recording without its fractions; hours only where there are some."""
    whole = re.split(r"[.,]", at)[0]
    return whole.removeprefix("00:") if whole.count(":") > 1 else whole


def speakers(spoken: Sequence[Utterance]) -> tuple[str, ...]:
    """Who spoke, in the order in which they did."""
    return tuple(dict.fromkeys(one.speaker for one in spoken if one.speaker))
