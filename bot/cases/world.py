"""The ports of handlers over what a case has written down: no system, no network, nothing to write with."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from bot.cases.case import Case
from bot.cases.firms import Firms
from handlers.errors import Invalid, NotFound
from handlers.models import Attachment, Place, Record, Ref, Utterance
from handlers.tickets import Comment
from handlers.wording import words
from knowledge.models import ASKED, Answer, Citation, Document, Origin, Passage

DONE = "done"
CRMS = ("hubspot", "salesforce")


class World:
    """Everything of one case, as handlers see it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.records = tuple(one.record() for one in case.records)

    def ports(self) -> Mapping[str, object]:
        """By the names of handlers' parameters; a model, neighbours and rules come from whoever runs the case."""
        return {
            "issues": self,
            "tracker": self,
            "crm": {system: Firms(system, self._case.records) for system in CRMS},
            "talk": self.talk,
            "files": self.file,
            "documents": self.document,
            "answer": self.answer,
            "search": self.search,
            "clock": lambda: self._case.now,
            "projects": lambda _place: self._case.project,
        }

    async def read(self, name: str) -> Record:
        """See `handlers.systems.Issues`."""
        found = next((one for one in self._issues() if one.id == name.strip().upper()), None)
        if found is None:
            raise NotFound(f"There is no issue {name[:60]} that the bot may see. Check the key.")
        return found

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Issues`: those with a resolution."""
        return [one for one in self._beside(like) if one.fields.get("resolution")][:limit]

    async def alike(self, like: Record, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Issues`."""
        mine = words(like).keys()
        return [one for one in self._beside(like) if mine & words(one).keys()][:limit]

    async def children(self, names: Sequence[str], *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Issues`: those that hang on one of these."""
        return [one.record() for one in self._case.records if one.kind == "issue" and set(names) & set(one.of)][:limit]

    async def comments(self, name: str) -> Sequence[Comment]:
        """See `handlers.systems.Issues`."""
        known = await self.read(name)
        return next(one.said() for one in self._case.records if (one.kind, one.id) == (known.kind, known.id))

    async def latest(self, name: str, *, limit: int) -> Sequence[Comment]:
        """See `handlers.systems.Tracker`."""
        return list(reversed(await self.comments(name)))[:limit]

    async def values(self, project: str) -> Mapping[str, Sequence[Ref]]:
        """See `handlers.systems.Issues`."""
        self._known(project)
        return {field: tuple(one.ref() for one in some) for field, some in self._case.values.items()}

    async def projects(self) -> Sequence[str]:
        """See `handlers.systems.Issues`."""
        return sorted({project_of(one) for one in self._issues()})

    async def unfinished(self, project: str, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Tracker`."""
        self._known(project)
        return [one for one in self._issues() if project_of(one) == project and one.fields.get("category") != DONE][:limit]

    async def finished(self, project: str, *, days: int, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """See `handlers.systems.Tracker`."""
        self._known(project)
        return [one for one in self._issues() if project_of(one) == project and one.fields.get("category") == DONE][:limit]

    async def talk(
        self,
        place: Place,  # noqa: ARG002 - the port's signature
        *,
        since: datetime | None = None,  # noqa: ARG002
        last: int = 0,
        link: str = "",  # noqa: ARG002
    ) -> Sequence[Utterance]:
        """See `handlers.ports.Talk`."""
        return self._case.spoken()[-last:]

    async def file(self, file: Attachment, *, place: Place) -> str:  # noqa: ARG002 - the port's signature
        """See `handlers.ports.Files`."""
        if (sent := self._case.sent) is None or sent.name != file.name:
            raise NotFound("There is no such file.")
        return sent.text

    async def document(self, url: str, *, audience: AbstractSet[str]) -> Document:  # noqa: ARG002 - the port's signature
        """See `handlers.ports.Documents`."""
        if (page := self._case.page) is None or page.url != url:
            raise Invalid("Nothing is opened at this address.")
        return Document(page.url, page.name, page.text, page.url, source="web")

    async def answer(
        self,
        question: str,  # noqa: ARG002 - the port's signature
        *,
        audience: AbstractSet[str],  # noqa: ARG002
        history: Sequence[str] = (),  # noqa: ARG002
        quoted: bool = False,  # noqa: ARG002
        origin: Origin = ASKED,  # noqa: ARG002
    ) -> Answer:
        """See `handlers.ports.Answers`: what is known, as it stands, or that nothing is."""
        cited = tuple(Citation(one.name, one.name, one.url, one.text) for one in self._case.known)
        text = " ".join(f"{one.quote} [{number}]" for number, one in enumerate(cited, 1))
        return Answer(text or "I don't know.", 0.9 if cited else 0.0, not cited, cited, ())

    async def search(
        self,
        question: str,  # noqa: ARG002 - the port's signature
        *,
        audience: AbstractSet[str],  # noqa: ARG002
        k: int = 10,
        history: Sequence[str] = (),  # noqa: ARG002
    ) -> Sequence[Passage]:
        """See `handlers.ports.Search`."""
        return [Passage(one.name, one.name, one.name, "", one.text, one.url, 0.5) for one in self._case.known[:k]]

    def _issues(self) -> Sequence[Record]:
        return [one for one in self.records if one.kind == "issue"]

    def _beside(self, like: Record) -> Sequence[Record]:
        return [one for one in self._issues() if project_of(one) == project_of(like) and one.id != like.id]

    def _known(self, project: str) -> None:
        if project not in {self._case.project, *(project_of(one) for one in self._issues())}:
            raise NotFound(f"There is no project {project[:60]} that the bot may see. Check its key.")


def project_of(issue: Record) -> str:
    """The key of its project."""
    return issue.where if issue.is_new else issue.id.rpartition("-")[0]
