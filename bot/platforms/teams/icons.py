"""The app's two icons: a check mark, signed over a line. Drawn here, so that no picture has to be kept. Pure."""

import math
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

BRAND, PAPER, GOLD, WHITE = (0x1F, 0x3A, 0x34), (0xF6, 0xF1, 0xE4), (0xE9, 0xB4, 0x4C), (0xFF, 0xFF, 0xFF)
GRID = 48.0
"""Units from edge to edge; strokes are given in them."""
CHECK = ((13.0, 20.0), (21.5, 28.5), (36.0, 10.0))
LINE = ((11.0, 37.5), (37.0, 37.5))
RADIUS = 2.1
"""Half the width of a stroke, in units."""
COLOR_SIZE, OUTLINE_SIZE = 192, 32
"""Pixels from edge to edge, as the app package asks for them."""

Colour = tuple[int, int, int]
Point = tuple[float, float]
Stroke = tuple[Sequence[Point], Colour]


@cache
def color() -> bytes:
    """`color.png`: paper and gold on the brand's colour, opaque to the edges."""
    return drawn(COLOR_SIZE, ((CHECK, PAPER), (LINE, GOLD)), ground=BRAND)


@cache
def outline() -> bytes:
    """`outline.png`: the same in white on nothing, for the bar at the side of Teams."""
    return drawn(OUTLINE_SIZE, ((CHECK, WHITE), (LINE, WHITE)), ground=None)


def drawn(size: int, strokes: Sequence[Stroke], *, ground: Colour | None) -> bytes:
    """A PNG of `size` by `size` pixels; without a ground what is not drawn is transparent."""
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # every row starts with its filter: none
        for x in range(size):
            rows += pixel(x, y, size, strokes, ground)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)  # eight bits of red, green, blue and alpha
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(rows), 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def chunk(name: bytes, data: bytes) -> bytes:
    """One part of a PNG: its length, name, data and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pixel(x: int, y: int, size: int, strokes: Sequence[Stroke], ground: Colour | None) -> bytes:
    """Red, green, blue and alpha of one pixel, smooth at the edges of a stroke."""
    cover, colour = max((covered(x, y, size, points), paint) for points, paint in strokes)
    if ground is None:
        return bytes((*(colour if cover else (0, 0, 0)), round(255 * cover)))
    return bytes((*(round(below + (above - below) * cover) for above, below in zip(colour, ground, strict=True)), 255))


def covered(x: int, y: int, size: int, points: Sequence[Point]) -> float:
    """How much of a pixel a stroke covers, 0 to 1: by the distance of the pixel's middle from it."""
    unit = size / GRID
    away = min(distance((x + 0.5) / unit, (y + 0.5) / unit, *pair) for pair in pairwise(points))
    return min(1.0, max(0.0, (RADIUS - away) * unit + 0.5))


def distance(x: float, y: float, start: Point, end: Point) -> float:
    """From a point to a piece of a line."""
    (ax, ay), (bx, by) = start, end
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    along = min(1.0, max(0.0, along))
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
