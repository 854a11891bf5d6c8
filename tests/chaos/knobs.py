"""How large a run is: small for every day, large with CHAOS_LONG=1 (`make chaos`), each number its own variable."""

import os

LONG = bool(os.environ.get("CHAOS_LONG"))
SEED = int(os.environ.get("CHAOS_SEED", "20261120"))

LIMIT = 0 if LONG else 600
"""Seconds for one test of the short form, which takes half a minute: one that hangs must not hold up everything. 0: none."""


def size(name: str, short: int, long: int) -> int:
    """`CHAOS_<name>`, or the number for this form of the suite."""
    return int(os.environ.get(f"CHAOS_{name}", long if LONG else short))


EVENTS = size("EVENTS", 140, 20_000)
"""Acknowledged deliveries, over both shapes together."""
KILLS = size("KILLS", 6, 200)
STOPS = size("STOPS", 0, 20)
"""Workers frozen past their lease at a random moment; a test of its own freezes one at a place that is named."""
FLUSHES = size("FLUSHES", 2, 20)
"""Redis flushed or restarted, in turn."""
REPEATS = size("REPEATS", 1, 20)
"""How often each failpoint kills at each vendor."""
CUTS = size("CUTS", 12, 1_000)
"""Answers that are lost after the vendor has written."""
REFUSED, REFUSED_DRAFTS = size("REFUSED", 5, 60), size("REFUSED_DRAFTS", 8, 40)
"""Seconds in which every vendor refuses everything, and drafts that are approved meanwhile."""
RACES = size("RACES", 150, 10_000)
LANES = size("LANES", 6, 12)
SLACK_EVENTS = size("SLACK_EVENTS", 60, 10_000)
"""Acknowledged deliveries of Slack's over web and two workers; a third as many over one process."""
SLACK_KILLS = size("SLACK_KILLS", 3, 100)
BUNDLE_EVENTS = size("BUNDLE_EVENTS", 20, 4_000)
"""Acknowledged deliveries around bundles and chains, in each shape."""
BUNDLE_KILLS, BUNDLE_REPEATS = size("BUNDLE_KILLS", 2, 60), size("BUNDLE_REPEATS", 1, 10)
"""Kills in that storm, and how often each place between two items is where one falls."""
