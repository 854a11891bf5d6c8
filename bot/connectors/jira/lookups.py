"""What may stand in a field of an issue: people, priorities, types. Each is looked up when it is asked for."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bot.connectors.jira import records
from bot.connectors.jira.site import Row, Site, rows
from handlers.errors import Invalid, NotFound
from handlers.models import Ref

MOST = "50"
"""Values that are offered; whoever wants others types more of the name."""
MOST_FIELDS = "200"
"""Fields of one screen: the vendor's own maximum of a page."""


class Lookups:
    """The catalogue of a site, as choices of a change."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def people(self, words: str, *, project: str) -> Sequence[Ref]:
        """Who may be given the issues of a project, by the beginning of a name or by an e-mail address, each under the account id."""
        found = (await self._site.get("/user/assignable/search", {"project": project, "query": words, "maxResults": MOST})).data
        if not isinstance(found, list):
            raise Invalid("Jira's answer has no people; the bot cannot go on.")
        return [choice(each, "accountId", "displayName") for each in found]

    async def priorities(self) -> Sequence[Ref]:
        """Every priority, the most urgent first."""
        answer = await self._site.get("/priority/search", {"maxResults": MOST})
        return [choice(each, "id", "name") for each in rows(answer, "values")]

    async def types(self, project: str) -> Sequence[Ref]:
        """The types of issue that can be made in a project. Raises NotFound for one that is not there or not for us."""
        answer = await self._site.get(f"/issue/createmeta/{records.project(project)}/issuetypes", {"maxResults": MOST})
        return [choice(each, "id", "name") for each in rows(answer, "issueTypes")]

    async def projects(self) -> Sequence[str]:
        """The keys of the projects that the account may see, the first fifty."""
        found = rows(await self._site.get("/project/search", {"maxResults": MOST}), "values")
        return [choice(each, "key", "name").id for each in found]

    async def values(self, project: str) -> Mapping[str, Sequence[Ref]]:
        """The types of a project, and what the screen for a new issue takes as priority and component, each in Jira's own order.

        The screen is that of the first type; what another type does not take, Jira refuses when the issue is made.
        """
        try:
            types = await self.types(project)
        except NotFound:
            raise NotFound(f"Jira has no project {records.project(project)}, or the bot may not see it. Check its key.") from None
        if not types:
            return {"type": (), "priority": (), "component": ()}
        path = f"/issue/createmeta/{records.project(project)}/issuetypes/{quote(types[0].id, safe='')}"
        screen = rows(await self._site.get(path, {"maxResults": MOST_FIELDS}), "fields")
        return {"type": types, "priority": allowed(screen, "priority"), "component": allowed(screen, "components")}


def allowed(screen: Sequence[Row], field: str) -> Sequence[Ref]:
    """What may stand in a field of a screen; nothing where the field is not on it. Raises Invalid naming what is missing."""
    found = next((one.get("allowedValues") for one in screen if one.get("fieldId") == field), None)
    return [choice(each, "id", "name") for each in (found if isinstance(found, list) else ())]


def choice(payload: Row, name: str, label: str) -> Ref:
    """A value by its id. Raises Invalid naming what is missing."""
    try:
        return Ref(str(payload[name]), str(payload[label]))
    except (KeyError, TypeError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot offer choices.") from missing
