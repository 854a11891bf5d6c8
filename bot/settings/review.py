"""What can be said of the settings and the rules without asking anybody. Pure: no network, no clock, no disk."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.settings.addresses import is_local
from bot.settings.alerting import rules
from bot.settings.configuration import Configuration
from bot.settings.environment import PRIVATE_URLS, Settings, reveal
from bot.settings.fields import kind_of, unproven
from bot.settings.people import People
from handlers.models import Person, Policy

Level = Literal["ok", "warn", "fail"]
MASK = "***"
ADDRESSES = ("database_url", "redis_url")
"""Settings that carry a password inside an address."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: how it is, which part, and what it is or what to do about it."""

    level: Level
    part: str
    words: str


def settings_shown(settings: Settings) -> Iterator[Finding]:
    """Every setting that differs from its default, secrets masked."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if value == field.default or not str(reveal(value) if isinstance(value, SecretStr) else value):
            continue
        yield Finding("ok", name.upper(), masked(name, value))


def masked(name: str, value: object) -> str:
    """A value as it may be shown: nothing of a secret, and of a database's address neither password nor options."""
    if isinstance(value, SecretStr):
        return MASK
    if name not in ADDRESSES:
        return str(value)
    scheme, _, rest = str(value).partition("://")
    sign_in, found, place = rest.rpartition("@")
    if "@" in sign_in or "?" in sign_in:  # nobody can say where the password ends
        return f"{scheme}://{MASK}"
    user = f"{sign_in.partition(':')[0]}:" if ":" in sign_in else ""
    return f"{scheme}://{f'{user}{MASK}@' if found else ''}{place.partition('?')[0]}"


def secret_values(settings: Settings) -> frozenset[str]:
    """Everything that must never be shown: secrets, each of those that stand side by side while they are rotated, and passwords."""
    given = {getattr(settings, name) for name in type(settings).model_fields}
    texts = {value.get_secret_value() for value in given if isinstance(value, SecretStr)}
    for name in ADDRESSES:
        sign_in, found, _ = str(getattr(settings, name)).partition("://")[2].rpartition("@")
        texts |= {password := sign_in.partition(":")[2], unquote(password)} if found else set()
    return frozenset(part.strip() for text in texts for part in (text, *text.split(",")) if part.strip())


def keys(settings: Settings) -> Iterator[Finding]:
    """The keys that were not given were made beside what they protect."""
    for name, what in (
        ("secret_key", "signs what the page sends and encrypts stored tokens"),
        ("audit_key", "seals the audit trail"),
    ):
        if not getattr(settings, name).get_secret_value():
            hint = f"made in DATA_DIR; it {what}, so whoever copies the directory has both. Set {name.upper()} from elsewhere."
            yield Finding("warn", name.upper(), hint)


def addresses(settings: Settings) -> Iterator[Finding]:
    """Plain http that leaves this machine, where the rules allow it."""
    for name in PRIVATE_URLS:
        parts = urlsplit(getattr(settings, name))
        if parts.scheme == "http" and not is_local(parts.hostname or "", private=False):
            hint = f"plain http to {parts.hostname}: what is sent there can be read on the way. Use https."
            yield Finding("warn", name.upper(), hint)


def redis(settings: Settings) -> Iterator[Finding]:
    """Whether others could write into Redis: the queue's library unpickles what it finds there, which runs as code."""
    try:
        parts = urlsplit(settings.redis_url)
    except ValueError:
        yield Finding("fail", "REDIS_URL", "cannot be taken apart. Write special characters of the password as %XX.")
        return
    if parts.scheme == "memory" or is_local(parts.hostname or "", private=False):
        return
    if not parts.password:
        hint = "without a password: whoever reaches this Redis can run code in the workers. Give it one, and a private network."
        yield Finding("fail", "REDIS_URL", hint)
    elif parts.scheme == "redis":
        hint = f"plain redis to {parts.hostname}: its password can be read on the way. Use rediss, or a network of the bot's own."
        yield Finding("warn", "REDIS_URL", hint)


