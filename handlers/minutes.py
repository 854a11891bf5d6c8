"""Decisions, actions and open questions of a conversation, found in its own sentences by cue words. Pure.

The rules, in English, German, French, Spanish, Italian and Dutch. A *decision* is a sentence that says so ("we decided", "let's go with", "beschlossen",
"on part sur", "acordamos"). An *action* is one in which somebody takes something on ("I will", "ich kümmere mich") or is asked to ("can
you", "Bo, please", "kannst du"); its owner is the person who is called by name in it, else the one who takes it on, else nobody; its date is
quoted as it was said ("by Friday"). An *open question* is a question that nobody answered: nobody else spoke next, or they asked in return,
or they did not know.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.models import Utterance
from handlers.sentences import SENTENCE
from handlers.transcript import speakers

Kind = Literal["decision", "action", "question"]
DECIDED = re.compile(
    r"\b(?:we(?:'ve| have)? (?:decided|agreed)|(?:it )?(?:is|was) (?:decided|agreed)|decision:|decided(?: to|:)|agreed:|agreed with \w+|let'?s (?:go with|do (?:that|it))|"
    r"(?:it|that)(?:'s| is) settled|we settled on|we(?:'re| are) going with|"
    r"we(?: wi|')ll go with|(?:wir haben|haben wir) (?:uns )?(?:\w+ ){0,6}?(?:beschlossen|entschieden|geeinigt)|beschlossen(?: ist|:)|entscheidung:|"
    r"wir (?:nehmen|machen es|entscheiden uns)|on (?:a décidé|part sur|retient)|nous avons décidé|décision\s?:|hemos (?:decidido|acordado)|decidimos|"
    r"acordamos|quedamos en|decisión:|abbiamo (?:deciso|concordato|stabilito)|si è deciso|decisione:|we hebben (?:\w+ ){0,4}?(?:besloten|"
    r"afgesproken)|besloten is|besluit:|we (?:gaan|kiezen) voor)",
    re.IGNORECASE,
)
GERMAN = (
    r"(?:werde|mache|übernehme|kümmere|schicke|prüfe|erledige|kläre|frage|schreibe|rufe|bereite|bestelle|organisiere|erstelle|informiere|"
    r"sorge|richte|melde|sende|teste|baue|hole|bringe|lade)"
)
FRENCH = r"(?:envoie|prépare|fais|prends|appelle|rappelle|écris|vérifie|contacte|demande|rédige|réserve|termine|relance)"
DUTCH = r"(?:zal|ga|regel|maak|stuur|bel|schrijf|vraag|zoek|bestel|neem|pak|doe)"
TAKEN_ON = re.compile(
    rf"\b(?:I(?:'ll| will|'m going to| am going to| can take|'m taking| am taking)|ich {GERMAN}|{GERMAN} ich|je (?:vais|m'occupe|m'en occupe)|"
    rf"je (?:lui |te |vous |leur |le |la |les |l'|t')?{FRENCH}|(?:yo )?(?:voy a|me encargo)|\w{{3,}}o yo|yo (?:lo |la |les )?\w{{3,}}o|mi occupo|me ne occupo|ci penso io|"
    rf"\w{{3,}}o io|ik {DUTCH}|{DUTCH} ik)\b",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"\b(?:action(?: item)?:|to-?do:|can you|could you|would you|will you|please|has to|have to|needs? to|should|is going to|will|aufgabe:|"
    r"kannst du|könntest du|könnt ihr|bitte|muss|soll|peux-tu|pouvez-vous|merci de|il faut que|doit|tarea:|puedes|podrías|"
    r"por favor|tiene que|debe|puoi|potresti|potete|per favore|deve|kun je|kan je|zou je|wil je|graag|moet)\b",
    re.IGNORECASE,
)
"""Words that ask for something; they count with a name of somebody who is there, or with one of REQUEST."""
REQUEST = re.compile(
    r"\b(?:action(?: item)?:|to-?do:|can you|could you|would you|will you|aufgabe:|kannst du|könntest du|würdest du|könn(?:t|ten|en) (?:ihr|sie)|"
    r"peux-tu|tu peux|pouvez-vous|vous pouvez|pourr(?:ais-tu|iez-vous)|merci de|tarea:|puedes|podrías|"
    r"(?:puoi|potresti|potete|kun je|kan je|zou je)\b)",
    re.IGNORECASE,
)
UNSURE = re.compile(
    r"\b(?:(?:don'?t|do not) know|not sure|no idea|find out|later|open question|(?:have not|haven't|not been) decided|not decided|not yet|"
    r"offen|weiß (?:ich )?(?:\w+ )?nicht|noch nicht|keine ahnung|klären|später|"
    r"(?:ne )?sais pas|aucune idée|plus tard|no (?:lo )?sé|ni idea|más tarde|pas encore|todavía no|"
    r"non (?:lo )?so|più tardi|non ancora|weet (?:ik )?(?:\w+ )?niet|geen idee|nog niet)\b",
    re.IGNORECASE,
)
DAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|"
    r"vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|"
    r"giovedì|venerdì|sabato|domenica|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
)
MONTHS = (
    r"jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"oct(?:ober)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?|dez(?:ember)?"
)
WHEN = (
    rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}\.\s?\d{{1,2}}\.(?:\d{{2,4}})?|(?:\d{{1,2}}(?:st|nd|rd|th|\.)? )?(?:{MONTHS})\b(?: \d{{1,2}}\b)?|(?:next )?(?:{DAYS})|"
    r"today|tonight|tomorrow|(?:the )?end of (?:the )?(?:day|week|month|quarter|year)|next (?:week|month|quarter)|heute|morgen|"
    r"(?:nächste|kommende)[nr]? (?:woche|monat)|ende (?:der woche|des monats)|aujourd'hui|demain|la semaine prochaine|hoy|mañana|la próxima semana|"
    r"oggi|domani|la prossima settimana|vandaag|volgende week"
)
DUE = re.compile(
    rf"\b(?:(?:by|until|before|on|till|due|bis(?: zum)?|am|d'ici|avant|pour|para|antes del?|entro|voor|uiterlijk)(?: the| le| el)? )?(?:{WHEN})(?!\w)",
    re.IGNORECASE,
)
CALLED = re.compile(r"\A@?(?P<name>[A-ZÄÖÜÉ]\w+(?: [A-ZÄÖÜÉ][\w'-]+){0,2}), ")
"""Somebody called by name at the beginning of a sentence, who need not have said anything."""
ASSIGNED = re.compile(r"\A@?(?P<name>[A-ZÄÖÜÉ]\w+(?: [A-ZÄÖÜÉ][\w'-]+){0,2}) to [a-z]{2,}")
FEWEST = 3
"""Words below which a promise (`Mache ich.`) says only that one heard."""
LONGEST, SHORTEST = 400, 8
"""Characters of a sentence that is quoted; shorter ones say nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Point:
    """One decision, action or open question. `line` counts the utterances from 0; `owner` and `due` are of actions, and may be empty.

    `more` are the other utterances that it rests on.
    """

    kind: Kind
    text: str
    line: int
    owner: str = ""
    due: str = ""
    more: tuple[int, ...] = ()


