"""Cases are played: each line is typed in its world, and what comes of it is judged."""

from collections.abc import Callable, Mapping, Sequence

from bot.cases.case import Case
from bot.cases.parts import Ended, ended, refused
from bot.cases.verdict import Verdict, verdict
from bot.cases.world import World
from bot.dispatch import bind
from bot.net.asking import Asking, asking
from bot.net.budget import READING, anew
from handlers.catalogue import parse
from handlers.errors import Trouble
from handlers.models import Attachment, Call, Person, Place, Utterance
from knowledge.errors import KnowledgeError

HERE = Place("playground", "cases")


async def play(case: Case, given: Mapping[str, object]) -> Ended:
    """What comes of one case. `given` are the ports that no case writes down, by the names of handlers' parameters."""
    command, argument = parse(case.line)
    person = Person(f"case:{case.person}", case.person)
    sent = (Attachment(case.sent.name, len(case.sent.text), case.sent.name),) if case.sent else ()
    call = Call("case", command.name, argument, person, HERE, tuple(Utterance("", "", words) for words in case.history), sent)
    bound = bind(command, {**given, **World(case).ports()})
    with asking(Asking(command.name, person.id, person.names)), anew(READING):
        try:
            return ended(await bound(call))
        except (Trouble, KnowledgeError) as trouble:
            return refused(str(trouble))


async def played(cases: Sequence[Case], given: Mapping[str, object], *, told: Callable[[int, int], None]) -> tuple[Verdict, ...]:
    """The verdicts on all of them, one after the other. `told` hears how many of how many are done."""
    verdicts = []
    for number, case in enumerate(cases, 1):
        verdicts.append(verdict(case, await play(case, given)))
        told(number, len(cases))
    return tuple(verdicts)