def exposure(settings: Settings, *, page: bool, writes: bool) -> Finding:
    """Who can reach the page, which has no sign-in: everybody on it can act as anybody. PUBLIC_URL is what opens it to others."""
    if not page:
        return Finding("ok", "PLAYGROUND", "off")
    near = is_local(urlsplit(settings.public_url).hostname or "", private=False)
    if not settings.public_url or (near and is_local(settings.host, private=False)):
        return Finding("ok", "PLAYGROUND", "on, for this machine only")
    if near:
        hint = f"whoever reaches {settings.host}:{settings.port} can approve as anybody. See that the port is published on 127.0.0.1 only."
        return Finding("warn", "PLAYGROUND", f"on, PUBLIC_URL is {settings.public_url}, HOST is not: {hint}")
    hint = "it has no sign-in, so whoever reaches it can approve as anybody. Take PUBLIC_URL away, or use PLAYGROUND=off."
    return Finding("fail" if writes else "warn", "PLAYGROUND", f"on, and open to others as {settings.public_url}: {hint}")


def approvers(configuration: Configuration, workflow: str) -> Finding:
    """Whether the policy of `<connector>.<workflow>` can be met, and by more than the one who asks."""
    policy = configuration.policy(workflow)
    part = f"approvals {workflow}"
    if policy.quorum < 1 or not policy.approvers:
        return Finding("fail", part, "nobody may approve, so nothing is ever written. Name approvers in CONFIG_FILE.")
    if open_ended(policy):
        if policy.requester_may_approve and policy.quorum == 1 and "*" in policy.approvers:
            return Finding(
                "warn", part, "anybody may approve, their own requests too. Name approvers or set requester_may_approve."
            )
        return Finding("ok", part, f"{policy.quorum} of {', '.join(policy.approvers)}")
    able = {person.email or person.id for person in everybody(configuration) if may(policy, person)}
    able |= {entry for entry in policy.approvers if not entry.startswith("group:") and not known(configuration, entry)}
    if len(able) < policy.quorum:
        hint = f"{policy.quorum} needed, but only {len(able)} can ({', '.join(policy.approvers)}). Every draft will expire."
        return Finding("fail", part, f"{hint} Add people or groups in CONFIG_FILE.")
    if len(able) == policy.quorum and not policy.requester_may_approve:
        hint = f"exactly {len(able)} can approve, and who asks may not: their own requests will expire. Add one more."
        return Finding("warn", part, hint)
    return Finding("ok", part, f"{policy.quorum} of {len(able)} people: {', '.join(policy.approvers)}")


def risks(configuration: Configuration) -> Iterator[Finding]:
    """Whether each risk tier can be met."""
    for tier in configuration.tiers():
        part = f"risk {tier.name}"
        policy = Policy(tier.approvers)
        able = [person for person in everybody(configuration) if may(policy, person)]
        if tier.approvers and not open_ended(policy) and len(able) < tier.quorum:
            hint = f"{tier.quorum} needed, but only {len(able)} of the file can ({', '.join(tier.approvers)})."
            yield Finding("fail", part, f"{hint} Every draft of this tier will expire. Add people or groups in CONFIG_FILE.")
        elif not tier.fields and not tier.outside_text:
            yield Finding("warn", part, "no change is of this tier. Give it fields, or outside_text = true.")
        else:
            yield Finding("ok", part, f"at least {tier.quorum}, of {', '.join(tier.approvers) or 'whom [approvals] names'}")


SCORES = {"hubspot": "hubspot_score_property", "salesforce": "salesforce_score_field"}
"""CRM -> the key of `[crm]` that names the field for a lead score."""


def scores(configuration: Configuration, systems: Collection[str]) -> Iterator[Finding]:
    """Where the CRMs that are connected keep a lead score."""
    for name, key in SCORES.items():
        if name not in systems:
            continue
        if place := getattr(configuration.crm, key):
            yield Finding("ok", f"score in {name}", place)
        else:
            hint = f"no field for it, so a lead score becomes a note. Make a number field there and name it: [crm] {key}"
            yield Finding("warn", f"score in {name}", hint)


