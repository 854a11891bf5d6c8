"""`bot.toml`: people, channels, approval policies, triggers, schedules, digests, sources, limits, prices. Unknown keys are errors."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from bot.settings.declared import systems
from bot.settings.environment import SettingsError
from bot.settings.timetable import daily, following
from handlers.models import EVERYONE, Draft, Policy
from handlers.policy import Tier, tightened

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(value: object) -> object:
    """`24h`, `15m`, `90s`, `2d` as a time span."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or (found := re.fullmatch(r"([0-9]{1,6})\s*([smhd])", value.strip())) is None:
        raise ValueError(f"a duration is a number and s, m, h or d, for example 24h, not {value!r}")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


Duration = Annotated[timedelta, BeforeValidator(duration)]
Money = Annotated[float, Field(ge=0, le=1_000_000)]
"""US dollars."""


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


class ChannelTable(Table):
    """What the bot does in one channel, and what may be shown there."""

    answer: Literal["all", "mention", "off"] = "mention"
    audience: list[str] = [EVERYONE]
    commands: list[str] = ["*"]


class ApprovalTable(Table):
    """Approval policy; what is missing comes from the less specific table."""

    approvers: list[str] | None = None
    quorum: int | None = Field(default=None, ge=1)
    requester_may_approve: bool | None = None
    expires: Duration | None = None
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


class TriggerTable(Table):
    """An inbound event that starts a workflow."""

    workflow: str
    channel: str = ""


class ScheduleTable(Table):
    """A workflow that the bot starts by the clock: at a local time on some days, or by a cron expression."""

    workflow: str
    channel: str
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


class AlertTable(Table):
    """An inbound event that becomes an alert."""

    when: str = ""
    channel: str
    severity: Literal["info", "warning", "critical"] = "warning"


class DigestTable(Table):
    """A digest that is posted at a local time."""

    channel: str
    at: str
    timezone: str = "UTC"
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = ["mon", "tue", "wed", "thu", "fri"]
    quiet: str = ""


class SourceTable(Table):
    """A folder that is kept in sync with the knowledge base."""

    path: str
    audience: list[str] = [EVERYONE]
    every: Duration = timedelta(minutes=15)


class LlmTable(Table):
    """What may reach a language model. `never_send` names systems and sources of documents whose text never does."""

    never_send: list[str] = []


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


class Configuration(Table):
    """The whole file. Without a file everything has its default."""

    people: dict[str, PersonTable] = {}
    channels: dict[str, ChannelTable] = {}
    approvals: dict[str, ApprovalTable] = {}
    risk: dict[str, RiskTable] = {}
    admins: AdminTable = AdminTable()
    crm: CrmTable = CrmTable()
    triggers: dict[str, TriggerTable] = {}
    schedules: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")], ScheduleTable] = {}
    alerts: dict[str, AlertTable] = {}
    digests: dict[str, DigestTable] = {}
    sources: dict[str, SourceTable] = {}
    llm: LlmTable = LlmTable()
    limits: LimitTable = LimitTable()
    prices: dict[str, PriceTable] = {}

    def policy(self, name: str) -> Policy:
        """The policy for `<connector>.<workflow>`: that table, then `<connector>`, then `default`, key by key."""
        merged: dict[str, object] = {}
        for table in ("default", name.split(".", maxsplit=1)[0], name):
            given = self.approvals.get(table, ApprovalTable()).model_dump(exclude_none=True)
            if (one := given.pop("channel", None)) is not None:
                given["channels"] = [one]
            merged |= {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
        return Policy(**merged)  # type: ignore[arg-type]  # the tables above have the same fields and types

    def policy_of(self, draft: Draft) -> Policy:
        """The policy of a draft, with what its risk tiers demand on top."""
        return tightened(self.policy(draft.policy_name), draft, self.tiers())

    def tiers(self) -> list[Tier]:
        """The risk tiers, in the file's order."""
        return [
            Tier(name, tuple(t.fields), t.outside_text, t.quorum, t.requester_may_approve, tuple(t.approvers))
            for name, t in self.risk.items()
        ]

    def channel(self, key: str) -> ChannelTable:
        """What holds in one channel."""
        return self.channels.get(key, ChannelTable())


def read_configuration(file: Path | None) -> Configuration:
    """`bot.toml`, validated. Raises SettingsError with every problem found."""
    if file is None:
        return Configuration()
    try:
        return Configuration.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingsError([f"CONFIG_FILE {file} cannot be read: {wrong}"]) from None
    except tomllib.TOMLDecodeError as wrong:
        raise SettingsError([f"CONFIG_FILE {file} is no TOML: {wrong}"]) from None
    except ValidationError as wrong:
        lines = [f"CONFIG_FILE {file}, {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        raise SettingsError(lines) from None
