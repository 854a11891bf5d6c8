"""Figures for Prometheus: base units, labels from short fixed lists, never a person, a channel or a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The exposition format of a scrape, as Prometheus names it."""
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds; the platforms wait three."""
WORK_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds; a person gives up long before the last."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left it untyped
REGISTRY = CollectorRegistry(auto_describe=True)
"""What this process has counted since it started."""
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

ACK = Histogram("bot_ack_seconds", "From a delivery's arrival to its acknowledgement", buckets=ACK_BUCKETS, registry=REGISTRY)
AUTH_REJECTS = Counter(
    "bot_auth_rejects", "Requests turned away before they were read", ("platform", "reason"), registry=REGISTRY
)
HANDLER = Histogram(
    "bot_handler_seconds",
    "A command, from its handler's start to its end",
    ("workflow",),
    buckets=WORK_BUCKETS,
    registry=REGISTRY,
)
DEPENDENCY_REQUESTS = Counter(
    "bot_dependency_requests", "Requests to a system, by how they ended", ("dependency", "outcome"), registry=REGISTRY
)
DEPENDENCY_SECONDS = Histogram(
    "bot_dependency_seconds", "One request to a system", ("dependency", "outcome"), buckets=WORK_BUCKETS, registry=REGISTRY
)
BREAKER_STATE = Gauge(
    "bot_breaker_state", "0 closed, 1 half open, 2 open, as of the latest call", ("dependency",), registry=REGISTRY
)
TOKEN_BUCKETS = tuple(float(4**power) for power in range(14))
"""Tokens of one call, as the conventions for generative AI count them."""
MASKED = Counter("bot_masked", "Stretches of text that did not reach a model, by what they were", ("kind",), registry=REGISTRY)
LLM_COST = Counter("bot_llm_cost_usd", "US dollars spent on a model, by its listed price", ("model",), registry=REGISTRY)
LLM_CALLS = Counter(
    "bot_llm_calls", "Questions to the gate of a model, by how they ended", ("prompt", "outcome"), registry=REGISTRY
)
LLM_REMOVED = Counter(
    "bot_llm_addresses_removed", "Addresses that a model said and that do not stand in its material", registry=REGISTRY
)
LLM_TOKENS = Histogram(
    "gen_ai_client_token_usage",
    "Tokens of one call to a model",
    ("gen_ai_request_model", "gen_ai_token_type"),
    buckets=TOKEN_BUCKETS,
    registry=REGISTRY,
)
LLM_SECONDS = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "One call to a model, everything included",
    ("gen_ai_operation_name", "gen_ai_request_model"),
    buckets=WORK_BUCKETS,
    registry=REGISTRY,
)
WRITES = Counter("bot_writes", "Approved changes sent to a system, by its answer", ("target", "outcome"), registry=REGISTRY)
WRONG = Counter("bot_wrong", "Looks of the watch that found something wrong, by what", ("what",), registry=REGISTRY)
SOURCES_LOST = Counter(
    "bot_sources_lost", "Looks at folders of [sources] that came to nothing, by why", ("reason",), registry=REGISTRY
)
FIRINGS_LEFT_OUT = Counter(
    "bot_firings_left_out", "Firings of a timetable while its last one was not finished", ("kind",), registry=REGISTRY
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the state of record holds at one moment. `oldest` is in seconds; `drafts` counts by state, `rows` and `deleted` by the name of
    a table that retention keeps short: what stood there when it last ran, and what it has ever deleted.
    """

    queue: int
    oldest: float
    dead: int
    drafts: Mapping[str, int]
    rows: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)


def exposition(standing: Standing | None) -> bytes:
    """A scrape. Without a standing (the database is down) its figures are absent, for an old one would be a lie."""
    counted = generate_latest(REGISTRY)
    return counted if standing is None else counted + generate_latest(gauges(standing))


def gauges(standing: Standing) -> CollectorRegistry:
    """The figures that are read at the moment of a scrape."""
    found = CollectorRegistry(auto_describe=True)
    Gauge("bot_queue_depth", "Jobs that are due and wait for a worker", registry=found).set(standing.queue)
    Gauge("bot_queue_oldest_seconds", "How long the first of them has been due", registry=found).set(standing.oldest)
    Gauge("bot_dlq_depth", "Dead letters", registry=found).set(standing.dead)
    drafts = Gauge("bot_drafts", "Drafts by state", ("state",), registry=found)
    for state, number in standing.drafts.items():
        drafts.labels(state=state).set(number)
    rows = Gauge("bot_rows", "Rows of a table that is kept short, when they were last counted", ("table",), registry=found)
    for table, number in standing.rows.items():
        rows.labels(table=table).set(number)
    deleted = Counter("bot_rows_deleted", "Rows that were deleted because they were over for long", ("table",), registry=found)
    for table, number in standing.deleted.items():
        deleted.labels(table=table).inc(number)
    return found