def chains(configuration: Configuration, platforms: Collection[str], systems: Collection[str]) -> Iterator[Finding]:
    """Whether every chain leads somewhere: to a channel of a platform that is on, and to a system that is connected."""
    for chain in configuration.chains:
        part, platform = f"chain after {chain.after}", chain.tell.partition(":")[0]
        if platform and platform not in platforms:
            yield Finding(
                "warn", part, f"tells {chain.tell}, and {platform} is not on: nobody is told. Correct it in CONFIG_FILE."
            )
        if chain.then and chain.argument not in ("record", *systems):
            yield Finding(
                "warn", part, f"looks for its record in {chain.argument}, which is not connected: /{chain.then} never follows."
            )


def digests(configuration: Configuration, platforms: Collection[str]) -> Iterator[Finding]:
    """Whether every digest reaches somebody: a channel of a platform that is on, or a person with an account on one."""
    people = People(configuration)
    for name, table in configuration.digests.items():
        accounts = {table.person, *people.find(table.person).accounts} if table.person else {table.channel}
        reached = {account.partition(":")[0] for account in accounts} & set(platforms)
        if reached:
            yield Finding("ok", f"digest {name}", f"to {table.to} at {table.at} ({table.timezone})")
        else:
            hint = "on no platform that is on: nobody is told. Correct it, or the account under [people], in CONFIG_FILE."
            yield Finding("warn", f"digest {name}", f"to {table.to}, {hint}")


def alerts(configuration: Configuration, platforms: Collection[str], systems: Collection[str]) -> Iterator[Finding]:
    """Whether every rule of `[alerts]` is told of events, and tells of them on a platform that is on."""
    for rule in rules(configuration.alerts):
        part, system = f"alert {rule.name}", rule.event.partition(".")[0]
        platform = rule.table.channel.partition(":")[0]
        if system not in systems:
            yield Finding(
                "warn", part, f"{system} is not connected: no event comes. Connect it, or take the rule out of CONFIG_FILE."
            )
        elif platform not in platforms:
            yield Finding(
                "warn", part, f"tells {rule.table.channel}, and {platform} is not on: nobody is told. Correct it in CONFIG_FILE."
            )
        elif names := unproven(rule.event, kind_of(rule.event), **rule.asked):
            yield Finding(
                "warn",
                part,
                f"nobody can say whether records of {system} have {', '.join(names)}: its about.toml names no fields.",
            )
        else:
            yield Finding("ok", part, f"{rule.table.severity}, told in {rule.table.channel}")


def watch(configuration: Configuration, platforms: Collection[str]) -> Finding:
    """Whether anybody is told when the bot itself is not well."""
    channel = configuration.admins.channel
    if not channel:
        hint = "nobody is told when the bot is not well: it stands in the log and in bot_wrong_total only. Name [admins] channel."
        return Finding("warn", "watch", hint)
    if channel.partition(":")[0] not in platforms:
        return Finding(
            "warn", "watch", f"{channel} is on no platform that is on: nobody is told. Correct [admins] in CONFIG_FILE."
        )
    return Finding("ok", "watch", f"what is wrong with the bot itself is told in {channel}")


def open_ended(policy: Policy) -> bool:
    """Whether who may approve depends on more than the file: anybody, or the owner of the record."""
    return bool({"*", "owner"} & set(policy.approvers))


def may(policy: Policy, person: Person) -> bool:
    """Whether an entry of the policy stands for a person, whatever the record is."""
    groups = {entry.removeprefix("group:") for entry in policy.approvers if entry.startswith("group:")}
    return bool(groups & person.groups) or any(entry.casefold() in person.names for entry in policy.approvers)


def known(configuration: Configuration, entry: str) -> bool:
    """Whether the file says who goes by this name."""
    return People(configuration).known(entry)


def everybody(configuration: Configuration) -> list[Person]:
    """All people of the file."""
    people = People(configuration)
    return [people.find(email) for email in configuration.people]
