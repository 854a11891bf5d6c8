"""The icons: the sizes that Teams asks for, the brand's colour behind one, nothing behind the other."""

import struct
import zlib
from itertools import pairwise

from bot.platforms.teams.icons import BRAND, GOLD, PAPER, color, outline


def pixels(image: bytes) -> list[list[tuple[int, ...]]]:
    """The rows of a PNG of ours, each checksum looked at."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(image):
        [length] = struct.unpack(">I", image[at : at + 4])
        name, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        assert struct.unpack(">I", image[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + data),)
        chunks[name] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert kind == [8, 6, 0, 0, 0]
    raw, row = zlib.decompress(chunks[b"IDAT"]), 4 * width + 1
    assert len(raw) == row * height
    assert {raw[y * row] for y in range(height)} == {0}
    return [[tuple(raw[y * row + 1 + 4 * x :][:4]) for x in range(width)] for y in range(height)]


def test_the_colour_icon_is_opaque_and_on_the_brands_ground():
    found = pixels(color())

    assert (len(found), len(found[0])) == (192, 192)
    assert {alpha for row in found for *_, alpha in row} == {255}
    assert {found[y][x][:3] for y in (0, -1) for x in (0, -1)} == {BRAND}
    assert {PAPER, GOLD} <= {pixel[:3] for row in found for pixel in row}


def test_the_outline_is_white_on_nothing():
    found = pixels(outline())
    shown = [pixel for row in found for pixel in row if pixel[3]]

    assert (len(found), len(found[0])) == (32, 32)
    assert {pixel[:3] for pixel in shown} == {(255, 255, 255)}
    assert 40 < len(shown) < 400
    assert {found[y][x][3] for y in (0, -1) for x in range(32)} == {0}


def test_the_check_mark_stands_over_its_line():
    rows = [y for y, row in enumerate(pixels(outline())) if any(pixel[3] == 255 for pixel in row)]
    gaps = [above for above, below in pairwise(rows) if below - above > 1]

    assert len(gaps) == 1
    assert rows[-1] - gaps[0] < gaps[0] - rows[0]
