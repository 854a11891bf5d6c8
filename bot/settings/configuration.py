"""`bot.toml`: people, channels, approval policies, triggers, schedules, digests, sources, limits, prices. Unknown keys are errors."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from bot.settings.alerting import Alerts, MaintenanceTable, concerned, told_of, unknown
from bot.settings.alerting import Rule as AlertRule
from bot.settings.alerting import rules as alert_rules
from bot.settings.chains import ChainTable, Follower, When, acyclic, followers
from bot.settings.compliance import RULES
from bot.settings.digests import DigestTable, in_their_zone
from bot.settings.environment import Settings, SettingsError, load, named_file
from bot.settings.events import placed
from bot.settings.places import applying
from bot.settings.reconciling import ReconcileTable
from bot.settings.retention import RetentionTable
from bot.settings.tables import (
    AdminTable,
    ApprovalTable,
    ChannelTable,
    ComplianceTable,
    CrmTable,
    IssuesTable,
    LeadTable,
    LimitTable,
    LlmTable,
    PersonTable,
    PriceTable,
    RiskTable,
    ScheduleTable,
    ShadowTable,
    SourceTable,
    Table,
    TriggerTable,
    governed,
)
from bot.settings.watching import WatchTable
from handlers.alert import Alert
from handlers.findings import Rule
from handlers.models import Draft, Place, Policy
from handlers.policy import Tier, strictest, tightened
from handlers.scoring import Scoring

Named = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
"""A name that becomes part of a key of the ledger."""


class Configuration(Table):
    """The whole file. Without a file everything has its default."""

    people: dict[str, PersonTable] = Field(default={})
    channels: dict[Annotated[str, AfterValidator(applying)], ChannelTable] = Field(default={})
    approvals: dict[Annotated[str, AfterValidator(governed)], ApprovalTable] = Field(default={})
    risk: dict[str, RiskTable] = Field(default={})
    admins: AdminTable = AdminTable()
    crm: CrmTable = CrmTable()
    issues: IssuesTable = IssuesTable()
    lead: LeadTable = LeadTable()
    triggers: Annotated[dict[str, TriggerTable], AfterValidator(placed)] = Field(default={})
    schedules: dict[Named, ScheduleTable] = Field(default={})
    alerts: Annotated[dict[str, Alerts], AfterValidator(told_of)] = Field(default={})
    maintenance: dict[str, MaintenanceTable] = Field(default={})
    reconcile: ReconcileTable = ReconcileTable()
    digests: dict[Named, DigestTable] = Field(default={})
    sources: dict[Named, SourceTable] = Field(default={})
    chains: Annotated[list[ChainTable], AfterValidator(acyclic)] = Field(default=[])
    shadow: ShadowTable = ShadowTable()
    llm: LlmTable = LlmTable()
    limits: LimitTable = LimitTable()
    watch: WatchTable = WatchTable()
    retention: RetentionTable = RetentionTable()
    prices: dict[str, PriceTable] = Field(default={})
    compliance: list[ComplianceTable] | None = None
    _in_their_zone = model_validator(mode="before")(in_their_zone)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if found := unknown(self.alerts, self.maintenance):
            raise ValueError(f"maintenance: {'; '.join(found)}")
        return self

    def alert_rules(self, event: str) -> Sequence[AlertRule]:
        """The rules of `[alerts]` that an event of this name may raise or end an alert of."""
        return concerned(self.alerts, event)

    def proposes(self, alert: Alert) -> bool:
        """Whether the acknowledgement of an alert proposes a write."""
        return any(rule.name == alert.rule and rule.table.on_ack is not None for rule in alert_rules(self.alerts))

    def rules(self) -> Sequence[Rule]:
        """What `/analyze` points out; without a table of them, a short list of its own."""
        if self.compliance is None:
            return RULES
        return [Rule(one.name, tuple(one.words), one.pattern, one.why, one.when) for one in self.compliance]

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
        """The policy of a draft, with what its risk tiers demand on top; of a bundle what each of its items demands."""
        if draft.items:
            return strictest([self.policy_of(item) for item in draft.items])
        found = tightened(self.policy(draft.policy_name), draft, self.tiers())
        return replace(found, shadow=self.shadow.has(draft.workflow))

    def followers(self, draft: Draft, on: When) -> tuple[Follower, ...]:
        """What follows from a draft by the chains, now that it was drafted or written."""
        return followers(self.chains, draft, on)

    @property
    def most_requests(self) -> int | None:
        """How much one person may ask for within a minute; None where the file does not name it, and nobody is counted then."""
        given = "requests_per_user_per_minute" in self.limits.model_fields_set
        return self.limits.requests_per_user_per_minute if given else None

    def in_shadow(self) -> "Configuration":
        """The same, with every workflow in shadow mode."""
        return self.model_copy(update={"shadow": ShadowTable(workflows=["*"])})

    def scoring(self) -> Scoring:
        """The rules of the lead score."""
        given, routes = self.lead, self.lead.routes
        points = {name: int(worth) for name, worth in given.points.model_dump().items()}
        return Scoring(points, given.sales, given.nurture, routes.sales, routes.nurture, routes.rest, given.owners)

    def tiers(self) -> list[Tier]:
        """The risk tiers, in the file's order."""
        return [
            Tier(name, tuple(t.fields), t.outside_text, t.quorum, t.requester_may_approve, tuple(t.approvers))
            for name, t in self.risk.items()
        ]

    def channel(self, key: str) -> ChannelTable:
        """What holds in one channel."""
        return self.channels.get(key, ChannelTable())

    def project_of(self, place: Place) -> str:
        """The project for new issues from a place; empty where none is named."""
        return self.channel(place.key).project or self.issues.project


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
        lines = [f"CONFIG_FILE {file}, {place(e['loc'])}: {e['msg'].removeprefix('Value error, ')}" for e in wrong.errors()]
        raise SettingsError(lines) from None


def place(where: Sequence[int | str]) -> str:
    """Where a mistake stands, as people name it: a table is named by itself where its very name is the mistake."""
    return ".".join(str(part) for part in where if part != "[key]")


def load_all() -> Settings:
    """The settings. Raises SettingsError with what is wrong with them and with the file that CONFIG_FILE names, all at once."""
    try:
        return load()
    except SettingsError as wrong:
        try:
            read_configuration(named_file())
        except SettingsError as file:
            raise SettingsError([*wrong.errors, *file.errors]) from None
        raise