def points(spoken: Sequence[Utterance]) -> Iterator[Point]:
    """Every point, in the order of what was said."""
    names = speakers(spoken)
    for number, one in enumerate(spoken):
        for sentence in sentences(one.words):
            if DECIDED.search(sentence):
                yield Point("decision", sentence, number)
            elif is_action(sentence, names):
                yield Point("action", sentence, number, owner(sentence, one.speaker, names), due(sentence))
            elif sentence.endswith("?") and is_open(spoken, number):
                yield Point("question", sentence, number)


def sentences(words: str) -> Iterator[str]:
    """The sentences of an utterance that can say something."""
    for sentence in SENTENCE.split(words):
        bare = sentence.strip()
        if len(bare) >= SHORTEST:
            yield bare if len(bare) <= LONGEST else f"{bare[: LONGEST - 1]}…"


def is_action(sentence: str, names: Iterable[str]) -> bool:
    """Whether somebody takes something on, or is asked to."""
    if (TAKEN_ON.search(sentence) and len(sentence.split()) >= FEWEST) or REQUEST.search(sentence) or assigned(sentence, names):
        return True
    return bool(ASKED.search(sentence) and called(sentence, names) and not sentence.endswith("?"))


def assigned(sentence: str, names: Iterable[str]) -> bool:
    """Whether it says in the style of minutes who does something: `Mina to call the printer`."""
    first = ASSIGNED.match(sentence)
    return first is not None and bool(called(first["name"], names))


def owner(sentence: str, speaker: str, names: Iterable[str]) -> str:
    """Who is to do it: the one called by name, else the one who takes it on; empty for nobody."""
    if TAKEN_ON.search(sentence):
        return speaker
    first = CALLED.match(sentence)
    others = called(sentence, [name for name in names if name != speaker])
    return others or (first["name"] if first else "") or called(sentence, names)


def called(sentence: str, names: Iterable[str]) -> str:
    """The first of these people whose whole or first name stands in the sentence; empty for nobody."""
    found = [(hit.start(), name) for name in names if name and (hit := mention(name).search(sentence)) is not None]
    return min(found)[1] if found else ""


@functools.lru_cache(maxsize=4096)
def mention(name: str) -> re.Pattern[str]:
    """A name as people call it; one of two letters and less only whole."""
    first = name.split(maxsplit=1)[0]
    either = "|".join(re.escape(part) for part in dict.fromkeys((name, first)))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def due(sentence: str) -> str:
    """When, in the words of the sentence; empty where it does not say."""
    found = DUE.search(sentence)
    return found[0].strip() if found else ""


def is_open(spoken: Sequence[Utterance], number: int) -> bool:
    """Whether nobody answered what was asked in this utterance."""
    others = [one for one in spoken[number + 1 : number + 4] if one.speaker != spoken[number].speaker]
    if not others:
        return True
    answer = others[0].words
    return answer.rstrip().endswith("?") or UNSURE.search(answer) is not None
