"""How the settings of the CRMs fit together: each can be signed in to in two ways, and half of one is none."""

import re
from collections.abc import Mapping

SALESFORCE = ("salesforce_url", "salesforce_client_id")
WAYS = {
    "HubSpot": (("hubspot_access_token",), ("hubspot_client_id", "hubspot_client_secret", "hubspot_refresh_token")),
    "Salesforce": (
        (*SALESFORCE, "salesforce_client_secret"), (*SALESFORCE, "salesforce_private_key", "salesforce_username"),
    ),
}  # fmt: skip
"""System -> its ways to sign in, the usual one first: which settings each of them needs."""
SHARED = frozenset({"hubspot_client_secret"})
"""Settings that serve something else besides: they begin no way by themselves."""


def problems(given: Mapping[str, str]) -> list[str]:
    """What keeps a CRM from working with these settings (all of them, by their names in lower case)."""
    found = [problem for system, ways in WAYS.items() if (problem := half(system, *ways, given=given))]
    return found + details(given, is_alone=not any(given[name] for way in WAYS["Salesforce"] for name in way))


def half(system: str, usual: tuple[str, ...], other: tuple[str, ...], *, given: Mapping[str, str]) -> str:
    """What is missing of the way that was begun, or that two were; empty otherwise."""
    begun = [
        [name for name in way if given[name] and name not in {*SHARED, *rest}] for way, rest in ((usual, other), (other, usual))
    ]
    if all(begun):
        return f"{system} can be signed in to in one way only: set {begun[0][0].upper()} or {begun[1][0].upper()}, not both"
    way = other if begun[1] else usual
    started = any(given[name] for name in way if name not in SHARED)
    missing = ", ".join(name.upper() for name in way if not given[name])
    return f"{system} is half configured: set {missing} too" if started and missing else ""


def details(given: Mapping[str, str], *, is_alone: bool) -> list[str]:
    """What is odd about the rest of Salesforce's settings."""
    version, key, found = given["salesforce_api_version"], given["salesforce_private_key"], list[str]()
    if not re.fullmatch(r"(v[0-9]{2}\.0)?", version):
        found.append(f"SALESFORCE_API_VERSION must look like v60.0, not {version!r}")
    if is_alone and (version or given["salesforce_token_url"]):
        needed = ", ".join(name.upper() for name in WAYS["Salesforce"][0])
        found.append(f"Salesforce is half configured: set {needed} too")
    if key and not key.lstrip().startswith("-----BEGIN "):
        found.append("SALESFORCE_PRIVATE_KEY must be a private key in PEM: it starts with -----BEGIN")
    return found
