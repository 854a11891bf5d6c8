"""The tables of `bot.toml`, as the commented example shows them."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    field_validator,
    model_validator,
)

from bot.settings.declared import systems
from bot.settings.timetable import daily, following
from handlers.catalogue import COMMANDS
from handlers.models import EVERYONE
from handlers.scoring import POINTS, USUAL

OWN = ("approvals", "undo", "bot")
"""Commands that are a person's own: what they show or begin goes by who gives them."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(value: object) -> object:
    """`24h`, `15m`, `90s`, `2d` as a time span."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or (found := re.fullmatch(r"([0-9]{1,6})\s*([smhd])", value.strip())) is None:
        raise ValueError(f"a duration is a number and s, m, h or d, for example 24h, not {value!r}")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def workflow(name: str) -> str:
    """The name of a command, or `*`: a misspelt one would write what its operator thinks is only shown."""
    if name != "*" and name not in COMMANDS:
        raise ValueError(f"there is no workflow {name!r}; there are {', '.join(COMMANDS)}")
    return name


def governed(name: str) -> str:
    """What an approval policy is for: `default`, a system, or `<system>.<workflow>`. A misspelt one would leave its changes to another."""
    system, _, command = name.partition(".")
    if name != "default" and (system not in systems() or (name != system and command not in COMMANDS)):
        known = f"default, {', '.join(systems())}, or one of these with a workflow behind it, like zendesk.reply"
        raise ValueError(f"there is nothing called {name!r} that a policy is for; there are {known}")
    return name


def started(name: str) -> str:
    """A command that nobody has to give: a misspelt one would never start, and what waits for a person is not posted for everybody."""
    if name not in COMMANDS or name in OWN:
        raise ValueError(f"there is no workflow {name!r} to start; there are {', '.join(n for n in COMMANDS if n not in OWN)}")
    return name


def known_zone(name: str) -> str:
    """The name of a time zone, or nothing."""
    if name:
        following("0 0 * * *", name, datetime(2026, 1, 1, tzinfo=UTC))
    return name


Duration = Annotated[timedelta, BeforeValidator(duration)]
Money = Annotated[float, Field(ge=0, le=1_000_000)]
"""US dollars."""


PROJECT = r"^([A-Z][A-Z0-9_]{1,30})?$"
"""The key of a project of issues, or nothing."""


class Table(BaseModel):
    """A table of `bot.toml`: read-only, and a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


if TYPE_CHECKING:

    class Accounts(Table):
        """Somebody's account in each system that has a connector, under the connector's name."""

else:
    Accounts = create_model("Accounts", __base__=Table, **dict.fromkeys(systems(), (str, "")))


class PersonTable(Accounts):
    """One person across systems; the table's name is the e-mail address."""

    name: str = ""
    slack: str = ""
    teams: str = ""
    playground: str = ""
    groups: list[str] = Field(default=[])
    timezone: Annotated[str, AfterValidator(known_zone)] = ""


class ChannelTable(Table):
    """What the bot does in one channel, and what may be shown there."""

    answer: Literal["all", "mention", "off"] = "mention"
    audience: list[str] = [EVERYONE]
    commands: list[Annotated[str, AfterValidator(workflow)]] = ["*"]
    project: str = Field(default="", pattern=PROJECT)


class ApprovalTable(Table):
    """Approval policy; what is missing comes from the less specific table."""

    approvers: list[str] | None = None
    quorum: int | None = Field(default=None, ge=1)
    requester_may_approve: bool | None = None
    expires: Annotated[Duration, Field(gt=timedelta(0))] | None = None
    remind_after: Duration | None = None
    delegate_to: list[str] | None = None
    channels: list[str] | None = None
    channel: str | None = None


class RiskTable(Table):
    """A risk tier: which changes are of it, and what they take at least, whatever `[approvals]` says."""

    fields: list[Annotated[str, Field(pattern=r"^([a-z]+|\*)\.[a-z_]+$")]] = []
    outside_text: bool = False
    quorum: int = Field(default=1, ge=1)
    requester_may_approve: bool = True
    approvers: list[str] = []


class AdminTable(Table):
    """Who may see and replay dead letters."""

    people: list[str] = []
    channel: str = ""


class CrmTable(Table):
    """Where a lead score is written, and what holds the draft that made a record, so that none is made twice."""

    hubspot_score_property: str = ""
    hubspot_draft_property: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,99})?$")
    salesforce_score_field: str = Field(default="", pattern=r"^([A-Za-z][A-Za-z0-9_]{0,79})?$")
    salesforce_draft_field: str = Field(default="", pattern=r"^([A-Za-z][A-Za-z0-9_]{0,79})?$")


