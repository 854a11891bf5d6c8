"""Counts over time as a picture: bars, one above the other by severity. Pure; drawn by matplotlib without a display."""

import asyncio
import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.cards.clean import clean
from handlers.alert import Severity
from handlers.speech import Bucket, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 6.4, 3.4, 100
"""Inches, and dots of each: 640 by 340, which a phone shows without scaling it down to half."""
COLOURS = 32
"""Of the finished file; text stays smooth, and the file small enough for a card of Teams."""
MOST_LABELS = 7
"""Times below the bars, so that they stand apart on a phone."""
MOST_APART = 60
"""Bars that stand apart and have patterns; more of them are too narrow for that."""
FEWEST = 6
"""Bars that there is room for at least, so that a single one is none of a hand's width."""
LONGEST_TITLE = 60
LOOKS: Mapping[str, tuple[str, str]] = {
    Severity.CRITICAL: ("#d55e00", ""),
    Severity.WARNING: ("#f0c000", "//"),
    Severity.INFO: ("#56b4e9", ".."),
}
"""Colour and pattern by severity: colours of Okabe and Ito, which people tell apart however they see colours, in order of their brightness."""
OTHER = ("#999999", "xx")
DRAWING = threading.Lock()
"""matplotlib draws one picture at a time: it promises nothing about several threads."""


async def chart(buckets: Sequence[Bucket], *, timezone: str, title: str) -> Picture:
    """The same as `drawn`, in a thread: the first picture of a process takes about a second, each further one a tenth of it."""
    return await asyncio.to_thread(drawn, buckets, timezone=timezone, title=title)


def drawn(buckets: Sequence[Bucket], *, timezone: str, title: str) -> Picture:
    """The counts as a PNG below 20 KB. `timezone` is the name of the zone in which times are shown, `title` up to LONGEST_TITLE characters.

    Raises ValueError for no buckets at all, and ZoneInfoNotFoundError for a zone that there is not.
    """
    if not buckets:
        raise ValueError("a chart needs at least one bucket")
    zone, head = ZoneInfo(timezone), short(title)
    with DRAWING:
        return Picture(png(buckets, zone, head), told(buckets, zone, head))


def png(buckets: Sequence[Bucket], zone: ZoneInfo, title: str) -> bytes:
    """The picture itself."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - a second, and only where something is drawn
    from PIL import Image  # noqa: PLC0415 - as above

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes: Axes = figure.subplots()
    bars(axes, buckets)
    axes.set_title(printable(title), loc="left", fontsize=13, fontweight="bold", parse_math=False)
    axes.set_ylabel("how many", fontsize=11)
    axes.set_xlabel(f"time ({zone.key})", fontsize=11)
    ticks = list(labels(buckets, zone))
    axes.set_xticks([place for place, _ in ticks], [words for _, words in ticks])
    axes.set_xlim(-0.7, max(len(buckets), FEWEST) - 0.3)
    look(axes, most=max(total(bucket) for bucket in buckets))
    whole, small = io.BytesIO(), io.BytesIO()
    figure.savefig(whole, format="png")
    Image.open(whole).convert("RGB").quantize(COLOURS).save(small, format="PNG", optimize=True)
    return small.getvalue()


def bars(axes: "Axes", buckets: Sequence[Bucket]) -> None:
    """The bars, the worst at the bottom: there its height can be compared."""
    below, is_dense = [0] * len(buckets), len(buckets) > MOST_APART
    for name in names(buckets):
        colour, pattern = LOOKS.get(name, OTHER)
        counts = [bucket.counts.get(name, 0) for bucket in buckets]
        axes.bar(
            range(len(buckets)), counts, width=1.0 if is_dense else 0.8, bottom=below, label=f"{printable(short(name))} ({sum(counts)})",
            color=colour, hatch="" if is_dense else pattern, edgecolor="white", linewidth=0.0 if is_dense else 0.5,
        )  # fmt: skip
        below = [low + count for low, count in zip(below, counts, strict=True)]


def look(axes: "Axes", *, most: int) -> None:
    """Quiet lines, whole numbers, and the names of what is counted beside the title."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - see above

    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylim(0, max(most, 1) * 1.25)
    axes.grid(axis="y", color="#dddddd")
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=11, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper right", ncols=3, fontsize=11, frameon=False, handlelength=1.2, columnspacing=1.2)


def names(buckets: Sequence[Bucket]) -> list[str]:
    """The severities that were seen, the worst first, then what else was counted."""
    seen = {name for bucket in buckets for name, count in bucket.counts.items() if count}
    known = [name for name in LOOKS if name in seen]
    return [*known, *sorted(seen - set(known))]


def labels(buckets: Sequence[Bucket], zone: ZoneInfo) -> Iterator[tuple[int, str]]:
    """Where a time stands below the bars, and what it says: the day with it where it is another one than before."""
    step = -(-len(buckets) // MOST_LABELS)
    day = ""
    for place in range(0, len(buckets), step):
        at = buckets[place].start.astimezone(zone)
        yield place, f"{at:%H:%M}" if f"{at:%d %b}" == day else f"{at:%H:%M}\n{at:%a %d}"
        day = f"{at:%d %b}"


def told(buckets: Sequence[Bucket], zone: ZoneInfo, title: str) -> str:
    """The same in words: from when to when, how many of each, and when there were most."""
    counted = {name: sum(bucket.counts.get(name, 0) for bucket in buckets) for name in names(buckets)}
    window = f"{moment(buckets[0].start, zone)} to {moment(buckets[-1].start, zone)}, {zone.key}"
    if not counted:
        return f"{title} ({window}): none."
    worst = max(buckets, key=total)
    each = ", ".join(f"{count} {short(name)}" for name, count in counted.items())
    return f"{title} ({window}): {each}; most at {moment(worst.start, zone)} with {total(worst)}."


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time as the picture shows it."""
    return f"{at.astimezone(zone):%d %b %H:%M}"


def printable(text: str) -> str:
    """A text in the letters that the picture's font has; `?` stands for any other, and `alt` has them all."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - see above

    letters = get_font(findfont(FontProperties())).get_charmap()
    return "".join(letter if ord(letter) in letters else "?" for letter in text)


def total(bucket: Bucket) -> int:
    """All that was counted in a bucket."""
    return sum(bucket.counts.values())


def short(text: str) -> str:
    """Foreign words in one line of the picture."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