class IssuesTable(Table):
    """Where new issues go that nobody names a project for; a channel may name its own."""

    project: str = Field(default="", pattern=PROJECT)


if TYPE_CHECKING:

    class PointTable(Table):
        """What each signal of a lead is worth, by its name; those of each half together count up to 50."""

else:
    Points = Annotated[int, Field(ge=-100, le=100)]
    PointTable = create_model("PointTable", __base__=Table, **{name: (Points, worth) for name, worth in POINTS.items()})


class RouteTable(Table):
    """What becomes of a lead, in words for the card."""

    sales: str = USUAL.sales_route
    nurture: str = USUAL.nurture_route
    rest: str = USUAL.rest_route


class LeadTable(Table):
    """The rules of the lead score. `sales` and `nurture` are points from which it takes that route; `owners` names by the country, in the
    CRM's words, who has its leads.
    """

    sales: int = Field(default=USUAL.sales, ge=0, le=100)
    nurture: int = Field(default=USUAL.nurture, ge=0, le=100)
    points: PointTable = PointTable()
    routes: RouteTable = RouteTable()
    owners: dict[str, str] = {}

    @model_validator(mode="after")
    def ordered(self) -> Self:
        """Raises ValueError where nobody could be kept warm."""
        if self.nurture > self.sales:
            raise ValueError(f"nurture = {self.nurture} is more than sales = {self.sales}; swap them")
        return self


class TriggerTable(Table):
    """An inbound event that starts a workflow. A reaction is answered where it was made, if no channel is named."""

    workflow: Annotated[str, AfterValidator(started)]
    channel: str = ""


class ScheduleTable(Table):
    """A workflow that the bot starts by the clock: at a local time on some days, or by a cron expression."""

    workflow: Annotated[str, AfterValidator(started)]
    channel: str = Field(pattern=r"^[a-z]+:.+")
    argument: str = ""
    at: str = ""
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default=["mon", "tue", "wed", "thu", "fri", "sat", "sun"], min_length=1
    )
    cron: str = ""
    timezone: str = "UTC"

    @model_validator(mode="after")
    def is_sound(self) -> "ScheduleTable":
        """Raises ValueError for times that never come."""
        if bool(self.at) == bool(self.cron):
            raise ValueError("a schedule has either at, like 09:00, or cron, like 0 9 * * mon-fri")
        self.after(datetime(2026, 1, 1, tzinfo=UTC))
        return self

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment."""
        return following(self.cron or daily(self.at, self.days), self.timezone, moment)


class SourceTable(Table):
    """A folder that is kept in sync with the knowledge base."""

    path: str = Field(min_length=1)
    audience: list[str] = Field(default=[EVERYONE], min_length=1)
    every: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(minutes=15)


class ShadowTable(Table):
    """Workflows whose drafts are made and shown, and never written: names of commands, `"*"` is each of them."""

    workflows: list[Annotated[str, AfterValidator(workflow)]] = []

    def has(self, workflow: str) -> bool:
        """Whether the workflow of this name is one of them."""
        return "*" in self.workflows or workflow in self.workflows


class LlmTable(Table):
    """What may reach a language model. `never_send` names systems and sources of documents whose text never does."""

    never_send: list[str] = []


class ComplianceTable(Table):
    """What `/analyze` points out: any of the words, or the regular expression, `found` in a document or `missing` from it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    words: list[Annotated[str, Field(min_length=2)]] = []
    pattern: str = ""
    why: str
    when: Literal["found", "missing"] = "found"

    @field_validator("pattern")
    @classmethod
    def _is_one(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise ValueError(f"is no regular expression: {wrong}") from None
        return pattern


class LimitTable(Table):
    """Ceilings on money and requests. Money is counted by the day, in UTC, over all processes on one database.

    `llm_usd_per_workflow` by the name of the command. `llm_usd_per_person` by any name of a person, `"*"` is each of the others.
    """

    llm_usd_per_day: Money = 20.0
    llm_usd_per_workflow: dict[str, Money] = {}
    llm_usd_per_person: dict[str, Money] = {}
    requests_per_user_per_minute: int = Field(default=20, ge=1)


class PriceTable(Table):
    """What a model costs, in US dollars for a million tokens of what is asked and of what is answered."""

    asked: Decimal = Field(ge=0)
    answered: Decimal = Field(default=Decimal(0), ge=0)
